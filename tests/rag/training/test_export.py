"""A network as ONNX Runtime reads it."""

from pathlib import Path

import numpy as np

from rag.relevance_input import EncodedPair, PairEncoder, Passage
from rag.relevance_model import RelevanceModel, sentence_means
from rag.training.batches import read_pairs
from tests.rag.tiny_relevance import save_tiny_relevance, tiny_network

_PASSAGES = [
    Passage("Riluzole slows ALS. Gene.", "disease", ((0, 19), (20, 25))),
    Passage("Motor neuron disease gene.", "", ((0, 26),)),
    Passage("Riluzole " * 60, "", ((0, 530),)),
]


def test_what_runs_says_what_was_trained(tmp_path: Path) -> None:
    folder = save_tiny_relevance(tmp_path)
    network = tiny_network(tmp_path / "again")
    encoder = PairEncoder(folder / "base" / "tokenizer.json", max_tokens=32)
    pairs = [encoder.pair("riluzole ?", one) for one in encoder.encode_passages(_PASSAGES)]
    found = RelevanceModel(folder / "model", folder / "base" / "tokenizer.json").score(
        "riluzole ?", _PASSAGES
    )
    said = read_pairs(network, pairs)
    np.testing.assert_allclose(
        [one.answers for one in found], said.answers.detach().numpy(), atol=0.05
    )
    assert [len(one.sentences) for one in found] == [2, 1, 1]
    own = np.concatenate([one.sentences for one in found])
    np.testing.assert_allclose(own, said.sentences.detach().numpy(), atol=0.05)
    np.testing.assert_allclose(
        [one.relevance for one in found], said.relevance.detach().numpy(), atol=0.05
    )
    assert [one.is_cut for one in found] == [False, False, True]


def test_a_pair_is_scored_the_same_whatever_is_beside_it(tmp_path: Path) -> None:
    folder = save_tiny_relevance(tmp_path)
    model = RelevanceModel(folder / "model", folder / "base" / "tokenizer.json")
    together = model.score("riluzole ?", _PASSAGES)
    alone = [model.score("riluzole ?", [one])[0] for one in _PASSAGES]
    assert [one.answers for one in together] == [one.answers for one in alone]


def test_a_sentence_that_was_not_read_has_no_chance(tmp_path: Path) -> None:
    folder = save_tiny_relevance(tmp_path)
    text = "Riluzole " * 60 + ". Gene."
    passage = Passage(text, "", ((0, 541), (542, len(text))))
    model = RelevanceModel(folder / "model", folder / "base" / "tokenizer.json")
    (found,) = model.score("riluzole ?", [passage])
    assert np.isfinite(found.sentences[0])
    assert found.sentences[1] == -np.inf


def test_means_are_over_a_sentences_own_word_pieces() -> None:
    nothing = np.zeros(5, dtype=np.int64)
    pair = EncodedPair(nothing, nothing, np.array([-1, 0, 0, 2, -1]), 3, is_cut=False)
    means = sentence_means(pair, np.array([9, 1, 3, 5, 9], dtype=np.float32))
    assert means.tolist() == [2.0, -np.inf, 5.0]
