"""JSON out: pydantic models of what the HTTP interface sends."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from index.models import SectionKind
from index.publication_status import StandingName, StatusKind
from rag.models import NoticeKind, SentenceKind, Status


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": text}
    for status, text in {
        400: "The body is not JSON",
        401: "An API key is needed",
        403: "The key or the origin is not allowed",
        404: "No such thing",
        413: "The body is too large",
        421: "Another host was meant",
        422: "The request cannot be read",
        503: "The library is not ready",
    }.items()
}


class CitationOut(BaseModel):
    """A marker's reference and the span that bears the sentence."""

    n: int
    document_id: str
    start: int
    end: int


class SentenceOut(BaseModel):
    """One sentence, without its markers."""

    text: str
    kind: SentenceKind
    citations: list[CitationOut]
    support: float | None
    dropped: str = Field(
        "", description='The quote\'s beginning that is left out, such as "However, ".'
    )
    expanded: list[str] = Field(
        [],
        description="Meanings that stand in [brackets] behind abbreviations, in order; the quote has"
        " none of them, its document defines them.",
    )


class NoticeOut(BaseModel):
    """A remark of the service about the answer."""

    kind: NoticeKind
    text: str
    url: str | None


class LinkOut(BaseModel):
    """Where a paper can be read."""

    label: str
    url: str


class AddedOut(BaseModel):
    """A field that a curator added, and where it is from."""

    name: str
    value: str
    source: str


class SpanOut(BaseModel):
    """A quoted stretch of a document's canonical text, by characters."""

    document_id: str
    chunk_id: str | None
    start: int
    end: int
    quote: str
    match: str


class StatusNoteOut(BaseModel):
    """What one source says of a paper's standing; the identifiers are the notice's."""

    kind: StatusKind
    source: str
    checked_at: datetime
    date: str | None
    text: str | None
    pmid: str | None
    doi: str | None


class ReferenceOut(BaseModel):
    """A cited paper; null is what its source does not give."""

    n: int
    document_id: str
    pmid: str | None
    pmcid: str | None
    doi: str | None
    title: str | None
    authors: list[str]
    container: str | None
    year: int | None
    status: StandingName
    status_checked_at: datetime | None
    status_notes: list[StatusNoteOut]
    links: list[LinkOut]
    listed_in: str | None = Field(
        description="The page that lists the paper, where no more is held."
    )
    added: list[AddedOut]
    spans: list[SpanOut]


class EvidenceOut(BaseModel):
    """A sentence that was read for the answer."""

    chunk_id: str
    document_id: str
    section: str
    start: int
    end: int
    text: str
    score: float


class LegOut(BaseModel):
    """What one way of searching gave a passage."""

    score: float
    rank: int | None = Field(description="From 1; null where it was not among its first.")


class FoundByOut(BaseModel):
    """Why a passage was found."""

    dense: LegOut = Field(description="Cosine of the vectors of passage and question.")
    lexical: LegOut = Field(
        description="Share of the highest score that a text could reach with the terms, 0 to 1."
    )
    terms: list[str] = Field(description="Terms that the passage has, in these or other words.")


class CorrectionOut(BaseModel):
    """A word of the question that was read as another."""

    written: str
    read_as: str


class AlsoSearchedOut(BaseModel):
    """Other words for a part of the question that were searched for too."""

    written: str
    words: list[str]
    source: str


class HitOut(BaseModel):
    """The sentence of a passage that comes nearest to what was looked for, and its paper."""

    document_id: str
    chunk_id: str
    section: str
    page: str | None = Field(
        description="The printed page it stands on, where the source has pages."
    )
    start: int
    end: int
    text: str
    score: float = Field(description="Of the passage, at most 1: what both legs gave it.")
    found_by: FoundByOut
    title: str | None
    container: str | None
    year: int | None
    pmid: str | None
    pmcid: str | None
    doi: str | None
    same_work: list[str] = Field(description="Documents that are probably the same work.")
    status: StandingName
    status_checked_at: datetime | None
    status_notes: list[StatusNoteOut]


class SearchOut(BaseModel):
    """Passages, best first."""

    question: str
    build_id: str
    corrections: list[CorrectionOut]
    also_searched: list[AlsoSearchedOut]
    nothing_left: str | None = Field(
        description="Says so where the filters leave nothing that could be searched."
    )
    results: list[HitOut]


class ReceiptOut(BaseModel):
    """How the answer was made."""

    build_id: str
    corpus_fingerprint: str
    embedding_fingerprint: str
    composer: str
    settings_hash: str
    as_of: datetime
    timings_ms: dict[str, float]
    runs_on: str
    reranker: str | None = Field(
        default=None, description="What put the passages in order after retrieval, if anything did."
    )


class AnswerOut(BaseModel):
    """An answer, every sentence of it with its sources."""

    answer_id: str
    conversation_id: str
    question: str
    filters: dict[str, Any] = Field(
        default={}, description="Which part of the library was searched; empty for all of it."
    )
    status: Status
    answerability: float | None = Field(
        default=None,
        description="Probability, 0 to 1, that a document answers; null where no model was asked.",
    )
    text: str = Field(description="All sentences with their markers.")
    sentences: list[SentenceOut]
    notices: list[NoticeOut]
    references: list[ReferenceOut]
    evidence: list[EvidenceOut]
    receipt: ReceiptOut


