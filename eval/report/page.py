"""A run of the eval set as one page: its folder in, an HTML file that needs nothing else out.

What a run holds is text of strangers: all of it is escaped, and characters that cannot be seen are
named. The page works without its script, which only filters; a policy in it forbids any other.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.records import CaseRecord
from eval.report.cases import FLIPS, view_case
from eval.report.plots import latency_plot, risk_coverage_plot, share_plot
from eval.report.text import figure, percent, plain, shown, signed
from eval.run_folder import RunFolder, RunHead
from index.errors import SettingsError
from index.safe_files import replace_text

_FOLDER = Path(__file__).parent
_PARTS = {"tuning": "Tuning", "held_out": "Held out"}


@dataclass(frozen=True, slots=True)
class PartView:
    """What was measured on the tuning or on the held-out cases, with the change of each figure."""

    name: str
    label: str
    verdicts: Mapping[str, int]
    kinds: list[dict[str, Any]]
    measures: list[dict[str, Any]]
    decisions: Mapping[str, Any]
    decisions_before: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Before:
    """The baseline: what it is called, measured, judged, and was made on."""

    name: str
    parts: Mapping[str, Any]
    verdicts: Mapping[str, str]
    fingerprints: Mapping[str, str]


def write_report(
    run_folder: Path, target: Path, *, baseline: Mapping[str, Any] | None = None
) -> None:
    """Write the page of a run, whole or not at all.

    Args:
        run_folder: what `alsqa eval run` left.
        target: the page, in a folder that is there.
        baseline: what to show differences to, as in eval/baseline.json: `parts` (or `measures`) as
            in measures.json and `cases` with a `verdict` each; may have `tag` and `fingerprints`.

    Raises:
        SettingsError: the folder holds no run, or no measures, or a torn one; or the page cannot be
            written there.
    """
    folder = RunFolder(run_folder)
    head, measures, records = folder.head(), folder.measures(), folder.records()
    before = _before(baseline) if baseline else None
    if not target.parent.is_dir():
        raise SettingsError(
            f"The page cannot be written to {target}: there is no folder {target.parent}.",
            "Make the folder, or name another place.",
        )
    try:
        replace_text(target, _render(head, records, measures, before))
    except OSError as error:
        raise SettingsError(
            f"The page cannot be written to {target}: {error}.", "Name another place."
        ) from error


def _render(
    head: RunHead,
    records: Sequence[CaseRecord],
    measures: Mapping[str, Any],
    before: Before | None,
) -> str:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=plain,
    )
    environment.filters |= {
        "shown": shown,
        "percent": percent,
        "figure": figure,
        "signed": signed,
        "words": lambda name: str(name).replace("_", " "),
    }
    parts, script = measures["parts"], (_FOLDER / "page.js").read_text(encoding="utf-8")
    cases = [view_case(record, before.verdicts if before else None) for record in records]
    return environment.get_template("page.html.j2").render(
        head=head,
        took_s=_took_s(head),
        before=before,
        warnings=list(_warnings(head, records, measures, before)),
        parts=[_part(name, parts, records, before) for name in _PARTS if parts[name]["kinds"]],
        invariants=measures["invariants"],
        latency=measures["latency_ms"],
        plots={
            "share": share_plot(parts, baseline=before.parts if before else None),
            "latency": latency_plot(measures["latency_ms"]),
            "risk": risk_coverage_plot(parts),
        },
        cases=cases,
        kinds=list(dict.fromkeys(record.kind for record in records)),
        flips={change: [one for one in cases if one.change == change] for change in FLIPS},
        gone=_gone(records, before),
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _before(baseline: Mapping[str, Any]) -> Before:
    return Before(
        name=baseline.get("tag") or baseline.get("run_hash") or "baseline",
        parts=baseline["measures"] if "measures" in baseline else baseline["parts"],
        verdicts={name: case["verdict"] for name, case in baseline["cases"].items()},
        fingerprints=baseline.get("fingerprints", {}),
    )


def _warnings(
    head: RunHead,
    records: Sequence[CaseRecord],
    measures: Mapping[str, Any],
    before: Before | None,
) -> Iterator[str]:
    counted = sum(kind["n"] for kind in measures["parts"]["all"]["kinds"].values())
    if head.finished_at is None:
        yield "The run did not come to its end: what follows is of the cases that were asked."
    if counted != len(records):
        yield f"The measures are of {counted} cases and {len(records)} are recorded."
    differing = [
        name
        for name, value in (before.fingerprints if before else {}).items()
        if head.fingerprints.get(name) != value
    ]
    if differing:
        yield (
            f"The run and the baseline do not share their {', '.join(differing)}: differences "
            "do not come from the code alone."
        )


def _part(
    name: str, parts: Mapping[str, Any], records: Sequence[CaseRecord], before: Before | None
) -> PartView:
    now = parts[name]
    old = before.parts.get(name, {}) if before else {}
    own = [record.verdict for record in records if record.held_out == (name == "held_out")]
    return PartView(
        name=name,
        label=_PARTS[name],
        verdicts=Counter(own),
        kinds=_rows(now["kinds"], old.get("kinds", {}), "share"),
        measures=_rows(now["measures"], old.get("measures", {}), "mean"),
        decisions=now["answerability"] | {"aurc": now["risk_coverage"]["aurc"]},
        decisions_before=old["answerability"] | {"aurc": old["risk_coverage"]["aurc"]}
        if old
        else None,
    )


def _rows(now: Mapping[str, Any], old: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    """Each row with its name, and with how much `field` differs, None where either has none."""
    rows = []
    for name, row in now.items():
        before = old.get(name, {}).get(field)
        change = None if before is None or row[field] is None else row[field] - before
        rows.append({"name": name, "change": change, **row})
    return rows


def _gone(records: Sequence[CaseRecord], before: Before | None) -> list[str]:
    asked = {record.case_id for record in records}
    return [name for name in (before.verdicts if before else {}) if name not in asked]


def _took_s(head: RunHead) -> float | None:
    if head.finished_at is None:
        return None
    ends = [datetime.fromisoformat(moment) for moment in (head.finished_at, head.started_at)]
    return (ends[0] - ends[1]).total_seconds()
