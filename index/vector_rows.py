"""Vectors of a build's entries by row, memory-mapped: those that are asked for are compared, no graph.

Rows follow the order of the entries in the record, as those of the lexical index do.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding import Vectors
from index.errors import BuildError, DamagedBuildError


class VectorRows:
    """The rows of each collection; reading them is safe from many threads.

    Args:
        folder: where `create_rows` put them.
        counts: rows of each collection.

    Raises:
        DamagedBuildError: a file is missing, or has other rows.
    """

    def __init__(self, folder: Path, counts: Mapping[str, int]) -> None:
        self._rows: dict[str, Vectors] = {}
        for name, count in counts.items():
            path = folder / f"{name}.npy"
            try:
                self._rows[name] = np.asarray(np.load(path, mmap_mode="r"))
            except (OSError, ValueError, EOFError) as error:
                raise _damaged(path, error) from error
            if len(self._rows[name]) != count:
                raise _damaged(path, f"{len(self._rows[name])} rows, not {count}")

    def similarities(
        self, collection: str, rows: NDArray[np.integer] | None, vector: Vectors
    ) -> NDArray[np.float32]:
        """Cosines of those rows, or of all, to `vector` (shape (dimension,)), in their order."""
        held = self._open_rows(collection)
        return np.asarray((held if rows is None else held[rows]) @ vector, dtype=np.float32)

    def row(self, collection: str, row: int) -> Vectors:
        """The vector of one row, shape (dimension,)."""
        return np.asarray(self._open_rows(collection)[row])

    def close(self) -> None:
        """Let go of the files; their memory is given back when no comparison uses it any more."""
        self._rows = {}

    def _open_rows(self, collection: str) -> Vectors:
        try:
            return self._rows[collection]
        except KeyError:
            raise BuildError("The index was closed while it was asked.", "Ask again.") from None


def create_rows(folder: Path, collection: str, shape: tuple[int, int]) -> Vectors:
    """A file of that shape to write rows into; they are on disk when it is flushed."""
    folder.mkdir(parents=True, exist_ok=True)
    return np.lib.format.open_memmap(
        folder / f"{collection}.npy", mode="w+", dtype=np.float32, shape=shape
    )


def _damaged(path: Path, reason: object) -> DamagedBuildError:
    return DamagedBuildError(
        f"The vectors in {path} are damaged ({reason}).",
        "Run: alsqa index. They are written again from the library.",
    )
