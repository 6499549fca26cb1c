"""Versions of documents in the library, with their chunks, identifiers and listed papers.

A version is never changed, only followed by another; a build names the versions that it was made
from, so a reader of an older build still finds its texts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.document_json import content_hashes, document_from_json, document_to_json
from index.errors import LibraryError
from index.library_database import LibraryDatabase, batches, in_build, is_one_of, of_version
from index.library_rows import (
    BuildEntry,
    DocumentHead,
    DocumentVersion,
    PreparedDocument,
    StoredChunk,
    listed_entry_id,
    string_hash,
)
from index.models import Chunk, Document
from index.study_types import study_types

_DOCUMENTS_AT_ONCE = 500
_CHUNK_COLUMNS = tuple(
    column for column in tables.chunks.columns if column.name not in ("document_id", "version")
)
_FOUND_COLUMNS = ("document_id", *(column.name for column in _CHUNK_COLUMNS))
# With a join SQLite would go through all members of the build, whatever is asked for. All comes in
# one row: Python's lock is let go and waited for with every row, which many threads feel.
_CHUNKS_BY_ID = sa.select(
    sa.func.json_group_array(
        sa.func.json_array(*(tables.chunks.c[name] for name in _FOUND_COLUMNS))
    )
).where(
    is_one_of(tables.chunks.c.chunk_id, "ids"),
    tables.chunks.c.version
    == sa.select(tables.build_members.c.version)
    .where(
        tables.build_members.c.build_id == sa.bindparam("build_id"),
        tables.build_members.c.document_id == tables.chunks.c.document_id,
    )
    .scalar_subquery(),
)


class Documents:
    """Documents in an open library."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def store(self, prepared: Iterable[PreparedDocument]) -> None:
        """Add versions with their chunks, in one transaction; one that is there stays as it is."""
        with self._database.write() as connection:
            for item in prepared:
                _store(connection, item)

    def known(self, versions: Iterable[DocumentVersion]) -> set[DocumentVersion]:
        """Those of `versions` that are stored."""
        wanted = set(versions)
        query = sa.select(tables.documents.c.document_id, tables.documents.c.version)
        with self._database.read() as connection:
            stored = {DocumentVersion(*row) for row in connection.execute(query)}
        return wanted & stored

    def document(self, member: DocumentVersion) -> Document:
        """That version of the document.

        Raises:
            LibraryError: it is not held, or its text is not what was stored.
        """
        found = list(self.documents([member]))
        if not found:
            raise LibraryError(f"{member.document_id} is not in the library.", "Run: alsqa index.")
        return found[0]

    def documents(self, members: Iterable[DocumentVersion]) -> Iterator[Document]:
        """Those of `members` that are held, in their order; raises as `document` does."""
        table = tables.documents
        for row in self._rows(table, members, table.c.record, table.c.record_sha256):
            if string_hash(row.record) != row.record_sha256:
                raise self._database.damaged(f"{row.document_id} has changed on disk")
            yield document_from_json(row.record)

    def check(self, members: Iterable[DocumentVersion]) -> None:
        """Raise LibraryError unless all that is stored of `members` follows from their texts.

        Chunks and sentences must be slices of the text, identifiers those of the document.
        """
        wanted = list(members)
        names: dict[str, set[tuple[int, str, str]]] = {one.document_id: set() for one in wanted}
        table = tables.identifiers
        for row in self._rows(table, wanted, table.c.position, table.c.name, table.c.value):
            names[row.document_id].add((row.position, row.name, row.value))
        chunks: dict[str, list[StoredChunk]] = {one.document_id: [] for one in wanted}
        with self._database.decoding():
            for row in self._rows(tables.chunks, wanted, *_CHUNK_COLUMNS):
                chunks[row.document_id].append(_chunk(row._mapping))
        for document in self.documents(wanted):
            name = document.document_id
            sound = all(_is_slice_of(document, one) for one in chunks[name])
            if not sound or names[name] != set(_identifiers(document)):
                raise self._database.damaged(f"what is stored of {name} has changed on disk")

    def paths(self, member: DocumentVersion) -> tuple[str, ...]:
        """The files that a version was made from."""
        query = sa.select(tables.documents.c.paths).where(
            of_version(tables.documents, member.document_id, member.version)
        )
        with self._database.read() as connection:
            return tuple(json.loads(connection.scalar(query) or "[]"))

    def own_identifiers(self, member: DocumentVersion) -> list[tuple[str, str]]:
        """The (name, value) pairs of the document's own identifiers."""
        query = sa.select(tables.identifiers.c.name, tables.identifiers.c.value).where(
            of_version(tables.identifiers, member.document_id, member.version),
            tables.identifiers.c.position == tables.OWN,
        )
        with self._database.read() as connection:
            return [(row.name, row.value) for row in connection.execute(query)]

    def heads(self, members: Iterable[DocumentVersion]) -> list[DocumentHead]:
        """What identifies the content of each of `members`, in their order."""
        table = tables.documents
        rows = self._rows(table, members, table.c.text_hash, table.c.metadata_hash)
        return [DocumentHead(row.document_id, row.text_hash, row.metadata_hash) for row in rows]

    def entries(self, members: Iterable[DocumentVersion]) -> Iterator[BuildEntry]:
        """Everything that a build of those versions finds, in a fixed order.

        The chunks of all of them come first, then each document's record and its listed papers.
        """
        wanted = list(members)
        chunks, listed, documents = tables.chunks, tables.listed, tables.documents
        for row in self._rows(chunks, wanted, chunks.c.chunk_id, chunks.c.embedded_hash):
            yield BuildEntry(row.chunk_id, "chunks", row.embedded_hash, row.document_id)
        for row in self._rows(documents, wanted, documents.c.record_hash):
            yield BuildEntry(row.document_id, "records", row.record_hash, row.document_id)
        for row in self._rows(listed, wanted, listed.c.position, listed.c.embedded_hash):
            entry_id = listed_entry_id(row.document_id, row.position)
            yield BuildEntry(entry_id, "records", row.embedded_hash, row.document_id)

    def sentence_hashes(self, members: Iterable[DocumentVersion]) -> set[str]:
        """The keys of all their sentences, which are embedded beside what a build finds."""
        rows = self._rows(tables.chunks, members, tables.chunks.c.sentences)
        with self._database.decoding():
            return {name for row in rows for *_, name in json.loads(row.sentences)}

    def chunks(self, build_id: str, chunk_ids: Sequence[str]) -> list[StoredChunk]:
        """The chunks with those ids as that build has them, in the order asked for."""
        found: dict[str, StoredChunk] = {}
        with self._database.read() as connection:
            for batch in batches(chunk_ids):
                given = {"build_id": build_id, "ids": json.dumps(batch)}
                for values in json.loads(connection.execute(_CHUNKS_BY_ID, given).scalar_one()):
                    stored = _chunk(dict(zip(_FOUND_COLUMNS, values, strict=True)))
                    found[stored.chunk.chunk_id] = stored
        return [found[chunk_id] for chunk_id in chunk_ids if chunk_id in found]

    def with_chunks(
        self, members: Iterable[DocumentVersion]
    ) -> Iterator[tuple[Document, list[StoredChunk]]]:
        """Those of `members` that are held, each with its chunks in reading order."""
        wanted = list(members)
        for start in range(0, len(wanted), _DOCUMENTS_AT_ONCE):
            batch = wanted[start : start + _DOCUMENTS_AT_ONCE]
            chunks: dict[str, list[StoredChunk]] = {one.document_id: [] for one in batch}
            with self._database.decoding():
                for row in self._rows(tables.chunks, batch, *_CHUNK_COLUMNS):
                    chunks[row.document_id].append(_chunk(row._mapping))
            for document in self.documents(batch):
                yield document, chunks[document.document_id]

    def find_identifier(self, build_id: str, name: str, value: str) -> list[str]:
        """Ids of the build's records that carry the identifier, documents' own first."""
        query = (
            sa.select(tables.identifiers.c.document_id, tables.identifiers.c.position)
            .join(tables.build_members, in_build(tables.identifiers, build_id))
            .where(tables.identifiers.c.name == name, tables.identifiers.c.value == value)
            .order_by(tables.identifiers.c.position, tables.identifiers.c.document_id)
        )
        with self._database.read() as connection:
            return [
                row.document_id
                if row.position == tables.OWN
                else listed_entry_id(row.document_id, row.position)
                for row in connection.execute(query)
            ]

    def _rows(
        self, table: sa.Table, members: Iterable[DocumentVersion], *columns: sa.Column[Any]
    ) -> Iterator[Any]:
        """Rows of `table` that belong to `members`, in their order, then in that of their keys."""
        order = [column for column in table.primary_key if column.name != "document_id"]
        versions = {one.document_id: one.version for one in members}
        query = sa.select(table.c.document_id, table.c.version, *columns)
        query = query.where(is_one_of(table.c.document_id, "names")).order_by(*order)
        with self._database.read() as connection:
            for batch in batches(list(versions)):
                found: dict[str, list[Any]] = {name: [] for name in batch}
                for row in connection.execute(query, {"names": json.dumps(batch)}).all():
                    if row.version == versions[row.document_id]:
                        found[row.document_id].append(row)
                for rows in found.values():
                    yield from rows


