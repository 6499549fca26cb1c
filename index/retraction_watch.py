"""The Retraction Watch database as its CSV export gives it: a file in, reports on papers out."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from index.errors import DocumentError, SettingsError
from index.identifiers import Identifiers, normalise_doi, normalise_pmid
from index.publication_status import StatusKind, StatusNote, StatusReport

LIST_NAME = "Retraction Watch"
_KINDS: dict[str, StatusKind] = {
    "retraction": "retracted",
    "expression of concern": "expression_of_concern",
    "correction": "corrected",
    "reinstatement": "reinstated",
}
_PAPER = ("OriginalPaperPubMedID", "OriginalPaperDOI")
_NOTICE = ("RetractionPubMedID", "RetractionDOI")
_COLUMNS = (*_PAPER, *_NOTICE, "RetractionNature", "RetractionDate", "Reason")
_DATE = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\b")
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_UNREADABLE = "\ufffd"
_REMEDY = "Give the CSV file as Crossref publishes it."


def read_retraction_watch(file: Path) -> Iterator[tuple[Identifiers, StatusReport]]:
    """One report for each row that names a paper by PMID or DOI; other rows are passed over.

    Raises:
        SettingsError: the file cannot be read, lacks one of the columns, or has no such row.
    """
    is_empty = True
    try:
        # Exports have been seen with single bytes that are not UTF-8.
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            rows = csv.DictReader(opened)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise SettingsError(
                    f"{file} is no export of Retraction Watch: it lacks {', '.join(missing)}.",
                    _REMEDY,
                )
            for row in rows:
                paper, kind = _identifiers(row, _PAPER), _kind(row["RetractionNature"] or "")
                if paper.items() and kind:
                    is_empty = False
                    note = StatusNote(
                        kind=kind,
                        notice=_identifiers(row, _NOTICE),
                        text=_reasons(row["Reason"] or ""),
                        date=_iso(row["RetractionDate"] or ""),
                    )
                    yield paper, StatusReport(LIST_NAME, (note,))
    except (OSError, csv.Error) as error:
        raise SettingsError(f"{file} cannot be read ({error}).", _REMEDY) from error
    if is_empty:
        raise SettingsError(f"{file} names no paper that was retracted or corrected.", _REMEDY)


def _kind(nature: str) -> StatusKind | None:
    return _KINDS.get(nature.strip().lower())


def _identifiers(row: dict[str, str], columns: tuple[str, str]) -> Identifiers:
    """PMID and DOI of the row; a value of another form, such as "unavailable" or 0, is none."""
    pmid, doi = (row[name] or "" for name in columns)
    return Identifiers(
        pmid=_valid(normalise_pmid, pmid.strip().removesuffix(".0")),
        doi=_valid(normalise_doi, doi),
    )


def _valid(normalise: Callable[[str], str], text: str) -> str | None:
    if _UNREADABLE in text:
        return None
    try:
        return normalise(text)
    except DocumentError:
        return None


def _reasons(text: str) -> str | None:
    reasons = (part.strip().lstrip("+ ") for part in text.split(";"))
    return "; ".join(reason for reason in reasons if reason) or None


def _iso(text: str) -> str | None:
    """The day, which the list writes as month/day/year; None where there is no such day."""
    match = _DATE.match(text.strip()) or _ISO_DATE.match(text.strip())
    if match is None:
        return None
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
