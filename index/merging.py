"""One paper read from several files becomes one document: those of its sources in, one out."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from index.models import Document, Related, Section
from index.parsers.pubmed.page import STATUS_SECTIONS

MERGING_VERSION = 2
"""Raise it when the same sources would give another document: papers are then made anew."""

_SHOWN_IN = {
    "Identifiers": ("identifiers",),
    "Author": ("authors",),
    "Citation": ("authors", "container", "year", "date", "volume", "issue", "pages"),
    "Copyright": ("year",),
    "Keywords": ("keywords",),
    "Publication types": ("publication_types",),
    "MeSH terms": ("mesh_terms",),
}
"""Sections that a field is quoted from: one that brings a field comes with the field."""

_WORDS = re.compile(r"\w+")


def merge_documents(documents: Sequence[Document]) -> Document:
    """The documents of one group, in the order of their keys, as one; a single one as it is.

    The text of the one with most body text stays as it is; of the others, what they say of the
    paper or list beside it is appended where it brings something new. Curated fields are added
    after merging, never before.
    """
    if len(documents) == 1:
        return documents[0]
    main = max(documents, key=_amount_of_text)
    merged = replace(main, added=())
    for other in documents:
        if other is not main:
            merged = _absorb(merged, other)
    return replace(merged, document_id=merged.identifiers.document_id or main.document_id)


def _amount_of_text(document: Document) -> tuple[int, int]:
    body = sum(one.end - one.start for one in document.sections if one.kind == "body")
    return body, len(document.text)


def _absorb(merged: Document, other: Document) -> Document:
    """`merged` with the fields, sections and listed papers that `other` adds to it."""
    united = replace(
        merged,
        identifiers=merged.identifiers.united_with(other.identifiers),
        title=merged.title or other.title,
        authors=merged.authors or other.authors,
        container=merged.container or other.container,
        year=merged.year or other.year,
        publication_types=_union(merged.publication_types, other.publication_types),
        keywords=_union(merged.keywords, other.keywords),
        url=merged.url or other.url,
        license=merged.license or other.license,
        date=merged.date or (other.date if _agree(merged.year, other.year) else None),
        volume=merged.volume or other.volume,
        issue=merged.issue or other.issue,
        pages=merged.pages or other.pages,
        languages=_union(merged.languages, other.languages),
        mesh_terms=_union(merged.mesh_terms, other.mesh_terms),
    )
    papers = _ListedPapers(merged.related)
    text, sections = merged.text, list(merged.sections)
    for section in other.sections:
        piece = other.text[section.start : section.end]
        heading = f"{section.name}\n"
        has_heading = section.name and other.text.endswith(heading, 0, section.start)
        gap = ("\n\n" if text else "") + (heading if has_heading else "")
        start = len(text) + len(gap)
        entries = _entries(section, other, by=start - section.start)
        is_news = _brings_fields(section, merged, united) or any(map(papers.lack, entries))
        if is_news and piece.strip():
            text += gap + piece
            sections.append(replace(section, start=start, end=start + len(piece)))
            for entry in entries:
                papers.add(entry)
    return replace(united, text=text, sections=tuple(sections), related=tuple(papers.papers))


def _agree(year: int | None, other: int | None) -> bool:
    return year is None or year == other


def _brings_fields(section: Section, merged: Document, united: Document) -> bool:
    """True where the section is of a new name, or is quoted for a field that it brings."""
    is_new = all(section.name != known.name for known in merged.sections)
    if section.kind == "body":
        return is_new and section.name in STATUS_SECTIONS
    fields = _SHOWN_IN.get(section.name, ())
    return is_new or any(getattr(merged, name) != getattr(united, name) for name in fields)


def _entries(section: Section, document: Document, *, by: int) -> list[Related]:
    """The papers that the section lists, one for each mention, which moves `by` characters."""
    return [
        replace(paper, mentions=(replace(one, start=one.start + by, end=one.end + by),))
        for paper in document.related
        for one in paper.mentions
        if section.kind != "body" and section.start <= one.start and one.end <= section.end
    ]


class _ListedPapers:
    """The papers that a document lists, each once."""

    def __init__(self, papers: Iterable[Related]) -> None:
        self.papers = list(papers)
        self._positions: dict[Hashable, int] = {}
        for position, paper in enumerate(self.papers):
            self._note(paper, position)

    def lack(self, entry: Related) -> bool:
        """True where the paper is not listed, or not under the entry's heading."""
        position = self._find(entry)
        known = () if position is None else self.papers[position].relations()
        return not set(entry.relations()) <= set(known)

    def add(self, entry: Related) -> None:
        """Join the entry to the paper that it names, or list a new one."""
        position = self._find(entry)
        if position is None:
            position = len(self.papers)
            self.papers.append(entry)
        else:
            self.papers[position] = _joined(self.papers[position], entry)
        self._note(self.papers[position], position)

    def _note(self, paper: Related, position: int) -> None:
        for key in _keys(paper):
            self._positions.setdefault(key, position)

    def _find(self, entry: Related) -> int | None:
        found = [self._positions[key] for key in _keys(entry) if key in self._positions]
        return next((one for one in found if _may_be_one(self.papers[one], entry)), None)


def _keys(paper: Related) -> list[Hashable]:
    """Its identifiers; and title, year and journal, for a title alone ("Editorial") names none."""
    title, container = (
        " ".join(_WORDS.findall(text.lower())) for text in (paper.title, paper.container or "")
    )
    whole = title and container and paper.year
    return [*paper.identifiers.items(), *([(title, paper.year, container)] if whole else [])]


def _may_be_one(one: Related, other: Related) -> bool:
    """False where two entries contradict each other: each is cited by what it says itself."""
    here, there = dict(one.identifiers.items()), dict(other.identifiers.items())
    agree = all(there.get(kind, value) == value for kind, value in here.items())
    return agree and bool(not here or not there or here.keys() & there.keys())


def _joined(known: Related, entry: Related) -> Related:
    dated = known if known.container or known.date or known.year else entry
    return replace(
        known,
        identifiers=known.identifiers.united_with(entry.identifiers),
        authors=known.authors or entry.authors,
        container=dated.container,
        date=dated.date,
        year=dated.year,
        publication_types=_union(known.publication_types, entry.publication_types),
        mentions=known.mentions + entry.mentions,
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Both in order, each word once, however it is capitalised."""
    words: dict[str, str] = {}
    for word in one + other:
        words.setdefault(word.casefold(), word)
    return tuple(words.values())
