"""Which papers are exported: those of a stored answer, of a search or of the library, as records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.build_reader import Build
from index.errors import UnknownDocumentError
from index.filters import Filters
from index.identifiers import Identifiers
from index.models import Author, Document, Related
from index.publication_status import KnownNote, Standing, StatusNote
from rag.models import Search
from rag.reference_records import ReferenceRecord, completed, record_of
from rag.references import paper_id


def answer_records(answer: dict[str, Any], build: Build | None) -> tuple[ReferenceRecord, ...]:
    """The papers that a stored answer cites, with its numbers, each once.

    What the library says now wins over what was stored: a document by its id or a later one of it,
    else the entry of the page that listed the paper. Where neither is held any more, or `build` is
    None, the record is what was stored, which has no volume, issue and pages and does not tell
    family names apart. The standing is the present one; the stored one where the library knows of
    none. References that are one paper by now are one record, under the first number.
    """
    found: dict[str, ReferenceRecord] = {}
    for reference in answer["references"]:
        record = (_held(reference, build) if build else None) or _stored(reference)
        found.setdefault(record.document_id, record)
    return tuple(found.values())


def search_records(search: Search, build: Build, *, limit: int) -> tuple[ReferenceRecord, ...]:
    """The papers of the first `limit` passages, each once, best first."""
    return _numbered(dict.fromkeys(one.document_id for one in search.passages[:limit]), build)


def library_ids(build: Build, filters: Filters) -> list[str]:
    """Ids of the documents that the filters leave, in their order.

    Of sections, a document must have one that is asked for.
    """
    if not filters:
        return [one.document_id for one in build.members]
    scope = build.scope(filters)
    ids = [one.document_id for one in build.members if one.document_id in scope.documents]
    if not filters.sections:
        return ids
    return [one for one in ids if _has_section(build.document(one), scope.sections)]


def library_records(
    build: Build, ids: Sequence[str], *, first: int = 1
) -> tuple[ReferenceRecord, ...]:
    """The documents with those ids, in that order, numbered from `first` on."""
    return _numbered(ids, build, first=first)


def _numbered(ids: Iterable[str], build: Build, *, first: int = 1) -> tuple[ReferenceRecord, ...]:
    return tuple(
        record_of(paper, n=n, standing=build.standing(paper.document_id, paper.identifiers))
        for n, paper in enumerate(map(build.document, ids), start=first)
    )


def _has_section(document: Document, names: frozenset[str]) -> bool:
    return any(one.kind == "body" and one.name in names for one in document.sections)


def _held(reference: dict[str, Any], build: Build) -> ReferenceRecord | None:
    """The record of what the library holds of the paper; None where it holds nothing any more."""
    paper: Document | Related | None
    listed_in: str | None = None
    try:
        paper = build.document(reference["document_id"])
    except UnknownDocumentError:
        paper = _listed(reference, build) if reference["listed_in"] else None
        listed_in = reference["listed_in"]
    if paper is None:
        return None
    name = paper.document_id if isinstance(paper, Document) else paper_id(paper)
    now = build.standing(name, paper.identifiers)
    standing = _standing(reference) if now.status == "not_checked" else now
    return record_of(paper, n=reference["n"], standing=standing, listed_in=listed_in)


def _listed(reference: dict[str, Any], build: Build) -> Related | None:
    try:
        page = build.document(reference["listed_in"])
    except UnknownDocumentError:
        return None
    stored = _identifiers(reference)
    same = (
        one
        for one in page.related
        if paper_id(one) == reference["document_id"] or one.identifiers.shares_one_with(stored)
    )
    return next(same, None)


def _stored(reference: dict[str, Any]) -> ReferenceRecord:
    year = reference["year"]
    record = ReferenceRecord(
        n=reference["n"],
        document_id=reference["document_id"],
        identifiers=_identifiers(reference),
        title=reference["title"],
        authors=tuple(Author(name) for name in reference["authors"]),
        container=reference["container"],
        date=f"{year:04}" if year is not None else None,
        standing=_standing(reference),
        listed_in=reference["listed_in"],
        added=tuple(one["name"] for one in reference["added"]),
    )
    return completed(record)


def _identifiers(reference: dict[str, Any]) -> Identifiers:
    """Those that are stored; a chapter's NBK number is the id of its document, if anything."""
    kind, _, value = reference["document_id"].partition(":")
    return Identifiers(
        pmid=reference["pmid"],
        pmcid=reference["pmcid"],
        doi=reference["doi"],
        nbk=value if kind == "nbk" else None,
    )


def _standing(reference: dict[str, Any]) -> Standing:
    return Standing(
        status=reference["status"],
        notes=tuple(_notes(reference)),
        checked_at=reference["status_checked_at"],
    )


def _notes(reference: dict[str, Any]) -> Iterator[KnownNote]:
    for one in reference["status_notes"]:
        notice = Identifiers(pmid=one["pmid"], doi=one["doi"])
        note = StatusNote(one["kind"], notice, one["text"], one["date"])
        yield KnownNote(note, one["source"], one["checked_at"])
