"""Stored vectors: by the hash of the exact string embedded and the embedding's fingerprint."""

import json
from collections.abc import Iterable, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.embedding import Vectors
from index.errors import MissingVectorsError
from index.library_database import LibraryDatabase, batches, is_one_of

_LOAD = sa.select(tables.vectors.c.embedded_hash, tables.vectors.c.vector).where(
    tables.vectors.c.fingerprint == sa.bindparam("fingerprint"),
    is_one_of(tables.vectors.c.embedded_hash, "hashes"),
)


class StoredVectors:
    """Vectors in an open library; none is ever computed or changed here."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def missing(self, hashes: Iterable[str], *, fingerprint: str) -> set[str]:
        """Those of `hashes` for which no vector of that model is stored."""
        wanted = set(hashes)
        found: set[str] = set()
        with self._database.read() as connection:
            for batch in batches(sorted(wanted)):
                query = sa.select(tables.vectors.c.embedded_hash).where(
                    tables.vectors.c.fingerprint == fingerprint,
                    tables.vectors.c.embedded_hash.in_(batch),
                )
                found.update(connection.scalars(query))
        return wanted - found

    def store(self, hashes: Sequence[str], vectors: Vectors, *, fingerprint: str) -> None:
        """Add vectors, row by row in the order of `hashes`."""
        rows = [
            {"embedded_hash": name, "fingerprint": fingerprint, "vector": row.tobytes()}
            for name, row in zip(hashes, vectors, strict=True)
        ]
        with self._database.write() as connection:
            connection.execute(insert(tables.vectors).on_conflict_do_nothing(), rows)

    def load(self, hashes: Sequence[str], *, fingerprint: str) -> Vectors:
        """Stored vectors in the order of `hashes`, float32, shape (len(hashes), dimension).

        Raises:
            MissingVectorsError: one of them is not stored.
        """
        found: dict[str, bytes] = {}
        with self._database.read() as connection:
            for batch in batches(list(dict.fromkeys(hashes))):
                given = {"fingerprint": fingerprint, "hashes": json.dumps(batch)}
                found.update(
                    (name, vector) for name, vector in connection.execute(_LOAD, given).all()
                )
            if missing := set(hashes) - found.keys():
                raise MissingVectorsError(
                    f"{len(missing)} vectors are missing from {self._database.path}.",
                    "Run: alsqa index.",
                )
            rows = [found[name] for name in hashes]
            if len({len(row) for row in rows}) > 1:
                raise ValueError("vectors of unlike length")
            # A bytearray, so that the vectors can be written to.
            joined = np.frombuffer(bytearray().join(rows), dtype=np.float32)
            return joined.reshape(len(rows), -1) if rows else np.empty((0, 0), dtype=np.float32)
