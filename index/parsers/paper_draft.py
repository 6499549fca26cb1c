"""A paper field by field as its source gives it, and the one way in which its text is laid out.

The canonical text runs: title, where it appeared and by whom, identifiers, then what the paper
says, then what else is said of it. So a record from a reference manager and one from PubMed are
quoted alike.
"""

import hashlib
import re
from dataclasses import dataclass, field, replace

from index.errors import DocumentError
from index.models import Author, Document, Mention, PageStart, Related, SectionKind
from index.parsers.canonical_text import CanonicalText
from index.parsers.own_identifiers import own_identifiers
from index.parsers.source_file import SourceFile

_SPACES = re.compile(r"\s+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ABSTRACT = "Abstract"


@dataclass(slots=True)
class DraftSection:
    """A named stretch of text; paragraphs stand on lines of their own.

    `page_starts` are offsets into `text`. `listed` are papers that a listing names; their
    mentions are offsets into `text`.
    """

    name: str
    text: str
    kind: SectionKind = "body"
    page_starts: list[PageStart] = field(default_factory=list)
    listed: list[Related] = field(default_factory=list)


@dataclass(slots=True)
class PaperDraft:
    """What a parser found of one paper. `labelled` are (label, value) of its own identifiers."""

    title: str | None = None
    labelled: list[tuple[str, str]] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    container: str | None = None
    date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    languages: list[str] = field(default_factory=list)
    publication_types: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    mesh_terms: list[str] = field(default_factory=list)
    license: str | None = None
    url: str | None = None
    copyright: str | None = None
    sections: list[DraftSection] = field(default_factory=list)
    """What the paper says, in order; the abstract first."""

    def add_abstract(self, text: str | None, label: str | None = None) -> None:
        """Add the abstract, or a labelled part of it: its name is then `Abstract: Methods`."""
        name = f"{ABSTRACT}: {_as_heading(label)}" if label and label.strip() else ABSTRACT
        if text and text.strip():
            self.sections.append(DraftSection(name, text))

    def to_document(self, source: SourceFile) -> Document:
        """The document, with its canonical text.

        Without an identifier it is named by its own words, so that the same record has the same
        name in any file.

        Raises:
            DocumentError: it has neither title nor text, or an identifier has no valid form.
        """
        identifiers = own_identifiers(self.labelled)
        title = _line(self.title)
        canonical = CanonicalText()
        canonical.add_section("Title", title or "", kind="about")
        canonical.add_section("Citation", self._citation(), kind="about")
        names = "\n".join(f"{name.upper()}: {value}" for name, value in identifiers.items())
        canonical.add_section("Identifiers", names, kind="about")
        related, page_starts = list[Related](), list[PageStart]()
        for draft in self.sections:
            self._add(canonical, draft, related, page_starts)
        self._add_lists(canonical)
        if not title and not any(one.kind == "body" for one in canonical.sections):
            raise DocumentError("it has neither a title nor a text.", "Export it with both.")
        words = hashlib.sha256(canonical.text.encode()).hexdigest()
        return Document(
            document_id=identifiers.document_id or f"sha256:{words}",
            identifiers=identifiers,
            title=title,
            authors=tuple(self.authors),
            container=_line(self.container),
            year=int(self.date[:4]) if self.date else None,
            publication_types=_each_once(self.publication_types),
            keywords=_each_once(self.keywords),
            license=_line(self.license),
            url=_line(self.url),
            text=canonical.text,
            sections=tuple(canonical.sections),
            related=tuple(related),
            added=(),
            source_path=source.path,
            content_hash=source.content_hash,
            date=self.date,
            volume=_line(self.volume),
            issue=_line(self.issue),
            pages=_line(self.pages),
            languages=_each_once(self.languages),
            mesh_terms=_each_once(self.mesh_terms),
            page_starts=tuple(page_starts),
        )

    def _citation(self) -> str:
        """Where and when it appeared, and on a line of its own who wrote it."""
        volume = (_line(self.volume) or "") + (f"({_line(self.issue)})" if self.issue else "")
        place = ":".join(part for part in (volume, _line(self.pages)) if part)
        when = ";".join(part for part in (_written(self.date), place) if part)
        container = (_line(self.container) or "").rstrip(".")
        where = ". ".join(part for part in (container, when) if part)
        names = ", ".join(author.name for author in self.authors)
        return "\n".join(f"{line}." for line in (where, names) if line)

    def _add(
        self,
        canonical: CanonicalText,
        draft: DraftSection,
        related: list[Related],
        page_starts: list[PageStart],
    ) -> None:
        lead = len(draft.text) - len(draft.text.lstrip())
        section = canonical.add_section(draft.name, draft.text, kind=draft.kind, heading=draft.name)
        if section is None:
            return
        by, length = section.start - lead, section.end - section.start
        for page in draft.page_starts:
            page_starts.append(PageStart(page.label, max(section.start, page.start + by)))
        for paper in draft.listed:
            mentions = tuple(
                Mention(one.relation, one.start + by, min(one.end, length + lead) + by)
                for one in paper.mentions
            )
            related.append(replace(paper, mentions=mentions))

    def _add_lists(self, canonical: CanonicalText) -> None:
        for name, values in (
            ("Keywords", self.keywords),
            ("Publication types", self.publication_types),
            ("MeSH terms", self.mesh_terms),
        ):
            text = "; ".join(_each_once(values))
            canonical.add_section(name, text, kind="about", heading=name)
        canonical.add_section("Copyright", _line(self.copyright) or "", kind="about")


def iso_date(
    year: str | int | None, month: str | int | None = None, day: str | int | None = None
) -> str | None:
    """`2020`, `2020-05` or `2020-05-03`, as precise as what is given is valid; None without a year.

    A month is a number or an English name, of which three letters count.
    """
    match = re.search(r"(?<!\d)(1[5-9]|20|21)\d\d(?!\d)", str(year or ""))
    if not match:
        return None
    number = _month(str(month or "").strip())
    if number is None:
        return match.group()
    text = str(day or "").strip()
    has_day = text.isdecimal() and 1 <= int(text) <= 31
    return f"{match.group()}-{number:02}" + (f"-{int(text):02}" if has_day else "")


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    name = text[:3].capitalize()
    return _MONTHS.index(name) + 1 if name in _MONTHS else None


def _written(date: str | None) -> str:
    """`2020 May 3`, as PubMed writes a date."""
    if not date:
        return ""
    year, *rest = date.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    return " ".join([year, *month, *(str(int(day)) for day in rest[1:])])


def _line(text: str | None) -> str | None:
    return _SPACES.sub(" ", text).strip() or None if text else None


def _each_once(values: list[str]) -> tuple[str, ...]:
    lines = (_line(value) for value in values)
    return tuple(dict.fromkeys(line for line in lines if line))


def _as_heading(label: str) -> str:
    line = _line(label.rstrip(": ")) or ""
    return line.capitalize() if line.isupper() else line
