"""The standing of a paper after it appeared: what sources say of retractions, corrections, versions."""

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from index.identifiers import Identifiers

StatusKind = Literal[
    "retracted",
    "partially_retracted",
    "expression_of_concern",
    "corrected",
    "updated",
    "preprint",
]
"""preprint: the paper is one; `notice` names its published version where that is known."""


@dataclass(frozen=True, slots=True)
class StatusNote:
    """One thing that a source says of a paper's standing.

    `notice` names what says so: the retraction notice, the erratum, the newer or published version.
    """

    kind: StatusKind
    notice: Identifiers = field(default_factory=Identifiers)
    text: str | None = None
    """The source's own words, such as the citation of the notice."""
    date: str | None = None
    """Of the notice, ISO 8601."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """All that one source says of one paper's standing; without notes it knows of nothing.

    `as_of` is the day that the source bears, ISO 8601, None where it bears none.
    """

    source: str
    notes: tuple[StatusNote, ...] = ()
    as_of: str | None = None


def report_to_json(report: StatusReport) -> str:
    """Canonical JSON of the report."""
    return json.dumps(asdict(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def report_from_json(text: str) -> StatusReport:
    """The report that `report_to_json` wrote."""
    data = json.loads(text)
    notes = (
        StatusNote(**note | {"notice": Identifiers(**note["notice"])}) for note in data["notes"]
    )
    return StatusReport(**data | {"notes": tuple(notes)})
