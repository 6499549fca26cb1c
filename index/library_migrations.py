"""Steps from each schema of the library file to the next; all that are needed run in one transaction."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from index import library_tables as tables
from index.document_json import content_hashes, document_from_json, document_to_json
from index.library_rows import string_hash
from index.models import Document

APPLICATION_ID = 0x616C7361
"""Marks the file as a library of alsqa, for tools that look at SQLite files."""


def schema_version(connection: sa.Connection) -> int:
    """The schema of an open file; 0 where nothing was written yet."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def migrate(connection: sa.Connection) -> None:
    """Bring an open file of an older schema, or an empty one, to the present schema."""
    version = schema_version(connection)
    if version == 0:
        tables.metadata.create_all(connection)
    for step in _STEPS[version - 1 :] if version else ():
        step(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {tables.SCHEMA_VERSION}")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _from_1(connection: sa.Connection) -> None:
    """Sources apart from documents, a quarantine, runs, builds with their model, issued ids."""
    old_files = connection.exec_driver_sql(
        "SELECT path, content_hash, reader, failure, document_id, version FROM files"
    ).all()
    old_documents = connection.exec_driver_sql(
        "SELECT document_id, version, record, record_hash FROM documents"
    ).all()
    for name in ("files", "documents"):
        connection.exec_driver_sql(f"DROP TABLE {name}")
    tables.metadata.create_all(connection)
    _as_in_2(connection)
    records = {(row.document_id, row.version): row for row in old_documents}
    for row in old_documents:
        _insert_document(connection, row)
    for row in old_files:
        _insert_source(connection, row, records.get((row.document_id, row.version)))
    connection.exec_driver_sql(
        "INSERT INTO issued_ids (document_id) SELECT DISTINCT document_id FROM build_members"
    )
    connection.execute(
        sa.insert(tables.builds).from_select(
            ["build_id", "embedding", "digest", "made_at"],
            sa.select(
                tables.build_members.c.build_id,
                sa.literal(json.dumps(_MINILM)),
                sa.literal(tables.UNKNOWN_DIGEST),
                sa.literal(""),
            ).distinct(),
        )
    )
    connection.execute(
        sa.update(tables.vectors)
        .where(tables.vectors.c.fingerprint == _FIRST_MINILM)
        .values(fingerprint=_MINILM_FINGERPRINT)
    )


def _as_in_2(connection: sa.Connection) -> None:
    """Leave out what came later, for the next step brings it."""
    for name in ("status_reports", "facets", "same_works"):
        connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql("DROP TABLE quarantine")
    connection.exec_driver_sql(
        "CREATE TABLE quarantine (path VARCHAR PRIMARY KEY, content_hash VARCHAR NOT NULL, "
        "reader VARCHAR NOT NULL, reason TEXT NOT NULL, since VARCHAR NOT NULL)"
    )


def _from_2(connection: sa.Connection) -> None:
    """A quarantine of records, not of files alone; reports on papers' standing; facets; works that are held twice."""
    rows = connection.exec_driver_sql(
        "SELECT path, content_hash, reader, reason, since FROM quarantine"
    ).all()
    connection.exec_driver_sql("DROP TABLE quarantine")
    tables.metadata.create_all(connection)
    for row in rows:
        values = row._asdict() | {"position": tables.WHOLE_FILE}
        connection.execute(sa.insert(tables.quarantine), values)


def _insert_document(connection: sa.Connection, row: Any) -> None:
    document = document_from_json(row.record)
    text_hash, metadata_hash = content_hashes(document)
    connection.execute(
        sa.insert(tables.documents),
        {
            "document_id": row.document_id,
            "version": row.version,
            "record": row.record,
            "record_sha256": string_hash(row.record),
            "record_hash": row.record_hash,
            "text_hash": text_hash,
            "metadata_hash": metadata_hash,
            "paths": json.dumps([document.source_path]),
        },
    )


def _insert_source(connection: sa.Connection, file: Any, held: Any) -> None:
    """The file's document as its source; its reader stays the old one, so that it is read anew."""
    if held is None:
        return
    document = _without_added(document_from_json(held.record))
    record = document_to_json(document)
    state = {"path": file.path, "content_hash": document.content_hash}
    connection.execute(sa.insert(tables.files), state | {"reader": file.reader})
    connection.execute(
        sa.insert(tables.sources),
        state
        | {
            "position": 0,
            "document_id": document.document_id,
            "identifiers": json.dumps(asdict(document.identifiers)),
            "record": record,
            "record_sha256": string_hash(record),
        },
    )


def _without_added(document: Document) -> Document:
    nothing: dict[str, Any] = {field.name: None for field in document.added}
    return replace(document, added=(), **nothing)


# all-MiniLM-L6-v2 as the first schema called it, and as it was when the second came. Its identity
# may be another one later; what these vectors were made with stays what it was.
_FIRST_MINILM = (
    "sentence-transformers/all-MiniLM-L6-v2@53aa51172d142c89:sentence-transformers:fp32:mean:"
    "normalised:384:256"
)
_MINILM_FINGERPRINT = "384-mean-53aa5117@4a3d0648c20ef21c"
_MINILM = {
    "name": "sentence-transformers/all-MiniLM-L6-v2",
    "weights_sha256": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "runtime": "sentence-transformers/torch",
    "precision": "fp32",
    "artefact_sha256": "1e1905441ddcb813d85090821ccff1aa8a9881347a8f5ceb2ca4156f8ebcb0f6",
    "dimension": 384,
    "pooling": "mean",
    "normalised": True,
    "query_prefix": "",
    "document_prefix": "",
    "max_tokens": 256,
}

_STEPS: tuple[Callable[[sa.Connection], None], ...] = (_from_1, _from_2)