def _store(connection: sa.Connection, item: PreparedDocument) -> None:
    key = {"document_id": item.document.document_id, "version": item.version}
    record = document_to_json(item.document)
    text_hash, metadata_hash = content_hashes(item.document)
    connection.execute(
        insert(tables.documents)
        .values(
            **key,
            record=record,
            record_sha256=string_hash(record),
            record_hash=item.record_hash,
            text_hash=text_hash,
            metadata_hash=metadata_hash,
            paths=json.dumps(item.paths, ensure_ascii=False),
        )
        .on_conflict_do_nothing()
    )
    listed = [
        key | {"position": position, "embedded_hash": name}
        for position, name in enumerate(item.listed_hashes)
    ]
    names = [
        key | {"position": position, "name": name, "value": value}
        for position, name, value in _identifiers(item.document)
    ]
    for table, rows in (
        (tables.chunks, [key | _chunk_values(stored) for stored in item.chunks]),
        (tables.listed, listed),
        (tables.identifiers, names),
        (
            tables.facets,
            [key | {"name": name, "value": value} for name, value in _facets(item.document)],
        ),
    ):
        if rows:
            connection.execute(insert(table).on_conflict_do_nothing(), rows)


def _identifiers(document: Document) -> list[tuple[int, str, str]]:
    """(whose, name, value): the document's own at `OWN`, else of the listed paper at that position."""
    holders = [(tables.OWN, document.identifiers)]
    holders += [(n, paper.identifiers) for n, paper in enumerate(document.related)]
    return [(n, name, value) for n, names in holders for name, value in names.items()]


