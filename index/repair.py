"""Makes a damaged live build again from the record: no file is read, no embedding computed."""

import shutil
from contextlib import suppress
from datetime import datetime

from index.build_paths import DAMAGED, BuildPaths
from index.builds import make_build
from index.digests import record_digest
from index.errors import DamagedBuildError, LibraryError, NoBuildError
from index.library import Library
from index.library_database import remedy
from index.library_rows import DocumentVersion
from index.library_tables import UNKNOWN_DIGEST
from index.manifest import Manifest
from index.open_build import open_build
from index.writer_lock import writer_lock


def repair_live_build(paths: BuildPaths, *, now: datetime) -> Manifest | None:
    """Set a damaged live build aside and make it again; None where it is well.

    Raises:
        LockedError: another process is writing.
        LibraryError: the record itself is damaged.
        DamagedBuildError: the record does not hold what the build was made from.
        NoBuildError: nothing was ever indexed.
    """
    if not paths.library.is_file():
        raise _nothing_indexed(paths)
    with writer_lock(paths.data_dir), Library(paths.library, writable=True) as library:
        try:
            open_build(paths, library, paths.live_build_id()).close()
        except (DamagedBuildError, NoBuildError):
            return rebuild(paths, library, now=now)
        return None


def rebuild(paths: BuildPaths, library: Library, *, now: datetime) -> Manifest:
    """A new build of what the live one holds, whatever its state; the caller holds the lock."""
    build_id = last_build(paths, library)
    members = check_members(library, build_id)
    embedding = library.builds.embedding(build_id)
    manifest = make_build(paths, library, members, embedding=embedding, now=now)
    set_aside(paths, build_id)
    return manifest


def check_members(library: Library, build_id: str) -> list[DocumentVersion]:
    """The versions that a build was made from, if the record still has them as they were then.

    Raises:
        LibraryError: it has not.
    """
    members = library.builds.members(build_id)
    entries = list(library.documents.entries(members))
    fingerprint = library.builds.embedding(build_id).fingerprint
    digest = record_digest(library, members, entries, fingerprint=fingerprint)
    if library.builds.digest(build_id) not in (digest, UNKNOWN_DIGEST):
        raise LibraryError(
            f"The library {library.path} is damaged (texts or vectors have changed on disk).",
            remedy(library.path),
        )
    return members


def set_aside(paths: BuildPaths, build_id: str) -> None:
    """Move a damaged build's folder out of the way; the last such folder is kept for a look at it.

    Only when another build is live: what looks like damage may have been want of room.
    """
    for old in paths.builds.glob(f"*{DAMAGED}"):
        shutil.rmtree(old, ignore_errors=True)
    with suppress(OSError):
        paths.build(build_id).rename(paths.builds / f"{build_id}{DAMAGED}")


def last_build(paths: BuildPaths, library: Library) -> str:
    """The live build by name, be its folder there or not; where none is known, the last one noted."""
    named = paths.named_build_id()
    if library.builds.digest(named) is not None:
        return named
    newest = library.builds.newest()
    if newest is None and named:
        raise LibraryError(
            f"The library {paths.library} is damaged (it does not know the build {named}).",
            remedy(paths.library),
        )
    if newest is None:
        raise _nothing_indexed(paths)
    return newest


def _nothing_indexed(paths: BuildPaths) -> NoBuildError:
    return NoBuildError(f"Nothing is indexed yet in {paths.data_dir}.", "Run: alsqa index.")
