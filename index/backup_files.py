"""The zip file that a backup is: its table of contents, its checks, and the safe handling of unfinished files."""

import errno
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.errors import LibraryError

DATABASES = ("library.db", "history.db")
LIBRARY, HISTORY = DATABASES
CONTENT = "backup.json"
FORMAT = 1
_UNFINISHED = ".alsqa-unfinished-"
BACKUPS_FOLDER = "backups"
_PIECE_BYTES = 1 << 20
_MAX_CONTENT_BYTES = 1 << 16
_SECONDS_TO_WAIT = 10
# What it raises to read a damaged or foreign file as a backup.
_UNSOUND = (
    *(zipfile.BadZipFile, sqlite3.DatabaseError, struct.error, EOFError, RuntimeError),
    *(ValueError, TypeError, LookupError, AttributeError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """One database as a backup holds it."""

    sha256: str
    size_bytes: int
    user_version: int
    modified_ns: int
    """When the live file was last written to; where that is another time now, it has changed."""


@dataclass(frozen=True, slots=True)
class BackupContent:
    """What a backup holds."""

    created_at: datetime
    copies: dict[str, DatabaseCopy]

    @property
    def databases(self) -> dict[str, int]:
        """Size in bytes of each database, by file name."""
        return {name: copy.size_bytes for name, copy in self.copies.items()}


@contextmanager
def opened_backup(source: Path) -> Iterator[tuple[zipfile.ZipFile, BackupContent]]:
    """A backup and its table of contents; what the block finds wrong with it is a LibraryError."""
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive, _read_content(archive)
    except (*_UNSOUND, OSError) as error:
        # Damaged offsets in an archive make zipfile seek to places that are none.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise LibraryError(
            f"{source} is no sound backup of alsqa ({error}).", "Choose another backup."
        ) from error


def _read_content(archive: zipfile.ZipFile) -> BackupContent:
    """The table of contents, held against what the archive has; raises one of `_UNSOUND`."""
    with archive.open(CONTENT) as member:
        values = json.loads(member.read(_MAX_CONTENT_BYTES))
    if values["format"] != FORMAT:
        raise ValueError(f"its format is {values['format']!r}, this alsqa reads {FORMAT}")
    copies = {name: DatabaseCopy(**copy) for name, copy in values["copies"].items()}
    members = sorted(info.filename for info in archive.infolist())
    if members != sorted([CONTENT, *copies]) or LIBRARY not in copies or {*copies} - {*DATABASES}:
        raise ValueError("it does not hold the files that a backup does")
    for name, copy in copies.items():
        info = archive.getinfo(name)
        # Not compressed: what is written on extracting is no more than what was read.
        if (info.compress_type, info.file_size) != (zipfile.ZIP_STORED, copy.size_bytes):
            raise ValueError(f"{name} is not as it was written")
    return BackupContent(datetime.fromisoformat(values["created_at"]).astimezone(UTC), copies)


def check_database(database: Path) -> int:
    """The user_version of a database that nobody else has open; raises sqlite3.Error if damaged."""
    # Immutable: to read it makes no log beside it.
    with closing(connect(database, "ro&immutable=1")) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (user_version,) = connection.execute("PRAGMA user_version").fetchone()
    if not tables or (database.name == LIBRARY and not user_version):
        raise sqlite3.DatabaseError("it holds nothing of alsqa")
    return int(user_version)


@contextmanager
def private_workspace(folder: Path) -> Iterator[Path]:
    """A private folder in `folder` for unfinished files; those of killed processes are removed."""
    with ExitStack() as held:
        with open_descriptor(folder) as guard:
            # Nobody may take the new one for a leftover before it has a lock of its own.
            with suppress(OSError):
                fcntl.flock(guard, fcntl.LOCK_EX)
            for leftover in folder.glob(f"{_UNFINISHED}*"):
                with suppress(OSError), open_descriptor(leftover) as found:
                    fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(leftover)
            workspace = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
            own = held.enter_context(open_descriptor(workspace))
            # Network file systems may have no such locks; what is left there stays.
            with suppress(OSError):
                fcntl.flock(own, fcntl.LOCK_EX)
        try:
            yield workspace
        finally:
            shutil.rmtree(workspace, ignore_errors=True)


def copy_and_hash(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy to the end; returns the sha256 of what was copied."""
    digest = hashlib.sha256()
    while piece := source.read(_PIECE_BYTES):
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def connect(database: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{database.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=_SECONDS_TO_WAIT,
        isolation_level=None,
    )


def sqlite_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; an error raised here stands for damage that a check found."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)) & 0xFF


def utc_stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def numbered_names(stem: str, ending: str = "", *, first: int = 1) -> Iterator[str]:
    for number in itertools.count(first):
        yield f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}"


def is_taken(path: Path) -> bool:
    return path.exists() or path.is_symlink()


@contextmanager
def open_descriptor(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
