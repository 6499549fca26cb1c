"""The library's SQLite file: connections, transactions, schema, and what its faults are called."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from index import library_tables as tables
from index.backup import newest_backup
from index.errors import LibraryError
from index.library_migrations import migrate, schema_version
from index.writer_lock import writer_lock

_MAX_VARIABLES = 500
_SECONDS_TO_WAIT = 10
_CONNECTIONS_KEPT = 16
"""Open ones between questions; where more threads ask at once, each has its own all the same."""


class LibraryDatabase:
    """An open library file; `writable` makes it where it does not exist.

    An older file is brought to this version's schema in one transaction.

    Raises:
        LibraryError: the file is missing (for reading), damaged, or of a newer schema.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        if not writable and not path.is_file():
            raise LibraryError(f"There is no library at {path}.", "Run: alsqa index.")
        if writable:
            _refuse_to_begin_anew(path)
            path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._engine = sa.create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": _SECONDS_TO_WAIT},
            hide_parameters=True,
            pool_size=_CONNECTIONS_KEPT,
            max_overflow=-1,
        )
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        sa.event.listen(self._engine, "connect", _configure)
        sa.event.listen(self._engine, "begin", _begin)
        try:
            self._bring_up_to_date(writable=writable)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the library."""
        try:
            with self.decoding(), self._engine.connect() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise self._fault(error) from error

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Rows become objects in the block; where they cannot, the file is damaged."""
        try:
            yield
        except (ValueError, TypeError, LookupError) as error:
            raise self.damaged(f"what it holds cannot be read: {error}") from error

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: all of it is kept, or nothing."""
        try:
            with self._writing.begin() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise self._fault(error) from error

    def check(self) -> None:
        """Raise LibraryError where SQLite finds its file damaged; reads the whole file."""
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if found != "ok":
            raise self.damaged(found)

    def damaged(self, reason: object) -> LibraryError:
        """The error for a file that is not what was written, with what to do."""
        return LibraryError(f"The library {self.path} is damaged ({reason}).", remedy(self.path))

    def compact(self) -> None:
        """Write the file anew without its free pages."""
        try:
            with self._engine.connect().execution_options(begin="SELECT 1") as connection:
                connection.exec_driver_sql("VACUUM")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except sa.exc.DatabaseError as error:
            raise self._fault(error) from error

    def _bring_up_to_date(self, *, writable: bool) -> None:
        with self.read() as connection:
            version = schema_version(connection)
        if version == tables.SCHEMA_VERSION:
            return
        if version > tables.SCHEMA_VERSION:
            raise LibraryError(
                f"The library {self.path} has schema {version}, this alsqa reads up to "
                f"{tables.SCHEMA_VERSION}.",
                "Use the alsqa that wrote it, or another ALSQA_DATA_DIR.",
            )
        if version == 0 and not writable:
            raise LibraryError(f"{self.path} is no library of alsqa.", "Run: alsqa index.")
        # Whoever opens to write holds the writer's lock already.
        with nullcontext() if writable else writer_lock(self.path.parent), self.write() as writing:
            migrate(writing)

    def _fault(self, error: sa.exc.DatabaseError) -> LibraryError:
        reason = str(error.orig)
        if isinstance(error, sa.exc.OperationalError) and "malformed" not in reason:
            return LibraryError(
                f"The library {self.path} cannot be used ({reason}).",
                "Check the disk's free space and the file's permissions, then run: alsqa index.",
            )
        return self.damaged(reason)


def _refuse_to_begin_anew(path: Path) -> None:
    """Where there is a backup there was a library: an empty one must not take its place unasked."""
    is_empty = not path.is_file() or path.stat().st_size == 0
    if is_empty and (backup := newest_backup(path.parent)):
        raise LibraryError(
            f"The library {path} is gone, though there is a backup of it.",
            f"Restore it with: alsqa restore {backup}. To begin anew, move {backup.parent} away.",
        )


def remedy(path: Path) -> str:
    """What to do about a damaged library file."""
    backup = newest_backup(path.parent)
    if backup:
        return f"Restore the last backup with: alsqa restore {backup}."
    return f"There is no backup; move {path} away and run: alsqa index."


def batches(items: Sequence[str]) -> Iterator[list[str]]:
    """`items` in pieces that one SQL statement can name."""
    iterator = iter(items)
    while batch := list(islice(iterator, _MAX_VARIABLES)):
        yield batch


def is_one_of(column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
    """Whether the column is in the JSON list that is given as the parameter `name`.

    The statement is the same for a list of any length, so it is compiled once.
    """
    return column.in_(
        sa.select(sa.func.json_each(sa.bindparam(name)).table_valued("value").c.value)
    )


def of_version(table: sa.Table, document_id: str, version: str) -> sa.ColumnElement[bool]:
    """The rows of `table` that belong to one version of one document."""
    return sa.and_(table.c.document_id == document_id, table.c.version == version)


def in_build(table: sa.Table, build_id: str) -> sa.ColumnElement[bool]:
    """The join of `table` with the members of a build."""
    return sa.and_(
        tables.build_members.c.build_id == build_id,
        tables.build_members.c.document_id == table.c.document_id,
        tables.build_members.c.version == table.c.version,
    )


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    # sqlite3 would commit before every change of the schema; transactions are begun below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
