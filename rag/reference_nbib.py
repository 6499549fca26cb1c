"""References as MEDLINE text (.nbib): records in, tagged fields out, as PubMed writes them.

Source: https://www.nlm.nih.gov/bsd/mms/medlineelements.html. Fields that only NLM can give (owner,
status, dates of processing) are left out.
"""

import textwrap
from collections.abc import Iterator, Sequence

from index.models import Author
from index.parsers.references.fields import is_group
from index.publication_status import KnownNote, StatusKind
from rag.author_parts import initials_of, person_name
from rag.reference_records import ReferenceRecord

_WIDTH = 88
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REMARKS: dict[StatusKind, str] = {
    "retracted": "RIN",
    "partially_retracted": "PRIN",
    "expression_of_concern": "ECI",
    "corrected": "EIN",
    "updated": "UIN",
}
_OF_PUBMED = ("PubMed", "MEDLINE")


def write_nbib(records: Sequence[ReferenceRecord]) -> str:
    """The records one after another, parted by blank lines."""
    return "\n".join(
        "".join(_lines(tag, text) for tag, text in _fields(one) if text) for one in records
    )


def _lines(tag: str, text: str) -> str:
    """A field; what does not fit on its line goes on below, indented."""
    wrapped = textwrap.wrap(text, _WIDTH - 6, break_long_words=False, break_on_hyphens=False)
    return f"{tag:<4}- " + "\n      ".join(wrapped) + "\n"


def _fields(record: ReferenceRecord) -> Iterator[tuple[str, str | None]]:
    """(tag, text) in PubMed's order; a text that is None or blank is no field."""
    ids = record.identifiers
    is_in_book = record.kind in ("chapter", "book")
    is_book = record.kind == "book"
    yield "PMID", ids.pmid
    yield "ISBN", ids.isbn
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", _written(record.date_parts())
    yield "TI", None if is_book else record.title
    yield "BTI", (record.title if is_book else record.container) if is_in_book else None
    yield "PG", record.pages
    yield "LID", f"{ids.doi} [doi]" if ids.doi else None
    for author in record.authors:
        yield from _author(author)
    yield from (("LA", one) for one in record.languages)
    yield from (("PT", one) for one in _publication_types(record))
    yield "PB", record.publisher
    yield "JT", None if is_in_book else record.container
    yield "PMC", ids.pmcid
    yield from (("MH", one) for one in record.mesh_terms)
    yield from (("OT", one) for one in record.keywords)
    yield from _standing(record)
    yield "AID", f"{ids.doi} [doi]" if ids.doi else None
    yield "AID", f"{ids.nbk} [bookaccession]" if ids.nbk else None
    yield from (("GN", one) for one in record.remarks())


def _author(author: Author) -> Iterator[tuple[str, str]]:
    person = person_name(author)
    if person is None:
        yield "CN" if is_group(author.name) else "AU", author.name
        return
    rest = (initials_of(person.given), person.suffix)
    given = " ".join(part for part in (person.given, person.suffix) if part)
    yield "FAU", f"{person.family}, {given}" if given else person.family
    yield "AU", " ".join(part for part in (person.family, *rest) if part)


def _publication_types(record: ReferenceRecord) -> list[str]:
    """Those of the source, and those that its standing makes it."""
    marks = ["Retracted Publication"] * record.is_retracted
    marks += ["Preprint"] * (record.kind == "preprint")
    return list(dict.fromkeys([*record.publication_types, *marks]))


def _standing(record: ReferenceRecord) -> Iterator[tuple[str, str]]:
    """The notices that are known by a citation or an identifier."""
    for one in record.standing.notes:
        tag = _REMARKS.get(one.note.kind)
        if tag and (notice := _notice(one)):
            yield tag, notice


def _notice(known: KnownNote) -> str:
    """PubMed's own citation of the notice, else its date; then its identifiers."""
    note, ids = known.note, known.note.notice
    if not ids.pmid and not ids.doi:
        return ""
    written = note.text if note.text and known.source.startswith(_OF_PUBMED) else ""
    text = " ".join((written or f"Notice of {note.date or 'unknown date'}").split()).rstrip(".")
    if ids.doi and ids.doi not in text.lower():
        text += f". doi: {ids.doi}"
    if ids.pmid and f"PMID: {ids.pmid}" not in text:
        text += f". PMID: {ids.pmid}"
    return text


def _written(parts: Sequence[int]) -> str:
    """`2021 Aug 10`."""
    year, month, day = [*map(str, parts), "", "", ""][:3]
    return " ".join(part for part in (year, month and _MONTHS[int(month) - 1], day) if part)
