"""The live build as readers see it: leases on one build, exchanged when `CURRENT` changes.

A lease keeps its build open to the end of an answer, so no answer sees two builds. Readers take
no lock on disk; a build that nobody leases any more is closed.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from index.builds import BuildPaths, Manifest, open_build, read_manifest
from index.dense import Hit
from index.embedding import Vectors
from index.errors import DamagedBuildError, UnknownDocumentError
from index.library import Library
from index.library_rows import DocumentVersion, StoredChunk
from index.models import Document

_DOCUMENTS_KEPT = 512


class Build:
    """One open build: finds ids by vector, and gives the texts that the record holds for them."""

    def __init__(self, paths: BuildPaths, build_id: str) -> None:
        self.manifest: Manifest = read_manifest(paths, build_id)
        self._library = Library(paths.library)
        try:
            self._dense = open_build(paths, self._library, build_id)
        except BaseException:
            self._library.close()
            raise
        self._versions = {one.document_id: one for one in self._library.members(build_id)}
        self._document = lru_cache(maxsize=_DOCUMENTS_KEPT)(self._library.document)
        self.leases = 0

    @property
    def members(self) -> list[DocumentVersion]:
        """The versions of documents in this build, sorted by id."""
        return list(self._versions.values())

    def query(self, collection: str, vector: Vectors, *, k: int) -> list[Hit]:
        """The k nearest entries of "chunks" or "records"; nearest first."""
        return self._dense.query(collection, vector, k=min(k, self.manifest.counts[collection]))

    def chunks(self, chunk_ids: Sequence[str]) -> list[StoredChunk]:
        """The chunks with those ids, in that order."""
        return self._library.chunks(self.manifest.build_id, chunk_ids)

    def vectors(self, hashes: Sequence[str]) -> Vectors:
        """Stored vectors of embedded strings, in the order of their hashes."""
        return self._library.vectors(hashes, fingerprint=self.manifest.embedding_fingerprint)

    def document(self, document_id: str) -> Document:
        """The document; raises UnknownDocumentError where this build does not hold it."""
        if document_id not in self._versions:
            raise UnknownDocumentError(
                f"No document {document_id!r} is in the library.", "Ask for the list of documents."
            )
        return self._document(self._versions[document_id])

    def find_identifier(self, name: str, value: str) -> list[str]:
        """Ids of the records that carry the identifier, documents' own first."""
        return self._library.find_identifier(self.manifest.build_id, name, value)

    def probe(self) -> None:
        """Ask for one stored vector; raises DamagedBuildError where it is not found."""
        for collection, entry_id, embedded_hash in self.manifest.probes[:1]:
            self._dense.probe(collection, [entry_id], self.vectors([embedded_hash]))

    def close(self) -> None:
        self._dense.close()
        self._library.close()


class LiveBuild:
    """Hands out leases on the live build; opens the next one when `CURRENT` names another."""

    def __init__(self, paths: BuildPaths, *, fingerprint: str) -> None:
        self._paths = paths
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._current: Build | None = None

    @contextmanager
    def lease(self) -> Iterator[Build]:
        """The live build, kept open until the block ends.

        Raises:
            NoBuildError: nothing is indexed yet.
            DamagedBuildError: the live build fails its checks or is of another embedding model.
        """
        with self._lock:
            build = self._up_to_date()
            build.leases += 1
        try:
            yield build
        finally:
            with self._lock:
                build.leases -= 1
                if build.leases == 0 and build is not self._current:
                    build.close()

    def close(self) -> None:
        """Close the open build; leases that are still out close theirs when they end."""
        with self._lock:
            self._retire()

    def _up_to_date(self) -> Build:
        build_id = self._paths.live_build_id()
        if self._current is None or self._current.manifest.build_id != build_id:
            build = Build(self._paths, build_id)
            if build.manifest.embedding_fingerprint != self._fingerprint:
                build.close()
                raise DamagedBuildError(
                    "The index was made with another embedding model.", "Run: alsqa index."
                )
            self._retire()
            self._current = build
        return self._current

    def _retire(self) -> None:
        if self._current is not None and self._current.leases == 0:
            self._current.close()
        self._current = None
