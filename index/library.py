"""The record of what the library holds: documents, chunks, listed papers, vectors, files read.

SQLAlchemy Core over one SQLite file in WAL mode. A version of a document is never changed, only
followed by another; a build names the versions that it was made from, so a reader of an older
build still finds its texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.document_json import document_from_json
from index.embedding import Vectors
from index.errors import LibraryError
from index.library_rows import (
    BuildEntry,
    DocumentVersion,
    FileRow,
    PreparedDocument,
    StoredChunk,
    listed_entry_id,
)
from index.library_sql import (
    batches,
    build_entries,
    configure_connection,
    file_row,
    same_version,
    store_document,
    stored_chunk,
)
from index.models import Document


class Library:
    """One library file. `writable=False` opens it for reading and creates nothing.

    Raises:
        LibraryError: the file is missing (for reading), damaged, or of another schema version.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not writable and not path.is_file():
            raise LibraryError(f"There is no library at {path}.", "Run: alsqa index.")
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._engine = sa.create_engine(
            f"sqlite:///{path}", connect_args={"timeout": 10}, hide_parameters=True
        )
        sa.event.listen(self._engine, "connect", configure_connection)
        try:
            self._check_schema(create=writable)
        except sa.exc.DatabaseError as error:
            self.close()
            raise LibraryError(
                f"The library {path} cannot be read ({error.orig}).",
                "Move it away and run: alsqa index.",
            ) from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def files(self) -> dict[str, FileRow]:
        """Every file that was read, by path."""
        with self._read() as connection:
            rows = connection.execute(sa.select(tables.files))
            return {row.path: file_row(row) for row in rows}

    def store_documents(self, prepared: Iterable[PreparedDocument]) -> None:
        """Add versions of documents with their chunks; a version that is there stays as it is."""
        with self._engine.begin() as connection:
            for item in prepared:
                store_document(connection, item)

    def missing_vectors(self, hashes: Iterable[str], *, fingerprint: str) -> set[str]:
        """Those of `hashes` for which no vector of that model is stored."""
        wanted = set(hashes)
        found: set[str] = set()
        with self._read() as connection:
            for batch in batches(sorted(wanted)):
                query = sa.select(tables.vectors.c.embedded_hash).where(
                    tables.vectors.c.fingerprint == fingerprint,
                    tables.vectors.c.embedded_hash.in_(batch),
                )
                found.update(connection.scalars(query))
        return wanted - found

    def store_vectors(self, hashes: Sequence[str], vectors: Vectors, *, fingerprint: str) -> None:
        """Add vectors, row by row in the order of `hashes`."""
        rows = [
            {"embedded_hash": name, "fingerprint": fingerprint, "vector": row.tobytes()}
            for name, row in zip(hashes, vectors, strict=True)
        ]
        with self._engine.begin() as connection:
            connection.execute(insert(tables.vectors).on_conflict_do_nothing(), rows)

    def vectors(self, hashes: Sequence[str], *, fingerprint: str) -> Vectors:
        """Stored vectors in the order of `hashes`, float32, shape (len(hashes), dimension).

        Raises:
            LibraryError: one of them is not stored.
        """
        found: dict[str, bytes] = {}
        with self._read() as connection:
            for batch in batches(list(dict.fromkeys(hashes))):
                query = sa.select(tables.vectors.c.embedded_hash, tables.vectors.c.vector).where(
                    tables.vectors.c.fingerprint == fingerprint,
                    tables.vectors.c.embedded_hash.in_(batch),
                )
                found.update((row.embedded_hash, row.vector) for row in connection.execute(query))
        if missing := set(hashes) - found.keys():
            raise LibraryError(
                f"{len(missing)} vectors are missing from {self._path}.", "Run: alsqa index."
            )
        rows = [np.frombuffer(found[name], dtype=np.float32) for name in hashes]
        return np.stack(rows) if rows else np.empty((0, 0), dtype=np.float32)

    def replace_files(self, rows: Iterable[FileRow]) -> None:
        """Make `rows` the files that were read, in one transaction."""
        values = [
            {
                "path": row.path,
                "content_hash": row.content_hash,
                "reader": row.reader,
                "failure": row.failure,
                "document_id": row.document.document_id if row.document else None,
                "version": row.document.version if row.document else None,
            }
            for row in rows
        ]
        with self._engine.begin() as connection:
            connection.execute(sa.delete(tables.files))
            if values:
                connection.execute(sa.insert(tables.files), values)

    def register_build(self, build_id: str, members: Iterable[DocumentVersion]) -> None:
        """Note which versions a build is made from, so that they are kept while it is."""
        rows = [
            {"build_id": build_id, "document_id": one.document_id, "version": one.version}
            for one in members
        ]
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(tables.build_members).where(tables.build_members.c.build_id == build_id)
            )
            if rows:
                connection.execute(sa.insert(tables.build_members), rows)

    def forget_builds_except(self, build_ids: Iterable[str]) -> None:
        """Drop the notes of other builds, and the versions that no file and no build holds."""
        kept = list(build_ids)
        with self._engine.begin() as connection:
            connection.execute(
                sa.delete(tables.build_members).where(tables.build_members.c.build_id.not_in(kept))
            )
            for table in (tables.documents, tables.chunks, tables.listed, tables.identifiers):
                held = [
                    sa.exists().where(
                        holder.c.document_id == table.c.document_id,
                        holder.c.version == table.c.version,
                    )
                    for holder in (tables.files, tables.build_members)
                ]
                connection.execute(sa.delete(table).where(~sa.or_(*held)))

    def members(self, build_id: str) -> list[DocumentVersion]:
        """The versions that a build is made from, sorted by document id."""
        query = (
            sa.select(tables.build_members.c.document_id, tables.build_members.c.version)
            .where(tables.build_members.c.build_id == build_id)
            .order_by(tables.build_members.c.document_id)
        )
        with self._read() as connection:
            return [DocumentVersion(*row) for row in connection.execute(query)]

    def entries(self, members: Iterable[DocumentVersion]) -> Iterator[BuildEntry]:
        """Everything that a build of those versions finds, in a fixed order."""
        with self._read() as connection:
            for member in members:
                yield from build_entries(connection, member)

    def document(self, member: DocumentVersion) -> Document:
        """That version of the document; raises LibraryError where it is not held."""
        query = sa.select(tables.documents.c.record).where(
            tables.documents.c.document_id == member.document_id,
            tables.documents.c.version == member.version,
        )
        with self._read() as connection:
            record = connection.scalar(query)
        if record is None:
            raise LibraryError(f"{member.document_id} is not in the library.", "Run: alsqa index.")
        return document_from_json(record)

    def chunks(self, build_id: str, chunk_ids: Sequence[str]) -> list[StoredChunk]:
        """The chunks with those ids as that build has them, in the order asked for."""
        found: dict[str, StoredChunk] = {}
        with self._read() as connection:
            for batch in batches(chunk_ids):
                query = (
                    sa.select(tables.chunks)
                    .join(tables.build_members, same_version(tables.chunks))
                    .where(
                        tables.build_members.c.build_id == build_id,
                        tables.chunks.c.chunk_id.in_(batch),
                    )
                )
                found.update((row.chunk_id, stored_chunk(row)) for row in connection.execute(query))
        return [found[chunk_id] for chunk_id in chunk_ids if chunk_id in found]

    def find_identifier(self, build_id: str, name: str, value: str) -> list[str]:
        """Ids of the build's records that carry the identifier, documents' own first."""
        query = (
            sa.select(tables.identifiers.c.document_id, tables.identifiers.c.position)
            .join(tables.build_members, same_version(tables.identifiers))
            .where(
                tables.build_members.c.build_id == build_id,
                tables.identifiers.c.name == name,
                tables.identifiers.c.value == value,
            )
            .order_by(tables.identifiers.c.position, tables.identifiers.c.document_id)
        )
        with self._read() as connection:
            return [
                row.document_id
                if row.position == tables.OWN
                else listed_entry_id(row.document_id, row.position)
                for row in connection.execute(query)
            ]

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise LibraryError(
                f"The library {self._path} cannot be read ({error.orig}).",
                "Move it away and run: alsqa index.",
            ) from error

    def _check_schema(self, *, create: bool) -> None:
        with self._engine.begin() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version == 0 and create:
                tables.metadata.create_all(connection)
                connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA_VERSION}")
            elif version != tables.SCHEMA_VERSION:
                raise LibraryError(
                    f"The library {self._path} has schema {version}, this alsqa reads {tables.SCHEMA_VERSION}.",
                    "Use the alsqa that wrote it, or another ALSQA_DATA_DIR.",
                )
