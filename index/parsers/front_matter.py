"""Markdown or text that begins with a YAML block: its fields, and the text as plain text is read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import yaml

from index.errors import DocumentError
from index.models import Author
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft, iso_date
from index.parsers.plain_text import read_plain_text
from index.parsers.records import Format, Parsed, Record
from index.parsers.references.fields import is_group
from index.parsers.source_file import SourceFile

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MOST_CHARACTERS = 20_000
_KNOWN = frozenset(
    {
        *("title", "author", "authors", "date", "year", "doi", "pmid", "pmcid", "journal"),
        *("keywords", "tags", "abstract", "license", "container-title"),
    }
)
"""A block has one of these; other text between two rules is text."""


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
        authors=_authors(fields),
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
        publication_types=_list(fields, "publication_types", "publication-types"),
    )
    draft.add_abstract(_text(fields, "abstract"))
    if text.strip():
        body = read_plain_text(text, path=source.path, content_hash=source.content_hash)
        draft.title = draft.title or body.title
        draft.authors = draft.authors or list(body.authors)
        draft.labelled += body.identifiers.items()
        draft.sections += [
            DraftSection(one.name, body.text[one.start : one.end], one.kind)
            for one in body.sections
            if one.kind != "about" or one.name not in ("Title", "Identifiers")
        ]
    document = draft.to_document(source)
    yield Parsed(replace(document, source_path=source.path))


def _fields(text: str) -> dict[str, Any] | None:
    """The mapping that the text begins with, keys in lower case; None where it is none of a paper.

    Values stay as they are written: what YAML takes for a number may be a PMID or a volume.
    """
    match = _BLOCK.match(text)
    if not match or len(match["yaml"]) > _MOST_CHARACTERS:
        return None
    try:
        # An alias may stand for another that stands for many: no paper needs one, nor a tag.
        events = yaml.parse(match["yaml"], Loader=yaml.BaseLoader)
        if any(getattr(one, "anchor", None) or getattr(one, "tag", None) for one in events):
            return None
        content = yaml.load(match["yaml"], Loader=yaml.BaseLoader)  # noqa: S506 - text alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    fields = {str(name).strip().lower(): value for name, value in content.items()}
    return fields if len(fields) == len(content) and fields.keys() & _KNOWN else None


def _text(fields: dict[str, Any], *names: str) -> str | None:
    """The first of those fields that holds one value."""
    values = (fields.get(name) for name in names)
    return next((one.strip() for one in values if isinstance(one, str) and one.strip()), None)


def _list(fields: dict[str, Any], *names: str, marks: Sequence[str] = (";", ",")) -> list[str]:
    """The values of the first of those fields; a text is parted at the first mark that it has."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            mark = next((one for one in marks if one in value), "\n")
            return [part.strip() for part in value.split(mark) if part.strip()]
        if isinstance(value, list):
            return [found for one in value if (found := _one(one))]
        if isinstance(value, dict) and (found := _one(value)):
            return [found]
    return []


def _one(value: Any) -> str | None:
    if isinstance(value, dict):
        if isinstance(name := value.get("name"), str) and name:
            return name
        parts = [value.get("family"), value.get("given")]
        return ", ".join(part for part in parts if isinstance(part, str) and part) or None
    return value.strip() or None if isinstance(value, str) else None


def _authors(fields: dict[str, Any]) -> list[Author]:
    """Names; "Smith, John" is one, "Miller A, Smith J" are two."""
    value = fields.get("authors") or fields.get("author")
    is_one = (
        isinstance(value, str) and value.count(",") == 1 and " " not in value.split(",")[0].strip()
    )
    marks = (";", " and ") if is_one else (";", " and ", ",")
    return [_author(one) for one in _list(fields, "authors", "author", marks=marks)]


def _author(written: str) -> Author:
    family, *rest = (" ".join(part.split()) for part in written.split(","))
    name = " ".join([family, *filter(None, rest)])
    is_parted = family and any(rest) and not is_group(written)
    return Author(name.strip(), family=family if is_parted else None)


def _date(fields: dict[str, Any]) -> str | None:
    value = _text(fields, "date", "published") or ""
    match = re.match(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:$|[T ])", value)
    return (
        iso_date(*match.groups()) if match else iso_date(value) or iso_date(_text(fields, "year"))
    )


FRONT_MATTER = Format("Markdown with front matter", _matches, _parse)
