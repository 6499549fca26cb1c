"""Markdown or text that begins with a YAML block: its fields, and the text as plain text is read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from index.errors import DocumentError
from index.models import Author
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft, iso_date
from index.parsers.plain_text import read_plain_text
from index.parsers.records import Format, Parsed, Record
from index.parsers.source_file import SourceFile

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MOST_CHARACTERS = 20_000
_ALIAS = re.compile(r"(?:^|[\s\[{,:-])[&*][\w-]+")


def _matches(source: SourceFile) -> bool:
    return _fields(source.head_text.replace("\r\n", "\n")) is not None


def _parse(source: SourceFile) -> Iterator[Record]:
    match = _BLOCK.match(source.text)
    fields = _fields(source.text)
    if match is None or fields is None:
        raise DocumentError("its front matter has no end.", "Close the block with a line of ---.")
    text = source.text[match.end() :]
    draft = PaperDraft(
        title=_text(fields, "title"),
        labelled=[
            (name, value)
            for name in ("pmid", "pmcid", "doi", "isbn", "nbk")
            if (value := _text(fields, name))
        ],
        authors=[Author(name) for name in _list(fields, "authors", "author")],
        date=_date(fields),
        languages=[
            code for one in _list(fields, "language", "lang") if (code := language_code(one))
        ],
        container=_text(
            fields, "journal", "container", "container-title", "booktitle", "publication"
        ),
        volume=_text(fields, "volume"),
        issue=_text(fields, "issue", "number"),
        pages=_text(fields, "pages", "page"),
        license=_text(fields, "license", "licence"),
        url=_text(fields, "url", "link"),
        keywords=_list(fields, "keywords", "tags"),
        publication_types=_list(fields, "publication_types", "publication-types", "type"),
    )
    if text.strip():
        body = read_plain_text(text, path=source.path, content_hash=source.content_hash)
        draft.title = draft.title or body.title
        draft.authors = draft.authors or list(body.authors)
        known = {label for label, _ in draft.labelled}
        draft.labelled += [pair for pair in body.identifiers.items() if pair[0] not in known]
        draft.sections = [
            DraftSection(one.name, body.text[one.start : one.end], one.kind)
            for one in body.sections
            if one.name not in ("Title", "Identifiers")
        ]
    document = draft.to_document(source)
    yield Parsed(replace(document, source_path=source.path))


def _fields(text: str) -> dict[str, Any] | None:
    """The mapping that the text begins with, keys in lower case; None where it is none."""
    match = _BLOCK.match(text)
    # An alias may stand for another that stands for many: a file of references needs none.
    if not match or len(match["yaml"]) > _MOST_CHARACTERS or _ALIAS.search(match["yaml"]):
        return None
    try:
        content = yaml.safe_load(match["yaml"])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    return {str(name).strip().lower(): value for name, value in content.items()}


def _text(fields: dict[str, Any], *names: str) -> str | None:
    """The first of those fields that holds one value."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value).strip() or None
    return None


def _list(fields: dict[str, Any], *names: str) -> list[str]:
    """The values of the first of those fields; a text is parted at semicolons, else at commas."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            mark = ";" if ";" in value else " and " if " and " in value else ","
            return [part.strip() for part in value.split(mark) if part.strip()]
        if isinstance(value, list):
            return [found for one in value if (found := _one(one))]
        if isinstance(value, dict) and (found := _one(value)):
            return [found]
    return []


def _one(value: Any) -> str | None:
    if isinstance(value, dict):
        parts = [value.get("name"), value.get("family"), value.get("given")]
        return " ".join(str(part) for part in parts if part) or None
    return str(value).strip() or None if isinstance(value, str | int) else None


def _date(fields: dict[str, Any]) -> str | None:
    value = fields.get("date") or fields.get("published")
    if isinstance(value, date):
        return iso_date(value.year, value.month, value.day)
    parts = re.findall(r"\d+", str(value or ""))
    if len(parts) == 3 and len(parts[0]) == 4:
        return iso_date(*parts)
    return iso_date(str(value or "")) or iso_date(_text(fields, "year"))


FRONT_MATTER = Format("Markdown with front matter", _matches, _parse)
