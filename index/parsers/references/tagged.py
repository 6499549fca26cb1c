"""Relatives of RIS: Web of Science's own tags (`.ciw`, `.isi`) and EndNote's (`.enw`); papers out.

Both are put into the tags of RIS first. Web of Science writes `TI Title`, and what goes on with it
below an indent; EndNote writes `%T Title`, and a record begins with `%0`.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.parsers.records import Format, Record, attempt
from index.parsers.references.fields import record_name
from index.parsers.references.ris import paper_of
from index.parsers.references.tagged_fields import Fields, TaggedFields
from index.parsers.source_file import SourceFile
from index.parsers.text_lines import iter_lines

_WEB_START = re.compile(
    r"\ufeff?\s*(?:FN [^\n\r]*(?:\r\n?|\n)\s*)?VR \d[^\n\r]*(?:\r\n?|\n)\s*PT [A-Z]\b"
)
_WEB_FIELD = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$", re.DOTALL)
_WEB_KINDS = {"J": "JOUR", "B": "BOOK", "C": "CONF"}
_WEB_TAGS = {
    **{tag: tag for tag in ("AU", "TI", "AB", "PY", "VL", "IS", "LA", "EP")},
    **{"SO": "JF", "PD": "DA", "BP": "SP", "AR": "C7", "DI": "DO", "DE": "KW", "ID": "KW"},
    **{"DT": "M3", "UT": "AN", "BN": "SN", "PM": "U1"},
}
_WEB_ENDS = ("ER", "EF")
_WEB_LINES = frozenset(_WEB_TAGS.values()) - {"AB"}

_ENDNOTE_START = re.compile(r"\ufeff?\s*%0[^\n\r]*(?:\r\n?|\n)\s*%[A-Z0-9@] ")
_ENDNOTE_FIELD = re.compile(r"%(\S)(?: (.*))?$", re.DOTALL)
_ENDNOTE_KINDS = {
    "journal article": "JOUR",
    "electronic article": "EJOUR",
    "book section": "CHAP",
    "book": "BOOK",
    "edited book": "EDBOOK",
    "electronic book": "EBOOK",
    "conference proceedings": "CONF",
    "conference paper": "CPAPER",
    "thesis": "THES",
    "report": "RPRT",
    "magazine article": "MGZN",
    "newspaper article": "NEWS",
}
_ENDNOTE_TAGS = {
    **{"A": "AU", "T": "TI", "J": "JF", "B": "T2", "D": "PY", "8": "DA", "V": "VL", "N": "IS"},
    **{"P": "SP", "X": "AB", "K": "KW", "R": "DO", "U": "UR", "M": "AN", "@": "SN", "G": "LA"},
    **{"9": "M3", "~": "DB", "W": "DP", "2": "C2", "Z": "N1", "I": "PB", "]": "C7"},
}


def _is_web_of_science(source: SourceFile) -> bool:
    return _WEB_START.match(source.head_text) is not None


def _is_endnote(source: SourceFile) -> bool:
    return _ENDNOTE_START.match(source.head_text) is not None


def _parse_web_of_science(source: SourceFile) -> Iterator[Record]:
    yield from _papers(_web_of_science(source), source)


def _parse_endnote(source: SourceFile) -> Iterator[Record]:
    yield from _papers(_endnote(source), source)


def _papers(records: Iterator[Fields], source: SourceFile) -> Iterator[Record]:
    for number, fields in enumerate(records, start=1):
        title = " ".join(next(iter(fields.get("TI", ())), "").split())
        yield attempt(record_name(number, key=title), partial(paper_of, fields, source))


def _web_of_science(source: SourceFile) -> Iterator[Fields]:
    found, last = TaggedFields(), ""
    for line in iter_lines(source):
        if line.startswith("   "):
            if last == "AU":
                found.add(last, line.strip())
            elif last:
                found.go_on(line.strip())
            continue
        match = _WEB_FIELD.match(line)
        name, value = (match[1], (match[2] or "").strip()) if match else ("", "")
        if name in ("PT", *_WEB_ENDS):
            yield from found.taken(joined_by_blanks=_WEB_LINES)
        last = _WEB_TAGS.get(name, "")
        if name == "PT":
            found.begin(_WEB_KINDS.get(value, "GEN"))
        elif last:
            found.add(last, f"{value}[pmid]" if name == "PM" else value)
    yield from found.taken(joined_by_blanks=_WEB_LINES)


def _endnote(source: SourceFile) -> Iterator[Fields]:
    found, last = TaggedFields(), ""
    for line in iter_lines(source):
        match = _ENDNOTE_FIELD.match(line)
        if match is None:
            if last:
                found.go_on(line.strip())
            continue
        name, value = match[1], (match[2] or "").strip()
        last = _ENDNOTE_TAGS.get(name, "")
        if name == "0":
            yield from found.taken()
            found.begin(_ENDNOTE_KINDS.get(value.lower(), "GEN"))
        elif last:
            found.add(last, value)
    yield from found.taken()


WEB_OF_SCIENCE = Format("Web of Science tags", _is_web_of_science, _parse_web_of_science)
ENDNOTE_TAGS = Format("EndNote tags", _is_endnote, _parse_endnote)
