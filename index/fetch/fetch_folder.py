"""The folder of one fetch: its files, and its progress in a hidden file that is never indexed.

What is written appears whole or not at all: it is written beside under a hidden name, synced, and
then renamed.
"""

import errno
import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from index.errors import LockedError
from index.fetch.errors import FetchError
from index.fetch.progress_file import Progress
from index.safe_files import sync

_PROGRESS = ".fetch.json"
_LOCK = ".fetch.lock"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SLUG_CHARACTERS = 40
_SECONDS_TO_WAIT = 0.2


class FetchFolder:
    """Files of one fetch and how far it has come."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Progress | None:
        """What an earlier run left, or None where there was none.

        A file that is gone, or of another size than was written, is pending again; what a run
        left half-written is removed.
        """
        file = self.path / _PROGRESS
        with _faults_told(file):
            for left in self.path.glob(".*.tmp"):
                left.unlink()
            if not file.exists():
                return None
            text = file.read_text(encoding="utf-8", errors="replace")
        try:
            progress = Progress.model_validate_json(text)
        except ValidationError as error:
            raise FetchError(
                f"{file} is damaged, or of another version.",
                "Move its folder away, then run the same command again: it fetches all anew.",
            ) from error
        for part in progress.parts:
            if part.size is not None and self._size(part.file) != part.size:
                part.size = None
        return progress

    def save(self, progress: Progress) -> None:
        """Write down how far it has come."""
        value = progress.model_dump(mode="json", exclude_defaults=True)
        self.write(_PROGRESS, json.dumps({"version": progress.version, **value}).encode())

    def write(self, name: str, data: bytes) -> int:
        """Write a file; its size in bytes.

        Raises:
            FetchError: it cannot be written; nothing of it is left.
        """
        file = self.path / name
        temporary = self.path / f".{name.lstrip('.')}.{secrets.token_hex(4)}.tmp"
        with _faults_told(file):
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(data)
                sync(temporary)
                temporary.replace(file)
            finally:
                temporary.unlink(missing_ok=True)
            sync(self.path)
        return len(data)

    def _size(self, name: str) -> int | None:
        try:
            return (self.path / name).stat().st_size
        except OSError:
            return None


def folder_name(source: str, words: str, key: str) -> str:
    """The name of a fetch's folder: from the words for people, from the key so that it is its own."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:_SLUG_CHARACTERS].strip("-")
    parts = (source, slug, hashlib.sha256(key.encode()).hexdigest()[:8])
    return "-".join(part for part in parts if part)


def earlier_fetches(root: Path) -> list[FetchFolder]:
    """The folders of earlier fetches, by name."""
    return [FetchFolder(file.parent) for file in sorted(root.glob(f"*/{_PROGRESS}"))]


@contextmanager
def fetch_lock(root: Path) -> Iterator[None]:
    """Have no other fetch write below `root`: two of them would ask a service twice as fast.

    Raises:
        LockedError: another does.
        FetchError: the folder cannot be made or written.
    """
    lock = FileLock(root / _LOCK)
    with _faults_told(root):
        root.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=_SECONDS_TO_WAIT)
        except Timeout as error:
            raise LockedError(
                f"Another alsqa fetch is writing to {root}.", "Wait for it to end, then try again."
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise FetchError(
                f"{path} cannot be written: there is no room for it ({error.strerror}).",
                "Free some space, then run the same command again: it goes on from what is kept.",
            ) from error
        raise FetchError(
            f"{path} cannot be read or written ({error.strerror or error}).",
            "Check its permissions, or choose another folder with --into.",
        ) from error
