"""What a run writes for one case: a dataclass here, a line of JSON in the run's folder.

Nothing in it but `timings_ms` differs between two runs of the same build and settings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.dataset import Case
from eval.measures.score import NotScored, Score, score_from_json, score_to_json
from eval.scoring import Asked, Verdict, relevant_passages, score_case, why_not_right
from rag.answer_json import answer_to_dict
from rag.models import Answer

RANKED = 20
"""Sentences of the ranking that are kept."""
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case, what came of it, and how good that was."""

    case: Mapping[str, Any]
    verdict: Verdict
    why: tuple[str, ...]
    outcome: str | None
    broken: Mapping[str, Sequence[str]]
    """What is wrong, by invariant; invariants that hold are left out."""
    scores: Mapping[str, Score]
    confidence: float | None
    """Score of the best sentence; higher is surer. None where nothing was searched."""
    answer: Mapping[str, Any] | None
    places: Sequence[Mapping[str, Any] | None]
    ranking: Sequence[Mapping[str, Any]]
    relevant: Sequence[str]
    timings_ms: Mapping[str, float]

    @property
    def case_id(self) -> str:
        return str(self.case["id"])

    @property
    def kind(self) -> str:
        return str(self.case["kind"])

    @property
    def held_out(self) -> bool:
        return bool(self.case["held_out"])

    def to_dict(self) -> dict[str, Any]:
        """A JSON object; see docs/evaluation.md."""
        return {
            "case": self.case,
            "verdict": self.verdict,
            "why": list(self.why),
            "outcome": self.outcome,
            "faults": [fault for faults in self.broken.values() for fault in faults],
            "broken": {name: list(faults) for name, faults in self.broken.items()},
            "scores": {name: score_to_json(score) for name, score in self.scores.items()},
            "confidence": self.confidence,
            "answer": self.answer,
            "gold": list(self.places),
            "ranking": list(self.ranking),
            "relevant": list(self.relevant),
            "timings_ms": dict(self.timings_ms),
        }

    @classmethod
    def from_dict(cls, line: Mapping[str, Any]) -> "CaseRecord":
        """The record of such an object."""
        return cls(
            case=line["case"],
            verdict=line["verdict"],
            why=tuple(line["why"]),
            outcome=line["outcome"],
            broken=line["broken"],
            scores={name: score_from_json(value) for name, value in line["scores"].items()},
            confidence=line["confidence"],
            answer=line["answer"],
            places=line["gold"],
            ranking=line["ranking"],
            relevant=line["relevant"],
            timings_ms=line["timings_ms"],
        )


def record_of(case: Case, asked: Asked) -> CaseRecord:
    """The record of a case that was asked to its end."""
    stale = asked.labels.stale
    why = stale or tuple(why_not_right(case, asked))
    evidence = asked.search.evidence if asked.search else ()
    return CaseRecord(
        case=case_to_dict(case),
        verdict="stale" if stale else "wrong" if why else "right",
        why=why,
        outcome=asked.outcome,
        broken={name: list(faults) for name, faults in asked.broken.items() if faults},
        scores={name: _rounded(score) for name, score in score_case(case, asked).items()},
        confidence=round(max((one.score for one in evidence), default=0.0), _DIGITS)
        if asked.search
        else None,
        answer=_lasting(asked.answer) if asked.answer else None,
        places=[
            {"document_id": one.document_id, "start": one.start, "end": one.end} if one else None
            for one in asked.labels.places
        ],
        ranking=[
            {
                "passage": f"{one.document_id}:{one.start}-{one.end}",
                "score": round(one.score, _DIGITS),
                "text": one.text,
            }
            for one in evidence[:RANKED]
        ],
        relevant=sorted(relevant_passages(asked)),
        timings_ms=dict(asked.answer.receipt.timings_ms) if asked.answer else {},
    )


def unasked_record(case: Case, reason: str) -> CaseRecord:
    """The record of a case whose answer never came, and why."""
    return CaseRecord(
        case=case_to_dict(case),
        verdict="not_scored",
        why=(reason,),
        outcome=None,
        broken={},
        scores={},
        confidence=None,
        answer=None,
        places=[],
        ranking=[],
        relevant=[],
        timings_ms={},
    )


def case_to_dict(case: Case) -> dict[str, Any]:
    """The case as it is written into a run; where its file lies is left out."""
    return {
        "id": case.case_id,
        "kind": case.kind,
        "held_out": case.held_out,
        "question": case.question,
        "intent": case.intent,
        "form": case.form,
        "gold": [{"source": one.source, "quote": one.quote} for one in case.gold],
        "needs": case.needs,
        "papers": None if case.papers is None else list(case.papers),
        "status": sorted(case.outcomes),
        "required": list(case.required),
        "forbidden": list(case.forbidden),
    }


def _lasting(answer: Answer) -> dict[str, Any]:
    """The answer without what differs from one asking to the next: ids and times."""
    shape = answer_to_dict(answer)
    receipt = {
        name: value
        for name, value in shape["receipt"].items()
        if name not in ("build_id", "as_of", "timings_ms")
    }
    left_out = ("answer_id", "conversation_id", "receipt")
    return {name: value for name, value in shape.items() if name not in left_out} | {
        "receipt": receipt
    }


def _rounded(score: Score) -> Score:
    return score if isinstance(score, NotScored) else round(score, _DIGITS)
