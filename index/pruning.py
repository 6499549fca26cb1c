"""Gives disk space back: builds that readers have left, texts that no build holds, litter."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.build_paths import DAMAGED, BuildPaths
from index.builds import remove_old_builds
from index.library import Library
from index.private_copy import remove_abandoned
from index.settings import IndexSettings
from index.writer_lock import writer_lock


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was removed: ids of builds, and bytes of everything."""

    builds: tuple[str, ...]
    bytes_freed: int


def prune(settings: IndexSettings, *, now: datetime) -> PruneReport:
    """Remove what nothing needs; vectors stay, so that a file that comes back is not embedded anew.

    Raises:
        LockedError: another process is writing.
        NoBuildError: nothing is indexed yet.
        LibraryError: the library cannot be opened.
    """
    paths = BuildPaths(settings.data_dir)
    paths.live_build_id()  # where nothing was indexed, nothing is made
    with writer_lock(settings.data_dir), Library(paths.library, writable=True) as library:
        before = _size(settings.data_dir)
        paths.remove_leftovers()
        remove_abandoned(paths.scratch)
        live = library.builds.members(paths.live_build_id())
        removed = remove_old_builds(paths, library, keep_versions=live, now=now)
        for folder in paths.builds.glob(f"*{DAMAGED}"):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
        library.compact()
        return PruneReport(tuple(removed), max(0, before - _size(settings.data_dir)))


def _size(folder: Path) -> int:
    """Bytes of all files; one that a reader removes meanwhile counts as nothing."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size += (Path(parent) / name).stat().st_size
    return size
