"""Vectors of the peers' strings, kept between runs: strings in, the embedder's own vectors out."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.embedding import Embedder, Vectors

_STRINGS_A_STEP = 256
_ASKED_AT_ONCE = 500
_TABLE = """CREATE TABLE IF NOT EXISTS vectors
    (fingerprint TEXT, sha256 TEXT, vector BLOB, PRIMARY KEY (fingerprint, sha256))"""


class PeerVectors:
    """Embeds each document's string once, in whatever run or set it comes.

    Args:
        path: the file; made where it does not exist.
        embedder: the model that the library is made with, so that peers search the same vectors.
    """

    def __init__(self, path: Path, embedder: Embedder) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._embedder = embedder
        self._queries: dict[str, Vectors] = {}

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimension,); the peers of one run share it."""
        if text not in self._queries:
            self._queries[text] = self._embedder.embed_queries([text])[0]
        return self._queries[text]

    def embed_documents(
        self,
        texts: Sequence[str],
        *,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Vectors:
        """Vectors of the texts, shape (len(texts), dimension); what is new is stored as it comes."""
        names = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        by_name = dict(zip(names, texts, strict=True))
        with closing(sqlite3.connect(self._path, timeout=60)) as database:
            database.execute(_TABLE)
            known = self._load(database, by_name)
            new = sorted(by_name.keys() - known.keys(), key=lambda name: len(by_name[name]))
            for start in range(0, len(new), _STRINGS_A_STEP):
                step = new[start : start + _STRINGS_A_STEP]
                vectors = self._embedder.embed_documents([by_name[name] for name in step])
                with database:
                    database.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                        [
                            (self._embedder.fingerprint, name, vector.astype("<f4").tobytes())
                            for name, vector in zip(step, vectors, strict=True)
                        ],
                    )
                known.update(zip(step, vectors, strict=True))
                on_progress(start + len(step), len(new))
        rows = np.empty((len(names), self._embedder.identity.dimension), dtype=np.float32)
        for row, name in enumerate(names):
            rows[row] = known[name]
        return rows

    def _load(self, database: sqlite3.Connection, names: Iterable[str]) -> dict[str, Vectors]:
        wanted, found = list(names), dict[str, Vectors]()
        for start in range(0, len(wanted), _ASKED_AT_ONCE):
            some = wanted[start : start + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(some))
            query = (
                f"SELECT sha256, vector FROM vectors WHERE fingerprint = ? AND sha256 IN ({marks})"  # noqa: S608 - marks alone
            )
            for name, content in database.execute(query, [self._embedder.fingerprint, *some]):
                found[name] = np.frombuffer(content, dtype="<f4").astype(np.float32)
        return found
