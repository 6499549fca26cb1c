"""Entries of a BibTeX file: the file in, each entry with its values without quotes and braces out.

The file is cut before lines that begin an entry and parsed piece by piece: bibtexparser takes such
a line for a new entry wherever it stands, so nothing is cut that it would read as one. What is
wrong with an entry ends with it at the latest where the next one begins.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.parsers.source_file import SourceFile
from index.parsers.text_lines import iter_lines

if TYPE_CHECKING:
    from bibtexparser.model import Block, ParsingFailedBlock

_PIECE = 100_000
"""Characters that are parsed at once, and the rest of the entry that they end in."""

_STARTS_ENTRY = re.compile(r"\s*@\w*[ \t]*[{(]")
_MARK = re.compile(r"(?<!\\)[{}\"]")
_BLANK_IN_START = re.compile(r"^(\s*@)[ \t]+(?=\w+[ \t]*[{(])")
_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}=]*)\s*,")
_KIND = re.compile(r"@\s*(\w*)")
_ENTRY_WITHIN = re.compile(r"@\w+[ \t]*[{(]\s*[^\s,{}=]*\s*,\s*[\w-]+\s*=")
"""Begins an entry in the middle of a line."""
_ENTRY_WITHOUT_START = re.compile(
    r"^\s*@?\s*(?P<kind>\w+)\s*[{(]?\s*(?P<key>[^\s,{}=]*)\s*,\s*[\w-]+\s*=\s*[\"{\w]", re.MULTILINE
)
_NEXT_FIELD = re.compile(r"[\w}\"]\s+[\w-]+\s*=\s*[\"{\w]")
_GOES_ON = re.compile(r"\s*(?:,|[\w-]+\s*=)")
_BRACES = re.compile(r"[\s{}()]*")
_SILENT = frozenset({"preamble", "comment"})
_AGAIN = "or export it again."
_BROKEN = f"its braces or quotes do not match, or it breaks off. Mend it, {_AGAIN}"
_NO_KEY = f"it has no key, or no comma after it. Write one, {_AGAIN}"
_NO_COMMA = f"a comma or an equals sign is missing among its fields. Write it, {_AGAIN}"
_NO_START = f"it does not begin as an entry does: @article{{key,. Mend it, {_AGAIN}"
_ENDS_EARLY = f"it ends before its last field. Look for a brace too many, {_AGAIN}"


@dataclass(slots=True)
class Entry:
    """An entry as it is written, from line `line` of its file on.

    `problem` says why it cannot be read, with what to do.
    """

    kind: str
    key: str
    line: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""

    def values(self, *names: str) -> list[str]:
        """The values of the fields of those names that are not blank, in the order of the names."""
        return [value for name in names for value in self.fields.get(name, ()) if value.strip()]


def entries(source: SourceFile) -> Iterator[Entry]:
    """The entries one by one; `@string`, `@comment` and `@preamble` are none, a broken `@string` apart.

    Raises:
        DocumentError: the file cannot be read on.
    """
    from bibtexparser.model import ImplicitComment, ParsingFailedBlock, String

    strings: dict[str, str] = {}
    for piece, line in _pieces(source):
        blocks = list(_blocks(piece, line))
        for (block, at), (following, next_line) in pairwise([*blocks, (None, 0)]):
            if isinstance(block, ParsingFailedBlock):
                block = block.ignore_error_block or block
            if isinstance(block, String):
                strings[block.key.lower()] = _value(block.value, strings) or ""
            elif isinstance(block, ImplicitComment):
                yield from _without_start(block.comment, at)
            elif block and (entry := _entry(block, at, strings)):
                if isinstance(following, ImplicitComment):
                    is_beside = next_line == at + (block.raw or "").count("\n")
                    if not entry.problem and _is_rest(following.comment, is_beside=is_beside):
                        entry.problem = _ENDS_EARLY
                yield entry


def _pieces(source: SourceFile) -> Iterator[tuple[str, int]]:
    """The text in pieces that begin with an entry, each with the number of its first line."""
    lines, length, first = list[str](), 0, 1
    for number, line in enumerate(iter_lines(source), start=1):
        if length > _PIECE and _STARTS_ENTRY.match(line):
            yield "\n".join(lines), first
            lines, length, first = [], 0, number
        lines.append(_BLANK_IN_START.sub(r"\1", line))
        length += len(line) + 1
    yield "\n".join(lines), first


def _blocks(text: str, line: int) -> Iterator[tuple["Block", int]]:
    """What bibtexparser tells apart, each with its line; also entries that a broken one swallowed."""
    from bibtexparser.model import ParsingFailedBlock

    for block, at in _split(text, line):
        yield block, at
        if isinstance(block, ParsingFailedBlock) and not block.ignore_error_block:
            raw = "" if _kind(block) in _SILENT else block.raw or ""
            starts = [found.start() for found in _ENTRY_WITHIN.finditer(raw, 1)]
            for before, start, end in zip(
                [0, *starts], starts, [*starts[1:], len(raw)], strict=False
            ):
                at += raw.count("\n", before, start)
                yield from _split(raw[start:end], at)


def _split(text: str, line: int) -> Iterator[tuple["Block", int]]:
    from bibtexparser.exceptions import ParserStateException
    from bibtexparser.splitter import Splitter

    logging.getLogger(Splitter.__module__).setLevel(logging.CRITICAL)
    try:
        blocks = Splitter(text).split().blocks
    except ParserStateException as error:
        raise DocumentError("its BibTeX cannot be read.", "Export it again.") from error
    yield from ((block, line + max(0, block.start_line or 0)) for block in blocks)


def _is_rest(comment: str, *, is_beside: bool) -> bool:
    """True where what stands after an entry was to be in it: further fields, or more on its line."""
    if "}" not in comment or _BRACES.fullmatch(comment):
        return False
    return is_beside or _GOES_ON.match(comment) is not None


def _without_start(comment: str, line: int) -> Iterator[Entry]:
    """What stands between entries and was to be one, but does not begin so."""
    for found in _ENTRY_WITHOUT_START.finditer(comment):
        at = line + comment.count("\n", 0, found.start("kind"))
        yield Entry(found["kind"].lower(), found["key"], at, problem=_NO_START)


def _entry(block: "Block", line: int, strings: dict[str, str]) -> Entry | None:
    """The entry, with each field as often as it is given; None for what is none."""
    from bibtexparser.model import Entry as ParsedEntry
    from bibtexparser.model import ParsingFailedBlock

    if isinstance(block, ParsingFailedBlock):
        return _broken(block, line)
    if not isinstance(block, ParsedEntry):
        return None
    entry = Entry(block.entry_type.lower(), block.key, line)
    for one in block.fields:
        value = _value(str(one.value), strings)
        if value is None:
            entry.problem = _NO_COMMA if _NEXT_FIELD.search(str(one.value)) else _BROKEN
        else:
            entry.fields.setdefault(one.key.lower(), []).append(value)
    return entry


def _broken(block: "ParsingFailedBlock", line: int) -> Entry | None:
    raw, reason = block.raw or "", str(getattr(block.error, "abort_reason", ""))
    name, key = _kind(block), _KEY.match(raw)
    if name in _SILENT:
        return None
    if name == "string":
        return Entry(name, "@string", line, problem=_BROKEN)
    if reason.startswith("Expected comma"):
        return Entry(name, "", line, problem=_NO_KEY)
    problem = _NO_COMMA if reason.startswith("Expected a `=`") else _BROKEN
    return Entry(name, key[1] if key else "", line, problem=problem)


def _kind(block: "Block") -> str:
    found = _KIND.match(block.raw or "")
    return found[1].lower() if found else ""


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
        end = len(text) if found < 0 else found
        return None if _NEXT_FIELD.search(text, start, end) else end
    depth = 0
    for mark in _MARK.finditer(text, start):
        depth += (mark.group() == "{") - (mark.group() == "}")
        is_quote = mark.group() == '"' and text[start] == '"' and mark.start() > start
        if depth == 0 and (is_quote or text[start] == "{"):
            return mark.end()
    return None
