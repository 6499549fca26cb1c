"""What is compared to tell whether two documents are one work: a document in, a small record out."""

from dataclasses import dataclass

from index.identifiers import Identifiers
from index.models import Document

ABSTRACT_CHARACTERS = 600
"""As much of an abstract as tells it from another."""
_ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """A document's bibliographic fields as its source writes them; what it lacks is None or empty.

    `abstract_start` is the beginning of its abstract, empty where it has none.
    """

    document_id: str
    identifiers: Identifiers
    title: str | None
    year: int | None
    first_author: str | None
    authors: tuple[str, ...]
    container: str | None
    volume: str | None
    pages: str | None
    publication_types: tuple[str, ...]
    abstract_start: str


def work_record(document: Document) -> WorkRecord:
    """The fields of `document` that are compared."""
    names = tuple(author.name for author in document.authors)
    return WorkRecord(
        document_id=document.document_id,
        identifiers=document.identifiers,
        title=document.title,
        year=document.year,
        first_author=names[0] if names else None,
        authors=names,
        container=document.container,
        volume=document.volume,
        pages=document.pages,
        publication_types=document.publication_types,
        abstract_start=_abstract_start(document),
    )


def _abstract_start(document: Document) -> str:
    """The abstract's parts in order, cut; only a section of that name is one."""
    pieces: list[str] = []
    length = 0
    for section in document.sections:
        if section.kind != "body" or not section.name.casefold().startswith(_ABSTRACT):
            continue
        end = min(section.end, section.start + ABSTRACT_CHARACTERS - length)
        pieces.append(document.text[section.start : end])
        length += end - section.start
        if length >= ABSTRACT_CHARACTERS:
            break
    return " ".join(pieces)
