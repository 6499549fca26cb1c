"""EndNote's XML, which Mendeley and Bookends export too: one paper of each `record`.

A field is plain text or runs of `style`; runs whose face is superscript or subscript are raised or
lowered. An accession number is a PMID only where the record names PubMed or MEDLINE as its origin.
"""

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from index.parsers.paper_draft import PaperDraft
from index.parsers.records import Format, Parsed, Record, attempt
from index.parsers.references.fields import (
    BOOK,
    CHAPTER,
    JOURNAL_ARTICLE,
    authors_of,
    date_of,
    keywords_of,
    languages_of,
    link_of,
    pages_of,
    record_name,
    reference,
    types_of,
)
from index.parsers.references.identifiers import (
    Labelled,
    doi_field,
    doi_link,
    note_lines,
    only_isbn,
    pmcid_field,
    pmid_field,
)
from index.parsers.references.text import add_abstract, plain
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import (
    Element,
    character_of,
    iter_elements,
    name_of,
    root_tag,
    shifted,
)

_RECORD = re.compile(r"<record[\s>]")
_FIELD = re.compile(r"<(?:ref-type|source-app|database|contributors|titles|rec-number)[\s>]")
_PUBMED = re.compile(r"\b(?:pubmed|medline|nlm)\b", re.IGNORECASE)
_OTHER_DATABASE = re.compile(r"\bembase\b", re.IGNORECASE)
_KINDS = {
    "journal article": JOURNAL_ARTICLE,
    "electronic article": JOURNAL_ARTICLE,
    "book section": CHAPTER,
    "electronic book section": CHAPTER,
    "book": BOOK,
    "edited book": BOOK,
    "electronic book": BOOK,
    "conference paper": "Conference Paper",
    "conference proceedings": "Conference Paper",
    "thesis": "Thesis",
    "report": "Report",
    "dataset": "Dataset",
    "magazine article": "Magazine Article",
    "newspaper article": "Newspaper Article",
}
_WHOLE_WORKS = frozenset({BOOK, "Thesis", "Report"})


def _matches(source: SourceFile) -> bool:
    return (
        root_tag(source) in ("xml", "records")
        and _RECORD.search(source.head_text) is not None
        and _FIELD.search(source.head_text) is not None
    )


def _parse(source: SourceFile) -> Iterator[Record]:
    for number, record in enumerate(iter_elements(source, ("record",)), start=1):
        key = _text(record, "rec-number") or _text(record, "label") or ""
        yield attempt(record_name(number, key=key), partial(_paper, record, source))


def _paper(record: Element, source: SourceFile) -> Parsed:
    kind_element = record.find("{*}ref-type")
    written = kind_element.get("name", "") if kind_element is not None else ""
    kind = _KINDS.get(written.strip().lower())
    journal = _text(record, "periodical/{*}full-title") or _text(
        record, "titles/{*}secondary-title"
    )
    journal = journal or _text(record, "periodical/{*}abbr-1")
    types = types_of(kind, _texts(record, "work-type"), journal, _text(record, "publisher"))
    draft = PaperDraft(
        title=_text(record, "titles/{*}title"),
        labelled=_identifiers(record, is_book=kind in (*_WHOLE_WORKS, CHAPTER)),
        authors=[
            author
            for one in _texts(record, "contributors/{*}authors/{*}author")
            for author in authors_of(one)
        ],
        container=None if kind in _WHOLE_WORKS else journal,
        date=date_of([_text(record, "dates/{*}year"), _text(record, "dates/{*}pub-dates/{*}date")]),
        volume=_text(record, "volume"),
        issue=_text(record, "number") or _text(record, "issue"),
        pages=pages_of(_text(record, "pages")),
        languages=languages_of(_texts(record, "language")),
        publication_types=types,
        keywords=keywords_of(_lines(one) for one in record.iterfind("{*}keywords/{*}keyword")),
        url=link_of(_texts(record, "urls/*/{*}url") + _texts(record, "urls/*/{*}style")),
    )
    abstract = record.find("{*}abstract")
    add_abstract(draft, _lines(abstract) if abstract is not None else None)
    return reference(draft, source)


def _identifiers(record: Element, *, is_book: bool) -> list[Labelled]:
    found = list[Labelled]()
    for one in _texts(record, "electronic-resource-num"):
        found += doi_field(one)
    for one in _texts(record, "urls/*/{*}url"):
        found += doi_link(one)
    for name in ("notes", "research-notes"):
        for element in record.iterfind(f"{{*}}{name}"):
            found += note_lines(_lines(element))
    for one in _texts(record, "custom2"):
        found += pmcid_field(one)
    origin = " ".join(
        _texts(record, "remote-database-name") + _texts(record, "remote-database-provider")
    )
    is_pubmed = _PUBMED.search(origin) and not _OTHER_DATABASE.search(origin)
    for one in _texts(record, "accession-num") if is_pubmed else ():
        found += pmid_field(one)
    return found + (only_isbn(_texts(record, "isbn")) if is_book else [])


def _text(record: Element, path: str) -> str | None:
    """The text of the first element at the path that is not blank, on one line."""
    return next(iter(_texts(record, path)), None)


def _texts(record: Element, path: str) -> list[str]:
    found = (plain(_lines(one)) for one in record.iterfind(f"{{*}}{path}"))
    return [one for one in found if one]


def _lines(element: Element) -> str:
    """The text of a field; line ends within its runs are its own, those between them are not."""
    parts = [element.text if element.text and (len(element) == 0 or element.text.strip()) else ""]
    for run in element:
        if run.tag is etree.Entity:
            parts.append(character_of(run))
        elif name_of(run):
            face, text = run.get("face", ""), _lines(run)
            shift = "sup" if "superscript" in face else "sub" if "subscript" in face else ""
            before = next((part[-1] for part in reversed(parts) if part), "")
            parts.append(shifted(shift, text.strip(), before) if shift else text)
        parts.append(run.tail if run.tail and run.tail.strip() else "")
    return "".join(parts)


ENDNOTE_XML = Format("EndNote XML", _matches, _parse)
