"""References as a numbered list in Vancouver style: records in, text out, one paper a line.

A CSL processor writes them by the style beside this file, after the samples of the ICMJE
(https://www.nlm.nih.gov/bsd/uniform_requirements.html), with the identifiers at the end as PubMed
cites. Each paper is given to it alone, so that the number of a paper is the one that it is cited by.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from rag.page_ranges import short_range
from rag.reference_items import csl_item
from rag.reference_records import ReferenceRecord

STYLE_FILE = Path(__file__).with_name("vancouver.csl")
_SHOWN = frozenset(
    {
        *("id", "type", "genre", "title", "author", "container-title", "publisher", "issued"),
        *("volume", "issue", "page", "DOI", "PMID", "PMCID", "status"),
    }
)
_ENDED_BY_A_POINT = {"title", "container-title"}
_NO_TITLE = "[Title not given]"
_processor = Lock()
"""The processor keeps what it is at in the tree of the style."""


def write_vancouver(records: Sequence[ReferenceRecord]) -> str:
    """The list, each line `n. reference`, with what is to be known of the paper after it."""
    return "".join(f"{one.n}. {_line(one)}\n" for one in records)


def _line(record: ReferenceRecord) -> str:
    item = {"title": _NO_TITLE} | csl_item(record)
    if record.pages:
        item["page"] = short_range(record.pages)
    return " ".join([formatted(item), *record.remarks()])


def formatted(item: dict[str, Any]) -> str:
    """One item of CSL-JSON as the style writes it, in plain text."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    shown = {name: value for name, value in item.items() if name in _SHOWN} | {"id": "1"}
    for name in _ENDED_BY_A_POINT & shown.keys():
        shown[name] = shown[name].rstrip(".")
    with _processor:
        bibliography = CitationStylesBibliography(_style(), CiteProcJSON([shown]), formatter.plain)
        bibliography.register(Citation([CitationItem("1")]))
        written = " ".join(str(bibliography.bibliography()[0]).split())
    for name in _ENDED_BY_A_POINT & shown.keys():
        if shown[name].endswith(("?", "!")):
            written = written.replace(f"{shown[name]}.", shown[name], 1)
    return written


@cache
def _style() -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(STYLE_FILE), locale="en-US", validate=False)
