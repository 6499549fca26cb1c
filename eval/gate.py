"""Holds a run against the baseline: every regression by name, and whether the change may pass.

What is exact (invariants, labels, verdicts) fails at once; what a model judged only warns; latency
is reported and never judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.baseline import Baseline, case_hash, differing_grounds, require_all_sets
from eval.records import CaseRecord
from eval.run_folder import RunFolder, RunHead
from eval.scoring import JUDGED

Level = Literal["fail", "warn", "note"]
EXIT_CODES: dict[Level, int] = {"fail": 1, "warn": 3, "note": 0}
_LOWER_IS_BETTER = ("contradict rate",)
_FALL = 0.005
"""A mean that falls by more is a regression; all else being equal, one case in a hundred is more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that differs from the baseline; `name` is what `alsqa eval accept` takes."""

    level: Level
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class GateReport:
    """What was found, worst first."""

    run_id: str
    run_hash: str | None
    findings: tuple[Finding, ...]
    kinds: Mapping[str, Mapping[str, Any]]
    baseline_kinds: Mapping[str, Mapping[str, Any]]
    latency_ms: Mapping[str, Mapping[str, float]]

    @property
    def level(self) -> Level:
        return self.findings[0].level if self.findings else "note"

    @property
    def exit_code(self) -> int:
        """0 where the change may pass, 1 where it may not, 3 where somebody should look."""
        return EXIT_CODES[self.level]

    def to_dict(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "passed": self.exit_code == 0,
            "exit_code": self.exit_code,
            "run_id": self.run_id,
            "run_hash": self.run_hash,
            "findings": [
                {"level": one.level, "name": one.name, "text": one.text} for one in self.findings
            ],
            "kinds": self.kinds,
            "latency_ms": self.latency_ms,
        }


def check_run(folder: RunFolder, baseline: Baseline) -> GateReport:
    """Compare a whole run with the baseline.

    Raises:
        SettingsError: the run was interrupted, or asked only some of the questions.
    """
    require_all_sets(folder)
    head, measures = folder.head(), folder.measures()
    records = folder.records()
    findings = list(_check_ground(head, baseline))
    if not findings:
        findings += _check_invariants(records)
        findings += _check_cases(records, baseline)
        findings += _check_floors(measures["parts"], baseline)
        findings += _check_measures(measures["parts"], baseline)
    order = list(EXIT_CODES)
    findings.sort(key=lambda one: order.index(one.level))
    return GateReport(
        run_id=head.run_id,
        run_hash=head.hash,
        findings=tuple(findings),
        kinds={part: content["kinds"] for part, content in measures["parts"].items()},
        baseline_kinds={part: content["kinds"] for part, content in baseline.parts.items()},
        latency_ms=measures["latency_ms"],
    )


def _check_ground(head: RunHead, baseline: Baseline) -> Iterator[Finding]:
    for name in differing_grounds(head, baseline):
        detail = f" ({_changed(baseline.settings, head.settings)})" if name == "settings" else ""
        yield Finding(
            "fail",
            f"another {name}",
            f"The run has another {name} than the baseline{detail}, so nothing is compared. If that "
            "is meant, take the run as the new baseline: alsqa eval baseline --why '…'.",
        )


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = dict.fromkeys((*old, *new))
    pairs = ((name, old.get(name), new.get(name)) for name in names)
    return ", ".join(
        f"{name} {before} → {after}" for name, before, after in pairs if before != after
    )


def _check_invariants(records: Sequence[CaseRecord]) -> Iterator[Finding]:
    for record in records:
        for name, faults in record.broken.items():
            yield Finding("fail", record.case_id, f"invariant {name!r} is broken: {faults[0]}")


def _check_cases(records: Sequence[CaseRecord], baseline: Baseline) -> Iterator[Finding]:
    for record in records:
        known = baseline.cases.get(record.case_id)
        why = f" ({record.why[0]})" if record.why else ""
        if record.verdict == "stale":
            yield Finding("fail", record.case_id, f"its label is stale{why}: mend the case")
        elif known is None:
            yield Finding("fail", record.case_id, f"new, {record.verdict}{why}: accept it")
        elif known.verdict != record.verdict:
            text = f"{known.verdict} → {record.verdict}{why}"
            yield Finding("fail", record.case_id, text)
        elif known.case_hash != case_hash(record):
            yield Finding("fail", record.case_id, "its question or labels were changed: accept it")
    for case_id in sorted(set(baseline.cases) - {record.case_id for record in records}):
        yield Finding("fail", case_id, "in the baseline, but was not asked")


def _check_floors(parts: Mapping[str, Any], baseline: Baseline) -> Iterator[Finding]:
    for part, kinds in baseline.floors.items():
        for kind, floor in kinds.items():
            share = parts.get(part, {}).get("kinds", {}).get(kind, {}).get("share")
            if share is None:
                yield Finding("fail", f"{part}/{kind}", "no case of this kind was scored")
            elif share < floor:
                text = f"{share:.1%} are right; the floor is {floor:.0%}"
                yield Finding("fail", f"{part}/{kind}", text)


def _check_measures(parts: Mapping[str, Any], baseline: Baseline) -> Iterator[Finding]:
    for part, content in baseline.parts.items():
        now = parts.get(part, {}).get("measures", {})
        for measure, before in content["measures"].items():
            level: Level = "warn" if measure in JUDGED else "fail"
            mean = now.get(measure, {}).get("mean")
            if before["mean"] is None:
                continue
            if mean is None:
                yield Finding(level, f"{part}/{measure}", "is missing; the baseline has it")
                continue
            worse = before["mean"] - mean
            worse = -worse if measure in _LOWER_IS_BETTER else worse
            text = f"{before['mean']:.4f} → {mean:.4f}"
            if worse > _FALL:
                yield Finding(level, f"{part}/{measure}", text)
            elif round(worse, 4):
                yield Finding("note", f"{part}/{measure}", text)
