"""Who wrote it: the contributors of a JATS article in, authors with their affiliations out.

Editors, reviewers and translators are no authors; an affiliation is given only where the article
ties it to the person.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from index.models import Author
from index.parsers.xml_reading import Element, character_of, name_of, text_of

_NO_AFFILIATION = frozenset(
    {"label", "sup", "email", "xref", "institution-id", "ext-link", "uri", "fn", "phone", "fax"}
)
_MAIL = "\x01"
"""Stands for a mail address while the text around it is tidied; XML cannot hold it."""
_AROUND_MAIL = re.compile(rf"[;,]?\s*(?:e-?mails?:?\s*)?{_MAIL}(?:\s*\([^()]*\))?", re.IGNORECASE)


def authors_of(meta: Element) -> list[Author]:
    """The authors that `article-meta` names, in order."""
    places = {one.get("id", ""): text for one in meta.iter("{*}aff") if (text := _affiliation(one))}
    authors: list[Author] = []
    for group in meta.iterfind("{*}contrib-group"):
        shared = _shared_affiliation(group)
        is_of_authors = (group.get("content-type") or "author").lower().startswith("author")
        for one in group.iterfind("{*}contrib"):
            kind = (one.get("contrib-type") or ("author" if is_of_authors else "")).lower()
            author = _contributor(one)
            if kind in ("author", "collab") and author:
                own = "; ".join(dict.fromkeys(_affiliations(one, places)))
                authors.append(replace(author, affiliation=own or shared))
    return authors


def author_of(element: Element) -> Author | None:
    """The author whom a `name`, `string-name` or `collab` names; None where it is blank."""
    name = person_name(element)
    family = text_of(element.find("{*}surname"))
    return Author(name, family=family or None) if name else None


def person_name(element: Element) -> str:
    """A `name`, `string-name` or `collab` as one line, the family name first where it is told apart."""
    family = text_of(element.find("{*}surname"))
    if not family:
        return text_of(element, skip=("contrib-group", "xref", "fn", "institution-id"))
    rest = (text_of(element.find(f"{{*}}{name}")) for name in ("given-names", "suffix"))
    return " ".join(part for part in (family, *rest) if part)


def _contributor(contrib: Element) -> Author | None:
    for path in ("name", "string-name", "name-alternatives/{*}name", "collab"):
        found = contrib.find(f"{{*}}{path}")
        if found is not None and (author := author_of(found)):
            return author
    found = contrib.find("{*}name-alternatives/{*}string-name")
    if found is None:
        found = contrib.find("{*}collab-alternatives/{*}collab")
    return author_of(found) if found is not None else None


def _affiliations(contrib: Element, places: dict[str, str]) -> Iterator[str]:
    for link in contrib.iterfind("{*}xref"):
        for place in (link.get("rid") or "").split():
            if place in places:
                yield places[place]
    for inline in contrib.iterfind("{*}aff"):
        if text := _affiliation(inline):
            yield text


def _shared_affiliation(group: Element) -> str | None:
    """What stands once in the group, without a link from anyone, holds for all in it."""
    links = (link for one in group.iterfind("{*}contrib") for link in one.iterfind("{*}xref"))
    places = group.findall("{*}aff")
    if len(places) != 1 or any(link.get("ref-type") == "aff" for link in links):
        return None
    return _affiliation(places[0]) or None


def _affiliation(aff: Element) -> str:
    """Its text on one line, without its mark and without mail addresses."""
    parts: list[str] = [aff.text or ""]
    _collect(aff, parts)
    line = _AROUND_MAIL.sub("", " ".join("".join(parts).split()))
    line = re.sub(r"\s+([,;.])", r"\1", re.sub(r"([,;])(?:\s*[,;])+", r"\1", line))
    return line.strip(" ,;")


def _collect(element: Element, parts: list[str]) -> None:
    """Its parts; those that only markup tells apart are parted by commas."""
    for child in element:
        name = name_of(child)
        if child.tag is etree.Entity:
            parts.append(character_of(child))
        elif name == "email":
            parts.append(_MAIL)
        elif name and name not in _NO_AFFILIATION:
            written = "".join(parts).rstrip()
            inner = [child.text or ""]
            _collect(child, inner)
            if written and written[-1] not in ",;:(" and _is_apart(name) and "".join(inner).strip():
                parts.append(", ")
            parts += inner
        parts.append(child.tail or "")


def _is_apart(name: str) -> bool:
    return name in ("institution", "addr-line", "country", "city", "state", "institution-wrap")
