from pathlib import Path

import numpy as np
import pytest

from index.embedding import Vectors
from index.errors import DamagedBuildError
from index.vector_rows import VectorRows, create_rows

_VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


def _write(folder: Path, collection: str, vectors: Vectors) -> None:
    rows = create_rows(folder, collection, (len(vectors), 2))
    rows[:] = vectors
    rows.flush()  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three chunks and no records."""
    _write(tmp_path / "vectors", "chunks", _VECTORS)
    _write(tmp_path / "vectors", "records", _VECTORS[:0])
    return tmp_path / "vectors"


def test_rows_are_read_as_they_were_written(folder: Path) -> None:
    rows = VectorRows(folder, {"chunks": 3, "records": 0})

    assert [rows.row("chunks", row).tolist() for row in range(3)] == _VECTORS.tolist()


def test_similarities_are_cosines_in_the_order_that_is_asked_for(folder: Path) -> None:
    rows = VectorRows(folder, {"chunks": 3})

    found = rows.similarities("chunks", np.array([2, 0, 2]), _VECTORS[1])

    assert found.tolist() == pytest.approx([0.8, 0.0, 0.8])
    assert found.dtype == np.float32


def test_no_rows_have_no_similarities(folder: Path) -> None:
    rows = VectorRows(folder, {"chunks": 3, "records": 0})
    none = np.array([], dtype=np.int64)

    assert rows.similarities("chunks", none, _VECTORS[0]).tolist() == []
    assert rows.similarities("records", none, _VECTORS[0]).tolist() == []


def test_collections_lie_beside_each_other(tmp_path: Path) -> None:
    _write(tmp_path, "chunks", _VECTORS)
    _write(tmp_path, "records", _VECTORS[::-1])
    rows = VectorRows(tmp_path, {"chunks": 3, "records": 3})

    assert np.array_equal(rows.row("chunks", 0), rows.row("records", 2))


@pytest.mark.parametrize("counts", [{"chunks": 2}, {"chunks": 4}, {"chunks": 3, "records": 1}])
def test_another_number_of_rows_is_damage(folder: Path, counts: dict[str, int]) -> None:
    with pytest.raises(DamagedBuildError, match=r"rows, not \d.*Run: alsqa index"):
        VectorRows(folder, counts)


def test_a_missing_file_is_damage(folder: Path) -> None:
    with pytest.raises(DamagedBuildError, match=r"papers\.npy"):
        VectorRows(folder, {"papers": 0})


@pytest.mark.parametrize("content", [b"", b"no vectors", b"\x93NUMPY\x01\x00v\x00{"])
def test_a_file_of_other_bytes_is_damage(folder: Path, content: bytes) -> None:
    (folder / "chunks.npy").write_bytes(content)

    with pytest.raises(DamagedBuildError, match="are damaged"):
        VectorRows(folder, {"chunks": 3})


def test_a_file_that_is_cut_short_is_damage(folder: Path) -> None:
    path = folder / "chunks.npy"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DamagedBuildError):
        VectorRows(folder, {"chunks": 3})
