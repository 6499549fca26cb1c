"""The standing of a paper after it appeared: what sources say of retractions, corrections, versions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from index.identifiers import Identifiers

StatusKind = Literal[
    "retracted",
    "partially_retracted",
    "expression_of_concern",
    "corrected",
    "updated",
    "preprint",
    "reinstated",
]
"""preprint: the paper is one; `notice` names its published version where that is known.
reinstated: an earlier retraction or concern no longer holds."""

StandingName = Literal[
    "retracted",
    "partially_retracted",
    "expression_of_concern",
    "corrected",
    "updated",
    "preprint",
    "reinstated",
    "no_notice",
    "not_checked",
]
"""The gravest thing that holds, gravest first. reinstated: a retraction or concern was lifted, and
nothing else is known. no_notice: a source was asked and knows of none."""

WARNED_OF: tuple[StandingName, ...] = ("retracted", "partially_retracted", "expression_of_concern")
"""What an answer that rests on such a paper says aloud."""
_BY_GRAVITY: tuple[StandingName, ...] = get_args(StandingName)


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


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report and when it was read, ISO 8601."""

    report: StatusReport
    checked_at: str


@dataclass(frozen=True, slots=True)
class KnownNote:
    """A note, who says it, and when that was read, ISO 8601."""

    note: StatusNote
    source: str
    checked_at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What all sources together say of one paper; `checked_at` is when the last one was read."""

    status: StandingName
    notes: tuple[KnownNote, ...] = ()
    checked_at: str | None = None


NOT_CHECKED = Standing("not_checked")


def standing_of(reports: Iterable[KnownReport]) -> Standing:
    """Reports on one paper as one, whatever their order; the gravest notes come first.

    A thing that several sources say is listed once for each of them, as it was read last. A
    retraction or concern that was lifted afterwards is listed, but no longer the paper's status.
    """
    known = list(reports)
    if not known:
        return NOT_CHECKED
    read: dict[tuple[StatusNote, str], str] = {}
    for one in known:
        for note in one.report.notes:
            said = (note, one.report.source)
            read[said] = max(one.checked_at, read.get(said, ""))
    notes = [KnownNote(note, source, checked_at) for (note, source), checked_at in read.items()]
    lifted = max(
        (one.note.date or "" for one in notes if one.note.kind == "reinstated"), default=None
    )
    kinds: set[str] = {
        one.note.kind
        for one in notes
        if lifted is None or one.note.kind not in WARNED_OF or (one.note.date or "") > lifted
    }
    return Standing(
        status=next((name for name in _BY_GRAVITY if name in kinds), "no_notice"),
        notes=tuple(sorted(notes, key=_order, reverse=True)),
        checked_at=max(one.checked_at for one in known),
    )


def _order(known: KnownNote) -> tuple[object, ...]:
    """Later for what is graver, then for what is newer; the rest makes the order certain."""
    note = known.note
    gravity = -_BY_GRAVITY.index(note.kind)
    return gravity, note.date or "", known.source, note.text or "", note.notice.items()


def report_to_json(report: StatusReport) -> str:
    """Canonical JSON of the report."""
    notes = [
        {
            "kind": note.kind,
            "notice": dict(note.notice.items()),
            "text": note.text,
            "date": note.date,
        }
        for note in report.notes
    ]
    data = {"source": report.source, "notes": notes, "as_of": report.as_of}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def report_from_json(text: str) -> StatusReport:
    """The report that `report_to_json` wrote."""
    data = json.loads(text)
    notes = (
        StatusNote(**note | {"notice": Identifiers(**note["notice"])}) for note in data["notes"]
    )
    return StatusReport(**data | {"notes": tuple(notes)})
