"""What is learned from: logits and labels in, a loss out. -1 stands for "nobody said"."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def ranking_loss(relevance: Tensor, places: Sequence[tuple[int, int, int]]) -> Tensor:
    """Each relevant passage against all others of its question (softmax cross-entropy), the mean.

    Args:
        relevance: logits, shape (pairs,).
        places: for each question where its relevant passages start, where they end and the others
            start, and where those end.
    """
    parts = [
        softplus(torch.logsumexp(relevance[middle:end], 0) - relevance[start:middle])
        for start, middle, end in places
        if start < middle < end
    ]
    return torch.cat(parts).mean() if parts else relevance.sum() * 0


def answer_loss(answers: Tensor, labels: Tensor, *, negative_weight: float) -> Tensor:
    """Binary cross-entropy over what is known, shape (pairs,) both."""
    known = labels >= 0
    if not known.any():
        return answers.sum() * 0
    losses = binary_cross_entropy_with_logits(answers[known], labels[known], reduction="none")
    weights = torch.where(labels[known] > 0, 1.0, negative_weight)
    return (losses * weights).mean()


def sentence_loss(sentences: Tensor, labels: Tensor) -> Tensor:
    """Binary cross-entropy over the sentences that were read and are known, shape (sentences,)."""
    known = labels >= 0
    if not known.any():
        return sentences.sum() * 0
    return binary_cross_entropy_with_logits(sentences[known], labels[known])
