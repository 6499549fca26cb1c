"""Builds: from versions in the record to a verified Chroma folder, switched live by one replace.

`builds/<id>/` holds the Chroma folder and `manifest.json`; `CURRENT` names the live build. A build
is never written to once it is made, so a kill or a full disk costs a build, not the library.
"""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from index.build_indices import write_lexical_index, write_vector_indices, written_by
from index.build_paths import DAMAGED, MANIFEST, BuildPaths
from index.dense import COLLECTIONS
from index.digests import entries_digest, record_digest
from index.embedding import EmbeddingIdentity
from index.errors import AlsqaError, BuildError, DamagedBuildError
from index.library import Library
from index.library_rows import DocumentVersion
from index.manifest import FORMAT, Manifest, write_manifest
from index.open_build import open_build
from index.private_copy import hash_files
from index.safe_files import replace_text, sync, sync_folder
from index.same_work import SameWork, same_works
from index.work_records import work_record

_PROBES = 8
_ATTEMPTS = 3
"""At a fresh build that gives back what was put in."""

logger = logging.getLogger(__name__)


def make_build(
    paths: BuildPaths,
    library: Library,
    members: Sequence[DocumentVersion],
    *,
    embedding: EmbeddingIdentity,
    now: datetime,
    successors: dict[str, str] | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Manifest:
    """Write a build of `members` into a fresh folder, verify it and make it live.

    Args:
        paths: where builds lie.
        library: the record; vectors of every member must be stored.
        members: sorted by document id.
        embedding: the model whose vectors are taken.
        now: noted with the build.
        successors: ids issued before that are not in it, with what took their place.
        on_progress: called with how many entries are written, of how many.

    Raises:
        MissingVectorsError: a vector is not stored; the live build stays.
        DamagedBuildError: fresh builds do not give back what was put in; the live one stays.
    """
    works = same_works(map(work_record, library.documents.documents(members)))
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _make_once(
                paths,
                library,
                members,
                embedding=embedding,
                now=now,
                successors=successors or {},
                works=works,
                on_progress=on_progress,
            )
        except DamagedBuildError as error:
            # Chroma's threads may leave an entry out of reach among vectors that are nearly equal.
            if attempt == _ATTEMPTS:
                raise
            logger.warning("a fresh build is made again: %s", error.problem)
    raise AssertionError("no attempt was made")


def _make_once(
    paths: BuildPaths,
    library: Library,
    members: Sequence[DocumentVersion],
    *,
    embedding: EmbeddingIdentity,
    now: datetime,
    successors: dict[str, str],
    works: Sequence[SameWork],
    on_progress: Callable[[int, int], None],
) -> Manifest:
    entries = list(library.documents.entries(members))
    digest = record_digest(library, members, entries, fingerprint=embedding.fingerprint)
    build_id = f"{digest[:12]}-{secrets.token_hex(4)}"
    folder = paths.build(build_id)
    library.builds.add(
        build_id,
        members,
        embedding=embedding,
        digest=digest,
        successors=successors,
        same_works=works,
        now=now,
    )
    try:
        counts = {name: sum(e.collection == name for e in entries) for name in COLLECTIONS}
        write_vector_indices(folder, library, entries, counts, embedding, on_progress)
        write_lexical_index(folder, library, members)
        step = max(1, len(entries) // _PROBES)
        manifest = Manifest(
            format=FORMAT,
            written_by=written_by(),
            build_id=build_id,
            digest=digest,
            entries_digest=entries_digest(entries),
            embedding=embedding.to_dict(),
            counts=counts,
            file_hashes=hash_files(folder),
            probes=[(e.collection, e.entry_id, e.embedded_hash) for e in entries[::step]],
        )
        write_manifest(folder, manifest)
        with open_build(paths, library, build_id) as build:
            build.check_entries()
        sync_folder(folder)
        sync(paths.builds)
        replace_text(paths.current, build_id)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(AlsqaError):
            library.builds.remove(build_id)
        if isinstance(error, OSError):
            raise BuildError(
                f"The search index {folder} cannot be written ({error.strerror or error}).",
                "Check the disk's free space and permissions, then run: alsqa index.",
            ) from error
        raise
    return manifest


def remove_old_builds(
    paths: BuildPaths, library: Library, *, keep_versions: Iterable[DocumentVersion], now: datetime
) -> list[str]:
    """Delete builds that readers have left; their ids.

    The live build stays; until it has served, so does the one that served last.
    """
    kept = {paths.live_build_id()}
    if paths.served_build_id() not in kept:
        kept.add(paths.served_build_id() or _newest_folder(paths, kept))
    removed = []
    for folder in paths.builds.iterdir():
        if folder.name not in kept and not folder.name.endswith(DAMAGED):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
    library.builds.retire_all_except(kept, keep_versions=keep_versions, now=now)
    return removed


def _newest_folder(paths: BuildPaths, besides: set[str]) -> str:
    """The youngest other build, where none is known to have served."""
    folders = [one for one in paths.builds.iterdir() if (one / MANIFEST).is_file()]
    others = [one for one in folders if one.name not in besides]
    return max(others, key=lambda one: one.stat().st_mtime_ns).name if others else ""
