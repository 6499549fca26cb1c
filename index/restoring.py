"""Puts a backup's databases in place of the present ones, which are kept aside."""

import logging
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.backup_files import (
    BACKUPS_FOLDER,
    LIBRARY,
    BackupContent,
    check_database,
    connect,
    copy_and_hash,
    is_taken,
    numbered_names,
    opened_backup,
    private_workspace,
    sqlite_code,
    utc_stamp,
)
from index.errors import LibraryError
from index.library_tables import SCHEMA_VERSION
from index.safe_files import sync

_SIDE_FILES = ("-wal", "-shm", "-journal")
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, and the folder where the files that it replaced are now, if there were any."""

    content: BackupContent
    replaced: Path | None


def restore(data_dir: Path, source: Path, *, now: datetime) -> RestoreReport:
    """Put a backup's databases in place; the caller holds the writer's lock.

    What they replace is kept in `backups/replaced-<time>/`; where the backup has no history, the
    present one stays. If it is killed, restoring again completes it.

    Raises:
        LibraryError: `source` is no sound backup or of a newer alsqa, or another process has the
            databases open; nothing has changed.
    """
    if not source.is_file():
        raise LibraryError(f"There is no backup at {source}.", "Check the path.")
    try:
        with private_workspace(data_dir) as workspace:
            content = _extract(source, workspace)
            for name in content.copies:
                _fold_log(data_dir / name)
            return RestoreReport(content, _put_in_place(workspace, data_dir, content.copies, now))
    except OSError as error:
        raise LibraryError(
            f"{source} cannot be restored to {data_dir} ({error.strerror or error}).",
            "Check the disk's free space and the folder's permissions, then restore it again.",
        ) from error


def _extract(source: Path, workspace: Path) -> BackupContent:
    with opened_backup(source) as (archive, content):
        for name, copy in content.copies.items():
            fresh = workspace / name
            fresh.touch(mode=0o600)
            with archive.open(name) as read, fresh.open("wb") as out:
                if copy_and_hash(read, out) != copy.sha256:
                    raise ValueError(f"{name} is not as it was written")
            if check_database(fresh) > SCHEMA_VERSION and name == LIBRARY:
                raise LibraryError(
                    f"The library in {source} is of a newer schema than {SCHEMA_VERSION}.",
                    "Use the alsqa that wrote it.",
                )
            sync(fresh)
    return content


def _fold_log(database: Path) -> None:
    """Fold the write-ahead log into its database, so that none is left to meet another one.

    Raises:
        LibraryError: another process has it open, and would go on writing to what is moved aside.
    """
    if not database.is_file():
        return
    try:
        # First to read alone: a writer would fold the log into a file that is no database, too.
        with closing(connect(database, "ro")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(connect(database, "rw")) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if sqlite_code(error) in _IN_USE:
            raise LibraryError(
                f"{database} is in use.", "Stop alsqa serve and whatever else has it open."
            ) from error
        _logger.warning("%s is moved aside as it is (%s)", database, error)


def _put_in_place(
    workspace: Path, data_dir: Path, names: Iterable[str], now: datetime
) -> Path | None:
    """Move the new databases in; returns the folder to which the present ones went."""
    parts = {name: [data_dir / f"{name}{end}" for end in ("", *_SIDE_FILES)] for name in names}
    present = [part for group in parts.values() for part in group if is_taken(part)]
    aside = _set_aside(present, data_dir / BACKUPS_FOLDER, now) if present else None
    for name, (database, *side_files) in parts.items():
        if any(is_taken(part) for part in side_files):
            # SQLite would apply an old log to a new database. The old database goes first: a kill
            # then leaves none, which is noticed, rather than one without its log, which is not.
            for part in (database, *side_files):
                part.unlink(missing_ok=True)
            sync(data_dir)
        (workspace / name).replace(database)
    sync(data_dir)
    return aside


def _set_aside(present: Iterable[Path], backups: Path, now: datetime) -> Path:
    """Keep the files in a new folder of `backups`; they stay where they are, too, if that can be."""
    backups.mkdir(mode=0o700, exist_ok=True)
    names = (backups / name for name in numbered_names(f"replaced-{utc_stamp(now)}"))
    aside = next(folder for folder in names if not is_taken(folder))
    aside.mkdir(mode=0o700)
    for part in present:
        try:
            (aside / part.name).hardlink_to(part)
        except OSError:  # another disk, or a file system without hard links
            shutil.move(part, aside / part.name)
    sync(aside)
    sync(backups)
    return aside
