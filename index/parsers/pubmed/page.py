"""A PubMed abstract page saved as text: paper, keywords, notes and the papers that it lists.

Layout: the title, the identifiers as `- PMID: …`, the title again, then headed blocks. Headings
such as "Figures" or "LinkOut - more resources" are page furniture; what stands under them is left
out. A field that the page does not give stays None.
"""

import re
from collections.abc import Iterator

from index.errors import DocumentError
from index.models import Author, Document, SectionKind
from index.parsers.author_names import family_at_end
from index.parsers.canonical_text import CanonicalText
from index.parsers.own_identifiers import own_identifiers
from index.parsers.pubmed.listed_papers import add_listed_papers
from index.parsers.pubmed.status import Remark, status_report
from index.parsers.records import Format, Parsed, Record
from index.parsers.references.fields import is_group
from index.parsers.source_file import SourceFile
from index.publication_status import StatusReport

_IDENTIFIER_LINE = re.compile(r"^-?\s*(PMID|PMCID|DOI):\s*(\S+?)\.?\s*$", re.IGNORECASE)
_JOURNAL_LINE = re.compile(r"^(?P<container>[^.\d][^.]{1,90})\. (?P<year>(?:19|20)\d\d)\b[^.]*;")
_NAME = r"[A-ZÀ-Þ][^\W\d]*(?:['’.-][^\W\d]*)*(?: [A-ZÀ-Þ][^\W\d]*(?:['’.-][^\W\d]*)*)+[\s\d#*†‡§]*"
_AUTHOR_LINE = re.compile(rf"^{_NAME}(?:, {_NAME})*\.?$")
_KEYWORDS_LINE = re.compile(r"^Keywords?:\s*(.+)$", re.IGNORECASE)
_COPYRIGHT_LINE = re.compile(r"^(?:©|\(c\)|Copyright\b)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_ABSTRACT = "Abstract"
_REMARKS = {
    "Retraction in": "RetractionIn",
    "Retracted and republished in": "RetractedandRepublishedIn",
    "Partial retraction in": "PartialRetractionIn",
    "Expression of concern in": "ExpressionOfConcernIn",
    "Erratum in": "ErratumIn",
    "Corrected and republished in": "CorrectedandRepublishedIn",
    "Update in": "UpdateIn",
}
STATUS_SECTIONS = tuple(_REMARKS)
_TYPES = "Publication types"
_CONFLICTS = "Conflict of interest statement"
_KEPT = (_CONFLICTS, *STATUS_SECTIONS, _TYPES, "MeSH terms", "Substances")
_LISTS = ("Similar articles", "Cited by", "References")
_FURNITURE = (
    *("Affiliations", "Affiliation", "Figures", "Figure", "Comment in", "Comment on"),
    *("Retraction of", "Retracted and republished from", "Partial retraction of"),
    *("Expression of concern for", "Erratum for", "Corrected and republished from", "Update of"),
    *("Associated data", "Grants and funding", "Grant support"),
    *("Related information", "LinkOut - more resources", "Full Text Sources", "Medical"),
    *("Other Literature Sources", "Research Materials", "Molecular Biology Databases"),
    *("Miscellaneous", "Supplementary info", "Supplementary concepts", "Actions", "Share"),
    *("Page navigation", "Cite", "Full text links", "Permalink"),
)
_HEADINGS = {name.lower(): name for name in (_ABSTRACT, *_KEPT, *_LISTS, *_FURNITURE)}
_HEADER = "Header"


def _looks_like_page(source: SourceFile) -> bool:
    """True where the text has the page's own identifier lines and at least one of its headings."""
    lines = [line.strip() for line in source.head_text.splitlines()]
    has_pmid = any(
        (match := _IDENTIFIER_LINE.match(line)) and match.group(1).upper() == "PMID"
        for line in lines[:60]
    )
    headings = {"abstract", "similar articles", "cited by", "linkout - more resources"}
    return has_pmid and any(line.lower() in headings for line in lines)


def _parse(source: SourceFile) -> Iterator[Record]:
    blocks = _headed_blocks(source.text)
    yield Parsed(_document(source, blocks), _status(blocks))


def _document(source: SourceFile, blocks: dict[str, list[str]]) -> Document:
    """The paper that the page is about; raises DocumentError where it names no title or two."""
    header = blocks[_HEADER]
    labelled = [match.groups() for line in header if (match := _IDENTIFIER_LINE.match(line))]
    identifiers = own_identifiers([(label, value) for label, value in labelled])
    prose = list(dict.fromkeys(line for line in header if not _IDENTIFIER_LINE.match(line)))
    title = _title(header, prose)
    others = [line for line in prose if line != title]
    authors = next((_authors(line) for line in others if _is_author_line(line)), ())
    journal = next((match for line in others if (match := _JOURNAL_LINE.match(line))), None)

    canonical = CanonicalText()
    canonical.add_section("Title", title, kind="about")
    canonical.add_section("Citation", "\n".join(others), kind="about")
    names = "\n".join(f"{label.upper()}: {value}" for label, value in dict.fromkeys(labelled))
    canonical.add_section("Identifiers", names, kind="about")
    abstract, keywords, rights = _split_abstract(blocks.get(_ABSTRACT, []))
    canonical.add_section(_ABSTRACT, "\n".join(abstract), kind="body", heading=_ABSTRACT)
    canonical.add_section("Keywords", keywords, kind="about")
    canonical.add_section("Copyright", rights, kind="about")
    for name in _KEPT:
        kind: SectionKind = "body" if name == _CONFLICTS else "about"
        canonical.add_section(name, "\n".join(blocks.get(name, [])), kind=kind, heading=name)
    related = add_listed_papers(canonical, {name: blocks.get(name, []) for name in _LISTS})

    return Document(
        document_id=identifiers.document_id or f"sha256:{source.content_hash}",
        identifiers=identifiers,
        title=title,
        authors=authors,
        container=journal["container"] if journal else None,
        year=int(journal["year"]) if journal else _only_year(rights),
        publication_types=tuple(line.lstrip("- ") for line in blocks.get(_TYPES, [])),
        keywords=_keyword_list(keywords),
        license=None,
        url=None,
        text=canonical.text,
        sections=tuple(canonical.sections),
        related=related,
        added=(),
        source_path=source.path,
        content_hash=source.content_hash,
    )


def _status(blocks: dict[str, list[str]]) -> StatusReport | None:
    """What the page says of its paper's standing; a page that says nothing was not a check."""
    remarks = [
        Remark(kind, text)
        for heading, kind in _REMARKS.items()
        for text in _items(blocks.get(heading, []))
    ]
    types = [line.lstrip("- ") for line in blocks.get(_TYPES, [])]
    report = status_report("PubMed page", remarks, types, as_of=None)
    return report if report.notes else None


def _items(lines: list[str]) -> list[str]:
    """The items of a list, whose first lines begin with a hyphen."""
    items: list[str] = []
    for line in lines:
        if line.startswith("- ") or not items:
            items.append(line.removeprefix("- "))
        else:
            items[-1] += f" {line}"
    return items


def _headed_blocks(text: str) -> dict[str, list[str]]:
    """Non-blank lines by heading; a heading that comes twice collects both stretches."""
    blocks: dict[str, list[str]] = {_HEADER: []}
    heading = _HEADER
    for raw in text.split("\n"):
        line = raw.strip()
        named = _HEADINGS.get(line.lower())
        if named:
            heading = named
            blocks.setdefault(heading, [])
        elif line:
            blocks[heading].append(line)
    return blocks


def _title(header: list[str], prose: list[str]) -> str:
    """The line that stands twice in the header, else its first line of prose."""
    repeated = [line for line in prose if header.count(line) > 1]
    plain = [line for line in prose if not _JOURNAL_LINE.match(line)]
    candidates = repeated or [line for line in plain if not _is_author_line(line)] or plain
    if not candidates:
        raise DocumentError("it has a PMID but no title.", "Save the whole page again.")
    return candidates[0]


def _is_author_line(line: str) -> bool:
    """Names alone are not enough: "User Guide" has no comma and no footnote digit."""
    return bool(_AUTHOR_LINE.match(line)) and bool(re.search(r",|\d", line))


def _authors(line: str) -> tuple[Author, ...]:
    """The names of the line, given names first, as the page writes them."""
    names = (re.sub(r"[\s\d#*†‡§]+$", "", part) for part in line.rstrip(".").split(", "))
    return tuple(
        Author(name, family=None if is_group(name) else family_at_end(name))
        for name in names
        if name
    )


def _split_abstract(lines: list[str]) -> tuple[list[str], str, str]:
    """The abstract's own lines, the keywords line and the copyright line."""
    keywords = next((line for line in lines if _KEYWORDS_LINE.match(line)), "")
    rights = next((line for line in lines if _COPYRIGHT_LINE.match(line)), "")
    return [line for line in lines if line not in (keywords, rights)], keywords, rights


def _keyword_list(line: str) -> tuple[str, ...]:
    match = _KEYWORDS_LINE.match(line)
    if not match:
        return ()
    return tuple(word.strip() for word in match.group(1).rstrip(".").split(";") if word.strip())


def _only_year(text: str) -> int | None:
    years = _YEAR.findall(text)
    return int(years[0]) if len(years) == 1 else None


PUBMED_PAGE = Format("PubMed page saved as text", _looks_like_page, _parse)
