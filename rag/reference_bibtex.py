"""References as BibTeX: records in, entries in UTF-8 out.

Characters that TeX reads as commands are written as such, so that they come back as they were; a
title stands in braces of its own, so that no style changes its capitals. DOIs and addresses are
fields that packages read verbatim: nothing in them is escaped but what would break the entry.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.models import Author
from rag.author_parts import person_name
from rag.page_ranges import first_and_last_page
from rag.reference_records import Kind, ReferenceRecord

_TYPES: dict[Kind, tuple[str, str]] = {
    "article": ("article", "journal"),
    "chapter": ("incollection", "booktitle"),
    "book": ("book", "series"),
    "preprint": ("misc", "howpublished"),
    "conference paper": ("inproceedings", "booktitle"),
    "thesis": ("misc", "howpublished"),
    "report": ("techreport", "institution"),
    "dataset": ("misc", "howpublished"),
    "unknown": ("misc", "howpublished"),
}
"""The entry's type, and the field in which its container stands."""
_COMMANDS = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "<": r"{\textless}",
        ">": r"{\textgreater}",
        "|": r"{\textbar}",
        **{mark: rf"\{mark}" for mark in "%&_#$"},
    }
)
_BRACES = str.maketrans({"{": r"\{", "}": r"\}"})
"""A brace counts in BibTeX even after a backslash: only those that are balanced are written so."""
_LIGATURE = re.compile(r"([-'`,])(?=\1)|([?!])(?=`)")
"""What TeX would draw together: two hyphens make a dash, two commas a quotation mark."""
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_PLAIN = re.compile(r"(?!.*\band\b)[^\W\d_](?:[^\W_]|[ .'’-])*", re.IGNORECASE)
"""Part of a name that BibTeX reads as it stands."""
_KEY = re.compile(r"[^A-Za-z0-9]")


def write_bibtex(records: Sequence[ReferenceRecord]) -> str:
    """The entries one after another, parted by blank lines."""
    return "\n".join(map(_entry, records))


def citation_key(record: ReferenceRecord) -> str:
    """First author, year and an identifier: the same in every export, another for every paper."""
    ids = record.identifiers
    author = record.authors[0] if record.authors else None
    person = person_name(author) if author else None
    plain = unicodedata.normalize("NFKD", person.family if person else "")
    digest = hashlib.sha256(record.document_id.encode()).hexdigest()
    unique = f"pmid{ids.pmid}" if ids.pmid else ids.pmcid or ids.nbk or f"x{digest[:12]}"
    year = record.date[:4] if record.date else ""
    return f"{_KEY.sub('', plain).lower() or 'ref'}{year}{unique}"


def escaped(text: str) -> str:
    """The text as TeX prints it."""
    commands = _COMMANDS | _BRACES if _is_balanced(text) else _COMMANDS
    return _LIGATURE.sub(r"\g<0>{}", text.translate(commands))


def _is_balanced(text: str) -> bool:
    depth = 0
    for mark in text:
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            return False
    return depth == 0


def _entry(record: ReferenceRecord) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(record) if value)
    return f"@{_TYPES[record.kind][0]}{{{citation_key(record)},\n{fields}}}\n"


def _fields(record: ReferenceRecord) -> Iterator[tuple[str, str]]:
    """(name, value between its braces) in order; some may be blank."""
    ids, dates = record.identifiers, list(map(str, record.date_parts()))
    _, container = _TYPES[record.kind]
    title = escaped(record.title or "")
    yield "author", " and ".join(map(_name, record.authors))
    yield "title", f"{{{title}}}" if title else ""
    yield container, escaped(record.container or "")
    yield "publisher", escaped(record.publisher or "")
    yield from zip(("year", "month", "day"), dates, strict=False)
    yield "volume", escaped(record.volume or "")
    yield "number", escaped(record.issue or "")
    first, last = first_and_last_page(record.pages or "")
    yield "pages", f"{escaped(first)}--{escaped(last)}" if last else escaped(first)
    yield "doi", (ids.doi or "").translate(_VERBATIM)
    yield "pmid", ids.pmid or ""
    yield "pmcid", ids.pmcid or ""
    yield "isbn", ids.isbn or ""
    yield "url", (record.url or "").translate(_VERBATIM)
    yield "keywords", escaped("; ".join(record.keywords))
    yield "language", escaped(", ".join(record.languages))
    yield "type", "Preprint" if record.kind == "preprint" else ""
    yield "note", escaped(" ".join(record.remarks()))


def _name(author: Author) -> str:
    """`Family, Suffix, Given`; a name that is not to be parted stands in braces."""
    person = person_name(author)
    if person is None or not person.given:
        return f"{{{escaped(author.name)}}}"
    parts = (person.family, person.suffix, person.given)
    return ", ".join(_whole(part) for part in parts if part)


def _whole(part: str) -> str:
    text = escaped(part)
    return text if _PLAIN.fullmatch(part) else f"{{{text}}}"