class SourceChangeOut(BaseModel):
    """A quote that its source no longer has at those offsets."""

    n: int
    document_id: str
    start: int
    end: int
    state: Literal["moved", "changed", "gone"]
    text: str


class StoredAnswerOut(AnswerOut):
    """An answer as it was sent; its quotes are those of that day."""

    changes_since: list[SourceChangeOut] | None = Field(
        description="What has changed in its sources since; null where that cannot be seen now."
    )


class ChangeOut(BaseModel):
    """A value that is another one now."""

    name: str
    before: str | None
    now: str | None


class NamedReferenceOut(BaseModel):
    """A reference, by its number in its own answer."""

    n: int
    document_id: str
    title: str | None


class AnswerDifferenceOut(BaseModel):
    """What the library's answer of now has not, has besides, and has otherwise."""

    is_same_answer: bool = Field(description="True where at most the receipts differ.")
    status: ChangeOut | None
    sentences_gone: list[str]
    sentences_new: list[str]
    notices_gone: list[str]
    notices_new: list[str]
    references_gone: list[NamedReferenceOut]
    references_new: list[NamedReferenceOut]
    standings: list[ChangeOut] = Field(
        description="Papers that both cite, by id, whose standing has changed."
    )
    receipt: list[ChangeOut] = Field(description="Build, settings, reranker, composer.")


class SourcesNowOut(BaseModel):
    """What has changed in the library's documents since."""

    changes: list[SourceChangeOut]
    other_texts: list[str] = Field(
        description="Cited documents whose text is another one now, whether or not the quotes stand."
    )


class ReplayOut(BaseModel):
    """A stored answer, whether composing again gives it, and what is answered now."""

    answer: dict[str, Any] = Field(description="As it is stored.")
    state: Literal["identical", "differs", "no_record"] = Field(
        description="Whether composing again from what was kept with the answer gave it."
    )
    faults: list[str] = Field(description="What does not hold.")
    remarks: list[str]
    sources: SourcesNowOut | None
    sources_problem: str | None = Field(description="Why the library cannot be looked at.")
    live_answer: dict[str, Any] | None = Field(
        description="What the library answers now; it is not stored."
    )
    live_problem: str | None = Field(description="Why the question cannot be asked anew.")
    difference: AnswerDifferenceOut | None


class AuthorOut(BaseModel):
    """A person or a group as the source names them."""

    name: str
    affiliation: str | None
    family: str | None = Field(
        description="The part of the name that is the family name, where the source tells it."
    )


class SectionOut(BaseModel):
    """A named stretch of the canonical text."""

    name: str
    kind: SectionKind
    start: int
    end: int


class PageStartOut(BaseModel):
    """Where a printed page begins in the canonical text."""

    label: str
    start: int


class DocumentOut(BaseModel):
    """A document with its canonical text."""

    document_id: str
    pmid: str | None
    pmcid: str | None
    doi: str | None
    title: str | None
    authors: list[AuthorOut]
    container: str | None
    year: int | None
    date: str | None = Field(description="ISO 8601, as precise as the source gives it.")
    volume: str | None
    issue: str | None
    pages: str | None
    languages: list[str]
    publication_types: list[str]
    mesh_terms: list[str]
    license: str | None
    url: str | None
    status: StandingName
    status_checked_at: datetime | None
    status_notes: list[StatusNoteOut]
    links: list[LinkOut]
    added: list[AddedOut]
    keywords: list[str]
    text: str
    sections: list[SectionOut]
    page_starts: list[PageStartOut]
    same_work: list[str] = Field(
        description="Documents that are probably the same work, though they share no identifier."
    )


class SourceOut(BaseModel):
    """A document in the list of the library."""

    document_id: str
    title: str | None
    container: str | None
    year: int | None


class ReembeddingOut(BaseModel):
    """The library is on its way to another embedding model; until then the old index answers."""

    state: Literal["embedding", "waiting"]
    fingerprint: str = Field(description="Of the model that it goes over to.")
    done: int | None = Field(description="Strings that have a vector of it.")
    total: int | None = Field(description="About so many there are.")
    detail: str


class LibraryOut(BaseModel):
    """What the library holds."""

    documents: int
    chunks: int
    listed_papers: int
    build_id: str
    sources: list[SourceOut] = Field(
        description="The first hundred documents, by id; /api/v1/documents lists all."
    )
    reembedding: ReembeddingOut | None = Field(
        description="Null where the index is of the embedding model that is set."
    )


class DocumentListOut(BaseModel):
    """A page of the list of documents."""

    build_id: str
    total: int = Field(description="How many documents the library holds.")
    documents: list[SourceOut] = Field(description="In the order of their ids.")
    next_cursor: str | None = Field(description="Asks for the next page; null on the last one.")


class HealthOut(BaseModel):
    """Whether the service can answer, from which build, and when that was checked whole."""

    status: str
    detail: str
    build_id: str | None = None
    checked_at: datetime | None = None
