"""An open build: every byte checked, then read from a copy of its own."""

from typing import Self

from index.build_paths import MANIFEST, REMEDY, BuildPaths
from index.dense import DenseIndex, written_by
from index.digests import read_back_digest
from index.errors import BuildError, DamagedBuildError, MissingVectorsError
from index.library import Library
from index.library_tables import UNKNOWN_DIGEST
from index.manifest import Manifest, read_manifest
from index.private_copy import PrivateCopy


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
