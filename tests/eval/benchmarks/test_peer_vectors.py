from pathlib import Path

import numpy as np

from eval.benchmarks.peer_vectors import PeerVectors
from tests.fakes import HashingEmbedder

TEXTS = ["Riluzole slows ALS.", "Bread.", "Riluzole slows ALS."]


def test_vectors_come_in_the_order_of_the_texts_as_the_embedder_gives_them(tmp_path: Path) -> None:
    embedder = HashingEmbedder()

    vectors = PeerVectors(tmp_path / "a" / "v.db", embedder).embed_documents(TEXTS)

    np.testing.assert_array_equal(vectors, HashingEmbedder().embed_documents(TEXTS))
    assert sorted(embedder.embedded) == ["Bread.", "Riluzole slows ALS."]


def test_a_text_is_embedded_once_for_all_runs(tmp_path: Path) -> None:
    first = PeerVectors(tmp_path / "v.db", HashingEmbedder()).embed_documents(TEXTS)
    embedder = HashingEmbedder()

    second = PeerVectors(tmp_path / "v.db", embedder).embed_documents([*TEXTS, "New."])

    np.testing.assert_array_equal(second[:3], first)
    assert embedder.embedded == ["New."]


def test_another_model_embeds_anew(tmp_path: Path) -> None:
    PeerVectors(tmp_path / "v.db", HashingEmbedder()).embed_documents(TEXTS)
    other = HashingEmbedder("another")

    PeerVectors(tmp_path / "v.db", other).embed_documents(TEXTS)

    assert len(other.embedded) == 2


def test_progress_counts_what_is_new(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    PeerVectors(tmp_path / "v.db", HashingEmbedder()).embed_documents(
        TEXTS, on_progress=lambda done, total: told.append((done, total))
    )

    assert told == [(2, 2)]
