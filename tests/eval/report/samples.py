"""A small run that nobody made, with a case for everything that a report has to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.measures.score import NotScored, Score
from eval.records import CaseRecord
from eval.run_folder import RunFolder, RunHead
from tests.eval.made_runs import made_run

PAPER = "pmid:11111111"
TEXT = (
    "Riluzole slows ALS. It was approved in 1995, and many trials failed since. Edaravone is new."
)
SLOWS = "Riluzole slows ALS."
APPROVED = "It was approved in 1995, and many trials failed since."
NEW = "Edaravone is new."
YEAR = "approved in 1995"
SCORES: dict[str, Score] = {"recall@5": 1.0, "support rate": NotScored("nobody judged")}
MARKUP = "Is </details><script>alert(1)</script> &amp; 'ALS' fatal?"
UNSEEN = "What is\x07 ALS\u202e\u2066?\r\n\tAnd\x00 more"


def place(words: str) -> dict[str, Any]:
    """Where the words stand in the sample paper."""
    start = TEXT.index(words)
    return {"document_id": PAPER, "start": start, "end": start + len(words)}


def answer(*words: str, status: str = "answered") -> dict[str, Any]:
    """An answer that quotes those words, in the shape that records have."""
    return {
        "question": "as asked",
        "status": status,
        "text": " ".join(f"{one} [1]" for one in words),
        "sentences": [
            {"text": one, "kind": "claim", "citations": [{"n": 1, **place(one)}], "support": 1.0}
            for one in words
        ],
        "notices": []
        if words
        else [{"kind": "searched", "text": "Searched 1 document.", "url": "https://x.test/?a=b"}],
        "references": [reference()] if words else [],
        "evidence": [],
        "receipt": {"composer": "extractive"},
    }


def reference() -> dict[str, Any]:
    """The sample paper, of which the source gives no container."""
    return {
        "n": 1,
        "document_id": PAPER,
        "pmid": "11111111",
        "pmcid": None,
        "doi": None,
        "title": "Notes on <riluzole>",
        "authors": ["Ann & Bob"],
        "container": None,
        "year": 2021,
        "status": "not_checked",
        "links": [],
        "listed_in": None,
        "added": [],
        "spans": [],
    }


@dataclass(frozen=True, slots=True)
class Sample:
    """The start of a record; `record` fills in what is the same in most."""

    case_id: str
    question: str
    kind: str = "answerable"
    held_out: bool = False
    verdict: str = "right"
    why: Sequence[str] = ()
    gold: Sequence[str] = ()
    answer: Mapping[str, Any] | None = None
    outcome: str | None = "insufficient_evidence"

    def record(self, **changes: Any) -> CaseRecord:
        """The record, with those changes."""
        made = CaseRecord(
            case={
                "id": self.case_id,
                "kind": self.kind,
                "held_out": self.held_out,
                "question": self.question,
                "intent": f"what {self.case_id} asks",
                "form": "single_fact" if self.gold else None,
                "gold": [{"source": PAPER, "quote": quote} for quote in self.gold],
                "needs": "all",
                "papers": None,
                "status": ["answered", "partial"],
                "required": [r"\b1995\b"] if self.gold else [],
                "forbidden": [],
            },
            verdict=self.verdict,  # type: ignore[arg-type]
            why=tuple(self.why),
            outcome=self.outcome,
            broken={},
            scores=SCORES,
            confidence=0.75,
            answer=self.answer,
            places=[place(quote) for quote in self.gold],
            ranking=[
                {"passage": passage(words), "score": 1.0 / rank, "text": words}
                for rank, words in enumerate((SLOWS, APPROVED, NEW), start=1)
            ],
            relevant=[passage(APPROVED)] if self.gold else [],
            timings_ms={"retrieve": 8.0, "total": 20.0},
        )
        return replace(made, **changes)


def passage(words: str) -> str:
    """The name of the words in a ranking."""
    where = place(words)
    return f"{where['document_id']}:{where['start']}-{where['end']}"


def sample_records() -> list[CaseRecord]:
    """Right, wrong, not scored and stale; tuning and held out; with markup and unseen characters."""
    abstention = answer(status="insufficient_evidence")
    return [
        Sample(
            "year-of-approval",
            "When was riluzole approved?",
            gold=(YEAR,),
            answer=answer(APPROVED),
            outcome="answered",
        ).record(),
        Sample(
            "effect",
            "What does riluzole do?",
            verdict="wrong",
            why=("it cites none of the words that answer",),
            gold=(SLOWS,),
            answer=answer(NEW),
            outcome="answered",
        ).record(broken={"quotes": ["sentence 1 is no quote"]}),
        Sample(
            "gone", "What is gone?", verdict="stale", why=("pmid:1 does not say so",), gold=(NEW,)
        ).record(places=[None], answer=abstention, relevant=[]),
        Sample(
            "held-out-year", "Year of approval?", held_out=True, gold=(YEAR,), verdict="wrong"
        ).record(answer=abstention),
        Sample("dose", "What is the dose?", kind="unanswerable", answer=abstention).record(),
        Sample(
            "too-slow", "Why?", kind="personal", verdict="not_scored", why=("it took over 60 s",)
        ).record(outcome=None, scores={}, confidence=None, ranking=[], timings_ms={}),
        Sample("markup", MARKUP, kind="attack", answer=abstention).record(),
        Sample("unseen", UNSEEN, kind="attack", held_out=True, outcome="refused").record(
            scores={}, confidence=None, ranking=[]
        ),
    ]


def sample_run(path: Path, records: Sequence[CaseRecord] | None = None) -> RunFolder:
    """The folder of a whole run with those records, else with the sample ones."""
    return made_run(path, sample_records() if records is None else records)


def interrupt(folder: RunFolder) -> RunHead:
    """Have the run end after its measures and before it says that it is whole."""
    head = replace(folder.head(), finished_at=None, hash=None)
    folder.write_head(head)
    return head


def sample_baseline(folder: RunFolder, **verdicts: str | None) -> dict[str, Any]:
    """What the run gave, as a baseline, with those verdicts in place of its own; None: not asked."""
    cases = {one.case_id: one.verdict for one in folder.records()}
    changed = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return {
        "tag": "main",
        "measures": folder.measures()["parts"],
        "cases": {
            name: {"verdict": verdict} for name, verdict in {**cases, **changed}.items() if verdict
        },
    }
