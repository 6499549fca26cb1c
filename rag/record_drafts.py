"""Sentences that describe papers: a paper's record in, drafts with the quoted lines out."""

from collections.abc import Sequence

from index.models import Document, Related, Relation, Section
from rag.models import Span
from rag.references import Draft
from rag.retrieval import FoundRecord
from rag.verification import without_links

HEADINGS: dict[Relation, str] = {
    "similar": "Similar articles",
    "cited_by": "Cited by",
    "reference": "References",
}
_IDENTIFIER_FIELDS = ("pmid", "pmcid", "doi")
_SECTIONS = {
    "authors": ("Author", "Citation"),
    "affiliation": ("Author",),
    "container": ("Citation",),
    "year": ("Citation", "Copyright"),
    "title": ("Title",),
    "keywords": ("Keywords",),
    "rights": ("Copyright",),
    "any": ("Identifiers",),
}


def paper_name(paper: Document | Related) -> str:
    """The title in quotation marks, or that there is none."""
    return paper_title(paper.title)


def paper_title(title: str | None) -> str:
    """A title in quotation marks, without links and identifiers; or that there is none."""
    return f"“{without_links(title).rstrip('.')}”" if title else "a paper without a title"


def has_field(paper: Document | Related, field: str) -> bool:
    """True where the source, or its curator, gives that field."""
    if field in _IDENTIFIER_FIELDS:
        return getattr(paper.identifiers, field) is not None
    if field == "any":
        return bool(paper.identifiers.items())
    if field == "affiliation":
        return any(author.affiliation for author in paper.authors)
    if field == "rights":
        return isinstance(paper, Document) and bool(_sections(paper, ("Copyright",)))
    return bool(getattr(paper, field, None))


def field_drafts(record: FoundRecord, field: str) -> list[Draft]:
    """Drafts that show the field of the paper with the lines that say it.

    Where no line says it (a curator added it, or nobody gives it) the paper's record is shown.
    """
    if record.listed is not None:
        return [record_draft(record, with_authors=field == "authors")]
    document = record.document
    if field in _IDENTIFIER_FIELDS:
        value = getattr(document.identifiers, field)
        lines = _lines(document, _sections(document, ("Identifiers",)))
        spans = [span for span in lines if value and value.lower() in span.quote.lower()]
        if spans:
            return [_with_title(document, f"{field.upper()} {value}", spans[:1])]
        return [record_draft(record)]
    sections = _sections(document, _SECTIONS.get(field, ()))
    if not sections or not has_field(document, field):
        return [record_draft(record)]
    spans = [_section_span(document, section) for section in sections]
    said = "; ".join(", ".join(span.quote.split("\n")) for span in spans)
    return [_with_title(document, said, spans)]


def record_draft(
    record: FoundRecord, *, relation: Relation | None = None, with_authors: bool = False
) -> Draft:
    """One line on the paper, quoting its entry, or its title and identifiers."""
    text = describe(record.paper)
    if record.listed is None:
        document = record.document
        sections = _sections(document, ("Title", "Identifiers")) or document.sections[:1]
        spans = tuple(_section_span(document, section) for section in sections)
        return Draft(text, "record", spans, support=None)
    mentions = record.listed.mentions
    chosen = [mention for mention in mentions if relation in (None, mention.relation)] or list(
        mentions
    )
    if with_authors and record.listed.authors:
        name = record.listed.authors[0].name
        page = record.document.text
        chosen = [one for one in mentions if name in page[one.start : one.end]] or chosen
    place = chosen[0]
    span = Span(
        record.document.document_id,
        None,
        place.start,
        place.end,
        record.document.text[place.start : place.end],
    )
    return Draft(text, "record", (span,), support=None, listed=record.listed)


def describe(paper: Document | Related) -> str:
    """Authors, title, where and when it appeared, identifiers: what is known, in one line."""
    added = {field.name for field in paper.added} if isinstance(paper, Document) else set()
    when = (paper.date if isinstance(paper, Related) else None) or paper.year
    parts = [
        ", ".join(author.name for author in paper.authors),
        paper_name(paper),
        _marked(paper.container, "container" in added),
        _marked(when, "year" in added),
        *(f"{name.upper()} {value}" for name, value in paper.identifiers.items()),
        *paper.publication_types,
    ]
    return ". ".join(part for part in parts if part) + "."


def _marked(value: object, is_added: bool) -> str:
    return f"{value} (added)" if value and is_added else str(value or "")


def _with_title(document: Document, said: str, spans: Sequence[Span]) -> Draft:
    title = [_section_span(document, section) for section in _sections(document, ("Title",))]
    return Draft(f"{paper_name(document)}: {said.rstrip('.')}.", "record", (*title, *spans), None)


def _sections(document: Document, names: Sequence[str]) -> list[Section]:
    return [one for one in document.sections if one.kind == "about" and one.name in names]


def _section_span(document: Document, section: Section) -> Span:
    quote = document.text[section.start : section.end]
    return Span(document.document_id, None, section.start, section.end, quote)


def _lines(document: Document, sections: Sequence[Section]) -> list[Span]:
    spans: list[Span] = []
    for section in sections:
        start = section.start
        for line in document.text[section.start : section.end].split("\n"):
            spans.append(Span(document.document_id, None, start, start + len(line), line))
            start += len(line) + 1
    return spans