def _facets(document: Document) -> set[tuple[str, str]]:
    return {
        *((("year", str(document.year)),) if document.year else ()),
        *((("journal", document.container.casefold()),) if document.container else ()),
        *(("language", one) for one in document.languages),
        *(("study_type", one) for one in study_types(document)),
    }


def _is_slice_of(document: Document, stored: StoredChunk) -> bool:
    """Whether the chunk and its sentences are what the document's text has at their offsets."""
    chunk = stored.chunk
    sections = {section.name for section in document.sections}
    return (
        chunk.text == document.text[chunk.start : chunk.end]
        and chunk.section in sections
        and all(
            string_hash(document.text[start:end]) == name
            for (start, end), name in zip(chunk.sentences, stored.sentence_hashes, strict=True)
        )
    )


def _chunk_values(stored: StoredChunk) -> dict[str, object]:
    chunk = stored.chunk
    sentences = zip(chunk.sentences, stored.sentence_hashes, strict=True)
    return {
        "chunk_id": chunk.chunk_id,
        "section": chunk.section,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "embedded_hash": stored.embedded_hash,
        "sentences": json.dumps([[start, end, name] for (start, end), name in sentences]),
    }


def _chunk(row: Mapping[str, Any]) -> StoredChunk:
    sentences = json.loads(row["sentences"])
    return StoredChunk(
        chunk=Chunk(
            chunk_id=row["chunk_id"],
            document_id=row["document_id"],
            section=row["section"],
            start=row["start"],
            end=row["end"],
            text=row["text"],
            sentences=tuple((start, end) for start, end, _ in sentences),
        ),
        embedded_hash=row["embedded_hash"],
        sentence_hashes=tuple(name for _, _, name in sentences),
    )
