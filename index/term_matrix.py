"""How much of each term each text has: tokens in, BM25's saturated frequencies by term out.

bm25s computes them; they are kept as plain arrays, which are read memory-mapped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_K1, _B = 0.6, 0.4
_ARRAYS = ("data", "indices", "indptr")

Scores = NDArray[np.float32]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TermMatrix:
    """Columns of terms, rows of entries; a cell is the term's saturated frequency, 0 to 1."""

    data: Scores
    indices: Rows
    indptr: NDArray[np.int64]
    entries: int

    @classmethod
    def of_texts(cls, tokens: Sequence[NDArray[np.int32]], columns: int) -> "TermMatrix":
        entries = len(tokens)
        if not any(one.size for one in tokens):
            empty = np.zeros(columns + 1, dtype=np.int64)
            return cls(np.empty(0, np.float32), np.empty(0, np.int32), empty, entries)
        import bm25s

        index = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        index.index(
            (tokens, {str(column): column for column in range(columns)}), show_progress=False
        )
        return cls.of_scores(index.scores, columns, entries)

    @classmethod
    def of_scores(cls, scores: Mapping[str, object], columns: int, entries: int) -> "TermMatrix":
        """Without the rarity that bm25s multiplies in: a query brings its own."""
        indptr = np.asarray(scores["indptr"], dtype=np.int64)[: columns + 1]
        counts = np.diff(indptr)
        idf = np.log(1 + (entries - counts + 0.5) / (counts + 0.5))
        data = np.asarray(scores["data"], dtype=np.float64) / np.repeat(idf, counts)
        indices = np.asarray(scores["indices"], dtype=np.int32)
        return cls(data.astype(np.float32), indices, indptr, entries)

    @classmethod
    def load(cls, folder: Path, name: str, entries: int) -> "TermMatrix":
        # Plain arrays over the same memory: slicing numpy's own class for it takes longer.
        data, indices, indptr = (
            np.asarray(np.load(folder / f"{name}.{one}.npy", mmap_mode="r")) for one in _ARRAYS
        )
        return cls(data, indices, indptr, entries)

    def save(self, folder: Path, name: str) -> None:
        for one in _ARRAYS:
            np.save(folder / f"{name}.{one}.npy", getattr(self, one))

    def column(self, column: int) -> tuple[Rows, Scores]:
        start, end = self.indptr[column], self.indptr[column + 1]
        return self.indices[start:end], self.data[start:end]
