"""What a run gave for a case or a measure, taken into the baseline by name and with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eval.baseline import (
    AcceptedCase,
    Baseline,
    case_hash,
    differing_grounds,
    floors_of,
    require_reason,
    without_curves,
)
from eval.dataset import Case, part_of
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from index.errors import SettingsError


def accept(
    baseline: Baseline, folder: RunFolder, name: str, *, why: str, questions: Sequence[Case]
) -> Baseline:
    """The baseline with what the run gave for a case, or for a measure, in place of what it had.

    A case that is no question any more is taken out of it.

    Args:
        baseline: what was accepted before.
        folder: the run.
        name: a case, or a measure as `PART/MEASURE`.
        why: kept in the baseline.
        questions: all that there are now.

    Raises:
        SettingsError: `name` is neither, did not change, or was not asked in full; the two cannot
            be compared; or `why` is blank.
    """
    require_reason(why)
    if differs := differing_grounds(folder.head(), baseline):
        raise SettingsError(
            f"The run has another {differs[0]} than the baseline.",
            "Take the whole run as the new one: alsqa eval baseline --why '…'.",
        )
    records = {record.case_id: record for record in folder.records()}
    parts = without_curves(folder.measures()["parts"])
    if name in records:
        return _with_case(baseline, records[name], parts, why)
    if name in baseline.cases:
        return _without_case(baseline, folder, name, why, questions)
    part, _, measure = name.partition("/")
    if measure and measure in baseline.parts.get(part, {}).get("measures", {}):
        _require_asked(baseline, folder, name, records, questions)
        return _with_measure(baseline, parts, name, why)
    raise SettingsError(
        f"{name!r} is neither a case nor a measure.",
        "Name it as alsqa eval gate does, for example tuning/nDCG@10.",
    )


def _with_case(
    baseline: Baseline, record: CaseRecord, parts: Mapping[str, Any], why: str
) -> Baseline:
    name, known = record.case_id, baseline.cases.get(record.case_id)
    case = AcceptedCase(record.verdict, case_hash(record), why)
    if known and (known.verdict, known.case_hash) == (case.verdict, case.case_hash):
        raise _nothing_to_accept(name, f"it is {known.verdict}")
    floors = _floors_let_in(baseline, record, parts)
    return replace(baseline, cases={**baseline.cases, name: case}, floors=floors)


def _without_case(
    baseline: Baseline, folder: RunFolder, name: str, why: str, questions: Sequence[Case]
) -> Baseline:
    """Only where the run could not ask it: it is no question any more."""
    if folder.head().sets or name in {case.case_id for case in questions}:
        raise SettingsError(
            f"Run {folder.path.name} did not ask {name!r}.",
            "Ask it, alone with its set or with all (alsqa eval run), or name a run that did with"
            " --run; a case leaves the baseline once it is out of the question files.",
        )
    kept = {key: value for key, value in baseline.cases.items() if key != name}
    return replace(baseline, cases=kept, accepted={**baseline.accepted, name: why})


def _with_measure(baseline: Baseline, parts: Mapping[str, Any], name: str, why: str) -> Baseline:
    part, _, measure = name.partition("/")
    old = baseline.parts[part]
    found = parts[part]["measures"].get(measure)
    if found == old["measures"][measure]:
        raise _nothing_to_accept(name, f"its mean is {found['mean']}")
    measures = {**old["measures"], measure: found}
    if found is None:
        del measures[measure]
    return replace(
        baseline,
        parts={**baseline.parts, part: {**old, "measures": measures}},
        accepted={**baseline.accepted, name: why},
    )


def _require_asked(
    baseline: Baseline,
    folder: RunFolder,
    name: str,
    records: Mapping[str, CaseRecord],
    questions: Sequence[Case],
) -> None:
    """Refuse a measure over fewer questions than the baseline has for it."""
    part = name.partition("/")[0]
    wanted = [
        case.case_id
        for case in questions
        if case.case_id in baseline.cases and part in ("all", part_of(case))
    ]
    missing = sum(case_id not in records for case_id in wanted)
    sets = folder.head().sets
    if missing or set(sets) - {part}:
        asked = f"asked only {', '.join(sets)}" if sets else f"left out {missing} of {len(wanted)}"
        raise SettingsError(
            f"Run {folder.path.name} did not ask all questions of {name}: it {asked}.",
            "Ask all questions first: alsqa eval run.",
        )


def _nothing_to_accept(name: str, what: str) -> SettingsError:
    return SettingsError(
        f"There is nothing to accept for {name}: {what}, as in the baseline.",
        "alsqa eval gate names what differs.",
    )


def _floors_let_in(
    baseline: Baseline, record: CaseRecord, parts: Mapping[str, Any]
) -> dict[str, dict[str, float]]:
    """The floors, lowered where the accepted case takes its kind below them."""
    floors = {part: dict(kinds) for part, kinds in baseline.floors.items()}
    if record.verdict == "right":
        return floors
    for part in ("held_out" if record.held_out else "tuning", "all"):
        reached = floors_of(parts[part]["kinds"])
        kind = record.kind
        floors[part][kind] = min(floors[part].get(kind, 1.0), reached.get(kind, 0.0))
    return floors
