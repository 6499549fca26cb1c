"""What a public set holds, and what systems return for its questions; plain data.

A document has one id in every system: that of our library, so that records which the library takes
for one paper count as one for all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from eval.measures.citations import Relation

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much is done and of how much."""


class Task(StrEnum):
    """What is measured."""

    RETRIEVAL = "retrieval"
    EVIDENCE = "evidence"
    ANSWERS = "answers"
    ABSTENTION = "abstention"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class CorpusRecord:
    """One line of a `corpus.jsonl`."""

    name: str
    """Of the file that it is written to: `<set>-<line>.txt`."""
    corpus_id: str
    pmid: str | None
    title: str
    text: str
    plain_text: str
    """The content of that file; never empty."""


@dataclass(frozen=True, slots=True)
class GoldSnippet:
    """Words that answer a question, and the records that they are quoted from."""

    names: tuple[str, ...]
    text: str
    relation: Relation | None = None
    """What the quoted paper is to the claim, where the set says so."""


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question with all that the set says is right."""

    question_id: str
    text: str
    kind: str
    """The set's own word for it: factoid, list, claim…"""
    relevant: Mapping[str, int]
    """Grade of each relevant record, by name."""
    lost: int
    """Relevant ids without a document in the corpus."""
    snippets: tuple[GoldSnippet, ...] = ()
    ideal_answers: tuple[str, ...] = ()
    exact_answers: tuple[tuple[str, ...], ...] = ()
    """Every item with its synonyms; no yes, no or direction of an effect."""
    yes_no: str | None = None
    effect: str | None = None
    """Direction of an effect, as Evidence Inference labels it."""
    outcome: str | None = None
    """What the effect is on."""
    intervention: str | None = None
    """What has the effect."""
    comparator: str | None = None
    """What it is compared with."""
    answerable: bool = True
    judged: frozenset[str] = frozenset()
    """Records that somebody judged for it, whatever their grade."""


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set as it was read, with distractors behind its own records."""

    name: str
    distractors: str | None
    split: str
    records: tuple[CorpusRecord, ...]
    questions: tuple[BenchQuestion, ...]
    notes: tuple[str, ...]
    """What a reader of figures must know of the data."""

    @property
    def label(self) -> str:
        return f"{self.name} + {self.distractors}" if self.distractors else self.name


@dataclass(frozen=True, slots=True)
class BenchDocument:
    """A document as every peer gets it."""

    document_id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text, what a plain pipeline embeds."""
        return f"{self.title}\n\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that a system shows for a question; a higher score is better."""

    document_id: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class GivenSentence:
    """A sentence of an answer, without markers, and what it cites."""

    text: str
    cited: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a system says to a question; no sentences where it abstains."""

    sentences: tuple[GivenSentence, ...]
    confidence: float
    """Higher is surer that there is an answer."""
    rests_on: str | None
    """The document that it rests on first, or would; None where nothing was found."""

    @property
    def answered(self) -> bool:
        return bool(self.sentences)

    @property
    def cited(self) -> frozenset[str]:
        """Ids of the documents that it cites."""
        return frozenset(one.document_id for each in self.sentences for one in each.cited)

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.sentences)


class System(Protocol):
    """What finds documents and passages."""

    name: str

    def rank(self, question: str, *, k: int) -> list[str]:
        """Ids of the `k` best documents, best first."""

    def passages(self, question: str, *, k: int) -> list[Passage]:
        """The `k` best passages, best first."""


class Answerer(Protocol):
    """What answers with citations."""

    name: str

    def answer(self, question: str) -> GivenAnswer:
        """The answer, or an abstention."""
