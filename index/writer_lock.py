"""One writer at a time: a lock file that names the process that holds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryError, LockedError

_SECONDS_TO_WAIT = 0.2


@contextmanager
def writer_lock(data_dir: Path) -> Iterator[None]:
    """Hold the library's write lock for the block.

    Raises:
        LockedError: another process holds it; the message names its process id.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The data directory {data_dir} cannot be made ({error.strerror}).",
            "Choose another with ALSQA_DATA_DIR.",
        ) from error
    lock = FileLock(data_dir / "writer.lock")
    holder = data_dir / "writer.pid"
    try:
        lock.acquire(timeout=_SECONDS_TO_WAIT)
    except Timeout as error:
        raise LockedError(
            f"Process {_holder(holder)} is writing to {data_dir}.",
            "Wait for it to end, then try again.",
        ) from error
    except OSError as error:
        raise _not_writable(data_dir, error) from error
    try:
        _write(holder, data_dir)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _write(holder: Path, data_dir: Path) -> None:
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
    except OSError as error:
        raise _not_writable(data_dir, error) from error


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "unknown"
    except OSError:
        return "unknown"


def _not_writable(data_dir: Path, error: OSError) -> LibraryError:
    return LibraryError(
        f"The data directory {data_dir} cannot be written ({error.strerror}).",
        "Check the disk's free space and permissions, or choose another with ALSQA_DATA_DIR.",
    )
