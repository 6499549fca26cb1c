"""From a question to what the live build holds for it: chunks, and records of papers, ranked.

Two legs find them: nearness of vectors, and the terms that are shared. Their scores are both
shares of what can be reached at most, so they are added as they are: nothing depends on what else
was found. Weights: docs/retrieval.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.build_reader import Build
from index.embedding import Vectors
from index.filters import Scope
from index.lexical import LexicalIndex, QueryTerm
from index.library_rows import StoredChunk
from index.models import Document, Related
from index.publication_status import Standing
from rag.models import AlsoSearched, Correction

_DENSE_SHARE = 0.4
_OF_DOCUMENT = 0.5
"""Of an entry's lexical score, the share that its whole document gives."""
_CANDIDATES = 200
"""Entries that each leg puts forward."""

Collection = Literal["chunks", "records"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the question's vector, shape (dimension,), and its terms."""

    vector: Vectors
    terms: Sequence[QueryTerm]
    also_searched: tuple[AlsoSearched, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with what each leg gave it; ranks count from 1, None where a leg did not find it."""

    entry_id: str
    row: int
    score: float
    """At most 1."""
    similarity: float
    """Cosine to the question's vector."""
    lexical: float
    """Share of the highest score that a text could reach with the question's terms, 0 to 1."""
    dense_rank: int | None
    lexical_rank: int | None
    is_asked_for: bool = False
    """Comes first whatever its score."""


def rank(
    build: Build,
    collection: Collection,
    query: Query,
    *,
    k: int,
    scope: Scope | None = None,
    first: Sequence[str] = (),
) -> list[Ranked]:
    """The k best entries of a collection, best first; equal scores in the order of the record.

    Args:
        build: what is searched.
        collection: which of its entries.
        query: what is searched for.
        k: the most entries.
        scope: the part of the build that is searched.
        first: ids of entries that come before all others, in the scope or not.
    """
    rows_of, ids = build.lexical.rows(collection), build.lexical.ids(collection)
    width = max(_CANDIDATES, k)
    near = build.query(collection, query.vector, k=width, scope=scope)
    dense_ranks = {rows_of[hit.entry_id]: place for place, hit in enumerate(near, start=1)}
    lexical = lexical_scores(build.lexical, collection, query.terms)
    inside = None if scope is None else build.rows_within(collection, scope)
    best = _best_rows(lexical, width, inside)
    lexical_ranks = {int(row): place for place, row in enumerate(best, start=1)}
    ahead = {rows_of[one] for one in first}
    rows = np.array(sorted({*dense_ranks, *lexical_ranks, *ahead}), dtype=np.int64)
    similarities = build.similarities(collection, rows, query.vector)
    scores = fused(similarities, lexical[rows], query.terms)
    is_behind = np.array([row not in ahead for row in rows.tolist()], dtype=bool)
    order = np.lexsort((rows, -scores, is_behind))[: max(0, k)]
    return [
        Ranked(
            entry_id=ids[row],
            row=row,
            score=float(scores[one]),
            similarity=float(similarities[one]),
            lexical=float(lexical[row]),
            dense_rank=dense_ranks.get(row),
            lexical_rank=lexical_ranks.get(row),
            is_asked_for=row in ahead,
        )
        for one in order
        for row in (int(rows[one]),)
    ]


def fused(
    similarities: NDArray[np.float32], lexical: NDArray[np.float32], terms: Sequence[QueryTerm]
) -> NDArray[np.float32]:
    """What both legs give each entry, together; a query without terms has one leg."""
    share = _DENSE_SHARE if terms else 1.0
    return share * similarities + (1 - share) * lexical


def lexical_scores(
    lexical: LexicalIndex, collection: Collection, terms: Sequence[QueryTerm]
) -> NDArray[np.float32]:
    """Of an entry that is of a document, a share is what the whole document gives."""
    scores = lexical.scores(collection, terms)
    of_documents = lexical.scores("documents", terms)
    if collection == "chunks":
        own, whole = slice(None), of_documents[lexical.document_rows]
    else:  # the documents' own records come before those of listed papers, in their order
        own, whole = slice(len(of_documents)), of_documents
    scores[own] = (1 - _OF_DOCUMENT) * scores[own] + _OF_DOCUMENT * whole
    return scores


def _best_rows(
    scores: NDArray[np.float32], k: int, inside: NDArray[np.int32] | None
) -> NDArray[np.int64]:
    """The rows with the k highest scores above nought, best first."""
    rows = np.flatnonzero(scores)
    if inside is not None:
        rows = np.intersect1d(rows, inside, assume_unique=True)
    if len(rows) > k:
        rows = rows[np.argpartition(-scores[rows], k - 1)[:k]]
    return rows[np.lexsort((rows, -scores[rows]))]


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


def find_record(build: Build, entry_id: str, *, similarity: float = 1.0) -> FoundRecord:
    """The record that the build names so."""
    document_id, position = build.record_of(entry_id)
    document = build.document(document_id)
    listed = None if position is None else document.related[position]
    return FoundRecord(entry_id, document, listed, similarity)


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for a question."""

    query: Query
    ranking: Sequence[Ranked]
    """Chunks, best first; more of them than are read."""
    document_ids: Sequence[str]
    """Documents by their best chunk; those that have none, by their record."""
    chunks: Sequence[tuple[StoredChunk, Vectors]]
    """Those that may be evidence, in that order, each with the vectors of its sentences."""
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
    query: Query,
    *,
    k: int,
    scope: Scope | None = None,
    named: Sequence[str] = (),
    with_retracted: bool = True,
) -> Found:
    """The k best chunks and the k best records for the query, in the scope.

    Of documents that are named by their ids the first k chunks come before all others.
    Without retracted papers fewer chunks may come; their records are found all the same.
    """
    asked = [one for name in named for one in build.chunk_ids_of(name)[:k]]
    width = max(k, _CANDIDATES) + len(asked)
    ranking = rank(build, "chunks", query, k=width, scope=scope, first=asked)
    stored = build.chunks([one.entry_id for one in ranking[: k + len(asked)]])
    ranked_records = rank(build, "records", query, k=width, scope=scope)
    records = [
        find_record(build, one.entry_id, similarity=one.similarity) for one in ranked_records[:k]
    ]
    names = [one.chunk.document_id for one in stored]
    names += [one.document.document_id for one in records]
    documents = {name: build.document(name) for name in dict.fromkeys(names)}
    left_out = () if with_retracted else _retracted(build, stored, documents)
    gone = {one.document_id for one, _ in left_out}
    return Found(
        query=query,
        ranking=ranking,
        document_ids=_documents_of(build, ranking, ranked_records),
        chunks=[
            (one, build.vectors(one.sentence_hashes))
            for one in stored
            if one.chunk.document_id not in gone
        ],
        records=records,
        documents=documents,
        left_out=left_out,
    )


def _documents_of(
    build: Build, chunks: Sequence[Ranked], records: Sequence[Ranked]
) -> tuple[str, ...]:
    """Documents, best first; of those that have chunks, their best one counts."""
    found = [(one.entry_id.rpartition("#")[0], one) for one in chunks]
    found += [
        (one.entry_id, one) for one in records if build.lexical.is_without_chunks(one.entry_id)
    ]
    # The chunks come in their order, in which documents that were asked for are ahead.
    asked = {name for name, one in found if one.is_asked_for}
    found.sort(key=lambda pair: (pair[0] not in asked, -pair[1].score))
    return tuple(dict.fromkeys(name for name, _ in found))


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
