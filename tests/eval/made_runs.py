"""Runs that nobody ran: records made up by hand, in a folder as a real run leaves it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eval.measures.score import Score
from eval.records import CaseRecord
from eval.run_folder import RunFolder, RunHead, run_hash
from eval.scoring import Verdict
from eval.summary import summarise

HEAD = RunHead(
    run_id="20260101-000000-000",
    tag="made up",
    sets=(),
    started_at="2026-01-01T00:00:00+00:00",
    as_of="2026-01-01T00:00:00+00:00",
    settings={"candidate_k": 50, "composer": "extractive"},
    fingerprints={"corpus": "c0", "embedding": "e0", "settings": "s0", "questions": "q0"},
    versions={"python": "3.11"},
    machine={"cores": 2},
)


def made_record(
    case_id: str,
    verdict: Verdict = "right",
    *,
    kind: str = "unanswerable",
    held_out: bool = False,
    why: Sequence[str] = (),
    broken: Mapping[str, Sequence[str]] | None = None,
    scores: Mapping[str, Score] | None = None,
    intent: str = "",
    question: str = "",
) -> CaseRecord:
    """A case with that verdict."""
    return CaseRecord(
        case={
            "id": case_id,
            "kind": kind,
            "held_out": held_out,
            "question": question or f"What of {case_id}?",
            "intent": intent or case_id,
            "form": None,
            "gold": [{"source": "pmid:1", "quote": "Words that answer it, verbatim."}],
            "needs": "all",
            "papers": ["pmid:1"],
            "status": ["answered"],
            "required": ["words"],
            "forbidden": [],
        },
        verdict=verdict,
        why=tuple(why),
        outcome="insufficient_evidence",
        broken=broken or {},
        scores=scores or {},
        confidence=0.5,
        answer=None,
        places=[],
        ranking=[],
        relevant=[],
        timings_ms={"total": 12.0},
    )


def made_run(
    path: Path,
    records: Sequence[CaseRecord],
    *,
    fingerprints: Mapping[str, str] | None = None,
    settings: Mapping[str, object] | None = None,
    sets: Sequence[str] = (),
) -> RunFolder:
    """The folder of a whole run with those records."""
    head = replace(
        HEAD,
        run_id=path.name,
        sets=tuple(sets),
        fingerprints={**HEAD.fingerprints, **(fingerprints or {})},
        settings={**HEAD.settings, **(settings or {})},
    )
    folder = RunFolder(path)
    folder.begin(head)
    for record in records:
        folder.append(record)
    finished = replace(head, finished_at="2026-01-01T00:01:00+00:00", hash=run_hash(head, records))
    folder.finish(finished, summarise(records))
    return folder
