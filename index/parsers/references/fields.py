"""Fields that reference formats share: names, dates, pages, keywords, kinds, the standing in a title."""

import re
from collections.abc import Iterable
from dataclasses import replace

from index.models import Author
from index.parsers.languages import language_code
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.records import Parsed
from index.parsers.references.text import plain, tidy
from index.parsers.source_file import SourceFile
from index.publication_status import StatusNote, StatusReport

JOURNAL_ARTICLE, PREPRINT, BOOK, CHAPTER = "Journal Article", "Preprint", "Book", "Book Chapter"

_INITIAL = re.compile(r"-?\w(?:-\w)*")
_SUFFIX = re.compile(r"(?:jr|sr|[23]rd|2nd|ii|iii|iv)\.?", re.IGNORECASE)
_WITH_INITIAL = re.compile(r"\b[A-ZÀ-Þ]\.")
_NO_AUTHOR = frozenset({"", "et al", "others", "and others", "[anonymous]"})
_GROUP = re.compile(
    r"\b(?:groups?|consorti(?:um|a)|organi[sz]ation|association|society|collaborati(?:on|ve)"
    r"|committee|network|investigators?|team|institutes?|university|foundation|ministry|center"
    r"|centre|department|initiative|project|study|trial|programme|program|council|agency"
    r"|registry|panel|alliance|commission|federation|academy|collaborators)\b",
    re.IGNORECASE,
)
_MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<y>\d{{4}})[ /-](?P<m>{_MONTH_NAME})\.?(?:[ /-](?P<d>\d{{1,2}}))?/*",
        r"(?P<y>\d{4})(?:[-/](?P<m>\d{0,2}))?[-/]*",
        r"(?P<y>\d{4})[-/](?P<m>\d{0,2})[-/](?P<d>\d{0,2})(?:[T/ ].*)?",
        rf"(?P<m>{_MONTH_NAME})\.?(?: (?P<d>\d{{1,2}}))?(?:,? (?P<y>\d{{4}}))?",
        rf"(?P<d>\d{{1,2}})[ -](?P<m>{_MONTH_NAME})\.?(?:[ -](?P<y>\d{{4}}))?",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
    )
)
_PAGE_DASH = re.compile(r"\s*(?:[-\u2010-\u2015\u2212]+)\s*")
_ONE_PAGE = re.compile(r"^(\w+)-\1$")
_LONGEST_PAGES = 40
_PREPRINT_SERVER = re.compile(
    r"(?:arxiv|biorxiv|medrxiv|chemrxiv|psyarxiv|research square)\b", re.IGNORECASE
)
_WORK_TYPES = {
    name.lower(): name
    for name in (
        *("Review", "Systematic Review", "Scoping Review", "Meta-Analysis", "Case Reports"),
        *("Randomized Controlled Trial", "Controlled Clinical Trial", "Clinical Trial"),
        *("Clinical Trial Protocol", "Practice Guideline", "Guideline", "Observational Study"),
        *("Comparative Study", "Multicenter Study", "Editorial", "Letter", "Comment", "News"),
        *("Retracted Publication", "Retraction of Publication", "Published Erratum", "Erratum"),
        *(PREPRINT, JOURNAL_ARTICLE, CHAPTER, "Conference Paper"),
    )
} | {
    "review article": "Review",
    "case report": "Case Reports",
    "retracted": "Retracted Publication",
}
_RETRACTED_TITLE = re.compile(
    r"\s*[\[(]?\s*(?:retracted(?:\s+(?:article|paper|publication))?|withdrawn(?:\s+article)?)"
    r"\s*(?:[:.\]\u2013\u2014]|-\s)",
    re.IGNORECASE,
)


def authors_of(text: str) -> list[Author]:
    """Authors in a field for one, or for several parted by semicolons.

    `Smith, John A.` becomes `Smith John A`, `Smith, J. A.` becomes `Smith JA`. What has no comma
    stays as it is: nothing says which part is the family name.
    """
    return [author for one in text.split(";") if (author := _author(tidy(one)))]


def person(
    family: str, given: str = "", suffix: str = "", *, affiliation: str | None = None
) -> Author | None:
    """The author whose name is given in parts: family name, then given names without points.

    None where all parts are blank. A group in the place of the family name has none.
    """
    parts = (tidy(family), _given(tidy(given)), tidy(suffix).rstrip("."))
    name = " ".join(part for part in parts if part)
    is_person = parts[0] and not (name == parts[0] and is_group(name))
    return Author(name, affiliation, parts[0] if is_person else None) if name else None


def is_group(name: str) -> bool:
    """True where a name speaks of a group, not of a person such as `Center, S. A.`."""
    family, comma, _ = name.partition(",")
    if comma:
        return _GROUP.search(family) is not None and " " in family.strip()
    return _GROUP.search(name) is not None and _WITH_INITIAL.search(name) is None


def date_of(texts: Iterable[str | None]) -> str | None:
    """ISO date from the fields that speak of it, surest first; as precise as they agree on it.

    The year is that of the first; a field without a year, such as `AUG 12`, is of that year.
    """
    date: str | None = None
    for text in texts:
        other = written_date(text or "", year=date[:4] if date else None)
        if date is None or (other and other.startswith(date)):
            date = other
        elif other and other[:4] == date[:4] and not date.startswith(other):
            date = date[:7] if other[:7] == date[:7] else date[:4]
    return date


def written_date(text: str, *, year: str | None = None) -> str | None:
    """ISO date of `2020/05/03/`, `2020 May`, `May 3, 2020` or, in a given year, `AUG 12`."""
    text = tidy(text)
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            return iso_date(found["y"] or year, found["m"], found.get("d"))
    return iso_date(text)


def pages_of(start: str | None, end: str | None = None) -> str | None:
    """First and last page; None for what is no page, such as an address, or a last page alone."""
    first, last = (_PAGE_DASH.sub("-", tidy(text or "")).strip("-") for text in (start, end))
    if "-" in last:
        first, last = last, ""
    pages = f"{first}-{last}" if first and last and last != first and "-" not in first else first
    pages = _ONE_PAGE.sub(r"\1", pages)
    return None if len(pages) > _LONGEST_PAGES or "://" in pages else pages or None


def keywords_of(values: Iterable[str], *, by_comma: bool = False) -> list[str]:
    """Keywords from fields that hold one each, or several on lines or parted by semicolons.

    A single field with two commas or more is a list too; one comma may stand within a keyword:
    `Sclerosis, Amyotrophic Lateral`.
    """
    lines = [plain(line) for value in values for line in value.splitlines() if line.strip()]
    if len(lines) == 1 and ";" not in lines[0] and (by_comma or lines[0].count(",") > 1):
        lines = lines[0].split(",")
    return [word for line in lines for part in line.split(";") if (word := part.strip())]


def types_of(kind: str | None, details: Iterable[str], *places: str | None) -> list[str]:
    """Publication types: the entry's kind, and what its details say in known words.

    Args:
        kind: such as `Journal Article`.
        details: fields such as `Review` or `Article; Early Access`.
        places: journal, publisher, database; a preprint is what has a preprint server there.
    """
    if any(place and _PREPRINT_SERVER.match(place.strip()) for place in places):
        kind = PREPRINT
    words = (word.strip().lower() for text in details for word in re.split(r"[;|\n]", text))
    found = [_WORK_TYPES[word] for word in words if word in _WORK_TYPES]
    if kind == PREPRINT:
        found = [one for one in found if one != JOURNAL_ARTICLE]
    return [kind, *found] if kind else found


def languages_of(texts: Iterable[str]) -> list[str]:
    """Codes of the languages named, `English; French` included."""
    words = (word for text in texts for word in re.split(r"[;,/|]|\band\b", text))
    return [code for word in words if (code := language_code(word))]


def link_of(texts: Iterable[str]) -> str | None:
    """The first address that a browser could open."""
    words = (word for text in texts for word in text.split())
    return next((word for word in words if re.match(r"https?://\w", word)), None)


def reference(draft: PaperDraft, source: SourceFile, status: StatusReport | None = None) -> Parsed:
    """The parsed record; a title that says that the paper is retracted is heeded.

    Raises:
        DocumentError: as `PaperDraft.to_document`.
    """
    document = draft.to_document(source)
    if status and any(note.kind == "retracted" for note in status.notes):
        return Parsed(document, status)
    if document.title and _RETRACTED_TITLE.match(document.title):
        note, said_by = StatusNote("retracted", text=document.title), "title of the record"
    elif "Retracted Publication" in document.publication_types:
        note, said_by = StatusNote("retracted"), "publication type of the record"
    else:
        return Parsed(document, status)
    if status is None:
        return Parsed(document, StatusReport(said_by, (note,)))
    return Parsed(document, replace(status, notes=(note, *status.notes)))


def record_name(number: int, labelled: Iterable[tuple[str, str]] = (), key: str = "") -> str:
    """How a record is named to the user: `record 12 (PMID 123)`."""
    shown = key or next((f"{label.upper()} {value}" for label, value in labelled), "")
    return f"record {number} ({tidy(shown)[:80]})" if shown else f"record {number}"


def _author(text: str) -> Author | None:
    text = text.strip(" ,")
    if text.rstrip(".").lower() in _NO_AUTHOR:
        return None
    family, *rest = [part.strip() for part in text.split(",") if part.strip()]
    if not rest or len(rest) > 2 or is_group(text):
        return Author(text)
    suffixes = [part for part in rest if _SUFFIX.fullmatch(part)]
    given = [part for part in rest if part not in suffixes]
    if len(given) > 1 or len(suffixes) > 1:
        return Author(text)
    return person(family, " ".join(given), " ".join(suffixes))


def _given(text: str) -> str:
    words = text.replace(".", ". ").replace(". -", ".-").split()
    bare = [word.replace(".", "") for word in words]
    if bare and all(_INITIAL.fullmatch(word) for word in bare):
        return "".join(bare)
    return " ".join(word for word in bare if word)
