"""From a question's vector to what the live build holds near it: chunks, and records of papers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.build_reader import Build
from index.embedding import Vectors
from index.filters import Scope
from index.library_rows import StoredChunk
from index.models import Document, Related
from index.publication_status import Standing


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A paper found by its record: a document of the library, or one that a document lists."""

    entry_id: str
    document: Document
    listed: Related | None
    similarity: float

    @property
    def paper(self) -> Document | Related:
        return self.listed or self.document


def retrieve_chunks(
    build: Build, vector: Vectors, *, k: int, scope: Scope | None = None
) -> list[StoredChunk]:
    """The k chunks nearest to `vector` (shape (dimension,)), nearest first."""
    return build.chunks([hit.entry_id for hit in build.query("chunks", vector, k=k, scope=scope)])


def retrieve_records(
    build: Build, vector: Vectors, *, k: int, scope: Scope | None = None
) -> list[FoundRecord]:
    """The k records of papers nearest to `vector`, nearest first."""
    return [
        find_record(build, hit.entry_id, similarity=hit.similarity)
        for hit in build.query("records", vector, k=k, scope=scope)
    ]


def find_record(build: Build, entry_id: str, *, similarity: float = 1.0) -> FoundRecord:
    """The record that the build names so."""
    document_id, position = build.record_of(entry_id)
    document = build.document(document_id)
    listed = None if position is None else document.related[position]
    return FoundRecord(entry_id, document, listed, similarity)


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for a question."""

    vector: Vectors
    chunks: Sequence[tuple[StoredChunk, Vectors]]
    """Each with the vectors of its sentences."""
    records: Sequence[FoundRecord]
    documents: dict[str, Document]
    left_out: tuple[tuple[Document, Standing], ...] = ()
    """Retracted papers that were found and are no evidence, where the settings say so."""

    def within(self, document_id: str) -> "Found":
        """The part that stands in one document."""
        chunks = [one for one in self.chunks if one[0].chunk.document_id == document_id]
        return replace(self, chunks=chunks)


def retrieve(
    build: Build,
    vector: Vectors,
    *,
    k: int,
    scope: Scope | None = None,
    named: Sequence[str] = (),
    with_retracted: bool = True,
) -> Found:
    """The k chunks and the k records nearest to `vector` (shape (dimension,)), in the scope.

    Of documents that are named by their ids the first k chunks come too, wherever they lie.
    Without retracted papers fewer chunks may come; their records are found all the same.
    """
    stored = retrieve_chunks(build, vector, k=k, scope=scope)
    near = {one.chunk.chunk_id for one in stored}
    asked = [one for name in named for one in build.chunk_ids_of(name)[:k] if one not in near]
    stored += build.chunks(asked)
    records = retrieve_records(build, vector, k=k, scope=scope)
    names = [one.chunk.document_id for one in stored]
    names += [one.document.document_id for one in records]
    documents = {name: build.document(name) for name in dict.fromkeys(names)}
    left_out = () if with_retracted else _retracted(build, stored, documents)
    gone = {one.document_id for one, _ in left_out}
    return Found(
        vector=vector,
        chunks=[
            (one, build.vectors(one.sentence_hashes))
            for one in stored
            if one.chunk.document_id not in gone
        ],
        records=records,
        documents=documents,
        left_out=left_out,
    )


def _retracted(
    build: Build, chunks: Sequence[StoredChunk], documents: dict[str, Document]
) -> tuple[tuple[Document, Standing], ...]:
    names = dict.fromkeys(one.chunk.document_id for one in chunks)
    standings = {name: build.standing(name, documents[name].identifiers) for name in names}
    return tuple(
        (documents[name], standing)
        for name, standing in standings.items()
        if standing.status == "retracted"
    )
