"""A table of bibliographic records in which duplicates are labelled: a CSV file in, documents out."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from index.errors import DocumentError, SettingsError
from index.models import Author, Document
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.source_file import SourceFile

_ALIASES = {
    "record": ("record_id", "recordid", "id"),
    "group": ("duplicate_id", "duplicateid", "duplicate_group", "group_id", "group", "cluster_id"),
    "title": ("title", "primary_title"),
    "authors": ("author", "authors", "author_names"),
    "year": ("year", "publication_year"),
    "container": ("journal", "container", "secondary_title", "publication_title", "source_title"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages", "page"),
    "abstract": ("abstract",),
    "pmid": ("pmid", "pubmed_id"),
    "doi": ("doi",),
}
"""Names under which a table may have each field, in lower case with underscores."""
_NEEDED = ("group", "title")
_NO_VALUE = frozenset({"", "na", "nan", "null", "none"})
_LABELS = ("pmid", "doi")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""Stands in no line of column names: the file is no text."""
_LISTED = 300
"""Characters of a line of column names that an error shows."""
_REMEDY = "Give a CSV table with a line of column names and a row for each record."


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row as a document, and the label of the work that it is of."""

    record_id: str
    work: str
    document: Document


def read_labelled(path: Path, *, columns: Mapping[str, str] | None = None) -> list[LabelledRow]:
    """The rows of a CSV table with a label of the work that each is of.

    The label is a name that the rows of one work share, or the id of another row of it. A row that
    has none is a work of its own, one that is no document is left out.

    Args:
        path: the table, with a line of column names, in UTF-8.
        columns: field to column, for those whose column is not found by its name.

    Raises:
        SettingsError: the table cannot be read, has no column of titles or of labels, or no row
            that is a document.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.DictReader(file)
            table, header = list(reader), list(reader.fieldnames or ())
    except (OSError, csv.Error) as error:
        raise SettingsError(f"{path} cannot be read ({error}).", _REMEDY) from error
    if not header or _CONTROL.search("".join(header)):
        raise SettingsError(f"{path} begins with no line of column names.", _REMEDY)
    named = _columns(path, header, columns or {})
    fields = [{field: _value(row.get(column)) for field, column in named.items()} for row in table]
    ids = [one.get("record") or str(number) for number, one in enumerate(fields, start=1)]
    works = _works(ids, [one["group"] for one in fields])
    documents = (_document(name, one) for name, one in zip(ids, fields, strict=True))
    rows = [
        LabelledRow(name, work, document)
        for name, work, document in zip(ids, works, documents, strict=True)
        if document
    ]
    if not rows:
        raise SettingsError(f"{path} has no row with a title.", _REMEDY)
    return rows


def _columns(path: Path, header: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which column holds each field."""
    plain = {re.sub(r"\W+", "_", name.strip().lower()): name for name in reversed(header)}
    found = {
        field: next((plain[alias] for alias in aliases if alias in plain), None)
        for field, aliases in _ALIASES.items()
    }
    unknown = sorted(set(given) - set(_ALIASES)) + sorted(set(given.values()) - set(header))
    missing = [name for name in _NEEDED if not (found | dict(given))[name]]
    if unknown or missing:
        what = f"no field or column {unknown[0]!r}" if unknown else f"no column for {missing[0]!r}"
        raise SettingsError(
            f"{path} has {what}.",
            f"Say --column FIELD=COLUMN; fields: {', '.join(_ALIASES)};"
            f" columns: {shorten(', '.join(header), _LISTED, placeholder=' …')}.",
        )
    return {field: column for field, column in (found | dict(given)).items() if column}


def _value(text: str | None) -> str:
    plain = (text or "").strip()
    return "" if plain.lower() in _NO_VALUE else plain


def _works(ids: Sequence[str], marks: Sequence[str]) -> list[str]:
    """The work of each row. A mark that names a row joins it to that row's own work."""
    mark_of = dict(zip(ids, marks, strict=True))
    if any(mark_of.get(mark, mark) not in ("", mark) for mark in marks if mark):
        return [
            f"work {mark}" if mark else f"row {name}" for name, mark in zip(ids, marks, strict=True)
        ]
    return [mark or name for name, mark in zip(ids, marks, strict=True)]


def _document(record_id: str, fields: Mapping[str, str]) -> Document | None:
    draft = PaperDraft(
        title=fields["title"],
        labelled=[(label, fields[label]) for label in _LABELS if fields.get(label)],
        authors=[Author(name) for name in _names(fields.get("authors", ""))],
        container=fields.get("container"),
        date=iso_date(fields.get("year")),
        volume=fields.get("volume"),
        issue=fields.get("issue"),
        pages=fields.get("pages"),
    )
    draft.add_abstract(fields.get("abstract"))
    source = SourceFile.of_bytes(b"", path=record_id)
    for labels in (_LABELS, ("pmid",), ()):
        draft.labelled = [pair for pair in draft.labelled if pair[0] in labels]
        try:
            return draft.to_document(source)
        except DocumentError:
            continue
    return None


def _names(text: str) -> Iterator[str]:
    """Names parted by semicolons, line ends or `and`; by commas where each part is a whole name."""
    parts = re.split(r"\s*(?:;|\n|\s+and\s+|\s+&\s+)\s*", text)
    if len(parts) == 1 and all(" " in part.strip() for part in text.split(",")):
        parts = text.split(",")
    return (part.strip(" ,") for part in parts if part.strip(" ,"))
