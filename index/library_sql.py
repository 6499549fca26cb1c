"""SQL of the library: rows in and out of its tables, over an open connection."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.document_json import document_to_json
from index.library_rows import (
    BuildEntry,
    DocumentVersion,
    FileRow,
    PreparedDocument,
    StoredChunk,
    listed_entry_id,
)
from index.models import Chunk

_MAX_VARIABLES = 500


def same_version(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        tables.build_members.c.document_id == table.c.document_id,
        tables.build_members.c.version == table.c.version,
    )


def build_entries(connection: sa.Connection, member: DocumentVersion) -> Iterator[BuildEntry]:
    def of_member(table: sa.Table) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.document_id == member.document_id, table.c.version == member.version)

    chunks = sa.select(tables.chunks.c.chunk_id, tables.chunks.c.embedded_hash).where(
        of_member(tables.chunks)
    )
    for row in connection.execute(chunks.order_by(tables.chunks.c.chunk_id)):
        yield BuildEntry(row.chunk_id, "chunks", row.embedded_hash)
    record_hash = connection.scalar(
        sa.select(tables.documents.c.record_hash).where(of_member(tables.documents))
    )
    if record_hash:
        yield BuildEntry(member.document_id, "records", record_hash)
    listed = sa.select(tables.listed.c.position, tables.listed.c.embedded_hash).where(
        of_member(tables.listed)
    )
    for row in connection.execute(listed.order_by(tables.listed.c.position)):
        yield BuildEntry(
            listed_entry_id(member.document_id, row.position), "records", row.embedded_hash
        )


def store_document(connection: sa.Connection, item: PreparedDocument) -> None:
    key = {"document_id": item.document.document_id, "version": item.version}
    connection.execute(
        insert(tables.documents)
        .values(**key, record=document_to_json(item.document), record_hash=item.record_hash)
        .on_conflict_do_nothing()
    )
    chunks = [
        key
        | {
            "chunk_id": stored.chunk.chunk_id,
            "section": stored.chunk.section,
            "start": stored.chunk.start,
            "end": stored.chunk.end,
            "text": stored.chunk.text,
            "embedded_hash": stored.embedded_hash,
            "sentences": json.dumps(
                [
                    [start, end, name]
                    for (start, end), name in zip(
                        stored.chunk.sentences, stored.sentence_hashes, strict=True
                    )
                ]
            ),
        }
        for stored in item.chunks
    ]
    listed = [
        key | {"position": position, "embedded_hash": name}
        for position, name in enumerate(item.listed_hashes)
    ]
    holders = [(tables.OWN, item.document.identifiers)]
    holders += [(n, paper.identifiers) for n, paper in enumerate(item.document.related)]
    names = [
        key | {"position": position, "name": name, "value": value}
        for position, identifiers in holders
        for name, value in identifiers.items()
    ]
    for table, rows in (
        (tables.chunks, chunks),
        (tables.listed, listed),
        (tables.identifiers, names),
    ):
        if rows:
            connection.execute(insert(table).on_conflict_do_nothing(), rows)


def stored_chunk(row: sa.Row[tuple[object, ...]]) -> StoredChunk:
    sentences = json.loads(row.sentences)
    return StoredChunk(
        chunk=Chunk(
            chunk_id=row.chunk_id,
            document_id=row.document_id,
            section=row.section,
            start=row.start,
            end=row.end,
            text=row.text,
            sentences=tuple((start, end) for start, end, _ in sentences),
        ),
        embedded_hash=row.embedded_hash,
        sentence_hashes=tuple(name for _, _, name in sentences),
    )


def file_row(row: sa.Row[tuple[object, ...]]) -> FileRow:
    document = DocumentVersion(row.document_id, row.version) if row.document_id else None
    return FileRow(row.path, row.content_hash, row.reader, row.failure, document)


def batches(items: Sequence[str]) -> Iterator[list[str]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _MAX_VARIABLES)):
        yield batch


def configure_connection(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
