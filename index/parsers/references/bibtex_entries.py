"""Entries of a BibTeX file: the file in, each entry with its values without quotes and braces out.

The file is cut before lines that begin an entry and parsed piece by piece: bibtexparser takes such
a line for a new entry wherever it stands, so nothing is cut that it would read as one.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.parsers.source_file import SourceFile
from index.parsers.text_lines import iter_lines

if TYPE_CHECKING:
    from bibtexparser.model import Block

_PIECE = 100_000
"""Characters that are parsed at once, and the rest of the entry that they end in."""

_STARTS_ENTRY = re.compile(r"\s*@\w*[ \t]*[{(]")
_MARK = re.compile(r"(?<!\\)[{}\"]")
_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}=]*)\s*,")
_KIND = re.compile(r"@\s*(\w*)")
_NO_PAPERS = frozenset({"string", "preamble", "comment"})
_BROKEN = "its braces or quotes do not match. Mend it, or export it again."
_ENDS_EARLY = "it ends before its last field. Look for a brace too many, or export it again."


@dataclass(slots=True)
class Entry:
    """An entry as it is written; `problem` says why it cannot be read, with what to do."""

    kind: str
    key: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""

    def values(self, *names: str) -> list[str]:
        """The values of the fields of those names that are not blank, in the order of the names."""
        return [value for name in names for value in self.fields.get(name, ()) if value.strip()]


def entries(source: SourceFile) -> Iterator[Entry]:
    """The entries one by one; `@string`, `@comment` and `@preamble` are none.

    Raises:
        DocumentError: the file cannot be read on.
    """
    from bibtexparser.exceptions import ParserStateException
    from bibtexparser.model import ImplicitComment, ParsingFailedBlock, String
    from bibtexparser.splitter import Splitter

    logging.getLogger(Splitter.__module__).setLevel(logging.CRITICAL)
    strings: dict[str, str] = {}
    for piece in _pieces(source):
        try:
            blocks = Splitter(piece).split().blocks
        except ParserStateException as error:
            raise DocumentError("its BibTeX cannot be read.", "Export it again.") from error
        for block, following in zip_longest(blocks, blocks[1:]):
            if isinstance(block, ParsingFailedBlock):
                block = block.ignore_error_block or block
            if isinstance(block, String):
                strings[block.key.lower()] = _value(block.value, strings) or ""
            elif entry := _entry(block, strings):
                if isinstance(following, ImplicitComment) and "}" in following.comment:
                    entry.problem = entry.problem or _ENDS_EARLY
                yield entry


def _pieces(source: SourceFile) -> Iterator[str]:
    lines, length = list[str](), 0
    for line in iter_lines(source):
        if length > _PIECE and _STARTS_ENTRY.match(line):
            yield "\n".join(lines)
            lines, length = [], 0
        lines.append(line)
        length += len(line) + 1
    yield "\n".join(lines)


def _entry(block: "Block", strings: dict[str, str]) -> Entry | None:
    """The entry, with each field as often as it is given; None for what is none."""
    from bibtexparser.model import Entry as ParsedEntry
    from bibtexparser.model import ParsingFailedBlock

    if isinstance(block, ParsingFailedBlock):
        raw = block.raw or ""
        kind, key = _KIND.match(raw), _KEY.match(raw)
        name = kind[1].lower() if kind else ""
        return None if name in _NO_PAPERS else Entry(name, key[1] if key else "", problem=_BROKEN)
    if not isinstance(block, ParsedEntry):
        return None
    entry = Entry(block.entry_type.lower(), block.key)
    for one in block.fields:
        value = _value(str(one.value), strings)
        if value is None:
            entry.problem = _BROKEN
        else:
            entry.fields.setdefault(one.key.lower(), []).append(value)
    return entry


def _value(written: str, strings: dict[str, str]) -> str | None:
    """What the value stands for: parts joined by `#`, names of strings replaced; None if broken."""
    parts, position = list[str](), 0
    while True:
        while position < len(written) and written[position].isspace():
            position += 1
        if position >= len(written):
            return "".join(parts)
        end = _end_of_part(written, position)
        if end is None:
            return None
        part = written[position:end].strip()
        parts.append(part[1:-1] if part[:1] in ("{", '"') else strings.get(part.lower(), part))
        rest = written[end:].lstrip()
        if rest and not rest.startswith("#"):
            return None
        position = len(written) - len(rest) + 1


def _end_of_part(text: str, start: int) -> int | None:
    """Where the braces, quotes or bare word that begin there end; None where they do not."""
    if text[start] not in '{"':
        found = text.find("#", start)
        return len(text) if found < 0 else found
    depth = 0
    for mark in _MARK.finditer(text, start):
        depth += (mark.group() == "{") - (mark.group() == "}")
        is_quote = mark.group() == '"' and text[start] == '"' and mark.start() > start
        if depth == 0 and (is_quote or text[start] == "{"):
            return mark.end()
    return None
