"""Backups: the record and the conversations in one zip file, checked when it is made.

Builds are left out, for they are made again from the record.
"""

import json
import logging
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from index.backup_files import (
    BACKUPS_FOLDER,
    CONTENT,
    DATABASES,
    FORMAT,
    HISTORY,
    LIBRARY,
    BackupContent,
    DatabaseCopy,
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
from index.safe_files import sync

Progress = Callable[[str, int, int], None]
_AUTOMATIC = re.compile(r"alsqa-(\d{8}T\d{6}Z)(?:-([1-9]\d*))?\.zip")
_STEP_PAGES = 2_048
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_logger = logging.getLogger(__name__)


class _NotWrittenError(LibraryError):
    """A backup could not be written, though nothing is known to be damaged."""


def back_up(
    data_dir: Path,
    target: Path,
    *,
    now: datetime,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> BackupContent:
    """Write a backup to `target`, a new zip file; readers and writers go on meanwhile.

    Each database is copied as it is at one moment; a missing history is left out. Until it is done
    it needs about twice the library's size beside the target.

    Args:
        data_dir: the folder with the databases.
        target: a name that is free, in a folder that exists.
        now: the time to note in it.
        on_progress: called with a stage, and how many pages of how many are copied.

    Raises:
        LibraryError: there is no library, a database is damaged, or `target` cannot be written.
    """
    written = None
    if not is_taken(target):
        written = _write(data_dir, target.parent, [target.name], now=now, on_progress=on_progress)
    if written is None:
        raise LibraryError(f"{target} already exists.", "Choose another name for the backup.")
    return written[1]


def keep_automatic_backups(
    data_dir: Path, *, now: datetime, library_changed: bool, keep: int = 2
) -> list[Path]:
    """Back up into `backups/` where something changed, then remove all but the newest `keep`.

    A backup that cannot be written is logged, and older ones stay. `keep=0` turns this off.

    Returns:
        The automatic backups that there are, newest first.

    Raises:
        LibraryError: there is no library, or a database is damaged; older backups stay.
    """
    if keep < 1 or not (library_changed or _history_changed(data_dir)):
        return _automatic_backups(data_dir)
    folder = data_dir / BACKUPS_FOLDER
    try:
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
        same_second = [number for stamp, number in _by_age(folder) if stamp == utc_stamp(now)]
        # Above all that are there, so that a later one is never taken for an older one.
        first = max(same_second, default=0) + 1
        names = numbered_names(f"alsqa-{utc_stamp(now)}", ".zip", first=first)
        written = _write(data_dir, folder, names, now=now)
    except _NotWrittenError as error:
        _logger.warning("No automatic backup was written: %s", error)
        return _automatic_backups(data_dir)
    found = _automatic_backups(data_dir)
    # Where the clock was set back, the name of the one just written is not the newest.
    found.sort(key=lambda path: written is None or path != written[0])
    for old in found[keep:]:
        with suppress(OSError):
            old.unlink()
    return found[:keep]


def newest_backup(data_dir: Path) -> Path | None:
    """The newest automatic backup whose table of contents can be read, if there is one."""
    for path in _automatic_backups(data_dir):
        with suppress(LibraryError, OSError), opened_backup(path):
            return path
    return None


def _automatic_backups(data_dir: Path) -> list[Path]:
    found = _by_age(data_dir / BACKUPS_FOLDER)
    return [found[key] for key in sorted(found, reverse=True)]


def _by_age(folder: Path) -> dict[tuple[str, int], Path]:
    """The automatic backups in `folder` by the second they were made in, and number in it."""
    return {
        (name[1], int(name[2] or 1)): path
        for path in folder.glob("alsqa-*.zip")
        if (name := _AUTOMATIC.fullmatch(path.name))
    }


def _history_changed(data_dir: Path) -> bool:
    """Whether the newest backup, if there is one, lacks what was written to the history."""
    newest = newest_backup(data_dir)
    if newest is None:
        return True
    with opened_backup(newest) as (_archive, content):
        copy = content.copies.get(HISTORY)
    history = data_dir / HISTORY
    return history.is_file() and (copy is None or copy.modified_ns != _modified_ns(history))


def _modified_ns(database: Path) -> int:
    modified_ns = database.stat().st_mtime_ns
    with suppress(FileNotFoundError):
        log = database.with_name(f"{database.name}-wal").stat()
        # An empty log only says that somebody opened the database.
        modified_ns = max(modified_ns, log.st_mtime_ns if log.st_size else 0)
    return modified_ns


def _write(
    data_dir: Path,
    folder: Path,
    names: Iterable[str],
    *,
    now: datetime,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> tuple[Path, BackupContent] | None:
    """Make a backup and give it the first of `names` that is free; None where none is."""
    if not (data_dir / LIBRARY).is_file():
        raise LibraryError(f"There is no library in {data_dir}.", "Run: alsqa index.")
    try:
        with private_workspace(folder) as workspace:
            unfinished = workspace / "backup.zip"
            unfinished.touch(mode=0o600)
            content = _fill(unfinished, data_dir, now, on_progress)
            sync(unfinished)
            for name in names:
                if _publish(unfinished, folder / name):
                    return folder / name, content
    except OSError as error:
        raise _NotWrittenError(
            f"No backup can be written to {folder} ({error.strerror or error}).",
            "Check that the folder exists, its free space and its permissions.",
        ) from error
    return None


def _fill(unfinished: Path, data_dir: Path, now: datetime, on_progress: Progress) -> BackupContent:
    """Pack one database after the other, so that one copy at a time takes room."""
    content = BackupContent(now.astimezone(UTC), {})
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name in DATABASES:
            if (data_dir / name).is_file():
                copy = unfinished.with_name(name)
                modified_ns, user_version = _copy(data_dir / name, copy, on_progress)
                entry = _entry(name, content.created_at)
                with copy.open("rb") as read, archive.open(entry, "w", force_zip64=True) as out:
                    sha256 = copy_and_hash(read, out)
                size_bytes = copy.stat().st_size
                content.copies[name] = DatabaseCopy(sha256, size_bytes, user_version, modified_ns)
                copy.unlink()
        values = asdict(content) | {"created_at": content.created_at.isoformat()}
        text = json.dumps({"format": FORMAT} | values, indent=1)
        archive.writestr(_entry(CONTENT, content.created_at), text)
    return content


def _copy(database: Path, copy: Path, on_progress: Progress) -> tuple[int, int]:
    """Copy a live database and check the copy; returns when it was modified, and its user_version."""

    def show(_status: int, remaining: int, total: int) -> None:
        on_progress(f"copying {database.name}", total - remaining, total)

    copy.touch(mode=0o600)
    try:
        with closing(connect(database, "rw")) as live, closing(connect(copy, "rw")) as fresh:
            # Done now, so that closing has nothing left to write and the time noted stays true.
            with suppress(sqlite3.OperationalError):
                live.execute("PRAGMA wal_checkpoint(PASSIVE)")
            modified_ns = _modified_ns(database)
            # An open transaction holds one state; else each write would start the copy anew.
            live.execute("BEGIN")
            live.execute("SELECT count(*) FROM sqlite_master").fetchone()
            fresh.execute("PRAGMA journal_mode = OFF")
            fresh.execute("PRAGMA synchronous = OFF")
            live.backup(fresh, pages=_STEP_PAGES, progress=show)
        return modified_ns, check_database(copy)
    except sqlite3.Error as error:
        if sqlite_code(error) not in _DAMAGED:
            raise _NotWrittenError(
                f"{database} cannot be copied to {copy.parent.parent} ({error}).",
                "Check the disk's free space and the files' permissions.",
            ) from error
        newest = newest_backup(database.parent)
        raise LibraryError(
            f"{database} is damaged ({error}); no backup was made of it.",
            f"Restore the last one with: alsqa restore {newest}." if newest else "Move it away.",
        ) from error


def _publish(unfinished: Path, target: Path) -> bool:
    """Give the finished file its name in one step; False where something has that name."""
    try:
        target.hardlink_to(unfinished)  # unlike a rename, this never replaces anything
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if is_taken(target):
            return False
        unfinished.replace(target)
    with suppress(OSError):
        sync(target.parent)
    return True


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    entry.external_attr = 0o600 << 16
    return entry
