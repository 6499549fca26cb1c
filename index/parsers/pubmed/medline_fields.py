"""Lines of a MEDLINE file in, its records as tagged fields out.

A field is a tag of up to four letters in five columns (`TI  - `); what is indented goes on with the
field above it. A record begins after a blank line, with `PMID-`, or with `PMC -` where its records
begin so. What cannot be told apart is marked, so that no two records are ever mixed.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.errors import DocumentError
from index.parsers.source_file import SourceFile

TAG = re.compile(r"(?=.{4}-)([A-Z][A-Z0-9]{1,3}) *-(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
_ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ONCE = ("TI", "JT", "TA", "DP", "AB", "SO", "STAT")


@dataclass(slots=True)
class TaggedRecord:
    """Fields in the order of the file; `problem` says why they may not be one record's."""

    line: int
    """Where it begins; the first line of the file is 1."""
    fields: list[tuple[str, str]]
    problem: str | None

    def all(self, tag: str) -> list[str]:
        """The values of all fields of that tag that are not blank."""
        return [value for name, value in self.fields if name == tag and value]

    def first(self, tag: str) -> str | None:
        """The first value of that tag, None where there is none."""
        return next((value for name, value in self.fields if name == tag and value), None)


def tagged_records(source: SourceFile) -> Iterator[TaggedRecord]:
    """The records one by one.

    Raises:
        DocumentError: the file is binary, or not in UTF-8 or marked UTF-16.
    """
    draft = _Draft(1)
    is_after_blank = False
    for number, line in enumerate(_lines(source), start=1):
        if not line.strip():
            is_after_blank = True
            continue
        if line[0] in " \t" and draft.tags:
            draft.values[-1].append(("\n" if is_after_blank else " ") + " ".join(line.split()))
            is_after_blank = False
            continue
        match = TAG.match(line)
        if is_after_blank or (match and draft.ends_before(match.group(1))):
            yield from draft.finished()
            draft = _Draft(number)
            is_after_blank = False
        if match:
            draft.tags.append(match.group(1))
            draft.values.append([" ".join(match.group(2).split())])
        else:
            draft.problem = f"line {number} is no field and is not indented"
    yield from draft.finished()


@dataclass(slots=True)
class _Draft:
    """A record as far as it was read; a value is a list of what stands on its lines."""

    line: int
    tags: list[str] = field(default_factory=list)
    values: list[list[str]] = field(default_factory=list)
    problem: str | None = None

    def ends_before(self, tag: str) -> bool:
        """True where the field begins another record; where that is unclear, this one is marked."""
        if tag == "PMC":
            return self.tags[:1] == ["PMC"]
        if tag != "PMID" or self.tags in ([], ["PMC"]):
            return False
        if self.tags[0] not in ("PMID", "PMC"):
            self.problem = "its PMID is not its first field"
        elif self.tags[-1] == "PMC":
            self.problem = "it is unclear whether its PMCID is its own or that of the next record"
        return True

    def finished(self) -> Iterator[TaggedRecord]:
        if not self.tags and not self.problem:
            return
        twice = next((tag for tag in _ONCE if self.tags.count(tag) > 1), None)
        if twice:
            self.problem = f"the field {twice} comes twice in it"
        values = ("".join(parts).strip() for parts in self.values)
        yield TaggedRecord(self.line, list(zip(self.tags, values, strict=True)), self.problem)


def _lines(source: SourceFile) -> Iterator[str]:
    """Lines without their ends, whichever those are; control characters are blanks."""
    encoding = next(
        (name for mark, name in _ENCODINGS if source.head.startswith(mark)), "utf-8-sig"
    )
    newline = "\n" if b"\n" in source.head else "\r"
    with source.open() as file, io.TextIOWrapper(file, encoding, newline=newline) as text:
        try:
            for line in text:
                if "\x00" in line:
                    raise DocumentError(
                        "it is binary, not text.", "Save it as plain text in UTF-8."
                    )
                yield _CONTROL.sub(" ", line.rstrip("\r\n"))
        except UnicodeDecodeError as error:
            raise DocumentError(
                f"it is not UTF-8 ({error.reason}).",
                "Convert it, for example with: iconv -f LATIN1 -t UTF-8.",
            ) from error


def looks_tagged(lines: Iterable[str]) -> bool:
    """True where fields are all that stands above the first `PMID-` or `PMC -` with a number."""
    for line in lines:
        if not line.strip() or line[0] in " \t":
            continue
        match = TAG.match(line)
        if not match or match.group(1) == "TY":
            return False
        if match.group(1) in ("PMID", "PMC"):
            return re.match(r"\s*(?:PMC)?\d", match.group(2)) is not None
    return False
