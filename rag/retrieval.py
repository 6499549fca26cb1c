"""From a question to what the live build holds for it: chunks, and records of papers, ranked.

Two legs find them: nearness of vectors, and the terms that are shared. Their scores are both
shares of what can be reached at most, so they are added as they are: nothing depends on what else
was found. Weights: docs/retrieval.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, pairwise
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
from index.term_matrix import Scores
from rag.models import AlsoSearched, Correction
from rag.reranking import Reranked
from rag.timing import Timer

DENSE_SHARE = 0.4
_OF_DOCUMENT = 0.5
"""Of an entry's lexical score, the share that its whole document gives."""
CANDIDATES = 200
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


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries of a collection, best first, a column for each thing that is known of them."""

    ids: Sequence[str]
    """Of every entry of the collection, by row."""
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    similarities: NDArray[np.float32]
    lexical: NDArray[np.float32]
    dense_ranks: NDArray[np.int64]
    """From 1; 0 where the leg did not find it."""
    lexical_ranks: NDArray[np.int64]
    asked_for: NDArray[np.bool_]

    def first(self, k: int) -> list[Ranked]:
        """The k best ones."""
        columns = (
            self.rows,
            self.scores,
            self.similarities,
            self.lexical,
            self.dense_ranks,
            self.lexical_ranks,
            self.asked_for,
        )
        return [
            Ranked(
                self.ids[row], row, score, similarity, own, dense or None, lexical or None, asked
            )
            for row, score, similarity, own, dense, lexical, asked in zip(
                *(column[: max(0, k)].tolist() for column in columns), strict=True
            )
        ]


def rank(
    build: Build,
    collection: Collection,
    query: Query,
    *,
    k: int,
    scope: Scope | None = None,
    first: Sequence[str] = (),
) -> list[Ranked]:
    """The k best entries of a collection in the scope, best first; those of `first` come first."""
    inside = None if scope is None else build.rows_within(collection, scope)
    return rank_all(build, collection, query, width=k, inside=inside, first=first).first(k)


def rank_all(
    build: Build,
    collection: Collection,
    query: Query,
    *,
    width: int = 0,
    inside: NDArray[np.integer] | None = None,
    first: Sequence[str] = (),
    of_documents: Scores | None = None,
    timer: Timer | None = None,
) -> Ranking:
    """All entries that a leg puts forward; equal scores in the order of the record.

    Args:
        build: what is searched.
        collection: which of its entries.
        query: what is searched for.
        width: how many each leg puts forward, if more than usual.
        inside: the rows that are searched, ascending; None for all.
        first: ids of entries that come before all others, inside or not.
        of_documents: what the lexical index gives whole documents, where that is known.
        timer: is told what each leg takes, and their fusion.
    """
    rows_of = build.lexical.rows(collection)
    width = max(CANDIDATES, width)
    timer = timer or Timer()
    with timer.stage("dense"):
        near = build.nearest(collection, query.vector, k=width, inside=inside)
    with timer.stage("lexical"):
        lexical = lexical_scores(build.lexical, collection, query.terms, of_documents)
        best = _best_rows(lexical, width, inside)
    with timer.stage("fuse"):
        ahead = np.array([rows_of[one] for one in first], dtype=np.int64)
        rows = np.unique(np.concatenate([near, best, ahead]))
        similarities = build.similarities(collection, rows, query.vector)
        scores = fused(similarities, lexical[rows], query.terms)
        asked_for = np.isin(rows, ahead)
        order = np.lexsort((rows, -scores, ~asked_for))
        return Ranking(
            ids=build.lexical.ids(collection),
            rows=rows[order],
            scores=scores[order],
            similarities=similarities[order],
            lexical=lexical[rows[order]],
            dense_ranks=_places(rows, near)[order],
            lexical_ranks=_places(rows, best)[order],
            asked_for=asked_for[order],
        )


def _places(rows: NDArray[np.int64], found: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each of `rows`, which ascend, among those found, from 1; else 0."""
    places = np.zeros(len(rows), dtype=np.int64)
    places[np.searchsorted(rows, found)] = np.arange(1, len(found) + 1)
    return places


