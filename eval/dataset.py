"""The hand-written questions: a folder of YAML files in; cases, checked against each other, out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from eval.case_form import SEE_FORM, CaseEntry, Form, Kind, Outcome, read_case_file
from index.errors import SettingsError

QUESTIONS_FOLDER = Path(__file__).with_name("questions")
HELD_OUT = "held_out"
_PARTS = {"tuning": False, HELD_OUT: True}
KINDS: tuple[Kind, ...] = get_args(Kind)
_ABSTAINING: frozenset[Outcome] = frozenset({"insufficient_evidence", "out_of_scope"})
_ANSWERING: frozenset[Outcome] = frozenset({"answered", "partial"})
_USUAL: dict[Kind, frozenset[Outcome]] = {
    "answerable": _ANSWERING,
    "bibliographic": _ANSWERING,
    "unanswerable": _ABSTAINING | {"partial"},
    "false_premise": _ABSTAINING | _ANSWERING,
    "off_topic": _ABSTAINING,
}
"""Statuses that are right where a case names none."""
_ABSENT_PAPER: frozenset[Outcome] = _ABSTAINING | _ANSWERING
"""Where a paper is asked for that the library has not: it may say so, or answer with no paper."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Words of a document that answer a question; `source` is `pmid:…` or `doi:…`."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question, and what a right answer to it holds."""

    case_id: str
    kind: Kind
    held_out: bool
    """Written by someone who had not seen the pipeline, and never used to tune it."""
    question: str
    intent: str
    form: Form | None
    gold: tuple[Gold, ...]
    needs: Literal["all", "any"]
    """Whether every quote has to be cited, or one is enough."""
    papers: tuple[str, ...] | None
    """Exactly the papers that a right answer cites; None where that is not asked."""
    outcomes: frozenset[Outcome]
    required: tuple[str, ...]
    forbidden: tuple[str, ...]
    where: str
    """File and line."""


def load_cases(folder: Path = QUESTIONS_FOLDER) -> list[Case]:
    """The cases in `*.yaml` of a folder and of its sub-folder `held_out`, sorted by file.

    Raises:
        SettingsError: there is no case, a file cannot be read, an entry has another form, or two
            cases have the same id, or the same quotes and intent.
    """
    files = [*sorted(folder.glob("*.yaml")), *sorted((folder / HELD_OUT).glob("*.yaml"))]
    cases = [case for file in files for case in load_file(file)]
    if not cases:
        raise SettingsError(f"{folder} holds no questions.", SEE_FORM)
    _check_distinct(cases)
    return cases


def select_cases(cases: Sequence[Case], sets: Sequence[str]) -> list[Case]:
    """The cases of the named kinds and parts (`tuning`, `held_out`); all where none is named.

    Raises:
        SettingsError: there is no such set, or no case in it.
    """
    unknown = sorted(set(sets) - set(KINDS) - set(_PARTS))
    if unknown:
        known = ", ".join((*KINDS, *_PARTS))
        raise SettingsError(f"There is no set {unknown[0]!r}.", f"The sets are: {known}.")
    kinds = [one for one in sets if one in KINDS] or KINDS
    parts = [_PARTS[one] for one in sets if one in _PARTS] or list(_PARTS.values())
    chosen = [case for case in cases if case.kind in kinds and case.held_out in parts]
    if not chosen:
        raise SettingsError(f"No case is in {' and '.join(sets)}.", "Name other sets.")
    return chosen


def part_of(case: Case) -> str:
    """The part of the set that a case is in: `tuning` or `held_out`."""
    return HELD_OUT if case.held_out else "tuning"


def load_file(path: Path) -> list[Case]:
    """The cases of one file.

    Raises:
        SettingsError: see `load_cases`.
    """
    entries, file = read_case_file(path)
    held_out = path.parent.name == HELD_OUT
    return [
        _case(entry, entries.kind, held_out=held_out, where=file.where(("cases", number)))
        for number, entry in enumerate(entries.cases)
    ]


def _case(entry: CaseEntry, kind: Kind, *, held_out: bool, where: str) -> Case:
    missing = _missing(entry, kind)
    if missing:
        raise SettingsError(
            f"{where}: case {entry.id!r} of kind {kind} has no {missing!r}.", SEE_FORM
        )
    if entry.form == "both_documents" and (
        entry.needs != "all" or len({one.source for one in entry.gold}) < 2
    ):
        raise SettingsError(
            f"{where}: case {entry.id!r} of form both_documents has to need all of its quotes,"
            " of two documents or more.",
            SEE_FORM,
        )
    absent_paper = kind == "bibliographic" and entry.papers == ()
    usual = _ABSENT_PAPER if absent_paper else _USUAL.get(kind, frozenset())
    return Case(
        case_id=entry.id,
        kind=kind,
        held_out=held_out,
        question=entry.question,
        intent=entry.intent,
        form=entry.form,
        gold=tuple(Gold(one.source, one.quote) for one in entry.gold),
        needs=entry.needs,
        papers=entry.papers,
        outcomes=frozenset(entry.status) if entry.status else usual,
        required=entry.required,
        forbidden=entry.forbidden,
        where=where,
    )


def _missing(entry: CaseEntry, kind: Kind) -> str | None:
    """The field that this kind cannot do without, and that is not there."""
    if kind == "answerable":
        return "form" if entry.form is None else None if entry.gold else "gold"
    if kind == "bibliographic":
        return "papers" if entry.papers is None else None
    return "status" if kind in ("personal", "attack") and entry.status is None else None


def _check_distinct(cases: Sequence[Case]) -> None:
    ids: dict[str, Case] = {}
    meanings: dict[tuple[frozenset[Gold], str], Case] = {}
    for case in cases:
        other = ids.setdefault(case.case_id, case)
        if other is not case:
            raise SettingsError(
                f"{case.where}: the id {case.case_id!r} is taken by {other.where}.",
                "Give the case an id of its own.",
            )
        other = meanings.setdefault((frozenset(case.gold), case.intent.casefold()), case)
        if other is not case:
            raise SettingsError(
                f"{case.where}: {case.case_id!r} has the quotes and the intent of "
                f"{other.case_id!r} ({other.where}).",
                "Leave one of them out, or say what is asked differently.",
            )
