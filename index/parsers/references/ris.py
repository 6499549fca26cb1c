"""RIS, as Scopus, Web of Science, Zotero, EndNote, Ovid, Cochrane and PubMed's tools write it.

A record runs from `TY` to `ER`, or to the next `TY` where its `ER` is missing. What stands before
the first `TY` is no record's. An accession number (`AN`) is a PMID only where the record's database
(`DB`) is PubMed or MEDLINE.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.parsers.paper_draft import PaperDraft
from index.parsers.records import Format, Parsed, Record, attempt
from index.parsers.references.fields import (
    BOOK,
    CHAPTER,
    JOURNAL_ARTICLE,
    PREPRINT,
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
    marked,
    note_lines,
    only_isbn,
    pmcid_field,
    pmid_field,
)
from index.parsers.references.tagged_fields import Fields, TaggedFields
from index.parsers.references.text import add_abstract, plain, unwrapped
from index.parsers.source_file import SourceFile
from index.parsers.text_lines import iter_lines, require_decoded

_START = re.compile(r"^\ufeff?[ \t]*(?P<tag>TY)(?P<mark>[ \t]{1,3}-)[ \t]+\w", re.IGNORECASE | re.M)
_STARTED = re.compile(
    r"^\ufeff?[ \t]*TY[ \t]{1,3}-[ \t]+\w.*(?:\r\n?|\n)\s*[A-Z][A-Z0-9][ \t]{1,3}-",
    re.IGNORECASE | re.MULTILINE,
)
_STRICT = re.compile(r"([A-Za-z][A-Za-z0-9])  -(.*)$", re.DOTALL)
_LOOSE = re.compile(r"\s*([A-Za-z][A-Za-z0-9])[ \t]{1,3}-(?:\s(.*)|)$", re.DOTALL)
_END = re.compile(r"\s*ER\s*-?\s*", re.IGNORECASE)
_KINDS = {
    **dict.fromkeys(("JOUR", "EJOUR", "ABST", "INPR", "JFULL"), JOURNAL_ARTICLE),
    **dict.fromkeys(("CHAP", "ECHAP"), CHAPTER),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK"), BOOK),
    **dict.fromkeys(("CONF", "CPAPER"), "Conference Paper"),
    "MGZN": "Magazine Article",
    "NEWS": "Newspaper Article",
    "THES": "Thesis",
    "RPRT": "Report",
    "DATA": "Dataset",
}
_WHOLE_WORKS = frozenset({BOOK, "Thesis", "Report"})
_IN_JOURNALS = ("JF", "T2", "JO", "JA", "J1", "J2")
_IN_BOOKS = ("BT", "T2", "JF", "JO", "JA", "J2")
_PUBMED = re.compile(r"\b(?:pubmed|medline|nlm)\b", re.IGNORECASE)
_OTHER_DATABASE = re.compile(r"\bembase\b", re.IGNORECASE)
_OF_MEDLINE = re.compile(r"(?:PMID|MEDLINE)\s*:\s*(\d{1,8})", re.IGNORECASE)
_IN_COCHRANE = re.compile(r"\bPUBMED (\d{1,8})\b", re.IGNORECASE)
_NOTES = ("N1", "M1", "M2", "M3", "ID", "C1", "RN")
_CUSTOM = ("U1", "U2", "U3", "U4", "U5", "C2", "AN")


def _matches(source: SourceFile) -> bool:
    text = source.head_text
    return not text.lstrip("\ufeff \t\r\n").startswith(("<", "{", "[", "%PDF")) and (
        _STARTED.search(text) is not None
    )


def _parse(source: SourceFile) -> Iterator[Record]:
    for number, fields in enumerate(records(source), start=1):
        title = " ".join(_first(fields, "TI", "T1").split())
        yield attempt(record_name(number, key=title), partial(paper_of, fields, source))


def records(source: SourceFile) -> Iterator[Fields]:
    """The fields of each record; tags in capitals."""
    start = _START.search(source.head_text)
    tagged = _STRICT if start is not None and start["mark"] == "  -" else _LOOSE
    found, has_begun = TaggedFields(), False
    for line in iter_lines(source):
        match = tagged.match(line)
        tag, value = (match[1].upper(), (match[2] or "").strip()) if match else ("", line.strip())
        if tag == "ER" or _END.fullmatch(line):
            yield from found.taken()
        elif tag == "TY":
            if not found.has_only("TY"):
                yield from found.taken()
            has_begun = True
            found.begin(value)
        elif tag and has_begun:
            found.add(tag, value)
        elif not tag:
            found.go_on(value)
    yield from found.taken()


def paper_of(fields: Fields, source: SourceFile) -> Parsed:
    """The paper that the fields of a record tell of; raises DocumentError where they cannot be used."""
    for values in fields.values():
        for value in values:
            require_decoded(value)
    kind = _KINDS.get(_first(fields, "TY").upper())
    places = _first(fields, *(_IN_BOOKS if kind in (CHAPTER, "Conference Paper") else _IN_JOURNALS))
    publisher, details = _first(fields, "PB"), _all(fields, "M3", "PT")
    types = types_of(kind, details, places, publisher, _first(fields, "DB"))
    draft = PaperDraft(
        title=plain(
            _first(fields, "TI", "T1", "CT") or (_first(fields, "BT") if kind == BOOK else "")
        ),
        labelled=_identifiers(fields, is_book=kind in (*_WHOLE_WORKS, CHAPTER)),
        authors=[one for text in _names(fields) for one in authors_of(text)],
        container=None
        if kind in _WHOLE_WORKS
        else plain(places) or (publisher if PREPRINT in types else None),
        date=date_of(_all(fields, "PY", "Y1", "DA", "YR")),
        volume=_first(fields, "VL", "VO"),
        issue=_first(fields, "IS", "CP"),
        pages=pages_of(_first(fields, "SP"), _first(fields, "EP"))
        or pages_of(_first(fields, "C7")),
        languages=languages_of(_all(fields, "LA", "LG")),
        publication_types=types,
        keywords=keywords_of(_all(fields, "KW")),
        url=link_of(_all(fields, "UR", "LK", "L2")),
    )
    abstracts = _all(fields, "AB") or _all(fields, "N2")
    add_abstract(draft, "\n".join(map(unwrapped, abstracts)))
    return reference(draft, source)


def _identifiers(fields: Fields, *, is_book: bool) -> list[Labelled]:
    found = list[Labelled]()
    for text in _all(fields, "DO", "DI"):
        found += doi_field(text)
    for text in _all(fields, "UR", "LK"):
        found += doi_link(text)
    for text in _all(fields, *_NOTES):
        found += note_lines(text)
    for text in _all(fields, *_CUSTOM):
        found += marked(text) + pmcid_field(text)
        if match := _OF_MEDLINE.fullmatch(text):
            found.append(("pmid", match[1]))
    for text in _all(fields, "C3"):
        found += [("pmid", pmid) for pmid in _IN_COCHRANE.findall(text)]
    return found + _of_database(fields) + (only_isbn(_all(fields, "SN", "BN")) if is_book else [])


def _of_database(fields: Fields) -> list[Labelled]:
    """The PMID where the database gives it: PubMed and MEDLINE as `AN`, Ovid `ID`, Scopus `C2`."""
    database = " ".join(_all(fields, "DB", "DP"))
    if _first(fields, "DB").lower() == "scopus":
        return pmid_field(_first(fields, "C2"))
    if not _PUBMED.search(database) or _OTHER_DATABASE.search(database):
        return []
    if accession := _first(fields, "AN"):
        return pmid_field(accession)
    number = _first(fields, "ID") if database.lower().startswith("ovid") else ""
    return pmid_field(number) if len(number) >= 7 else []


def _names(fields: Fields) -> list[str]:
    """The fields for authors; lines that go on hold a name each where each has a comma."""
    found = list[str]()
    for value in dict.fromkeys(_all(fields, "AU", "A1")):
        lines = value.split("\n")
        found += lines if all("," in line for line in lines) else [" ".join(lines)]
    return found


def _first(fields: Fields, *tags: str) -> str:
    """The first value of the first of the tags that has one; "" where none has."""
    return next(iter(_all(fields, *tags)), "")


def _all(fields: Fields, *tags: str) -> list[str]:
    return [value.strip() for tag in tags for value in fields.get(tag, ()) if value.strip()]


RIS = Format("RIS", _matches, _parse)
