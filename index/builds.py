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
from pathlib import Path
from typing import Self

from index.build_paths import DAMAGED, MANIFEST, REMEDY, BuildPaths
from index.dense import COLLECTIONS, DenseIndex, written_by
from index.digests import entries_digest, metadata_of, read_back_digest, record_digest
from index.embedding import EmbeddingIdentity
from index.errors import AlsqaError, BuildError, DamagedBuildError, MissingVectorsError
from index.library import Library
from index.library_rows import BuildEntry, DocumentVersion
from index.library_tables import UNKNOWN_DIGEST
from index.manifest import FORMAT, Manifest, read_manifest, write_manifest
from index.private_copy import PrivateCopy, hash_files
from index.safe_files import replace_text, sync, sync_folder

_PROBES = 8
_ATTEMPTS = 3
"""At a fresh build that gives back what was put in."""
_ADD_BATCH = 2_000

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
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _make_once(
                paths,
                library,
                members,
                embedding=embedding,
                now=now,
                successors=successors or {},
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
    on_progress: Callable[[int, int], None],
) -> Manifest:
    entries = list(library.documents.entries(members))
    digest = record_digest(library, members, entries, fingerprint=embedding.fingerprint)
    build_id = f"{digest[:12]}-{secrets.token_hex(4)}"
    folder = paths.build(build_id)
    library.builds.add(
        build_id, members, embedding=embedding, digest=digest, successors=successors, now=now
    )
    try:
        counts = {name: sum(e.collection == name for e in entries) for name in COLLECTIONS}
        _write_vectors(folder, library, entries, counts, embedding.fingerprint, on_progress)
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


class OpenBuild:
    """A build that was checked and opened: from a copy of its own, so that many can read at once."""

    def __init__(self, manifest: Manifest, copy: PrivateCopy, dense: DenseIndex) -> None:
        self.manifest = manifest
        self.dense = dense
        self._copy = copy

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of its files and remove the copy."""
        self.dense.close()
        self._copy.close()

    def check_entries(self) -> None:
        """Raise DamagedBuildError unless every id and its metadata come back as they were put in."""
        if read_back_digest(self.dense) != self.manifest.entries_digest:
            raise DamagedBuildError(
                f"Build {self.manifest.build_id} does not give back the ids it was made of.", REMEDY
            )

    def check_probes(self, library: Library, *, most: int | None = None) -> None:
        """Raise DamagedBuildError unless stored vectors find their entries."""
        fingerprint = self.manifest.embedding_fingerprint
        for collection, entry_id, embedded_hash in self.manifest.probes[:most]:
            vector = library.vectors.load([embedded_hash], fingerprint=fingerprint)
            self.dense.probe(collection, [entry_id], vector)


def open_build(paths: BuildPaths, library: Library, build_id: str) -> OpenBuild:
    """The build, checked and opened: every byte of its files, counts, vector probes.

    Raises:
        DamagedBuildError: something is not as the manifest says.
        BuildError: it cannot be copied, for want of room.
    """
    manifest = read_manifest(paths, build_id)
    if library.builds.digest(build_id) not in (manifest.digest, UNKNOWN_DIGEST):
        raise DamagedBuildError(f"The library does not know the build {build_id}.", REMEDY)
    if manifest.written_by != written_by():
        raise DamagedBuildError(
            f"Build {build_id} was written by {manifest.written_by}, not {written_by()}.", REMEDY
        )
    copy = PrivateCopy(
        paths.build(build_id), manifest.file_hashes, besides={MANIFEST}, scratch=paths.scratch
    )
    try:
        build = OpenBuild(manifest, copy, DenseIndex(copy.path / "chroma"))
    except DamagedBuildError as error:
        copy.close()
        # Its bytes are those that could be opened when it was made.
        raise BuildError(
            f"Build {build_id} is whole but cannot be opened ({error.problem})",
            "Check the disk's free space and the machine's memory.",
        ) from error
    except BaseException:
        copy.close()
        raise
    try:
        for name, expected in manifest.counts.items():
            if build.dense.count(name) != expected:
                raise DamagedBuildError(f"Build {build_id} has lost {name}.", REMEDY)
        build.check_probes(library)
    except MissingVectorsError as error:
        build.close()
        raise DamagedBuildError(
            f"Build {build_id} does not fit the library ({error.problem})", REMEDY
        ) from error
    except BaseException:
        build.close()
        raise
    return build


def _newest_folder(paths: BuildPaths, besides: set[str]) -> str:
    """The youngest other build, where none is known to have served."""
    folders = [one for one in paths.builds.iterdir() if (one / MANIFEST).is_file()]
    others = [one for one in folders if one.name not in besides]
    return max(others, key=lambda one: one.stat().st_mtime_ns).name if others else ""


def _write_vectors(
    folder: Path,
    library: Library,
    entries: Sequence[BuildEntry],
    counts: dict[str, int],
    fingerprint: str,
    on_progress: Callable[[int, int], None],
) -> None:
    dense = DenseIndex(folder / "chroma", create_sizes=counts)
    try:
        done = 0
        for name in COLLECTIONS:
            own = [entry for entry in entries if entry.collection == name]
            for start in range(0, len(own), _ADD_BATCH):
                batch = own[start : start + _ADD_BATCH]
                hashes = [entry.embedded_hash for entry in batch]
                dense.add(
                    name,
                    [entry.entry_id for entry in batch],
                    library.vectors.load(hashes, fingerprint=fingerprint),
                    [metadata_of(entry) for entry in batch],
                )
                done += len(batch)
                on_progress(done, len(entries))
    finally:
        dense.close()
