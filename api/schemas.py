"""JSON in and out: pydantic models of the HTTP interface."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.filters import Filters
from index.models import SectionKind
from index.publication_status import StandingName, StatusKind
from index.study_types import StudyType
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


class FiltersIn(BaseModel):
    """Which part of the library is searched; what is left out asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    year_from: int | None = Field(default=None, ge=0, le=9_999)
    year_to: int | None = Field(default=None, ge=0, le=9_999)
    study_types: tuple[StudyType, ...] = Field(
        default=(), description="Any of these kinds of study."
    )
    journals: tuple[str, ...] = Field(
        default=(), max_length=50, description="Any of these, by full name."
    )
    statuses: tuple[StandingName, ...] = ()
    languages: tuple[str, ...] = Field(
        default=(), max_length=50, description="ISO 639-2 codes: eng."
    )
    sections: tuple[str, ...] = Field(
        default=(), max_length=50, description="Names of sections, or of a part: Methods."
    )

    def to_filters(self) -> Filters:
        """The filters of the library."""
        return Filters(**self.model_dump())


class AnswerIn(BaseModel):
    """A question, and the conversation that it goes on with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "Which drugs has the FDA approved for ALS?"}]},
    )

    question: str = Field(description="What to ask, in plain words.")
    conversation_id: str | None = Field(
        default=None, max_length=100, description="From an earlier answer; left out to begin anew."
    )
    filters: FiltersIn = Field(default_factory=FiltersIn)


class SearchIn(BaseModel):
    """What to look for, and where."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "riluzole survival", "limit": 5}]},
    )

    question: str = Field(description="What to look for, in plain words.")
    filters: FiltersIn = Field(default_factory=FiltersIn)
    limit: int = Field(default=10, ge=1, le=100, description="Sentences at most.")


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


class HitOut(BaseModel):
    """A sentence that comes near to what was looked for, and its paper."""

    document_id: str
    chunk_id: str
    section: str
    page: str | None = Field(
        description="The printed page it stands on, where the source has pages."
    )
    start: int
    end: int
    text: str
    score: float
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
    """Sentences, best first."""

    question: str
    build_id: str
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


class AnswerOut(BaseModel):
    """An answer, every sentence of it with its sources."""

    answer_id: str
    conversation_id: str
    question: str
    filters: dict[str, Any] = Field(
        default={}, description="Which part of the library was searched; empty for all of it."
    )
    status: Status
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


class AuthorOut(BaseModel):
    """A person as the source names them."""

    name: str
    affiliation: str | None


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


class LibraryOut(BaseModel):
    """What the library holds."""

    documents: int
    chunks: int
    listed_papers: int
    build_id: str
    sources: list[SourceOut] = Field(description="The first hundred documents, by id.")


class HealthOut(BaseModel):
    """Whether the service can answer, from which build, and when that was checked whole."""

    status: str
    detail: str
    build_id: str | None = None
    checked_at: datetime | None = None
