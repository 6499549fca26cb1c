"""A list of PMIDs and DOIs: text in, the identifiers out, or every line that holds none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from index.fetch.errors import FetchError
from index.identifiers import PMID

_LABEL = re.compile(r"(?:pmid|doi)\s*:\s*", re.IGNORECASE)
_RESOLVER = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_PUBMED_PAGE = re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/([0-9]+)/?", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"]+")
"""A whole DOI, as a user gives it; old ones hold `<`, `>` and `;`, which those in texts cannot."""
_MEANT_AS_ONE = re.compile(r"(?:pmid|doi)\s*:.*|10\.[0-9]+/.*|https?://.*|[0-9]+", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_MOST_FAULTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AskedPapers:
    """Papers by name, in the order given, each once."""

    pmids: tuple[str, ...]
    dois: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pmids) + len(self.dois)


def as_pmid(text: str) -> str | None:
    """The PMID that `text` is, with or without label or address; else None."""
    page = _PUBMED_PAGE.fullmatch(text.strip())
    number = page.group(1) if page else _LABEL.sub("", text.strip(), count=1)
    return number if PMID.fullmatch(number) else None


def as_doi(text: str) -> str | None:
    """The DOI that `text` is, with or without label or resolver, in lower case; else None."""
    name = _LABEL.sub("", text.strip(), count=1)
    if resolver := _RESOLVER.match(name):
        name = unquote(name[resolver.end() :])
    name = name.lower()
    return name if _DOI.fullmatch(name) else None


def is_identifier(text: str) -> bool:
    """Whether it is a PMID or a DOI."""
    return as_pmid(text) is not None or as_doi(text) is not None


def is_meant_as_identifier(text: str) -> bool:
    """Whether it is one, or has the form of one but a fault in it: no query looks like that."""
    return is_identifier(text) or _MEANT_AS_ONE.fullmatch(text.strip()) is not None


def read_identifiers(lines: Iterable[str], *, source: str, unit: str = "line") -> AskedPapers:
    """The identifiers on these lines, one or several on each, parted by blanks or commas.

    A `#` at the start of a line or after a blank begins a comment.

    Args:
        lines: as they stand in the list.
        source: what a message calls the list.
        unit: what it calls a line.

    Raises:
        FetchError: a line holds something else, or none holds any; it names the lines.
    """
    pmids: dict[str, None] = {}
    dois: dict[str, None] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        others = []
        for name in _names_in(line):
            if pmid := as_pmid(name):
                pmids[pmid] = None
            elif doi := as_doi(name):
                dois[doi] = None
            else:
                others.append(name)
        if others:
            faults.append(f"{unit} {number}: {others[0][:80]!r}")
    if faults:
        more = len(faults) - _MOST_FAULTS_SHOWN
        shown = "; ".join(faults[:_MOST_FAULTS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        raise FetchError(
            f"In {source} stands what is neither a PMID nor a DOI: {shown}.",
            f"Correct or remove each such {unit}; nothing was asked or fetched.",
        )
    if not pmids and not dois:
        raise FetchError(f"{source} holds no PMID and no DOI.", "Give one on each line.")
    return AskedPapers(tuple(pmids), tuple(dois))


def _names_in(line: str) -> Iterator[str]:
    """What stands on a line without its comment, each with its label."""
    text = _COMMENT.sub("", line).replace("\ufeff", "")
    for token in _LABEL.sub(lambda label: "".join(label.group().split()), text).split():
        names = [token.rstrip(",")] if "/" in token else token.split(",")
        yield from filter(None, names)