def fused(
    similarities: NDArray[np.float32], lexical: NDArray[np.float32], terms: Sequence[QueryTerm]
) -> NDArray[np.float32]:
    """What both legs give each entry, together; a query without terms has one leg."""
    share = DENSE_SHARE if terms else 1.0
    return share * similarities + (1 - share) * lexical


def lexical_scores(
    lexical: LexicalIndex,
    collection: Collection,
    terms: Sequence[QueryTerm],
    of_documents: Scores | None = None,
) -> Scores:
    """Of an entry that is of a document, a share is what the whole document gives."""
    scores = lexical.scores(collection, terms)
    if of_documents is None:
        of_documents = lexical.scores("documents", terms)
    if collection == "chunks":
        own, whole = slice(None), of_documents[lexical.document_rows]
    else:  # the documents' own records come before those of listed papers, in their order
        own, whole = slice(len(of_documents)), of_documents
    scores[own] = (1 - _OF_DOCUMENT) * scores[own] + _OF_DOCUMENT * whole
    return scores


def _best_rows(
    scores: NDArray[np.float32], k: int, inside: NDArray[np.integer] | None
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
    return _record(entry_id, build.document(document_id), position, similarity)


def _record(
    entry_id: str, document: Document, position: int | None, similarity: float
) -> FoundRecord:
    listed = None if position is None else document.related[position]
    return FoundRecord(entry_id, document, listed, similarity)


@dataclass(frozen=True)
class Found:
    """What was retrieved for a question; what only some answers need is read when it is asked for."""

    build: Build = field(repr=False, compare=False)
    query: Query
    ranking: Sequence[Ranked]
    """Of the chunks that were read, best first."""
    document_ids: Sequence[str]
    """Documents, best first."""
    stored: Sequence[StoredChunk]
    """Chunks that may be evidence, in the order of their ranking."""
    k: int
    """The most records."""
    scope: Scope | None = None
    left_out: tuple[tuple[Document, Standing], ...] = ()
    """Retracted papers that were found and are no evidence, where the settings say so."""
    reranked: Reranked | None = None
    """What the reranker said of the first chunks; None where there is none."""

    @cached_property
    def chunks(self) -> Sequence[tuple[StoredChunk, Vectors]]:
        """Those that may be evidence, each with the vectors of its sentences."""
        vectors = self.build.vectors([name for one in self.stored for name in one.sentence_hashes])
        ends = accumulate((len(one.sentence_hashes) for one in self.stored), initial=0)
        return [
            (one, vectors[start:end])
            for one, (start, end) in zip(self.stored, pairwise(ends), strict=True)
        ]

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Those that the chunks are of."""
        return self.build.documents(dict.fromkeys(one.chunk.document_id for one in self.stored))

    @cached_property
    def ranked_records(self) -> Sequence[Ranked]:
        """Papers by their records, best first; they are searched for when they are asked for."""
        return rank(self.build, "records", self.query, k=self.k, scope=self.scope)

    @cached_property
    def records(self) -> Sequence[FoundRecord]:
        """Papers, best first."""
        places = [self.build.record_of(one.entry_id) for one in self.ranked_records]
        documents = self.build.documents(dict.fromkeys(name for name, _ in places))
        return [
            _record(one.entry_id, documents[name], position, one.similarity)
            for one, (name, position) in zip(self.ranked_records, places, strict=True)
        ]

    @property
    def document_names(self) -> frozenset[str]:
        """Ids of the documents of all chunks, and of the records if they were asked for."""
        ranked: Sequence[Ranked] = self.__dict__.get("ranked_records", ())
        records = (self.build.record_of(one.entry_id)[0] for one in ranked)
        return frozenset((*(one.chunk.document_id for one in self.stored), *records))

    def within(self, document_id: str) -> "Found":
        """The part that stands in one document."""
        stored = [one for one in self.stored if one.chunk.document_id == document_id]
        return replace(self, stored=stored)


def read_paper(document_id: str, found: Found, build: Build) -> Found:
    """The whole of one document in place of what was found."""
    return replace(found, stored=build.chunks(build.chunk_ids_of(document_id)))


def chunk_ids(found: Found) -> frozenset[str]:
    """Ids of the chunks that may be evidence."""
    return frozenset(one.chunk.chunk_id for one in found.stored)


def retrieve(
    build: Build,
    query: Query,
    *,
    k: int,
    scope: Scope | None = None,
    named: Sequence[str] = (),
    with_retracted: bool = True,
    timer: Timer | None = None,
) -> Found:
    """The k best chunks and the k best records for the query, in the scope.

    Of documents that are named by their ids the first k chunks come before all others.
    Without retracted papers fewer chunks may come; their records are found all the same.
    The timer is told what `rank_all` takes, and the reading of the chunks.
    """
    timer = timer or Timer()
    asked = [one for name in named for one in build.chunk_ids_of(name)[:k]]
    width = k + len(asked)
    with timer.stage("lexical"):
        whole = build.lexical.scores("documents", query.terms)

    def ranked(collection: Collection, inside: NDArray[np.integer] | None, *first: str) -> Ranking:
        return rank_all(
            build,
            collection,
            query,
            width=width,
            inside=inside,
            first=first,
            of_documents=whole,
            timer=timer,
        )

    in_scope = None if scope is None else build.rows_within("chunks", scope)
    chunks = ranked("chunks", in_scope, *asked)
    titles = ranked("records", _titles(build, scope))
    with timer.stage("read"):
        ranking = chunks.first(width)
        stored = build.chunks([one.entry_id for one in ranking])
        left_out = () if with_retracted else _retracted(build, stored)
        gone = {one.document_id for one, _ in left_out}
    return Found(
        build=build,
        query=query,
        ranking=ranking,
        document_ids=documents_of(build.lexical, query.terms, chunks, titles),
        stored=[one for one in stored if one.chunk.document_id not in gone],
        k=k,
        scope=scope,
        left_out=left_out,
    )


def _titles(build: Build, scope: Scope | None) -> NDArray[np.integer] | None:
    """Rows of the records of documents that have no chunks; None, which is all, where many have none."""
    rows: NDArray[np.integer] = np.flatnonzero(build.lexical.documents_without_chunks)
    if scope is not None:
        return np.intersect1d(rows, build.rows_within("records", scope), assume_unique=True)
    return None if build.asks_graph("records") and len(rows) > CANDIDATES else rows


def documents_of(
    lexical: LexicalIndex, terms: Sequence[QueryTerm], chunks: Ranking, records: Ranking
) -> tuple[str, ...]:
    """Documents, best first, by the most that each leg gives any of their chunks.

    Those that have no chunks, by their record.
    """
    alone = lexical.documents_without_chunks[records.rows]
    parts = ((chunks, slice(None)), (records, alone))
    rows = np.concatenate([lexical.document_rows[chunks.rows], records.rows[alone]])
    documents, places = np.unique(rows, return_inverse=True)
    similarities = np.full(len(documents), -1, dtype=np.float32)
    np.maximum.at(similarities, places, np.concatenate([r.similarities[own] for r, own in parts]))
    words = np.zeros(len(documents), dtype=np.float32)
    np.maximum.at(words, places, np.concatenate([r.lexical[own] for r, own in parts]))
    is_behind = np.ones(len(documents), dtype=bool)
    is_behind[places[np.concatenate([r.asked_for[own] for r, own in parts])]] = False
    order = np.lexsort((-fused(similarities, words, terms), is_behind))
    ids = lexical.ids("documents")
    return tuple(ids[row] for row in documents[order].tolist())


def _retracted(
    build: Build, chunks: Sequence[StoredChunk]
) -> tuple[tuple[Document, Standing], ...]:
    names = dict.fromkeys(one.chunk.document_id for one in chunks)
    documents = build.documents(names)
    standings = {name: build.standing(name, documents[name].identifiers) for name in names}
    return tuple(
        (documents[name], standing)
        for name, standing in standings.items()
        if standing.status == "retracted"
    )
