"""A cross-encoder of sentence-transformers in place of our own model."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertForSequenceClassification

from index.errors import ModelError
from rag.cross_encoder import CrossEncoderScorer
from rag.relevance_input import Passage
from rag.rerankers import reranking_that_is_set
from rag.reranking import Candidate
from rag.settings import RagSettings
from tests.tiny_models import save_base_model

_PASSAGES = [
    Passage("Riluzole slows ALS.", "Disease", ((0, 19),)),
    Passage("Motor neuron.", "", ((0, 13),)),
    Passage("Gene gene gene.", "", ()),
]


def _save(folder: Path, *, labels: int) -> Path:
    save_base_model(folder)
    torch.manual_seed(2)
    model = BertForSequenceClassification.from_pretrained(folder, num_labels=labels)
    model.save_pretrained(folder)
    return folder


def test_passages_come_in_the_order_of_its_scores(tmp_path: Path) -> None:
    folder = _save(tmp_path / "cross", labels=1)
    model = BertForSequenceClassification.from_pretrained(folder).train(mode=False)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = [f"{one.title}\n{one.text}".strip() for one in _PASSAGES]
    with torch.inference_mode():
        read = tokenizer(["riluzole ?"] * 3, texts, padding=True, return_tensors="pt")
        expected = model(**read).logits[:, 0].numpy()

    found = CrossEncoderScorer(str(folder), allow_downloads=False).score("riluzole ?", _PASSAGES)

    np.testing.assert_allclose([one.relevance for one in found], expected, atol=1e-5)
    assert [len(one.sentences) for one in found] == [1, 1, 0]
    reranking = reranking_that_is_set(RagSettings(reranker=str(folder)))
    assert reranking.reranker is not None
    assert reranking.answerability is None  # it ranks, and says no more
    candidates = [Candidate(str(n), one, 1 - n / 10) for n, one in enumerate(_PASSAGES)]
    order = reranking.reranker.rerank("riluzole ?", candidates).order
    assert [int(one) for one in order] == np.argsort(-expected).tolist()


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    folder = _save(tmp_path / "cross", labels=3)
    with pytest.raises(ModelError, match="gives 3 scores for a pair"):
        CrossEncoderScorer(str(folder), allow_downloads=False)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoderScorer(str(tmp_path), allow_downloads=False)
