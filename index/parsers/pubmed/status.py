"""Standing of a paper in PubMed's own words: its remarks and publication types in, a report out.

`RetractionIn` says that this paper is retracted, and where; `RetractionOf` that it retracts another,
which says nothing of this one. So it is with every pair of directions.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from index.identifiers import DOI, DOI_IN_TEXT, PMID, Identifiers, trim_doi
from index.parsers.pubmed.fields import written_date
from index.publication_status import StatusKind, StatusNote, StatusReport

_KINDS: dict[str, StatusKind] = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "PartialRetractionIn": "partially_retracted",
    "ExpressionOfConcernIn": "expression_of_concern",
    "ErratumIn": "corrected",
    "CorrectedandRepublishedIn": "corrected",
    "UpdateIn": "updated",
}
_RETRACTED = frozenset({"retracted publication", "d016441"})
_PREPRINT = frozenset({"preprint"})
_PMID_AT_END = re.compile(r"\bPMID:\s*([1-9][0-9]{0,7})\b")
_DATE = re.compile(r"(?<=\. )((?:19|20)\d\d(?: [A-Z][a-z]{2}(?: \d{1,2})?)?)(?=[;:.])")


@dataclass(frozen=True, slots=True)
class Remark:
    """A line on another paper that speaks of this one; `kind` is PubMed's `RefType`."""

    kind: str
    text: str = ""
    pmid: str = ""


def is_of_standing(kind: str) -> bool:
    """True where a remark of that `RefType` says something of this paper's standing."""
    return kind in _KINDS


def status_report(
    source: str, remarks: Iterable[Remark], types: Collection[str], *, as_of: str | None
) -> StatusReport:
    """What PubMed says of the paper's standing.

    Args:
        source: the name of the source.
        remarks: those of other kinds are passed over.
        types: publication types, by name or by their MeSH number.
        as_of: the day that the record bears.
    """
    lower = {one.lower() for one in types}
    is_preprint = not lower.isdisjoint(_PREPRINT)
    notes = [_note(remark, is_preprint) for remark in remarks if remark.kind in _KINDS]
    kinds = {note.kind for note in notes}
    if not lower.isdisjoint(_RETRACTED) and "retracted" not in kinds:
        notes.insert(0, StatusNote("retracted", text="Retracted Publication"))
    if is_preprint and "preprint" not in kinds:
        notes.append(StatusNote("preprint", text="Preprint"))
    return StatusReport(source, tuple(notes), as_of)


def _note(remark: Remark, is_preprint: bool) -> StatusNote:
    """The note; what updates a preprint is its published version."""
    kind = _KINDS[remark.kind]
    dates = _DATE.findall(remark.text)
    return StatusNote(
        "preprint" if kind == "updated" and is_preprint else kind,
        _notice(remark),
        remark.text or None,
        written_date(dates[0]) if len(dates) == 1 else None,
    )


def _notice(remark: Remark) -> Identifiers:
    """Identifiers of the notice; of a kind that the remark names twice, none."""
    pmids = [remark.pmid] if remark.pmid else _PMID_AT_END.findall(remark.text)
    dois = [trim_doi(doi) for doi in DOI_IN_TEXT.findall(remark.text)]
    return Identifiers(
        pmid=_single(one for one in pmids if PMID.fullmatch(one)),
        doi=_single(one for one in dois if DOI.fullmatch(one)),
    )


def _single(values: Iterable[str]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
