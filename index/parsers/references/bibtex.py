"""BibTeX and BibLaTeX, as Zotero, JabRef, Mendeley and publishers write it: a paper of each entry.

The file is read in pieces that begin with an entry, so that memory stays flat; `@string` names hold
for what follows them. A broken entry is refused by its key and line, the others are read.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.models import Author
from index.parsers.author_names import family_before_initials
from index.parsers.paper_draft import PaperDraft
from index.parsers.records import Format, Parsed, Record, Refused, attempt
from index.parsers.references.bibtex_entries import Entry, entries
from index.parsers.references.fields import (
    BOOK,
    CHAPTER,
    JOURNAL_ARTICLE,
    PREPRINT,
    authors_of,
    date_of,
    is_group,
    keywords_of,
    languages_of,
    link_of,
    pages_of,
    person,
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
from index.parsers.references.latex import decode_identifier, decode_latex
from index.parsers.references.text import add_abstract, plain, tidy, unwrapped
from index.parsers.source_file import SourceFile
from index.parsers.text_lines import require_decoded

_KINDS = {
    "article": JOURNAL_ARTICLE,
    **dict.fromkeys(("incollection", "inbook", "inreference", "bookinbook"), CHAPTER),
    **dict.fromkeys(("book", "mvbook", "booklet", "collection", "proceedings"), BOOK),
    **dict.fromkeys(("inproceedings", "conference"), "Conference Paper"),
    **dict.fromkeys(("thesis", "phdthesis", "mastersthesis"), "Thesis"),
    **dict.fromkeys(("techreport", "report"), "Report"),
    "dataset": "Dataset",
}
_OTHERS = (
    *("misc", "unpublished", "manual", "online", "electronic", "patent", "software", "periodical"),
    *("reference", "suppbook", "suppcollection", "suppperiodical", "string", "preamble", "comment"),
    *("review", "webpage", "standard", "xdata", "set", "control"),
)
_WHOLE_WORKS = frozenset({BOOK, "Thesis", "Report"})
_NO_PAPERS = frozenset({"xdata", "set", "control", "bibtexkeypattern"})
_FIRST_ENTRY = re.compile(
    rf"^[ \t\ufeff]*@[ \t]*(?:{'|'.join((*_KINDS, *_OTHERS))})[ \t]*[{{(]", re.IGNORECASE | re.M
)
_OTHER_START = ("<", "[", "{", "%PDF", "---", "#")
_LONGEST_PREAMBLE = 2000
_INITIALS = re.compile(r"[A-ZÀ-Þ]{1,3}")
_NOTES = ("note", "annote", "annotation", "extra")


def _matches(source: SourceFile) -> bool:
    text = source.head_text
    match = _FIRST_ENTRY.search(text)
    if match is None or text.lstrip("\ufeff \t\r\n").startswith(_OTHER_START):
        return False
    return match.start() <= _LONGEST_PREAMBLE or source.suffix in (".bib", ".bibtex")


def _parse(source: SourceFile) -> Iterator[Record]:
    for number, entry in enumerate(entries(source), start=1):
        name = record_name(number, key=", ".join(filter(None, (entry.key, f"line {entry.line}"))))
        if entry.problem:
            yield Refused(name, entry.problem)
        elif entry.kind not in _NO_PAPERS:
            yield attempt(name, partial(_paper, entry, source))


def _paper(entry: Entry, source: SourceFile) -> Parsed:
    for values in entry.fields.values():
        for value in values:
            require_decoded(value)
    kind = _KINDS.get(entry.kind)
    container = _text(entry, "journal", "journaltitle", "booktitle")
    publisher = _text(entry, "publisher", "institution", "archiveprefix", "eprinttype")
    types = types_of(kind, [_text(entry, "type")], container, publisher)
    draft = PaperDraft(
        title=_title(entry),
        labelled=_identifiers(entry, is_book=kind in (*_WHOLE_WORKS, CHAPTER)),
        authors=[author for one in entry.values("author") for author in _authors(one)],
        container=None if kind in _WHOLE_WORKS else container or _server(types, publisher),
        date=_date(entry),
        volume=_text(entry, "volume"),
        issue=_text(entry, "number", "issue"),
        pages=pages_of(_text(entry, "pages", "eid", "article-number")),
        languages=languages_of([_text(entry, "language"), _text(entry, "langid")]),
        publication_types=types,
        keywords=keywords_of(map(_decoded, entry.values("keywords", "keyword")), by_comma=True),
        license=_text(entry, "license"),
        copyright=_text(entry, "copyright"),
        url=link_of(map(decode_identifier, entry.values("url"))),
    )
    abstracts = (unwrapped(decode_latex(one)) for one in entry.values("abstract"))
    add_abstract(draft, "\n".join(abstracts))
    return reference(draft, source)


def _text(entry: Entry, *names: str) -> str:
    """The first field of those names that is not blank, decoded and on one line."""
    return next((text for one in entry.values(*names) if (text := _decoded(one))), "")


def _decoded(value: str) -> str:
    return plain(decode_latex(value))


def _title(entry: Entry) -> str:
    """The title, with BibLaTeX's subtitle."""
    title, subtitle = _text(entry, "title"), _text(entry, "subtitle")
    return f"{title}: {subtitle}" if title and subtitle else title


def _date(entry: Entry) -> str | None:
    year, month, day = (_text(entry, name) for name in ("year", "month", "day"))
    if month.isdecimal():
        within = f"{year}/{month}/{day}"
    else:
        within = f"{month} {day}" if day.isdecimal() else month
    return date_of([year or None, _text(entry, "date") or None, within])


def _identifiers(entry: Entry, *, is_book: bool) -> list[Labelled]:
    found = list[Labelled]()
    for names, read in (
        (("doi",), doi_field),
        (("url",), doi_link),
        (("pmid",), pmid_field),
        (("pmcid", "pmc"), pmcid_field),
        (_NOTES, note_lines),
    ):
        for value in entry.values(*names):
            found += read(decode_identifier(value))
    repository = _text(entry, "eprinttype", "archiveprefix").lower()
    for value in entry.values("eprint"):
        if repository == "pubmed":
            found += pmid_field(value)
        elif repository in ("pmc", "pmcid"):
            found += pmcid_field(value if value.upper().startswith("PMC") else f"PMC{value}")
    return found + (only_isbn(entry.values("isbn")) if is_book else [])


def _authors(field: str) -> list[Author]:
    """Names as BibTeX parts them; a name in braces of its own stays whole."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    names = split_multiple_persons_names(" ".join(field.split()))
    if len(names) == 1 and ";" in field and "{" not in field:
        return authors_of(_decoded(field))
    return [author for one in names if (author := _author(one))]


def _author(written: str) -> Author | None:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    text = tidy(decode_latex(written))
    is_braced = written.startswith("{") and written.find("}") == len(written) - 1
    if not text or text.lower() in ("others", "et al.", "et al"):
        return None
    if is_braced or is_group(text):
        return Author(text)
    if "," not in text and _INITIALS.fullmatch(text.split()[-1]):
        return Author(text, family=family_before_initials(text))
    parts = parse_single_name_into_parts(written, strict=False)
    family, given, suffix = (
        decode_latex(" ".join(part)) for part in (parts.von + parts.last, parts.first, parts.jr)
    )
    return person(family, given, suffix)


def _server(types: list[str], publisher: str) -> str | None:
    return publisher if PREPRINT in types else None


BIBTEX = Format("BibTeX", _matches, _parse)
