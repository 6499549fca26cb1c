"""Papers as bibliographic records: a document, a listed paper or a stored reference in, a record out.

A record has what the source says of the paper and nothing else; every export format is written from
it. Texts are on one line, without characters that cannot be printed.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from index.identifiers import Identifiers
from index.models import Author, Document, Related
from index.parsers.references.fields import written_date
from index.parsers.references.text import tidy
from index.publication_status import NOT_CHECKED, WARNED_OF, Standing
from rag.references import paper_id
from rag.standing import standing_line

Kind = Literal[
    "article",
    "chapter",
    "book",
    "preprint",
    "conference paper",
    "thesis",
    "report",
    "dataset",
    "unknown",
]
_TYPES: dict[str, Kind] = {
    "preprint": "preprint",
    "book chapter": "chapter",
    "conference paper": "conference paper",
    "thesis": "thesis",
    "report": "report",
    "technical report": "report",
    "dataset": "dataset",
    "book": "book",
}
"""Publication types that tell the kind; of two, the first in this order."""
_BOOKSHELF = re.compile(r"(?:In:\s*)?(?:StatPearls|GeneReviews|Endotext|LiverTox)\b", re.IGNORECASE)
_BOOK = re.compile(r"(?P<title>.+\S)\s*\(book(?:,\s*(?P<publisher>[^()]+))?\)", re.IGNORECASE)
"""How a curator writes a book that a chapter stands in: `Title (book, Publisher)`."""
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_BOOKSHELF_URL = "https://www.ncbi.nlm.nih.gov/books/{}/"


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """One paper of a list of references; `n` is its number there, from 1.

    What the source does not give is None or empty. `date` is ISO 8601, as precise as it is known.
    `listed_in` is the page that lists the paper, where the library holds no more of it.
    """

    n: int
    document_id: str
    identifiers: Identifiers
    kind: Kind = "unknown"
    title: str | None = None
    authors: tuple[Author, ...] = ()
    container: str | None = None
    publisher: str | None = None
    date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh_terms: tuple[str, ...] = ()
    url: str | None = None
    standing: Standing = NOT_CHECKED
    listed_in: str | None = None
    added: tuple[str, ...] = ()
    """Names of the fields that a curator added."""

    @property
    def is_retracted(self) -> bool:
        return self.standing.status == "retracted"

    def date_parts(self) -> list[int]:
        """Year, month and day, as many as are known."""
        return [int(part) for part in (self.date or "").split("-") if part]

    def remarks(self) -> list[str]:
        """What a reader of the list must know of the record: its standing, and how it is known."""
        found: list[str] = []
        if self.standing.notes or self.standing.status in WARNED_OF:
            notices = dict.fromkeys(
                f"{label} {value}"
                for one in self.standing.notes
                for label, value in (("PMID", one.note.notice.pmid), ("DOI", one.note.notice.doi))
                if value
            )
            notice = f" Notice: {', '.join(notices)}." if notices else ""
            line = standing_line(self.standing)
            found.append(f"{line[0].upper()}{line[1:]}.{notice}")
        if self.listed_in:
            found.append(f"Listed in {self.listed_in}; its text is not in the library.")
        if self.added:
            found.append(f"Added by a curator, not given by the source: {', '.join(self.added)}.")
        return found


def record_of(
    paper: Document | Related, *, n: int, standing: Standing, listed_in: str | None = None
) -> ReferenceRecord:
    """The record of a paper that the library holds, or that the page `listed_in` lists."""
    record = ReferenceRecord(
        n=n,
        document_id=paper.document_id if isinstance(paper, Document) else paper_id(paper),
        identifiers=paper.identifiers,
        title=paper.title,
        authors=paper.authors,
        container=paper.container,
        date=_date(paper.date, paper.year),
        publication_types=_texts(paper.publication_types),
        standing=standing,
        listed_in=listed_in,
    )
    if isinstance(paper, Document):
        record = replace(
            record,
            volume=_text(paper.volume),
            issue=_text(paper.issue),
            pages=_text(paper.pages),
            languages=_texts(paper.languages),
            keywords=_texts(paper.keywords),
            mesh_terms=_texts(paper.mesh_terms),
            url=_text(paper.url),
            added=tuple(field.name for field in paper.added),
        )
    return completed(record)


def completed(record: ReferenceRecord) -> ReferenceRecord:
    """The record with what follows from its fields: its kind, its book's publisher, its address."""
    record = replace(
        record,
        title=_text(record.title),
        authors=_authors(record.authors),
        container=_text(record.container),
    )
    nbk = record.identifiers.nbk
    address = record.url or (_BOOKSHELF_URL.format(nbk) if nbk else None)
    book = _BOOK.fullmatch(record.container or "")
    if book:
        record = replace(record, container=book["title"], publisher=book["publisher"])
    return replace(record, url=address, kind=_kind(record, is_in_book=book is not None))


def _kind(record: ReferenceRecord, *, is_in_book: bool) -> Kind:
    types = {one.casefold() for one in record.publication_types}
    told = next((kind for name, kind in _TYPES.items() if name in types), None)
    of_bookshelf = bool(record.identifiers.nbk or _BOOKSHELF.match(record.container or ""))
    if is_in_book or of_bookshelf or told == "book":
        return "chapter" if record.container else "book"
    if told:
        return told
    if record.standing.status == "preprint":
        return "preprint"
    if record.identifiers.isbn:
        return "chapter" if record.container else "book"
    is_in_journal = bool(record.container and (record.volume or record.issue))
    is_article = record.identifiers.pmid or record.identifiers.pmcid or is_in_journal
    return "article" if is_article or "journal article" in types else "unknown"


def _date(date: str | None, year: int | None) -> str | None:
    """The date, where it can be read and is of the year that is given; else the year alone."""
    found = date if date and _ISO.fullmatch(date) else written_date(date or "")
    if found and (year is None or found[:4] == f"{year:04}"):
        return found
    return f"{year:04}" if year is not None else None


def _authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    return tuple(
        Author(name, family=_text(one.family)) for one in authors if (name := tidy(one.name))
    )


def _text(text: str | None) -> str | None:
    return tidy(text) or None if text else None


def _texts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for value in values if (text := tidy(value))))
