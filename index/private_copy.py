"""A reader's own copy of a build's files, checked byte by byte while it is made.

Chroma changes files when it opens them, and two processes must not share its folder. So what was
verified is never opened: each reader opens a copy, and the hashes of the original stay right.
"""

import errno
import hashlib
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import BuildError, DamagedBuildError

_BLOCK = 1 << 20
_NOT_THE_FILES_FAULT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_LOCK = ".lock"
_SECONDS_TO_WAIT = 1


class PrivateCopy:
    """A copy in a fresh folder of `scratch`, removed by `close`.

    The copy of a reader that was killed is removed by whoever makes the next one: the lock that
    a live reader holds in its folder tells which they are.

    Args:
        source: the folder to copy.
        file_hashes: sha256 of each file in it, by its path.
        besides: further files that lie there and are not copied; there must be no others.
        scratch: where copies lie.

    Raises:
        DamagedBuildError: a file is missing, is not as its hash says, or is one too many.
        BuildError: there is no room for the copy.
    """

    def __init__(
        self,
        source: Path,
        file_hashes: dict[str, str],
        *,
        scratch: Path,
        besides: Collection[str] = (),
    ) -> None:
        remove_abandoned(scratch)
        try:
            self.path, self._lock = _new_folder(scratch)
        except OSError as error:
            raise _no_room(scratch, error) from error
        try:
            _check_names(source, {*file_hashes, *besides})
            for name, expected in file_hashes.items():
                _copy(source / name, self.path / name, expected)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.path, ignore_errors=True)
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()


def _new_folder(scratch: Path) -> tuple[Path, FileLock]:
    """A name that is free, locked; another one where whoever tidies up has it in hand."""
    scratch.mkdir(parents=True, exist_ok=True)
    while True:
        path = scratch / secrets.token_hex(8)
        lock = FileLock(path.with_suffix(_LOCK), thread_local=False)
        with suppress(Timeout):
            lock.acquire(timeout=_SECONDS_TO_WAIT)
            return path, lock


def hash_files(folder: Path) -> dict[str, str]:
    """sha256 of each file below `folder`, by its path in it."""
    hashes = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        hashes[path.relative_to(folder).as_posix()] = digest
    return hashes


def _check_names(source: Path, expected: set[str]) -> None:
    others = [path for path in source.rglob("*") if not path.is_dir()]
    if odd := [path.name for path in others if not path.is_file()]:
        raise _damaged(source, f"{odd[0]} is no file")
    present = {path.relative_to(source).as_posix() for path in others}
    if present != expected:
        names = ", ".join(sorted(present ^ expected)[:3])
        raise _damaged(source, f"files were added or are missing: {names}")


def _copy(source: Path, target: Path, expected: str) -> None:
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as writing:
            for block in _blocks(source):
                digest.update(block)
                writing.write(block)
    except OSError as error:
        raise _no_room(target.parent, error) from error
    if digest.hexdigest() != expected:
        raise _damaged(source, "it has changed on disk")


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as reading:
            while block := reading.read(_BLOCK):
                yield block
    except OSError as error:
        if error.errno in _NOT_THE_FILES_FAULT:
            raise
        raise _damaged(path, error.strerror) from error


def remove_abandoned(scratch: Path) -> None:
    """Remove the copies of readers that were killed."""
    for path in scratch.glob(f"*{_LOCK}"):
        try:
            with FileLock(path).acquire(timeout=0):
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.unlink(missing_ok=True)
        except (Timeout, OSError):
            continue


def _damaged(path: Path, reason: object) -> DamagedBuildError:
    return DamagedBuildError(
        f"The search index is damaged ({path}: {reason}).",
        "Run: alsqa index. It is made again from stored vectors.",
    )


def _no_room(path: Path, error: OSError) -> BuildError:
    return BuildError(
        f"The search index cannot be opened: {path} cannot be written ({error.strerror}).",
        "Check the disk's free space and permissions.",
    )
