"""Builds: from versions in the record to a verified Chroma folder, switched live by one replace.

`builds/<id>/` holds the Chroma folder and `manifest.json`; `CURRENT` names the live build. The
live build is never written to, so a kill or a full disk costs a build, not the library.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.dense import COLLECTIONS, DenseIndex
from index.errors import DamagedBuildError, LibraryError, NoBuildError
from index.library import Library
from index.library_rows import BuildEntry, DocumentVersion

MANIFEST = "manifest.json"
_GRAPH_MARKER = "index_metadata.pickle"
_FORMAT = 1
_PROBES = 8
_ADD_BATCH = 2_000
_REMEDY = "Run: alsqa index. It is made again from stored vectors."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build holds, and how to tell that it still does."""

    format: int
    build_id: str
    digest: str
    """Fingerprint of the corpus: versions, ids, embedded strings and vectors; never of files."""
    embedding_fingerprint: str
    counts: dict[str, int]
    file_hashes: dict[str, str]
    probes: list[tuple[str, str, str]]
    """(collection, id, hash of its embedded string): each must be found by its own vector."""


@dataclass(frozen=True, slots=True)
class BuildPaths:
    """Where builds lie under the data directory."""

    data_dir: Path

    @property
    def library(self) -> Path:
        return self.data_dir / "library.db"

    @property
    def builds(self) -> Path:
        return self.data_dir / "builds"

    @property
    def current(self) -> Path:
        return self.data_dir / "CURRENT"

    def build(self, build_id: str) -> Path:
        return self.builds / build_id

    def live_build_id(self) -> str:
        """The id in `CURRENT`; raises NoBuildError where nothing is live."""
        try:
            build_id = self.current.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError as error:
            raise DamagedBuildError(f"{self.current} names no build.", _REMEDY) from error
        except OSError as error:
            raise NoBuildError(
                f"Nothing is indexed yet in {self.data_dir}.", "Run: alsqa index."
            ) from error
        if not build_id or "/" in build_id or not self.build(build_id).is_dir():
            raise DamagedBuildError(f"{self.current} names no build.", _REMEDY)
        return build_id


def corpus_digest(
    members: Sequence[DocumentVersion], entries: Sequence[BuildEntry], fingerprint: str
) -> str:
    """sha256 over the sorted versions and entries and the embedding's fingerprint."""
    lines = sorted(f"{one.document_id}\t{one.version}" for one in members)
    lines += sorted(f"{one.collection}\t{one.entry_id}\t{one.embedded_hash}" for one in entries)
    return hashlib.sha256("\n".join([fingerprint, *lines]).encode()).hexdigest()


def make_build(
    paths: BuildPaths,
    library: Library,
    members: Sequence[DocumentVersion],
    *,
    fingerprint: str,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Manifest:
    """Write a build of `members` into a fresh folder, verify it and make it live.

    Raises:
        DamagedBuildError: the fresh build does not find its own vectors; the live one stays.
    """
    entries = list(library.entries(members))
    digest = corpus_digest(members, entries, fingerprint)
    build_id = f"{digest[:12]}-{secrets.token_hex(4)}"
    folder = paths.build(build_id)
    try:
        library.register_build(build_id, members)
        counts = {name: sum(e.collection == name for e in entries) for name in COLLECTIONS}
        _write_vectors(folder, library, entries, counts, fingerprint, on_progress)
        step = max(1, len(entries) // _PROBES)
        manifest = Manifest(
            format=_FORMAT,
            build_id=build_id,
            digest=digest,
            embedding_fingerprint=fingerprint,
            counts=counts,
            file_hashes=_vector_file_hashes(folder),
            probes=[(e.collection, e.entry_id, e.embedded_hash) for e in entries[::step]],
        )
        manifest_text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
        (folder / MANIFEST).write_text(manifest_text, encoding="utf-8")
        open_build(paths, library, build_id).close()
        _sync_folder(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _switch(paths, build_id)
    return manifest


def remove_old_builds(paths: BuildPaths, library: Library, *, keep: Iterable[str]) -> None:
    """Delete every build folder but `keep`, and the versions that only those held."""
    kept = set(keep)
    for folder in paths.builds.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    library.forget_builds_except(kept)


def read_manifest(paths: BuildPaths, build_id: str) -> Manifest:
    """The manifest of that build; raises DamagedBuildError where it cannot be read."""
    path = paths.build(build_id) / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**data | {"probes": [tuple(probe) for probe in data["probes"]]})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DamagedBuildError(f"{path} cannot be read ({error}).", _REMEDY) from error
    if manifest.format != _FORMAT:
        raise DamagedBuildError(f"{path} is of another format.", _REMEDY)
    return manifest


def open_build(paths: BuildPaths, library: Library, build_id: str) -> DenseIndex:
    """The build's vectors, opened and checked: file hashes, counts, vector probes.

    Raises:
        DamagedBuildError: something is not as the manifest says.
    """
    manifest = read_manifest(paths, build_id)
    folder = paths.build(build_id)
    if _vector_file_hashes(folder) != manifest.file_hashes:
        raise DamagedBuildError(f"Vector files of {folder} have changed on disk.", _REMEDY)
    dense = DenseIndex(folder / "chroma")
    try:
        for name, expected in manifest.counts.items():
            if dense.count(name) != expected:
                raise DamagedBuildError(
                    f"{folder} has {dense.count(name)} {name}, its manifest says {expected}.",
                    _REMEDY,
                )
        for collection, entry_id, embedded_hash in manifest.probes:
            vector = library.vectors([embedded_hash], fingerprint=manifest.embedding_fingerprint)
            dense.probe(collection, [entry_id], vector)
    except LibraryError as error:
        dense.close()
        raise DamagedBuildError(
            f"{folder} does not fit the library ({error.problem})", _REMEDY
        ) from error
    except BaseException:
        dense.close()
        raise
    return dense


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
                vectors = library.vectors(
                    [entry.embedded_hash for entry in batch], fingerprint=fingerprint
                )
                dense.add(name, [entry.entry_id for entry in batch], vectors)
                done += len(batch)
                on_progress(done, len(entries))
    finally:
        dense.close()


def _vector_file_hashes(folder: Path) -> dict[str, str]:
    """sha256 of each file of a graph that is on disk.

    Left out: the database, for opening changes it, and a graph of fewer than two entries, which
    Chroma keeps in its database and whose files it writes anew at each opening.
    """
    graphs = [marker.parent for marker in sorted((folder / "chroma").glob(f"*/{_GRAPH_MARKER}"))]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for graph in graphs
        for path in sorted(graph.iterdir())
    }


def _sync_folder(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _fsync(path)


def _switch(paths: BuildPaths, build_id: str) -> None:
    temporary = paths.current.with_suffix(".tmp")
    temporary.write_text(build_id, encoding="utf-8")
    _fsync(temporary)
    temporary.replace(paths.current)
    _fsync(paths.data_dir)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
