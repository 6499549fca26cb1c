from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Vectors
from index.errors import LibraryError, MissingVectorsError
from index.library import Library
from index.library_vectors import StoredVectors


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredVectors]:
    with Library(tmp_path / "library.db", writable=True) as library:
        yield library.vectors


def _numbered(count: int) -> Vectors:
    return np.arange(count * 4, dtype=np.float32).reshape(count, 4)


def test_vectors_come_in_the_order_asked_for_and_as_often(stored: StoredVectors) -> None:
    vectors = _numbered(3)
    stored.store(["a", "b", "c"], vectors, fingerprint="f")

    found = stored.load(["c", "a", "c"], fingerprint="f")

    np.testing.assert_array_equal(found, vectors[[2, 0, 2]])
    assert found.dtype == np.float32
    assert stored.load([], fingerprint="f").shape[0] == 0


def test_vectors_of_two_models_are_never_mixed(stored: StoredVectors) -> None:
    stored.store(["a"], _numbered(1), fingerprint="f")
    stored.store(["a"], _numbered(1) + 5, fingerprint="g")

    np.testing.assert_array_equal(stored.load(["a"], fingerprint="g"), _numbered(1) + 5)
    assert stored.missing(["a", "b"], fingerprint="f") == {"b"}
    assert stored.missing(["a"], fingerprint="h") == {"a"}


def test_missing_vector_is_an_error_not_a_gap(stored: StoredVectors) -> None:
    stored.store(["a"], _numbered(1), fingerprint="f")

    with pytest.raises(MissingVectorsError, match="1 vectors are missing"):
        stored.load(["a", "b"], fingerprint="f")


def test_stored_vector_stays_as_it_is(stored: StoredVectors) -> None:
    stored.store(["a"], _numbered(1), fingerprint="f")

    stored.store(["a"], _numbered(1) + 5, fingerprint="f")

    np.testing.assert_array_equal(stored.load(["a"], fingerprint="f"), _numbered(1))


def test_more_names_than_one_statement_takes_are_found(stored: StoredVectors) -> None:
    names = [f"n{number}" for number in range(1_700)]
    stored.store(names, _numbered(1_700), fingerprint="f")

    found = stored.load(names, fingerprint="f")

    np.testing.assert_array_equal(found, _numbered(1_700))
    assert stored.missing([*names, "more"], fingerprint="f") == {"more"}


def test_vectors_can_be_written_to_and_a_short_one_is_damage(stored: StoredVectors) -> None:
    stored.store(["long", "longer"], _numbered(2), fingerprint="one")
    stored.store(["short"], _numbered(1)[:, :1], fingerprint="one")

    stored.load(["long", "longer"], fingerprint="one")[0, 0] = 1.0

    with pytest.raises(LibraryError, match="unlike length"):
        stored.load(["long", "short"], fingerprint="one")
