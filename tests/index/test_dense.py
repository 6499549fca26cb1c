import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.dense import DenseIndex
from index.embedding import Vectors
from index.errors import DamagedBuildError

_IDS = ["east", "north", "west"]


def _vectors(*rows: tuple[float, float]) -> Vectors:
    vectors = np.asarray(rows, dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


_VECTORS = _vectors((1, 0), (0, 1), (-1, 0))


def _metadata(ids: list[str]) -> list[dict[str, str]]:
    return [{"of": entry_id} for entry_id in ids]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A written index: three chunks, one record."""
    dense = DenseIndex(tmp_path / "chroma", create_sizes={"chunks": 3, "records": 1})
    dense.add("chunks", _IDS, _VECTORS, _metadata(_IDS))
    dense.add("records", ["paper"], _vectors((1, 1)), _metadata(["paper"]))
    dense.close()
    return tmp_path / "chroma"


@pytest.fixture
def dense(folder: Path) -> Iterator[DenseIndex]:
    dense = DenseIndex(folder)
    yield dense
    dense.close()


def test_hits_come_nearest_first_with_their_cosine(dense: DenseIndex) -> None:
    hits = dense.query("chunks", _vectors((3, 4))[0], k=3)

    assert [hit.entry_id for hit in hits] == ["north", "east", "west"]
    assert [hit.similarity for hit in hits] == pytest.approx([0.8, 0.6, -0.6], abs=1e-5)


def test_k_limits_the_hits(dense: DenseIndex) -> None:
    question = _vectors((1, 0.1))[0]

    assert [hit.entry_id for hit in dense.query("chunks", question, k=1)] == ["east"]
    assert dense.query("chunks", question, k=0) == []


def test_collections_are_apart(dense: DenseIndex) -> None:
    hits = dense.query("records", _vectors((1, 0))[0], k=1)

    assert [hit.entry_id for hit in hits] == ["paper"]
    assert (dense.count("chunks"), dense.count("records")) == (3, 1)


def test_ids_and_metadata_are_read_back(dense: DenseIndex) -> None:
    assert sorted(dense.read_back("chunks")) == [(name, {"of": name}) for name in _IDS]
    assert list(dense.read_back("records")) == [("paper", {"of": "paper"})]


def test_stored_vectors_are_found_by_the_probe(dense: DenseIndex) -> None:
    dense.probe("chunks", _IDS, _VECTORS)


def test_probe_with_another_vector_fails(dense: DenseIndex) -> None:
    with pytest.raises(DamagedBuildError, match="north is not found by its own vector"):
        dense.probe("chunks", ["north"], _vectors((1, 1)))


def test_probe_under_another_id_fails(dense: DenseIndex) -> None:
    with pytest.raises(DamagedBuildError, match="south is not found"):
        dense.probe("chunks", ["south"], _VECTORS[:1])


def test_probe_of_an_empty_collection_fails(tmp_path: Path) -> None:
    dense = DenseIndex(tmp_path / "chroma", create_sizes={"chunks": 0, "records": 0})

    with pytest.raises(DamagedBuildError, match="east"):
        dense.probe("chunks", ["east"], _VECTORS[:1])

    dense.close()


def test_equal_vectors_under_many_ids_are_all_found_by_the_probe(tmp_path: Path) -> None:
    ids = [f"same{number}" for number in range(30)]
    vectors = np.repeat(_VECTORS[:1], 30, axis=0)
    dense = DenseIndex(tmp_path / "chroma", create_sizes={"chunks": 30, "records": 0})
    dense.add("chunks", ids, vectors, _metadata(ids))

    dense.probe("chunks", ids, vectors)

    dense.close()


def test_index_that_is_opened_again_answers_the_same(folder: Path) -> None:
    answers = []
    for _ in range(3):
        dense = DenseIndex(folder)
        answers.append(dense.query("chunks", _vectors((3, 4))[0], k=3))
        dense.close()

    assert answers[0]
    assert answers == [answers[0]] * 3


def test_more_entries_than_a_batch_of_the_graph_are_all_on_disk(tmp_path: Path) -> None:
    angles = np.linspace(0, 3, 250)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    ids = [f"e{number}" for number in range(250)]
    dense = DenseIndex(tmp_path / "chroma", create_sizes={"chunks": 250, "records": 0})
    dense.add("chunks", ids, vectors, _metadata(ids))
    dense.close()

    dense = DenseIndex(tmp_path / "chroma")
    dense.probe("chunks", ids[::10], vectors[::10])

    assert dense.count("chunks") == 250
    assert list((tmp_path / "chroma").glob("*/index_metadata.pickle"))
    dense.close()


def test_folder_without_a_database_is_damaged_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(DamagedBuildError, match="Run: alsqa index"):
        DenseIndex(tmp_path / "chroma")

    assert not (tmp_path / "chroma").exists()


def test_database_of_other_bytes_is_damaged(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"no database" * 500)

    with pytest.raises(DamagedBuildError, match="Run: alsqa index"):
        DenseIndex(folder)


def test_database_without_our_collections_is_damaged(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "chroma.sqlite3").write_bytes(b"")

    with pytest.raises(DamagedBuildError, match="is damaged"):
        DenseIndex(other)

    DenseIndex(folder).close()
