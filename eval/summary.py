"""Records of a run in; its measures by part (tuning, held out, all) and kind out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from eval.dataset import KINDS
from eval.measures.answerability import Outcome, count_decisions, roc_auc
from eval.measures.latency import stage_latencies
from eval.measures.risk_coverage import aurc, risk_coverage_curve
from eval.measures.score import NotScored, Score, mean_of, scored
from eval.records import CaseRecord
from eval.statistics import bootstrap_ci, wilson_interval
from rag.verification import Invariant

PARTS: dict[str, Callable[[CaseRecord], bool]] = {
    "tuning": lambda record: not record.held_out,
    "held_out": lambda record: record.held_out,
    "all": lambda _record: True,
}
_ANSWERABLE = ("answerable",)
_UNANSWERABLE = ("unanswerable", "off_topic")
_DIGITS = 6


def summarise(records: Sequence[CaseRecord]) -> dict[str, Any]:
    """The content of measures.json; its shape is in docs/evaluation.md."""
    parts = {name: [one for one in records if belongs(one)] for name, belongs in PARTS.items()}
    return {
        "parts": {name: _part(own) for name, own in parts.items()},
        "invariants": _invariants(records),
        "latency_ms": {
            stage: {"median": round(one.median_ms, 2), "p95": round(one.p95_ms, 2)}
            for stage, one in stage_latencies([record.timings_ms for record in records]).items()
        },
    }


def _part(records: Sequence[CaseRecord]) -> dict[str, Any]:
    return {
        "kinds": {
            kind: _kind([one for one in records if one.kind == kind])
            for kind in KINDS
            if any(one.kind == kind for one in records)
        },
        "measures": _measures(records),
        "answerability": _answerability(records),
        "risk_coverage": _risk_coverage(records),
    }


def _kind(records: Sequence[CaseRecord]) -> dict[str, Any]:
    verdicts = Counter(record.verdict for record in records)
    judged = verdicts["right"] + verdicts["wrong"]
    interval = wilson_interval(verdicts["right"], judged)
    return {
        "n": len(records),
        **{name: verdicts[name] for name in ("right", "wrong", "not_scored", "stale")},
        "share": round(verdicts["right"] / judged, _DIGITS) if judged else None,
        "ci": [round(interval.low, _DIGITS), round(interval.high, _DIGITS)] if interval else None,
    }


def _measures(records: Sequence[CaseRecord]) -> dict[str, Any]:
    names = dict.fromkeys(name for record in records for name in record.scores)
    measures: dict[str, Any] = {}
    for name in names:
        scores = [record.scores[name] for record in records if name in record.scores]
        mean = mean_of(scores)
        interval = bootstrap_ci(scored(scores))
        measures[name] = {
            "mean": None if mean.mean is None else round(mean.mean, _DIGITS),
            "n": mean.n,
            "not_scored": mean.not_scored,
            "ci": [round(interval.low, _DIGITS), round(interval.high, _DIGITS)]
            if interval
            else None,
        }
    return measures


def _answerability(records: Sequence[CaseRecord]) -> dict[str, Any]:
    outcomes = [
        Outcome(record.confidence, record.kind in _ANSWERABLE, _claims(record))
        for record in records
        if record.kind in _ANSWERABLE + _UNANSWERABLE and record.confidence is not None
    ]
    counts = count_decisions(outcomes)
    return {
        "auc": _number(roc_auc(outcomes)),
        "false_answers": counts.false_answers,
        "unanswerable": counts.unanswerable,
        "false_abstentions": counts.false_abstentions,
        "answerable": counts.answerable,
    }


def _risk_coverage(records: Sequence[CaseRecord]) -> dict[str, Any]:
    """Over cases that claim something: how often that is wrong as less sure ones are let in.

    A case whose label is stale is neither right nor wrong, so it is left out.
    """
    answers = [
        (record.confidence, record.verdict == "right")
        for record in records
        if record.confidence is not None and _claims(record) and record.verdict != "stale"
    ]
    return {
        "points": [
            [round(value, _DIGITS) for value in (one.coverage, one.risk, one.threshold)]
            for one in risk_coverage_curve(answers)
        ],
        "aurc": _number(aurc(answers)),
    }


def _number(score: Score) -> float | None:
    return None if isinstance(score, NotScored) else round(score, _DIGITS)


def _claims(record: CaseRecord) -> bool:
    sentences: Sequence[Mapping[str, Any]] = record.answer["sentences"] if record.answer else ()
    return any(sentence["kind"] == "claim" for sentence in sentences)


def _invariants(records: Sequence[CaseRecord]) -> dict[str, int]:
    counts = dict.fromkeys(get_args(Invariant), 0)
    for record in records:
        for name, faults in record.broken.items():
            counts[name] += len(faults)
    return counts
