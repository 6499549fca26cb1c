"""The reference list of a JATS article: its `ref` elements in, one listing of a line each out.

What is known of each paper comes from that entry alone: its title, people, year and the identifiers
that are tagged in it. An entry without a title keeps its line and names no paper.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from lxml import etree

from index.errors import DocumentError
from index.identifiers import Identifiers, normalise_doi, normalise_pmcid, normalise_pmid
from index.models import Author, Mention, Related
from index.parsers.back_matter import REFERENCES
from index.parsers.jats.front import XLINK
from index.parsers.jats.people import author_of, person_name
from index.parsers.jats.text import one_line
from index.parsers.paper_draft import DraftSection, iso_date
from index.parsers.xml_reading import Element, character_of, child_text, name_of, shifted, text_of

_CITATIONS = frozenset({"element-citation", "mixed-citation", "nlm-citation", "citation"})
_BOOKS = frozenset({"book", "thesis", "report"})
_PEOPLE = ("name", "string-name", "collab")
_TITLES = ("article-title", "chapter-title", "part-title", "data-title")
_IN_WORDS = frozenset(
    {"italic", "bold", "sc", "underline", "monospace", "roman", "named-content", "styled-content"}
    | {"ext-link", "uri", "email"}
)
_DATE_PARTS = ("year", "month", "day")
_PLACED = frozenset(
    {"label", "year", "month", "day", "volume", "issue", "fpage", "lpage", "elocation-id", "etal"}
    | {"person-group", "source", "pub-id", "object-id", *_PEOPLE, *_TITLES}
)
"""Children of an entry without punctuation that have a place of their own in its line."""
_RESOLVER = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\S+)", re.IGNORECASE)
_LABELLED = re.compile(r"(?:PMID|PMCID|doi)\s*:?\s*$", re.IGNORECASE)
_NAMES_OF_IDS = {"pmid": "PMID", "pmc": "PMCID", "pmcid": "PMCID", "doi": "DOI"}
_NORMALISE: dict[str, Callable[[str], str]] = {
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
    "doi": normalise_doi,
}


def references(article: Element) -> DraftSection | None:
    """The listing of all that the article cites; None where it lists nothing."""
    lines: list[str] = []
    listed: list[Related] = []
    position = 0
    for ref in _refs(article):
        start = position
        texts: list[str] = []
        for text, citation in _pieces(ref):
            if citation is not None:
                listed += _papers(citation, Mention("reference", start, start + len(text)))
            texts.append(text)
            start += len(text) + 1
        if texts:
            lines.append(" ".join(texts))
            position = start
    if not lines:
        return None
    return DraftSection(REFERENCES, "\n".join(lines), "listing", listed=listed)


def _refs(article: Element) -> Iterator[Element]:
    """Those of the paper itself, not of a review or translation that is bound in."""
    for part in ("body", "back", "floats-group"):
        for one in article.iterfind(f"{{*}}{part}"):
            yield from one.iter("{*}ref")


def _pieces(ref: Element) -> Iterator[tuple[str, Element | None]]:
    """What the entry says, part by part, each with the citation that it is where it is one."""
    label = text_of(ref.find("{*}label"))
    lead = f"{label}." if label.isdigit() else label
    for child in ref:
        name = name_of(child)
        citation: Element | None = None
        if name == "citation-alternatives":
            citation = next((one for one in child if name_of(one) in _CITATIONS), None)
        elif name in _CITATIONS:
            citation = child
        if citation is not None:
            text = _written(citation)
        else:
            text = one_line(child) if name and name != "label" else ""
        if text:
            yield f"{lead} {text}".strip(), citation
            lead = ""


def _written(citation: Element) -> str:
    """The citation on one line, as it is punctuated, else as PubMed would punctuate it."""
    tails = (child.tail or "" for child in citation)
    if (citation.text or "").strip() or any(tail.strip() for tail in tails):
        return _as_punctuated(citation)
    people = ", ".join(one.name for one in _people(citation))
    if next(citation.iter("{*}etal"), None) is not None:
        people = f"{people}, et al" if people else ""
    titles = [one_line(child) for child in citation if name_of(child) in (*_TITLES, "source")]
    date = " ".join(filter(None, (child_text(citation, f"{{*}}{n}") for n in _DATE_PARTS)))
    others = [_as_punctuated(child) for child in citation if name_of(child) not in _PLACED]
    ids = [_written_id(one) for one in citation if name_of(one) in ("pub-id", "object-id")]
    place = ";".join(filter(None, (date, _place(citation))))
    sentences = [people, *titles, place, ", ".join(filter(None, others)), "; ".join(ids)]
    return " ".join(_sentence(one) for one in sentences if one)


def _place(citation: Element) -> str:
    """`12(3):45-67`, or as much of it as is given."""
    volume, issue, first, last, number = (
        text_of(citation.find(f"{{*}}{name}"))
        for name in ("volume", "issue", "fpage", "lpage", "elocation-id")
    )
    pages = f"{first}-{last}" if last and last != first else first or number
    return ":".join(filter(None, (volume + (f"({issue})" if issue else ""), pages)))


def _sentence(text: str) -> str:
    return text if text[-1] in ".?!" else f"{text}."


def _as_punctuated(element: Element) -> str:
    """Its text; a blank parts what only markup tells apart."""
    parts: list[str] = [element.text or ""]
    _collect(element, parts)
    return " ".join("".join(parts).split())


def _collect(element: Element, parts: list[str]) -> None:
    for child in element:
        name = name_of(child)
        before = next((part[-1] for part in reversed(parts) if part), " ")
        if child.tag is etree.Entity:
            parts.append(character_of(child))
        elif name in ("sup", "sub"):
            parts.append(shifted(name, one_line(child), before))
        elif name in _IN_WORDS:
            parts.append(child.text or "")
            _collect(child, parts)
        elif name and name != "label" and (text := _tagged(child, parts)):
            is_apart = before.isspace() or before in "([“‘\"'/-–—" or text[0] in ",.;:)"
            parts.append(text if is_apart else f" {text}")
        parts.append(child.tail or "")


def _tagged(child: Element, parts: list[str]) -> str:
    name = name_of(child)
    if name in _PEOPLE:
        return person_name(child)
    if name in ("pub-id", "object-id"):
        said = "".join(parts[-3:])
        return text_of(child) if _LABELLED.search(said) else _written_id(child)
    if name == "person-group" and not any((one.tail or "").strip() for one in child):
        return ", ".join(person_name(one) for one in child if name_of(one) in _PEOPLE)
    return one_line(child) if name in _TITLES else _as_punctuated(child)


def _written_id(element: Element) -> str:
    name = _NAMES_OF_IDS.get((element.get("pub-id-type") or "").lower())
    value = text_of(element)
    return f"{name}: {value}" if name and value else value


def _papers(citation: Element, mention: Mention) -> Iterator[Related]:
    """The paper that is cited, where it has a title."""
    source = one_line(citation.find("{*}source"))
    title = next(
        (text for name in _TITLES if (text := one_line(citation.find(f"{{*}}{name}")))), ""
    )
    kind = citation.get("publication-type") or citation.get("citation-type") or ""
    if not title and kind.lower() in _BOOKS:
        title, source = source, ""
    if not title:
        return
    date = iso_date(*(child_text(citation, f"{{*}}{name}") for name in _DATE_PARTS))
    yield Related(
        identifiers=_identifiers(citation),
        title=title,
        authors=tuple(_people(citation)),
        container=source or None,
        date=date,
        year=int(date[:4]) if date else None,
        publication_types=(),
        mentions=(mention,),
    )


def _people(citation: Element) -> list[Author]:
    """Its authors; who is named after the title, or as an editor, is none."""
    found: list[Author | None] = []
    for child in citation:
        name = name_of(child)
        if name in _PEOPLE:
            found.append(author_of(child))
        elif name == "person-group":
            kind = (child.get("person-group-type") or "author").lower()
            if kind in ("author", "allauthors", "all-authors"):
                found += [author_of(one) for one in child if name_of(one) in _PEOPLE]
        elif name in (*_TITLES, "source"):
            break
    return [one for one in found if one]


def _identifiers(citation: Element) -> Identifiers:
    """What is tagged in the entry; of a kind that it gives two of, none."""
    found: dict[str, set[str]] = {}
    for one in citation.iter("{*}pub-id", "{*}object-id"):
        _note(found, (one.get("pub-id-type") or "").lower(), text_of(one))
    if "doi" not in found:
        for link in citation.iter("{*}ext-link"):
            address = link.get(XLINK) or ""
            if match := _RESOLVER.match(address):
                _note(found, "doi", unquote(match.group(1)))
            elif link.get("ext-link-type") == "doi":
                _note(found, "doi", address)
    single = {name: next(iter(values)) for name, values in found.items() if len(values) == 1}
    return Identifiers(**single)


def _note(found: dict[str, set[str]], kind: str, text: str) -> None:
    name = "pmcid" if kind == "pmc" else kind
    if name == "pmcid" and text[:1].isdigit():
        text = f"PMC{text}"
    if name in _NORMALISE and not re.search(r"[\s<>]", text.strip()):
        with suppress(DocumentError):
            found.setdefault(name, set()).add(_NORMALISE[name](text))
