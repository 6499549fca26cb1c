"""An open build: every byte checked, then read from a copy of its own."""

from pathlib import Path
from typing import Self

import numpy as np

from index.build_indices import DENSE, LEXICAL, VECTORS, written_by
from index.build_paths import MANIFEST, REMEDY, BuildPaths
from index.dense import COLLECTIONS, DenseIndex
from index.digests import read_back_digest
from index.errors import BuildError, DamagedBuildError, MissingVectorsError
from index.lexical import LexicalIndex
from index.library import Library
from index.library_tables import UNKNOWN_DIGEST
from index.manifest import Manifest, read_manifest
from index.private_copy import PrivateCopy
from index.vector_rows import VectorRows


class OpenBuild:
    """A build that was checked and opened: from a copy of its own, so that many can read at once."""

    def __init__(self, manifest: Manifest, copy: PrivateCopy) -> None:
        self.manifest = manifest
        self.lexical = LexicalIndex(copy.path / LEXICAL)
        counts = {name: len(self.lexical.ids(name)) for name in COLLECTIONS}
        self.vectors = VectorRows(copy.path / VECTORS, counts)
        self.dense = DenseIndex(copy.path / DENSE)
        self._copy = copy

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of its files and remove the copy."""
        self.dense.close()
        self.vectors.close()
        self._copy.close()

    def check_entries(self) -> None:
        """Raise DamagedBuildError unless every id and its metadata come back as they were put in."""
        lexical = sorted(one for name in COLLECTIONS for one in self.lexical.ids(name))
        dense = sorted(one for name in COLLECTIONS for one, _ in self.dense.read_back(name))
        if lexical != dense or read_back_digest(self.dense) != self.manifest.entries_digest:
            raise DamagedBuildError(
                f"Build {self.manifest.build_id} does not give back the ids it was made of.", REMEDY
            )

    def check_probes(self, library: Library, *, most: int | None = None) -> None:
        """Raise DamagedBuildError unless stored vectors find their entries."""
        fingerprint = self.manifest.embedding_fingerprint
        for collection, entry_id, embedded_hash in self.manifest.probes[:most]:
            vector = library.vectors.load([embedded_hash], fingerprint=fingerprint)
            self.dense.probe(collection, [entry_id], vector)
            row = self.lexical.rows(collection)[entry_id]
            if not np.array_equal(self.vectors.row(collection, row), vector[0]):
                raise DamagedBuildError(
                    f"Build {self.manifest.build_id} has another vector for {entry_id}.", REMEDY
                )


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
        build = OpenBuild(manifest, copy)
    except DamagedBuildError as error:
        copy.close()
        if lacking := _file_never_written(error, copy, manifest):
            raise DamagedBuildError(
                f"Build {build_id} has no {lacking}, which this version of alsqa needs.", REMEDY
            ) from error
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
            if build.dense.count(name) != expected or len(build.lexical.ids(name)) != expected:
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


def _file_never_written(
    error: DamagedBuildError, copy: PrivateCopy, manifest: Manifest
) -> str | None:
    """The file that was looked for in the copy, if the build was made without it."""
    if not isinstance(error.__cause__, FileNotFoundError):
        return None
    name = Path(error.__cause__.filename).relative_to(copy.path).as_posix()
    return None if name in manifest.file_hashes else name
