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
from index.library_rows import FileState, Quarantined, SourceHead, SourceRow, string_hash

CONFLICT = "conflict"
"""In place of a reader: the file was read well, its paper contradicts another file's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave, or a part of it: documents, the end of the file, or a failure."""

    path: str
    state: FileState
    rows: tuple[SourceRow, ...] = ()
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

    def quarantined(self) -> dict[str, Quarantined]:
        """Files that give no document as they are now, by path, sorted."""
        query = sa.select(tables.quarantine).order_by(tables.quarantine.c.path)
        with self._database.read() as connection:
            return {
                row.path: Quarantined(
                    row.path, FileState(row.content_hash, row.reader), row.reason, row.since
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
                if reading.rows:
                    rows = [_values(row) for row in reading.rows]
                    connection.execute(insert(tables.sources).prefix_with("OR REPLACE"), rows)
                if reading.whole:
                    _finish(connection, reading)

    def replace_conflicts(self, reasons: dict[str, str], *, now: datetime) -> None:
        """Make `reasons` (by path) the conflicts between files."""
        before = {path: row.since for path, row in self.quarantined().items()}
        with self._database.write() as connection:
            connection.execute(
                sa.delete(tables.quarantine).where(tables.quarantine.c.reader == CONFLICT)
            )
            for path, reason in reasons.items():
                connection.execute(
                    insert(tables.quarantine).on_conflict_do_nothing(),
                    {
                        "path": path,
                        "content_hash": "",
                        "reader": CONFLICT,
                        "reason": reason,
                        "since": before.get(path, now.isoformat()),
                    },
                )

    def keep_only(self, paths: Iterable[str]) -> None:
        """Forget files that are no longer there, with what they gave."""
        kept = set(paths)
        known = self.files().keys() | self.quarantined().keys()
        with self._database.write() as connection:
            for path in known - kept:
                for table in (tables.files, tables.sources, tables.quarantine):
                    connection.execute(sa.delete(table).where(table.c.path == path))


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


def _finish(connection: sa.Connection, reading: Reading) -> None:
    state = {"content_hash": reading.state.content_hash, "reader": reading.state.reader}
    connection.execute(
        sa.delete(tables.sources).where(
            tables.sources.c.path == reading.path,
            tables.sources.c.content_hash != reading.state.content_hash,
        )
    )
    connection.execute(
        insert(tables.files)
        .values(path=reading.path, **state)
        .on_conflict_do_update(index_elements=["path"], set_=state)
    )
    connection.execute(sa.delete(tables.quarantine).where(tables.quarantine.c.path == reading.path))


def _set_aside(connection: sa.Connection, reading: Reading, now: datetime) -> None:
    held = connection.scalar(
        sa.select(tables.files.c.content_hash).where(tables.files.c.path == reading.path)
    )
    connection.execute(
        sa.delete(tables.sources).where(
            tables.sources.c.path == reading.path, tables.sources.c.content_hash != (held or "")
        )
    )
    since = connection.scalar(
        sa.select(tables.quarantine.c.since).where(
            tables.quarantine.c.path == reading.path, tables.quarantine.c.reason == reading.failure
        )
    )
    connection.execute(
        insert(tables.quarantine).prefix_with("OR REPLACE"),
        {
            "path": reading.path,
            "content_hash": reading.state.content_hash,
            "reader": reading.state.reader,
            "reason": reading.failure,
            "since": since or now.isoformat(),
        },
    )
