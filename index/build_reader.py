"""One open build as readers see it: ids by vector, and the texts that the record holds for them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index.build_paths import BuildPaths
from index.dense import Hit
from index.document_cache import DocumentCache
from index.embedding import Embedder, EmbeddingIdentity, Vectors
from index.errors import BuildError, UnknownDocumentError
from index.filters import Filters, Scope
from index.identifiers import Identifiers
from index.lexical import LexicalIndex
from index.library import Library
from index.library_rows import DocumentVersion, StoredChunk, split_listed_entry_id
from index.manifest import Manifest, read_manifest
from index.models import Document
from index.open_build import open_build
from index.publication_status import Standing

_COMPARED_ONE_BY_ONE = 20_000
"""Vectors, at most; so many take as long as a question to the graph."""

LoadEmbedder = Callable[[EmbeddingIdentity], Embedder]


class Build:
    """One open build: finds ids by vector, and gives the texts that the record holds for them."""

    def __init__(self, paths: BuildPaths, build_id: str, *, load_embedder: LoadEmbedder) -> None:
        self.manifest: Manifest = read_manifest(paths, build_id)
        self._library = Library(paths.library)
        try:
            self._open = open_build(paths, self._library, build_id)
        except BaseException:
            self._library.close()
            raise
        try:
            self.embedder = load_embedder(self.manifest.embedding_identity)
        except BaseException:
            self.close()
            raise
        self.checked_at = datetime.now(UTC)
        """When every byte of it was found to be right, by the machine's clock."""
        members = self._library.builds.members(build_id)
        self._versions = {one.document_id: one for one in members}
        self._documents = DocumentCache(self._library.documents)
        self._fingerprint = self.manifest.embedding_fingerprint
        self.leases = 0
        self.has_served = False

    @property
    def members(self) -> list[DocumentVersion]:
        """The versions of documents in this build, sorted by id."""
        return list(self._versions.values())

    def query(
        self, collection: str, vector: Vectors, *, k: int, scope: Scope | None = None
    ) -> list[Hit]:
        """The k nearest entries of "chunks" or "records"; nearest first.

        Where they are few, and within a scope, every vector is compared and nothing is missed; a
        graph of neighbours loses its way among vectors that are nearly the same.
        """
        if scope is None and self.asks_graph(collection):
            return self.query_graph(collection, vector, k=k)
        inside = None if scope is None else self.rows_within(collection, scope)
        rows = self.nearest(collection, vector, k=k, inside=inside)
        similarities = self.similarities(collection, rows, vector).tolist()
        ids = self.lexical.ids(collection)
        return [Hit(ids[row], one) for row, one in zip(rows.tolist(), similarities, strict=True)]

    def nearest(
        self,
        collection: str,
        vector: Vectors,
        *,
        k: int,
        inside: NDArray[np.integer] | None = None,
    ) -> NDArray[np.int64]:
        """Rows of the k nearest entries, of all or of those rows; nearest first."""
        if inside is None and self.asks_graph(collection):
            rows_of = self.lexical.rows(collection)
            hits = self.query_graph(collection, vector, k=k)
            return np.array([rows_of[one.entry_id] for one in hits], dtype=np.int64)
        best = _highest(self.similarities(collection, inside, vector), k)
        return best if inside is None else inside[best].astype(np.int64)

    def asks_graph(self, collection: str) -> bool:
        """Whether its vectors are too many to compare each with every question's."""
        return self.manifest.counts[collection] > _COMPARED_ONE_BY_ONE

    def query_graph(self, collection: str, vector: Vectors, *, k: int) -> list[Hit]:
        """What Chroma's graph gives for the k nearest entries; it may miss some."""
        count = self.manifest.counts[collection]
        return self._open.dense.query(collection, vector, k=min(k, count))

    @property
    def lexical(self) -> LexicalIndex:
        """The terms of its entries."""
        return self._open.lexical

    def similarities(
        self, collection: str, rows: NDArray[np.integer] | None, vector: Vectors
    ) -> NDArray[np.float32]:
        """Cosines of entries, by their rows in the lexical index or all of them, to `vector`."""
        return self._open.vectors.similarities(collection, rows, vector)

    def rows_within(self, collection: str, scope: Scope) -> NDArray[np.int32]:
        """Rows of the entries that lie in the scope, ascending."""
        rows = self.lexical.rows(collection)
        entries = self._library.scopes.entries(self.manifest.build_id, collection, scope)
        return np.array(sorted(rows[one.entry_id] for one in entries), dtype=np.int32)

    def count_chunks(self, scope: Scope) -> int:
        """How many chunks lie in the scope."""
        return len(self._library.scopes.entries(self.manifest.build_id, "chunks", scope))

    def scope(self, filters: Filters) -> Scope:
        """What the filters leave of this build."""
        return self._library.scopes.scope(self.manifest.build_id, filters)

    def facet(self, name: str) -> dict[str, list[str]]:
        """What its documents give of one facet that filters know ("year", "journal"), by document."""
        return self._library.scopes.facet(self.manifest.build_id, name)

    def chunks(self, chunk_ids: Sequence[str]) -> list[StoredChunk]:
        """The chunks with those ids, in that order.

        Raises:
            BuildError: the record does not hold the build's chunks any more.
        """
        found = self._library.documents.chunks(self.manifest.build_id, chunk_ids)
        if len(found) != len(chunk_ids):
            raise BuildError(
                f"The library no longer holds what build {self.manifest.build_id} found.",
                "Ask again; if that does not help, start alsqa serve anew.",
            )
        return found

    def chunk_ids_of(self, document_id: str) -> list[str]:
        """Ids of the chunks of one of its documents, in reading order."""
        entries = self._library.documents.entries([self._versions[document_id]])
        return [one.entry_id for one in entries if one.collection == "chunks"]

    def vectors(self, hashes: Sequence[str]) -> Vectors:
        """Stored vectors of embedded strings, in the order of their hashes."""
        return self._library.vectors.load(hashes, fingerprint=self._fingerprint)

    def document(self, document_id: str) -> Document:
        """The document that has, or ever had, that id.

        Raises:
            UnknownDocumentError: the id was never issued, or its document was taken out.
        """
        return self.documents([document_id])[document_id]

    def documents(self, document_ids: Iterable[str]) -> dict[str, Document]:
        """The documents by those ids, read together; raises as `document` does."""
        wanted = {name: self._versions[self.resolve(name)] for name in document_ids}
        found = self._documents.documents(list(wanted.values()))
        return dict(zip(wanted, found, strict=True))

    def resolve(self, document_id: str) -> str:
        """The present id of a document by any id of it: `doi:…` where it has a PMID, one of old.

        Raises:
            UnknownDocumentError: as for `document`.
        """
        name, _, value = document_id.partition(":")
        seen: set[str] = set()
        current: str | None = document_id
        while current is not None and current not in seen:
            if current in self._versions:
                return current
            seen.add(current)
            try:
                current = self._library.builds.successor(current)
            except KeyError:
                break
        own = [one for one in self.find_identifier(name, value) if one in self._versions]
        if len(own) == 1:
            return own[0]
        if current is None or len(seen) > 1:
            raise UnknownDocumentError(
                f"{document_id!r} was in the library and has been taken out.",
                "Put its file back and run: alsqa index.",
            )
        raise UnknownDocumentError(f"No document {document_id!r} is in the library.")

    def record_of(self, entry_id: str) -> tuple[str, int | None]:
        """Whose record an entry is: the document's own, or of the paper it lists at a position."""
        return (entry_id, None) if entry_id in self._versions else split_listed_entry_id(entry_id)

    def find_identifier(self, name: str, value: str) -> list[str]:
        """Ids of the records that carry the identifier, documents' own first."""
        return self._library.documents.find_identifier(self.manifest.build_id, name, value)

    def same_work(self, document_id: str) -> list[str]:
        """Other documents that are probably the same work, though they share no identifier."""
        return self._library.builds.same_work(self.manifest.build_id, document_id)

    def standing(self, document_id: str, identifiers: Identifiers) -> Standing:
        """What is known now of the standing of the paper with that id and these identifiers."""
        return self._library.status.standing(document_id, identifiers)

    def standings(self) -> dict[str, Standing]:
        """The standing of each document that was checked, by id, sorted."""
        return self._library.status.of_build(self.manifest.build_id)

    def probe(self) -> None:
        """Ask for one stored vector; raises DamagedBuildError where it is not found."""
        self._open.check_probes(self._library, most=1)

    def close(self) -> None:
        self._open.close()
        self._library.close()


def _highest(similarities: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Places of the k highest, highest first; equal ones in their order."""
    if k < 1:
        return np.empty(0, dtype=np.intp)
    if k < len(similarities):
        lowest = np.partition(similarities, -k)[-k]
        places = np.flatnonzero(similarities >= lowest)
    else:
        places = np.arange(len(similarities))
    return places[np.argsort(-similarities[places], kind="stable")[:k]]
