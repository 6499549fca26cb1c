"""One writer at a time: a lock file that names the process that holds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryError, LockedError


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
    holder = data_dir / "writer.pid"
    try:
        with FileLock(data_dir / "writer.lock", timeout=0.2):
            holder.write_text(str(os.getpid()), encoding="utf-8")
            try:
                yield
            finally:
                holder.unlink(missing_ok=True)
    except Timeout as error:
        process = holder.read_text(encoding="utf-8") if holder.is_file() else "unknown"
        raise LockedError(
            f"Process {process} is writing to {data_dir}.", "Wait for it to end, then try again."
        ) from error
