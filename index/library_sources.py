"""What single files give: the sources that documents are made from, and the quarantine."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.identifiers import Identifiers
from index.library_database import LibraryDatabase
from index.library_rows import (
    FileState,
    Quarantined,
    RefusedRow,
    SourceHead,
    SourceKey,
    SourceRow,
    string_hash,
)
from index.library_status import names_of, report_rows

CONFLICT = "conflict"
"""In place of a reader: it was read well, but its paper contradicts another file's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave, or a part of it: documents, the end of the file, or a failure."""

    path: str
    state: FileState
    rows: tuple[SourceRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    whole: bool = False
    failure: str | None = None


class Sources:
    """Files, their documents and the quarantine in an open library."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def files(self) -> dict[str, FileState]:
        """Files that were read well, by path."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(tables.files))
            return {row.path: FileState(row.content_hash, row.reader) for row in rows}

    def quarantined(self) -> dict[SourceKey, Quarantined]:
        """Files and records that give no document as they are now, sorted."""
        columns = tables.quarantine.c
        query = sa.select(tables.quarantine).order_by(columns.path, columns.position)
        with self._database.read() as connection:
            return {
                SourceKey(row.path, row.position): Quarantined(
                    path=row.path,
                    position=row.position,
                    state=FileState(row.content_hash, row.reader),
                    reason=row.reason,
                    since=row.since,
                )
                for row in connection.execute(query)
            }

    def heads(self) -> list[SourceHead]:
        """Every source that counts, without its text, sorted by path and position."""
        columns = (
            *(tables.sources.c.path, tables.sources.c.position, tables.sources.c.document_id),
            *(tables.sources.c.identifiers, tables.sources.c.record_sha256),
        )
        query = (
            sa.select(*columns)
            .join(tables.files, _is_current())
            .order_by(tables.sources.c.path, tables.sources.c.position)
        )
        with self._database.read() as connection:
            return [
                SourceHead(
                    path=row.path,
                    position=row.position,
                    document_id=row.document_id,
                    identifiers=Identifiers(**json.loads(row.identifiers)),
                    record_sha256=row.record_sha256,
                )
                for row in connection.execute(query)
            ]

    def records(self, heads: Sequence[SourceHead]) -> tuple[str, ...]:
        """The documents of those sources as JSON text, in their order.

        Raises:
            LibraryError: one is not what was stored.
        """
        with self._database.read() as connection:
            return tuple(self._record(connection, head) for head in heads)

    def titles(self, heads: Sequence[SourceHead]) -> tuple[str | None, ...]:
        """The titles of those sources, in their order; None where there is none to read."""
        record = tables.sources.c.record
        title = sa.func.json_extract(record, "$.title")
        query = (
            sa.select(sa.case((sa.func.json_valid(record) == 1, title)))
            .join(tables.files, _is_current())
            .where(
                tables.sources.c.path == sa.bindparam("of_path"),
                tables.sources.c.position == sa.bindparam("at"),
            )
        )
        with self._database.read() as connection:
            return tuple(
                connection.scalar(query, {"of_path": head.path, "at": head.position})
                for head in heads
            )

    def check(self) -> None:
        """Raise LibraryError unless every source is what was stored."""
        for head in self.heads():
            self.records([head])

    def _record(self, connection: sa.Connection, head: SourceHead) -> str:
        query = (
            sa.select(tables.sources.c.record)
            .join(tables.files, _is_current())
            .where(tables.sources.c.path == head.path, tables.sources.c.position == head.position)
        )
        record: str = connection.execute(query).scalar_one()
        if string_hash(record) != head.record_sha256:
            raise self._database.damaged(f"what {head.path} gave has changed on disk")
        return record

    def record(self, readings: Iterable[Reading], *, now: datetime) -> None:
        """Keep what was read, in one transaction.

        A file's earlier content counts until the new one was read whole; a failure leaves it.
        """
        with self._database.write() as connection:
            for reading in readings:
                if reading.failure is not None:
                    _set_aside(connection, reading, now)
                    continue
                if reading.rows or reading.refused:
                    _forget_records(connection, (*reading.rows, *reading.refused))
                if reading.rows:
                    rows = [_values(row) for row in reading.rows]
                    connection.execute(insert(tables.sources), rows)
                    _note_status(connection, reading.rows, now)
                for refused in reading.refused:
                    _quarantine(connection, reading, refused.position, refused.reason, now)
                if reading.whole:
                    _finish(connection, reading)

    def replace_conflicts(self, reasons: dict[SourceKey, str], *, now: datetime) -> None:
        """Make `reasons` the conflicts between files."""
        before = {key: row.since for key, row in self.quarantined().items()}
        with self._database.write() as connection:
            connection.execute(
                sa.delete(tables.quarantine).where(tables.quarantine.c.reader == CONFLICT)
            )
            for key, reason in reasons.items():
                connection.execute(
                    insert(tables.quarantine).on_conflict_do_nothing(),
                    {
                        "path": key.path,
                        "position": key.position,
                        "content_hash": "",
                        "reader": CONFLICT,
                        "reason": reason,
                        "since": before.get(key, now.isoformat()),
                    },
                )

    def keep_only(self, paths: Iterable[str]) -> None:
        """Forget files that are no longer there, with what they gave."""
        kept = set(paths)
        known = self.files().keys() | {key.path for key in self.quarantined()}
        with self._database.write() as connection:
            for path in known - kept:
                for table in (tables.files, tables.quarantine):
                    connection.execute(sa.delete(table).where(table.c.path == path))
                _keep_content(connection, path, "")


def _is_current() -> sa.ColumnElement[bool]:
    return sa.and_(
        tables.files.c.path == tables.sources.c.path,
        tables.files.c.content_hash == tables.sources.c.content_hash,
    )


def _values(row: SourceRow) -> dict[str, object]:
    return {
        "path": row.path,
        "content_hash": row.content_hash,
        "position": row.position,
        "document_id": row.document_id,
        "identifiers": json.dumps(asdict(row.identifiers)),
        "record": row.record,
        "record_sha256": row.record_sha256,
    }


def _note_status(connection: sa.Connection, rows: Iterable[SourceRow], now: datetime) -> None:
    values: list[dict[str, object]] = []
    for row in rows:
        if row.status is not None:
            values += report_rows(
                origin=row.path,
                content_hash=row.content_hash,
                position=row.position,
                names=names_of(row.document_id, row.identifiers),
                report=row.status,
                checked_at=now.isoformat(),
            )
    if values:
        connection.execute(insert(tables.status_reports), values)


def _forget_records(connection: sa.Connection, rows: Sequence[SourceRow | RefusedRow]) -> None:
    """Remove what other parsers made of the same records of the same content."""
    keys = [
        {"of_path": row.path, "of_content": row.content_hash, "at": row.position} for row in rows
    ]
    for table, path in (
        (tables.sources, tables.sources.c.path),
        (tables.status_reports, tables.status_reports.c.origin),
    ):
        is_record = sa.and_(
            path == sa.bindparam("of_path"),
            table.c.content_hash == sa.bindparam("of_content"),
            table.c.position == sa.bindparam("at"),
        )
        connection.execute(sa.delete(table).where(is_record), keys)


def _finish(connection: sa.Connection, reading: Reading) -> None:
    """Let what was read count, and nothing that was read of the file before."""
    state = {"content_hash": reading.state.content_hash, "reader": reading.state.reader}
    _keep_content(connection, reading.path, reading.state.content_hash)
    connection.execute(
        insert(tables.files)
        .values(path=reading.path, **state)
        .on_conflict_do_update(index_elements=["path"], set_=state)
    )
    columns = tables.quarantine.c
    is_of_now = sa.and_(
        columns.position != tables.WHOLE_FILE,
        columns.content_hash == state["content_hash"],
        columns.reader == state["reader"],
    )
    connection.execute(
        sa.delete(tables.quarantine).where(columns.path == reading.path, sa.not_(is_of_now))
    )


def _set_aside(connection: sa.Connection, reading: Reading, now: datetime) -> None:
    """Note why the file cannot be read; what it gave before goes on counting."""
    held = connection.scalar(
        sa.select(tables.files.c.content_hash).where(tables.files.c.path == reading.path)
    )
    _keep_content(connection, reading.path, held or "")
    columns = tables.quarantine.c
    of_other_content = sa.and_(columns.reader != CONFLICT, columns.content_hash != (held or ""))
    connection.execute(
        sa.delete(tables.quarantine).where(
            columns.path == reading.path, columns.position != tables.WHOLE_FILE, of_other_content
        )
    )
    _quarantine(connection, reading, tables.WHOLE_FILE, reading.failure or "", now)


def _keep_content(connection: sa.Connection, path: str, content_hash: str) -> None:
    """Remove what other contents of the file gave; an imported list of that name stays."""
    sources, reports = tables.sources.c, tables.status_reports.c
    connection.execute(
        sa.delete(tables.sources).where(sources.path == path, sources.content_hash != content_hash)
    )
    connection.execute(
        sa.delete(tables.status_reports).where(
            reports.origin == path, reports.content_hash.not_in((content_hash, tables.IMPORTED))
        )
    )


def _quarantine(
    connection: sa.Connection, reading: Reading, position: int, reason: str, now: datetime
) -> None:
    columns = tables.quarantine.c
    since = connection.scalar(
        sa.select(columns.since).where(
            columns.path == reading.path, columns.position == position, columns.reason == reason
        )
    )
    connection.execute(
        insert(tables.quarantine).prefix_with("OR REPLACE"),
        {
            "path": reading.path,
            "position": position,
            "content_hash": reading.state.content_hash,
            "reader": reading.state.reader,
            "reason": reason,
            "since": since or now.isoformat(),
        },
    )
