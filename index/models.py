"""What the library holds: documents with their canonical text, related papers, chunks.

Every offset is a count of characters into `Document.text`, start included, end excluded.
"""

from dataclasses import dataclass
from typing import Literal

from index.identifiers import Identifiers

SectionKind = Literal["body", "about", "listing"]
"""body: what the paper says, the only evidence for a claim. about: what the source says of the
paper itself (title, identifiers, keywords, authors). listing: other papers that it lists."""

Relation = Literal["similar", "cited_by", "reference"]


@dataclass(frozen=True, slots=True)
class Author:
    """A person or a group as the source names them.

    `family` is the part of `name` that is the family name, at its beginning or its end, where the
    source tells it; None for a group, and where nothing tells it.
    """

    name: str
    affiliation: str | None = None
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A named stretch of the canonical text; its heading lies outside [start, end)."""

    name: str
    kind: SectionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a page lists another paper, and under which heading."""

    relation: Relation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Related:
    """A paper that a page lists; only this entry of it is known, never its text."""

    identifiers: Identifiers
    title: str
    authors: tuple[Author, ...]
    container: str | None
    date: str | None
    year: int | None
    publication_types: tuple[str, ...]
    mentions: tuple[Mention, ...]

    def relations(self) -> tuple[Relation, ...]:
        """The headings under which the page lists the paper, each once, in order."""
        return tuple(dict.fromkeys(mention.relation for mention in self.mentions))


@dataclass(frozen=True, slots=True)
class AddedField:
    """A field that the source does not give and a curator added, with where it is from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a printed page begins in the canonical text; `label` is the page's own number."""

    label: str
    start: int


@dataclass(frozen=True, slots=True)
class Document:
    """One paper or chapter. A field that the source does not give is None or empty."""

    document_id: str
    identifiers: Identifiers
    title: str | None
    authors: tuple[Author, ...]
    container: str | None
    year: int | None
    publication_types: tuple[str, ...]
    keywords: tuple[str, ...]
    license: str | None
    url: str | None
    text: str
    sections: tuple[Section, ...]
    related: tuple[Related, ...]
    added: tuple[AddedField, ...]
    source_path: str
    content_hash: str
    """sha256 of the file's bytes, in hexadecimal."""
    date: str | None = None
    """When it appeared, ISO 8601, as precise as the source: `2020`, `2020-05`, `2020-05-03`."""
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    """First and last page, or an article number, as the source writes it."""
    languages: tuple[str, ...] = ()
    """ISO 639-2 codes, as PubMed gives them: `eng`, `fre`."""
    mesh_terms: tuple[str, ...] = ()
    page_starts: tuple[PageStart, ...] = ()
    """Where its printed pages begin, in order; empty where the file has no pages."""

    def section_at(self, start: int) -> Section | None:
        """The section that the offset lies in, or None between sections."""
        return next((s for s in self.sections if s.start <= start < s.end), None)

    def page_at(self, start: int) -> str | None:
        """The label of the printed page that the offset lies on; None where there are no pages."""
        before = [page.label for page in self.page_starts if page.start <= start]
        return before[-1] if before else None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one section; `text` equals the document's text[start:end]."""

    chunk_id: str
    document_id: str
    section: str
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...]
    """Offsets of its sentences into the document's text, in order."""
