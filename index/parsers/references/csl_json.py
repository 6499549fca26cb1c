"""CSL-JSON, as Zotero, Mendeley and doi.org write it: a list of items, or single ones; papers out."""

from collections.abc import Iterator
from functools import partial

from index.errors import DocumentError
from index.models import Author
from index.parsers.json_reading import (
    ITEM,
    Json,
    Path,
    head_value,
    iter_values,
    maps_at,
    text_at,
    texts_at,
)
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.records import Format, Parsed, Record, Refused, attempt
from index.parsers.references.fields import (
    BOOK,
    CHAPTER,
    JOURNAL_ARTICLE,
    PREPRINT,
    authors_of,
    keywords_of,
    languages_of,
    link_of,
    pages_of,
    person,
    record_name,
    reference,
    types_of,
    written_date,
)
from index.parsers.references.identifiers import (
    Labelled,
    doi_field,
    doi_link,
    note_lines,
    only_isbn,
    pmcid_field,
    pmid_field,
)
from index.parsers.references.text import add_abstract, plain
from index.parsers.source_file import SourceFile

_KINDS = {
    "article-journal": JOURNAL_ARTICLE,
    "article-magazine": "Magazine Article",
    "article-newspaper": "Newspaper Article",
    "chapter": CHAPTER,
    "entry-encyclopedia": CHAPTER,
    "book": BOOK,
    "paper-conference": "Conference Paper",
    "thesis": "Thesis",
    "report": "Report",
    "dataset": "Dataset",
}
_TYPES = frozenset(_KINDS) | {
    *("article", "bill", "broadcast", "classic", "collection", "document", "entry", "event"),
    *("entry-dictionary", "figure", "graphic", "hearing", "interview", "legal_case", "legislation"),
    *("manuscript", "map", "motion_picture", "musical_score", "pamphlet", "patent", "performance"),
    *("periodical", "personal_communication", "post", "post-weblog", "regulation", "review"),
    *("review-book", "software", "song", "speech", "standard", "treaty", "webpage", "other"),
}
_OWN_KEYS = frozenset(
    {
        *("container-title", "issued", "DOI", "ISBN", "ISSN", "URL", "PMID", "PMCID", "accessed"),
        *("container-title-short", "collection-title", "publisher-place", "citation-key"),
        *("event-title", "page-first", "title-short", "citation-label", "number-of-pages"),
    }
)
"""Written so in CSL-JSON alone; other JSON with a `type` writes `doi` or `container_title`."""
_OF_OTHERS = frozenset({"display_name", "@context", "itemType", "attributes", "_source"})
_BOOK_KINDS = frozenset({BOOK, "Thesis", "Report"})


def _matches(source: SourceFile) -> bool:
    return _path(source) is not None


def _parse(source: SourceFile) -> Iterator[Record]:
    path = _path(source)
    if path is None:
        raise DocumentError("it holds no item of CSL-JSON.", "Export it again.")
    for number, item in enumerate(iter_values(source, path), start=1):
        name = record_name(number, key=text_at(item, "id") or "")
        if isinstance(item, dict):
            yield attempt(name, partial(_paper, item, source))
        else:
            yield Refused(name, "it is no item. Export it again.")


def _path(source: SourceFile) -> Path | None:
    """Where the items lie; None where the file is of another kind."""
    head = head_value(source)
    if isinstance(head, list):
        return (ITEM,) if _are_items(maps_at(head)) else None
    if not isinstance(head, dict):
        return None
    if _are_items([head]):
        return ()
    return ("items", ITEM) if _are_items(maps_at(head, "items")) else None


def _are_items(found: list[Json]) -> bool:
    if not found or not _OF_OTHERS.isdisjoint(found[0]):
        return False
    item = found[0]
    names = maps_at(item, "author") + maps_at(item, "editor")
    has_names = any("family" in name or "literal" in name for name in names)
    return (
        isinstance(item.get("type"), str)
        and item["type"] in _TYPES
        and (has_names or not _OWN_KEYS.isdisjoint(item))
    )


def _paper(item: Json, source: SourceFile) -> Parsed:
    kind = _KINDS.get(text_at(item, "type") or "")
    publisher = text_at(item, "publisher")
    container = plain(text_at(item, "container-title") or "")
    types = types_of(kind, texts_at(item, "genre"), container, publisher, text_at(item, "archive"))
    draft = PaperDraft(
        title=plain(text_at(item, "title") or ""),
        labelled=_identifiers(item, is_book=kind in (*_BOOK_KINDS, CHAPTER)),
        authors=[author for one in maps_at(item, "author") for author in _names(one)],
        container=None if kind in _BOOK_KINDS else container or _server(types, publisher),
        date=_date(item),
        volume=text_at(item, "volume"),
        issue=text_at(item, "issue"),
        pages=pages_of(text_at(item, "page") or text_at(item, "page-first")),
        languages=languages_of(texts_at(item, "language")),
        publication_types=types,
        keywords=keywords_of(texts_at(item, "keyword"), by_comma=True),
        license=text_at(item, "license"),
        url=link_of(texts_at(item, "URL")),
    )
    add_abstract(draft, text_at(item, "abstract"))
    return reference(draft, source)


def _identifiers(item: Json, *, is_book: bool) -> list[Labelled]:
    found = list[Labelled]()
    for name, read in (
        ("DOI", doi_field),
        ("URL", doi_link),
        ("PMID", pmid_field),
        ("PMCID", pmcid_field),
        ("note", note_lines),
    ):
        for text in texts_at(item, name):
            found += read(text)
    return found + (only_isbn(texts_at(item, "ISBN")) if is_book else [])


def _names(one: Json) -> list[Author]:
    """The name that the object spells out; particles stand before the family name."""
    family = [text_at(one, "dropping-particle"), text_at(one, "non-dropping-particle")]
    family.append(text_at(one, "family"))
    author = person(
        " ".join(part for part in family if part),
        text_at(one, "given") or "",
        text_at(one, "suffix") or "",
    )
    literal = text_at(one, "literal") or text_at(one, "name") or ""
    return [author] if author else authors_of(literal)


def _date(item: Json) -> str | None:
    """From the numbers of `issued`, or its words; of a span, the year in which it begins."""
    for issued in maps_at(item, "issued"):
        parts = issued.get("date-parts")
        days = [day for day in parts if isinstance(day, list)] if isinstance(parts, list) else []
        if days:
            year, month, day = [*map(str, days[0]), "", "", ""][:3]
            return iso_date(year, month, day) if len(days) == 1 else iso_date(year)
    return written_date(text_at(item, "issued", "raw") or text_at(item, "issued", "literal") or "")


def _server(types: list[str], publisher: str | None) -> str | None:
    return publisher if PREPRINT in types else None


CSL_JSON = Format("CSL-JSON", _matches, _parse)
