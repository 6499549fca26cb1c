"""Crossref's works as JSON: papers with their standing out.

An answer of its API for one work or many, bare works, lists of them, or its CSL-JSON, which says
the same in other shapes. `updated-by` speaks of the work itself; `update-to` of the one that it
corrects or retracts, so it says nothing of this one.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Author
from index.parsers.json_reading import (
    ITEM,
    Json,
    Path,
    head_value,
    iter_values,
    maps_at,
    text_at,
    texts_at,
)
from index.parsers.own_identifiers import own_identifiers
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.records import Format, Parsed, Record, Refused, attempt
from index.parsers.references.fields import (
    BOOK,
    CHAPTER,
    JOURNAL_ARTICLE,
    PREPRINT,
    languages_of,
    pages_of,
    person,
    record_name,
    reference,
    types_of,
)
from index.parsers.references.identifiers import doi_field, only_isbn
from index.parsers.references.text import add_abstract, plain, tidy
from index.parsers.source_file import SourceFile
from index.publication_status import StatusKind, StatusNote, StatusReport

SOURCE = "Crossref record"

_OWN_KEYS = ("reference-count", "references-count", "is-referenced-by-count", "indexed", "member")
"""At least two of these tell a work of Crossref from other JSON with a DOI."""
_KINDS = {
    "journal-article": JOURNAL_ARTICLE,
    "article-journal": JOURNAL_ARTICLE,
    "book-chapter": CHAPTER,
    "book-section": CHAPTER,
    "chapter": CHAPTER,
    "book": BOOK,
    "monograph": BOOK,
    "edited-book": BOOK,
    "reference-book": BOOK,
    "proceedings-article": "Conference Paper",
    "dissertation": "Thesis",
    "report": "Report",
    "dataset": "Dataset",
    "peer-review": "Peer Review",
}
_POSTED = "posted-content"
_UPDATES: dict[str, StatusKind] = {
    "retraction": "retracted",
    "withdrawal": "retracted",
    "removal": "retracted",
    "partial_retraction": "partially_retracted",
    "expression_of_concern": "expression_of_concern",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "clarification": "corrected",
    "addendum": "updated",
    "new_version": "updated",
    "new_edition": "updated",
}
_PUBLISHED = ("published", "issued", "published-print", "published-online", "posted")
_TEXT_AND_DATA_MINING = re.compile(r"\btdm\b|text-and-data-mining", re.IGNORECASE)


def _matches(source: SourceFile) -> bool:
    return _path(source) is not None


def _parse(source: SourceFile) -> Iterator[Record]:
    path = _path(source)
    if path is None:
        raise DocumentError("it holds no work of Crossref.", "Fetch it again.")
    for number, work in enumerate(iter_values(source, path), start=1):
        work = work.get("message", work) if path == () and isinstance(work, dict) else work
        if isinstance(work, dict):
            name = record_name(number, [("doi", one) for one in texts_at(work, "DOI")])
            yield attempt(name, partial(_paper, work, source))
        else:
            yield Refused(record_name(number), "it is no work. Fetch it again.")


def _path(source: SourceFile) -> Path | None:
    """Where the works lie; None where the file is of another kind."""
    head = head_value(source)
    if isinstance(head, list):
        return (ITEM,) if _are_works(maps_at(head)) else None
    if not isinstance(head, dict):
        return None
    if "message" not in head:
        if _are_works([head]):
            return ()
        return ("items", ITEM) if _are_works(maps_at(head, "items")) else None
    message = maps_at(head, "message")
    if _are_works(maps_at(message, "items")):
        return ("message", "items", ITEM)
    return ("message",) if _are_works(message) else None


def _are_works(found: list[Json]) -> bool:
    return bool(found) and "DOI" in found[0] and sum(key in found[0] for key in _OWN_KEYS) > 1


def _paper(work: Json, source: SourceFile) -> Parsed:
    kind = text_at(work, "type") or ""
    draft = PaperDraft(
        title=_title(work),
        labelled=[pair for one in texts_at(work, "DOI") for pair in doi_field(one)]
        + only_isbn(texts_at(work, "ISBN")),
        authors=[author for one in maps_at(work, "author") if (author := _author(one))],
        container=_container(work),
        date=_date(work),
        volume=text_at(work, "volume"),
        issue=text_at(work, "issue") or text_at(work, "journal-issue", "issue"),
        pages=pages_of(text_at(work, "page") or text_at(work, "article-number")),
        languages=languages_of(texts_at(work, "language")),
        publication_types=types_of(PREPRINT if _is_preprint(work) else _KINDS.get(kind), ()),
        license=_license(work),
        url=text_at(work, "URL"),
    )
    add_abstract(draft, text_at(work, "abstract"))
    return reference(draft, source, _status(work))


def _title(work: Json) -> str:
    """The title, with the subtitle where it does not hold it already."""
    title = plain(text_at(work, "title") or text_at(work, "original-title") or "")
    subtitle = plain(text_at(work, "subtitle") or "")
    if not title or not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title[-1] in ":.?!" else f"{title}: {subtitle}"


def _container(work: Json) -> str | None:
    """The journal or book; of a preprint the server."""
    if container := text_at(work, "container-title"):
        return plain(container)
    if not _is_preprint(work):
        return None
    return text_at(work, "institution", "name") or text_at(work, "group-title")


def _author(one: Json) -> Author | None:
    places = [plain(place) for place in texts_at(one, "affiliation", "name")]
    affiliation = "; ".join(places) or None
    author = person(
        plain(text_at(one, "family") or ""),
        plain(text_at(one, "given") or ""),
        text_at(one, "suffix") or "",
        affiliation=affiliation,
    )
    name = plain(text_at(one, "name") or text_at(one, "literal") or "")
    return author or (Author(name, affiliation) if name else None)


def _date(work: Json) -> str | None:
    """The earliest day on which it was published; an old paper may have gone online much later."""
    parts = (_date_parts(work, name) for name in _PUBLISHED)
    issue = (_date_parts(one, "published-print") for one in maps_at(work, "journal-issue"))
    found = [date for date in (*parts, *issue) if date]
    earliest = min(found, default=None)
    return max((date for date in found if date.startswith(earliest or "")), key=len, default=None)


def _date_parts(value: Json, name: str) -> str | None:
    year, month, day = [*texts_at(value, name, "date-parts"), "", "", ""][:3]
    return iso_date(year, month, day)


def _license(work: Json) -> str | None:
    """The address of the licence that readers have: one of Creative Commons rather than another."""
    found = [
        address
        for one in maps_at(work, "license")
        if (address := text_at(one, "URL"))
        and not _TEXT_AND_DATA_MINING.search(f"{text_at(one, 'content-version')} {address}")
    ]
    return next((one for one in found if "creativecommons.org" in one), next(iter(found), None))


def _is_preprint(work: Json) -> bool:
    """True for what was posted as a preprint, or is one of another paper."""
    subtype = text_at(work, "subtype")
    is_posted = text_at(work, "type") == _POSTED and subtype in (None, "preprint")
    return is_posted or subtype == "preprint" or bool(maps_at(work, "relation", "is-preprint-of"))


def _status(work: Json) -> StatusReport:
    notes = [note for one in maps_at(work, "updated-by") if (note := _update(one))]
    if _is_preprint(work):
        papers = maps_at(work, "relation", "is-preprint-of")
        notices = [
            _notice(text_at(one, "id")) for one in papers if text_at(one, "id-type") == "doi"
        ]
        notes.append(StatusNote("preprint", notices[0] if len(notices) == 1 else Identifiers()))
    return StatusReport(SOURCE, tuple(dict.fromkeys(notes)), as_of=_day_of(work))


def _update(one: Json) -> StatusNote | None:
    kind = _UPDATES.get((text_at(one, "type") or "").lower().replace("-", "_").replace(" ", "_"))
    if kind is None:
        return None
    label = tidy(text_at(one, "label") or text_at(one, "type") or "")
    return StatusNote(kind, _notice(text_at(one, "DOI")), label, _date_parts(one, "updated"))


def _notice(doi: str | None) -> Identifiers:
    try:
        return own_identifiers(doi_field(doi or ""))
    except DocumentError:
        return Identifiers()


def _day_of(work: Json) -> str | None:
    """The day on which Crossref last indexed the work."""
    return _date_parts(work, "indexed")


CROSSREF_JSON = Format("Crossref JSON", _matches, _parse)
