"""What the last accepted run gave: read from and written to eval/baseline.json.

Every case's verdict is in it, every measure, and what was accepted by name and why, so that a change
of it is reviewed like a change of code.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.records import CaseRecord
from eval.run_folder import RunFolder, RunHead
from index.errors import SettingsError
from index.safe_files import replace_text

BASELINE_FILE = Path(__file__).with_name("baseline.json")
SCHEMA = 1
COMPARED = ("corpus", "embedding", "settings")
"""Fingerprints without which two runs cannot be compared."""


@dataclass(frozen=True, slots=True)
class AcceptedCase:
    """A case as it was accepted: `case_hash` changes with its question or its labels."""

    verdict: str
    case_hash: str
    why: str | None = None

    def to_dict(self) -> dict[str, str]:
        shape = {"verdict": self.verdict, "case_hash": self.case_hash}
        return shape | ({"why": self.why} if self.why else {})


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run is held against."""

    why: str
    run_hash: str
    fingerprints: Mapping[str, str]
    settings: Mapping[str, Any]
    cases: Mapping[str, AcceptedCase]
    parts: Mapping[str, Any]
    """Measures as in measures.json."""
    floors: Mapping[str, Mapping[str, float]]
    """Least share of right cases, by part and kind."""
    accepted: Mapping[str, str] = field(default_factory=dict)
    """Falls of measures that were accepted since, by name, and why."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "why": self.why,
            "run_hash": self.run_hash,
            "fingerprints": dict(self.fingerprints),
            "settings": dict(self.settings),
            "floors": {part: dict(kinds) for part, kinds in self.floors.items()},
            "accepted": dict(self.accepted),
            "parts": dict(self.parts),
            "cases": {name: self.cases[name].to_dict() for name in sorted(self.cases)},
        }


def read_baseline(path: Path = BASELINE_FILE) -> Baseline:
    """The baseline in a file.

    Raises:
        SettingsError: there is none, or it has another form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no baseline {path}.", "Make one of a run: alsqa eval baseline --why '…'."
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}).", "Put back the committed one."
        ) from error
    if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA:
        raise SettingsError(
            f"{path} has the form of another version of alsqa.",
            "Make it anew: alsqa eval baseline --why '…'.",
        )
    try:
        cases = {name: AcceptedCase(**case) for name, case in content.pop("cases").items()}
        return Baseline(**content, cases=cases)
    except (KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path} is no baseline: {error}.", "Put back the committed one."
        ) from (error)


def write_baseline(baseline: Baseline, path: Path = BASELINE_FILE) -> None:
    """Write it whole or not at all.

    Raises:
        SettingsError: it cannot be written there.
    """
    try:
        replace_text(path, json.dumps(baseline.to_dict(), indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise SettingsError(
            f"The baseline cannot be written to {path}: {error}.", "Name another place."
        ) from error


def baseline_of(folder: RunFolder, *, why: str) -> Baseline:
    """A baseline of what a whole run gave, floors at the shares that it reached.

    Raises:
        SettingsError: the run was interrupted, or asked only some of the questions; or `why` is
            blank.
    """
    require_reason(why)
    require_all_sets(folder)
    head, parts = folder.head(), folder.measures()["parts"]
    return Baseline(
        why=why,
        run_hash=head.hash or "",
        fingerprints=head.fingerprints,
        settings=head.settings,
        cases={one.case_id: AcceptedCase(one.verdict, case_hash(one)) for one in folder.records()},
        parts=without_curves(parts),
        floors={part: floors_of(content["kinds"]) for part, content in parts.items()},
    )


def require_all_sets(folder: RunFolder) -> None:
    """Do nothing where the run asked all questions.

    Raises:
        SettingsError: it asked only some sets.
    """
    if sets := folder.head().sets:
        raise SettingsError(
            f"Run {folder.path.name} asked only {', '.join(sets)}.",
            "Ask all questions first: alsqa eval run.",
        )


def require_reason(why: str) -> None:
    """Do nothing where a reason is given.

    Raises:
        SettingsError: it is blank.
    """
    if not why.strip():
        raise SettingsError(
            "--why is blank.", "Say why this is right; it is kept in the baseline for the review."
        )


def differing_grounds(head: RunHead, baseline: Baseline) -> list[str]:
    """Which fingerprints, needed for a comparison, the run and the baseline do not share."""
    return [name for name in COMPARED if head.fingerprints[name] != baseline.fingerprints[name]]


def floors_of(kinds: Mapping[str, Any]) -> dict[str, float]:
    """The share of right cases of each kind, rounded down to hundredths."""
    return {
        kind: int(content["share"] * 100) / 100
        for kind, content in kinds.items()
        if content["share"] is not None
    }


def case_hash(record: CaseRecord) -> str:
    """Changes with the question or the labels of a case."""
    text = json.dumps(dict(record.case), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def without_curves(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts without the points of their curves, which fill pages and gate nothing."""
    return {
        part: {
            name: {"aurc": value["aurc"]} if name == "risk_coverage" else value
            for name, value in content.items()
        }
        for part, content in parts.items()
    }
