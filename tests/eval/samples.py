"""Made-up cases, answers and a library of two small papers to ask them of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from eval.dataset import Case, Gold
from eval.labels import Labels, Place
from eval.scoring import Asked
from index.identifiers import Identifiers
from index.live import LiveBuild
from index.publication_status import NOT_CHECKED
from rag.models import (
    Answer,
    AnswerSentence,
    Citation,
    Evidence,
    Notice,
    Receipt,
    Reference,
    Search,
    SentenceKind,
    Span,
    Status,
)
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.rag.examples import index_files

RILUZOLE = "pmid:11111111"
TOFERSEN = "pmid:22222222"
SLOWS = "Riluzole slows ALS in most people."
CARRIERS = "Tofersen is for SOD1 carriers only."
FILES = {
    "riluzole.txt": f"# Notes on riluzole\n\nPMID: 11111111\n\n{SLOWS} Edaravone is new.\n",
    "tofersen.txt": f"# Notes on tofersen\n\nPMID: 22222222\n\n{CARRIERS}\nIt is given by\nlumbar puncture every month.\n",
}

CASE = Case(
    case_id="riluzole-slows",
    kind="answerable",
    held_out=False,
    question="Does riluzole slow ALS?",
    intent="effect of riluzole",
    form="yes_no",
    gold=(Gold(RILUZOLE, SLOWS),),
    needs="all",
    papers=None,
    outcomes=frozenset({"answered", "partial"}),
    required=(),
    forbidden=(),
    where="answerable.yaml:3",
)


def case(**changes: object) -> Case:
    """A case that is answered from the library's first paper, with those changes."""
    return replace(CASE, **changes)  # type: ignore[arg-type]


def unlabelled(case_id: str, question: str, **changes: object) -> Case:
    """A case that nothing answers, with those changes."""
    given: dict[str, object] = {
        "kind": "unanswerable",
        "form": None,
        "gold": (),
        "outcomes": frozenset({"insufficient_evidence", "out_of_scope"}),
        "intent": case_id,
    }
    return case(case_id=case_id, question=question, **(given | changes))


CASES = (
    CASE,
    case(
        case_id="tofersen-carriers",
        question="What is tofersen for?",
        form="single_fact",
        gold=(Gold(TOFERSEN, CARRIERS),),
        held_out=True,
    ),
    unlabelled("riluzole-dose", "What is the dose of riluzole?"),
    unlabelled("capital", "What is the capital of France?", kind="off_topic"),
    unlabelled("bell", "a\x07b", kind="attack", outcomes=frozenset({"refused"})),
    unlabelled("crisis", "I want to kill myself", kind="personal", outcomes=frozenset({"crisis"})),
)
"""Each is right when it is asked of `small_library`."""


def small_library(folder: Path) -> RagSettings:
    """Settings of a library of the two papers, indexed with the hashing embedder."""
    return index_files(folder, FILES)


@dataclass(slots=True)
class Interposed:
    """A pipeline with something done before each answer, by its question."""

    pipeline: Pipeline
    before: Callable[[str], object]

    @property
    def live(self) -> LiveBuild:
        return self.pipeline.live

    def answer(self, text: str) -> Answer:
        self.before(text)
        return self.pipeline.answer(text)

    def search(self, text: str) -> Search:
        return self.pipeline.search(text)


def entry(case_id: str = "a", **fields: str) -> str:
    """A case of any kind as it is written in a file; fields are YAML, "" leaves one out."""
    given = {"question": f"What is {case_id}?", "intent": f"what {case_id} is"} | fields
    lines = [f"  {name}: {value}" for name, value in given.items() if value]
    return "\n".join([f"- id: {case_id}", *lines, ""])


def write_cases(path: Path, kind: str, *entries: str) -> Path:
    """A file of cases of that kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"kind: {kind}\ncases:\n{''.join(entries)}", encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer: its words, where its quote stands, and the number of its paper."""

    text: str
    place: Place
    n: int = 1
    kind: SentenceKind = "claim"

    @property
    def span(self) -> Span:
        chunk_id = f"{self.place.document_id}#0000" if self.kind == "claim" else None
        return Span(self.place.document_id, chunk_id, self.place.start, self.place.end, self.text)


def answer(
    *said: Said, status: Status = "answered", notices: Sequence[Notice] = (), **changes: object
) -> Answer:
    """An answer that says those sentences, with a reference for each of their papers."""
    made = Answer(
        answer_id="ans_1",
        conversation_id=None,
        question=CASE.question,
        status=status,
        sentences=tuple(
            AnswerSentence(one.text, one.kind, (Citation(one.n, one.span),), 1.0) for one in said
        ),
        notices=tuple(notices),
        references=tuple(
            reference(document_id, *(one for one in said if one.place.document_id == document_id))
            for document_id in dict.fromkeys(one.place.document_id for one in said)
        ),
        evidence=(),
        receipt=Receipt(
            build_id="b-1",
            corpus_fingerprint="corpus",
            embedding_fingerprint="embedding",
            composer="extractive",
            settings_hash="settings",
            as_of=datetime(2026, 1, 1, tzinfo=UTC),
            timings_ms={"total": 12.5},
            runs_on="this machine",
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def reference(document_id: str, *said: Said) -> Reference:
    """The reference to a paper that has that PMID (`pmid:…`), for those sentences."""
    return Reference(
        n=said[0].n if said else 1,
        document_id=document_id,
        identifiers=Identifiers(pmid=document_id.removeprefix("pmid:")),
        title=f"Notes on {document_id}",
        authors=(),
        container=None,
        year=2021,
        standing=NOT_CHECKED,
        links=(),
        listed_in=None,
        added=(),
        spans=tuple(one.span for one in said),
    )


def search(*places: Place, scores: Sequence[float] | None = None) -> Search:
    """A search that ranks the sentences at those places."""
    given = scores or [1.0 / rank for rank in range(1, len(places) + 1)]
    return Search(
        question=CASE.question,
        build_id="b-1",
        evidence=tuple(
            Evidence(
                f"{one.document_id}#0000", one.document_id, "Body", one.start, one.end, "…", score
            )
            for one, score in zip(places, given, strict=True)
        ),
        passages=(),
        document_ids=(),
        also_searched=(),
        corrections=(),
        retrieved=frozenset(),
    )


GOLD = Place(RILUZOLE, 100, 200)
ELSEWHERE = Place(RILUZOLE, 300, 400)
OTHER_PAPER = Place(TOFERSEN, 100, 200)


def asked(
    given: Answer | None = None, *, gold: Sequence[Place | None] = (GOLD,), **changes: object
) -> Asked:
    """What came of asking: that answer, to a case whose quotes stand at `gold`."""
    stale = tuple("a quote is gone" for place in gold if place is None)
    made = Asked(
        outcome=given.status if given else "refused",
        answer=given,
        search=search(GOLD, ELSEWHERE) if given else None,
        labels=Labels(tuple(gold), stale),
        broken={},
    )
    return replace(made, **changes)  # type: ignore[arg-type]
