"""References of an answer: drafts of sentences in, numbered citations and the cited papers out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from index.identifiers import Identifiers
from index.models import Document, Related
from index.publication_status import Standing
from rag.models import (
    AnswerSentence,
    Citation,
    Link,
    Reference,
    SentenceKind,
    Span,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before its references are numbered.

    `listed` is the paper that it describes, where the spans lie in a page that only lists it.
    """

    text: str
    kind: SentenceKind
    spans: tuple[Span, ...]
    support: float | None
    listed: Related | None = None
    dropped: str = ""
    expanded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """Numbered sentences and their references."""

    sentences: tuple[AnswerSentence, ...]
    references: tuple[Reference, ...]


def number_references(
    drafts: Sequence[Draft],
    *,
    document: Callable[[str], Document],
    standing: Callable[[str, Identifiers], Standing],
) -> Cited:
    """Number papers by first use, one reference a paper, with every span that cites it.

    Args:
        drafts: sentences in the order in which they are shown.
        document: the record's document by its id.
        standing: what is known of the standing of the paper with that id and these identifiers.
    """
    spans: dict[str, list[Span]] = {}
    papers: dict[str, tuple[Draft, Span]] = {}
    sentences: list[AnswerSentence] = []
    for draft in drafts:
        citations: list[Citation] = []
        for span in draft.spans:
            key = paper_id(draft.listed) if draft.listed else span.document_id
            papers.setdefault(key, (draft, span))
            spans.setdefault(key, [])
            if span not in spans[key]:
                spans[key].append(span)
            citations.append(Citation(n=list(papers).index(key) + 1, span=span))
        sentences.append(
            AnswerSentence(
                draft.text,
                draft.kind,
                tuple(citations),
                draft.support,
                draft.dropped,
                draft.expanded,
            )
        )
    references = [
        _reference(n, draft.listed, document(span.document_id), tuple(spans[key]), standing)
        for n, (key, (draft, span)) in enumerate(papers.items(), start=1)
    ]
    return Cited(tuple(sentences), tuple(references))


def paper_id(paper: Related) -> str:
    """The id of a listed paper; by its title where the page gives no identifier."""
    return paper.identifiers.document_id or f"title:{paper.title.lower()}"


def describes(reference: Reference, paper: Document | Related) -> bool:
    """True where what the reference says of its paper is what the record says."""
    name = paper.document_id if isinstance(paper, Document) else paper_id(paper)
    said = (reference.identifiers, reference.title, reference.authors)
    recorded = (paper.identifiers, paper.title, paper.authors)
    return (
        reference.document_id == name
        and said == recorded
        and (reference.container, reference.year) == (paper.container, paper.year)
    )


def links_of(identifiers: Identifiers) -> tuple[Link, ...]:
    """Where the paper can be read, by its own identifiers."""
    links: list[Link] = []
    if identifiers.pmid:
        links.append(Link("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{identifiers.pmid}/"))
    if identifiers.pmcid:
        url = f"https://pmc.ncbi.nlm.nih.gov/articles/{identifiers.pmcid}/"
        links.append(Link("PubMed Central", url))
    if identifiers.doi:
        links.append(Link("DOI", f"https://doi.org/{quote(identifiers.doi, safe='/:;()._-')}"))
    return tuple(links)


def _reference(
    n: int,
    listed: Related | None,
    document: Document,
    spans: tuple[Span, ...],
    standing: Callable[[str, Identifiers], Standing],
) -> Reference:
    paper: Document | Related = listed or document
    document_id = paper_id(listed) if listed else document.document_id
    return Reference(
        n=n,
        document_id=document_id,
        identifiers=paper.identifiers,
        title=paper.title,
        authors=paper.authors,
        container=paper.container,
        year=paper.year,
        standing=standing(document_id, paper.identifiers),
        links=links_of(paper.identifiers),
        listed_in=document.document_id if listed else None,
        added=() if listed else document.added,
        spans=spans,
    )
