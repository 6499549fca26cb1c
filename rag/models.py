"""What comes out: an answer, its sentences with citations, its references, and how it was made.

Offsets count characters of a document's canonical text, start included, end excluded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from index.filters import Filters
from index.identifiers import Identifiers
from index.models import AddedField, Author
from index.publication_status import Standing

if TYPE_CHECKING:
    from rag.basis import Basis

Status = Literal[
    "answered", "partial", "insufficient_evidence", "out_of_scope", "personal_medical", "crisis"
]
SentenceKind = Literal["claim", "record"]
NoticeKind = Literal[
    "as_listed",
    "text_not_held",
    "not_given",
    "added",
    "searched",
    "nearest",
    "missing",
    "holds",
    "pubmed_search",
    "check_failed",
    "help",
    "not_advice",
    "standing",
    "left_out",
    "corrected",
    "filtered",
    "not_reranked",
    "unlikely",
    "as_of",
    "sources_disagree",
    "quoted",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A quoted stretch of a document; `chunk_id` is None where it lies in the paper's record."""

    document_id: str
    chunk_id: str | None
    start: int
    end: int
    quote: str
    match: Literal["exact"] = "exact"


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker: reference number `n`, and the span that bears the sentence."""

    n: int
    span: Span


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence: a claim, or a record that describes a paper in the library.

    A claim is the words of its span, or what a language model wrote and its spans bear.

    `support` says how well the spans bear the text, 0 to 1: 1 where the text is the quote itself,
    None where it was not scored. A claim that rests on one quote differs from it by what is dropped
    and expanded alone.
    """

    text: str
    kind: SentenceKind
    citations: tuple[Citation, ...]
    support: float | None
    dropped: str = ""
    """The quote's beginning, where it refers to what stood before it ("However, ")."""
    expanded: tuple[str, ...] = ()
    """Meanings that stand in [brackets] behind abbreviations, in order."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark of the service about the answer: a fixed template, never a statement of a source."""

    kind: NoticeKind
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a paper can be read."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited paper. `listed_in` names the page where the library holds no more than its entry."""

    n: int
    document_id: str
    identifiers: Identifiers
    title: str | None
    authors: tuple[Author, ...]
    container: str | None
    year: int | None
    standing: Standing
    links: tuple[Link, ...]
    listed_in: str | None
    added: tuple[AddedField, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that was read for the answer, with its score for the question."""

    chunk_id: str
    document_id: str
    section: str
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found: its sentence that comes nearest to the question, and why it is here."""

    chunk_id: str
    document_id: str
    section: str
    start: int
    end: int
    text: str
    score: float
    """Of the chunk, at most 1: what both legs gave it."""
    similarity: float
    """Cosine of the vectors of chunk and question."""
    lexical: float
    """Share of the highest score that a text could reach with the question's terms, 0 to 1."""
    dense_rank: int | None
    """Among the chunks by vectors alone, from 1; None where it was not among the first of them."""
    lexical_rank: int | None
    matched: tuple[str, ...]
    """Terms of the question that the chunk has, in these or other words."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question that was read as another, for it looks like a slip of the keyboard."""

    written: str
    read_as: str


@dataclass(frozen=True, slots=True)
class AlsoSearched:
    """What of the question was searched for in other words too."""

    written: str
    words: tuple[str, ...]
    source: str
    """Who says that they mean the same."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a question finds in one build, or in the part of it that the filters leave."""

    question: str
    build_id: str
    passages: tuple[Passage, ...]
    """Chunks, best first."""
    document_ids: tuple[str, ...]
    """Documents by their best chunk, more than those of the passages; by their title alone, where
    they have no text."""
    also_searched: tuple[AlsoSearched, ...]
    corrections: tuple[Correction, ...]
    evidence: tuple[Evidence, ...]
    """Sentences as the composer ranks them, best first."""
    retrieved: frozenset[str]
    """Ids of the chunks, and of the papers whose records were found: what an answer may cite."""
    nothing_left: str | None = None
    """Says so where the filters leave nothing that could be searched."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How the answer was made."""

    build_id: str
    corpus_fingerprint: str
    embedding_fingerprint: str
    composer: str
    settings_hash: str
    as_of: datetime
    timings_ms: dict[str, float]
    runs_on: str
    reranker: str | None = None
    """What put the passages in order after retrieval, if anything did."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked and what came of it; `text` is all of it with markers."""

    answer_id: str
    conversation_id: str | None
    question: str
    status: Status
    sentences: tuple[AnswerSentence, ...]
    notices: tuple[Notice, ...]
    references: tuple[Reference, ...]
    evidence: tuple[Evidence, ...]
    receipt: Receipt
    filters: Filters = field(default_factory=Filters)
    """What part of the library was searched; empty where it was all of it."""
    answerability: float | None = None
    """The probability that a document of it answers, 0 to 1; None where no model was asked."""
    basis: "Basis | None" = field(default=None, repr=False, compare=False)
    """What it was composed of, for the record that is kept with it; it is no part of what is sent."""
    model_output: tuple[str, ...] = ()
    """What a language model wrote, as it came and unchecked: its reply, then each repair."""

    @property
    def text(self) -> str:
        """The sentences with their markers; where there are none, the notices."""
        if not self.sentences:
            return "\n".join(notice.text for notice in self.notices)
        listing = any(sentence.kind == "record" for sentence in self.sentences)
        lines = (f"{sentence.text} {_markers(sentence)}" for sentence in self.sentences)
        return ("\n" if listing else " ").join(lines)

    def spans(self) -> Iterator[Span]:
        """Every cited span, in order of use."""
        for sentence in self.sentences:
            for citation in sentence.citations:
                yield citation.span


def _markers(sentence: AnswerSentence) -> str:
    return "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in sentence.citations))
