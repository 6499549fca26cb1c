"""JSON-LD of a web page: the one article that it describes, and what it says of it."""

import json
from collections.abc import Iterator
from typing import Any

from index.parsers.xml_reading import Element

_ARTICLE_TYPES = frozenset(
    {"ScholarlyArticle", "MedicalScholarlyArticle", "Article", "NewsArticle", "BlogPosting"}
    | {"Report", "TechArticle", "Chapter"}
)


def linked_article(root: Element) -> dict[str, Any]:
    """The one article that the page's JSON-LD describes; empty where there is none, or several."""
    found: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            try:
                data = json.loads(script.text or "")
            except (ValueError, RecursionError):
                continue
            found += _articles(data)
    return found[0] if len(found) == 1 else {}


def _articles(data: Any) -> Iterator[dict[str, Any]]:
    """Articles at the top of the data or in its graph, not those that one of them mentions."""
    nodes = data if isinstance(data, list) else [data]
    for node in nodes:
        if not isinstance(node, dict):
            continue
        if not _ARTICLE_TYPES.isdisjoint(texts_in(node.get("@type"))):
            yield node
            continue
        graph = node.get("@graph") or node.get("mainEntity")
        within = graph if isinstance(graph, list) else [graph]
        for one in within:
            if isinstance(one, dict) and not _ARTICLE_TYPES.isdisjoint(texts_in(one.get("@type"))):
                yield one


def linked_authors(article: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    given = article.get("author") or article.get("creator")
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str):
            yield one, []
        elif isinstance(one, dict):
            family, first = single_text(one.get("familyName")), single_text(one.get("givenName"))
            name = f"{family}, {first}" if family and first else single_text(one.get("name"))
            places = one.get("affiliation")
            listed = places if isinstance(places, list) else [places]
            names = [single_text(p.get("name") if isinstance(p, dict) else p) for p in listed]
            yield name or "", [place for place in names if place]


def linked_journal(article: dict[str, Any]) -> str | None:
    """The journal that it is part of, through issue and volume."""
    part: Any = article
    for _ in range(4):
        part = part.get("isPartOf") if isinstance(part, dict) else None
        part = part[0] if isinstance(part, list) and part else part
        if isinstance(part, dict) and "Periodical" in texts_in(part.get("@type")):
            return single_text(part.get("name"))
    return None


def single_text(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def texts_in(value: Any) -> list[str]:
    """The texts in a value of JSON-LD: it is one, lists some, or holds one as `value`."""
    if isinstance(value, list):
        return [text for one in value if not isinstance(one, list) for text in texts_in(one)]
    if isinstance(value, dict):
        value = value.get("value") or value.get("@value")
    return [text] if (text := single_text(value)) else []
