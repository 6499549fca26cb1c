"""Losses against values computed by hand."""

import math

import pytest
import torch

from rag.training.losses import answer_loss, ranking_loss, sentence_loss


def test_each_relevant_passage_stands_against_all_others_of_its_question() -> None:
    relevance = torch.tensor([2.0, 1.0, 0.0, 0.5, 9.0])
    # Two relevant passages and two others; then a question with relevant ones alone, which is left out.
    found = ranking_loss(relevance, [(0, 2, 4), (4, 5, 5)])
    others = math.exp(0.0) + math.exp(0.5)
    expected = [math.log(1 + others / math.exp(one)) for one in (2.0, 1.0)]
    assert float(found) == pytest.approx(sum(expected) / 2)


def test_without_anything_to_compare_the_loss_is_nought_and_can_be_differentiated() -> None:
    relevance = torch.tensor([1.0], requires_grad=True)
    loss = ranking_loss(relevance, [(0, 1, 1)])
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert relevance.grad is not None
    assert relevance.grad.item() == 0


def test_what_nobody_said_does_not_count() -> None:
    logits, labels = torch.tensor([0.0, 3.0, 0.0]), torch.tensor([1.0, -1.0, 0.0])
    found = answer_loss(logits, labels, negative_weight=0.5)
    assert float(found) == pytest.approx((math.log(2) + 0.5 * math.log(2)) / 2)
    assert float(sentence_loss(logits, labels)) == pytest.approx(math.log(2))
    nothing = torch.full((3,), -1.0)
    assert float(answer_loss(logits, nothing, negative_weight=0.5)) == 0
    assert float(sentence_loss(logits, nothing)) == 0
