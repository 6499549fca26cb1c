"""One parser for each kind of file; the kind is told from the content."""

from collections.abc import Iterator
from pathlib import Path

from index.errors import DocumentError
from index.parsers.docx import DOCX
from index.parsers.front_matter import FRONT_MATTER
from index.parsers.jats.article import JATS
from index.parsers.pdf.document import PDF
from index.parsers.plain_text import PLAIN_TEXT
from index.parsers.pubmed.medline import MEDLINE
from index.parsers.pubmed.page import PUBMED_PAGE
from index.parsers.pubmed.record_xml import PUBMED_XML
from index.parsers.records import Format, Parsed, Record, Refused
from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.crossref_json import CROSSREF_JSON
from index.parsers.references.csl_json import CSL_JSON
from index.parsers.references.endnote_xml import ENDNOTE_XML
from index.parsers.references.europepmc_json import EUROPE_PMC_JSON
from index.parsers.references.ris import RIS
from index.parsers.references.tagged import ENDNOTE_TAGS, WEB_OF_SCIENCE
from index.parsers.source_file import SourceFile
from index.parsers.web.page import HTML_PAGE

FORMATS: tuple[Format, ...] = (
    PUBMED_PAGE,
    PUBMED_XML,
    JATS,
    ENDNOTE_XML,
    HTML_PAGE,
    EUROPE_PMC_JSON,
    CROSSREF_JSON,
    CSL_JSON,
    MEDLINE,
    RIS,
    BIBTEX,
    WEB_OF_SCIENCE,
    ENDNOTE_TAGS,
    PDF,
    DOCX,
    FRONT_MATTER,
    PLAIN_TEXT,
)
"""Asked in this order whether a file is theirs; plain text comes last and takes any text."""

PARSERS_VERSION = 6
"""Raise it when a parser gives another document for the same file: files are then read anew."""

_SUFFIXES = frozenset(
    {
        *(".txt", ".text", ".md", ".markdown", ".nbib", ".medline", ".xml", ".nxml", ".ris"),
        *(".bib", ".bibtex", ".ciw", ".isi", ".enw", ".json", ".jsonl", ".ndjson", ".pdf", ".docx"),
        *(".html", ".htm", ".xhtml"),
    }
)
"""A file of another name is read only where its content is of a kind that is known, text apart."""


def read_records(source: SourceFile) -> Iterator[Record]:
    """The records of the file, in order; at least one.

    Where a file breaks off, the records before that are given, and what follows is refused.

    Raises:
        DocumentError: nothing in it can be read.
    """
    parsed = 0
    refused: list[Refused] = []
    try:
        for record in format_of(source).parse(source):
            if isinstance(record, Refused) and not parsed:
                refused.append(record)
                continue
            yield from refused
            refused.clear()
            parsed += isinstance(record, Parsed)
            yield record
    except DocumentError as error:
        if not parsed:
            raise
        yield Refused(f"what follows record {parsed}", str(error))
        return
    if refused:
        first = refused[0]
        others = f" So it is with all {len(refused)} records." if refused[1:] else ""
        raise DocumentError(f"{first.where}: {first.reason}{others}")
    if not parsed:
        raise DocumentError("it holds no record.", "Export it again.")


def format_of(source: SourceFile) -> Format:
    """The kind of the file; raises DocumentError where no parser knows it."""
    if not source.head.strip():
        raise DocumentError("it is empty.", "Remove it, or put the text in.")
    if source.suffix == ".pdf" and not PDF.matches(source):
        raise DocumentError(
            "it is no PDF, whatever its name says: %PDF- does not stand at its beginning.",
            "Fetch or save it again, or name it after what it is.",
        )
    for one in FORMATS:
        if one.matches(source):
            return one
    raise DocumentError(
        "it is of no kind that can be read.",
        f"These are: {', '.join(one.name for one in FORMATS)}.",
    )


def is_readable(file: Path) -> bool:
    """True where the name says so, or the content is of a kind that is known and no mere text."""
    source = SourceFile(file.name, "", lambda: file.open("rb"), max_unpacked_bytes=1_000_000)
    if source.suffix in _SUFFIXES:
        return True
    try:
        return format_of(source) is not PLAIN_TEXT
    except DocumentError:
        return False
