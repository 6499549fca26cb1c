"""Fields that a curator adds to documents: `sources.yaml` in, documents with marked fields out.

A field is added only where the document itself gives none, and carries where it is from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError
from index.identifiers import Identifiers
from index.models import AddedField, Document

FILE_NAME = "sources.yaml"
_YEAR = re.compile(r"[0-9]{4}")
_FIELDS = ("title", "container", "year", "license", "url")


@dataclass(frozen=True, slots=True)
class CuratedSources:
    """Added fields by document id."""

    fields: dict[str, tuple[AddedField, ...]]

    def fields_for(self, document_id: str, identifiers: Identifiers) -> tuple[AddedField, ...]:
        """What a curator gave for a paper, under any id of it."""
        ids = dict.fromkeys(
            [document_id, *(f"{name}:{value}" for name, value in identifiers.items())]
        )
        return tuple(field for one in ids for field in self.fields.get(one, ()))


def add_fields(document: Document, fields: Iterable[AddedField]) -> Document:
    """`document` with those fields that it lacks, each marked as added."""
    added = tuple(field for field in fields if getattr(document, field.name) is None)
    values: dict[str, Any] = {
        field.name: int(field.value) if field.name == "year" else field.value for field in added
    }
    return replace(document, added=added, **values)


def read_curated_sources(folder: Path) -> CuratedSources:
    """What `sources.yaml` in `folder` adds; nothing where there is no such file.

    Raises:
        SettingsError: the file is not as documented in it; the message names the entry.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return CuratedSources(fields={})
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Mend or remove it.") from error
    if not isinstance(content, dict):
        raise SettingsError(f"{path} must map document ids to fields.", "Mend or remove it.")
    return CuratedSources(
        fields={
            str(document_id).lower().replace("pmcid:pmc", "pmcid:PMC"): tuple(
                _field(path, document_id, name, entry)
                for name, entry in _pairs(path, document_id, given)
            )
            for document_id, given in content.items()
        }
    )


def _pairs(path: Path, document_id: str, given: Any) -> list[tuple[str, Any]]:
    if not isinstance(given, dict):
        raise SettingsError(f"{path}, {document_id}: expected a mapping of fields.", "Mend it.")
    return sorted(((str(name), entry) for name, entry in given.items()), key=lambda pair: pair[0])


def _field(path: Path, document_id: str, name: str, entry: Any) -> AddedField:
    remedy = "Write each field as {value: …, source: …}."
    if name not in _FIELDS:
        raise SettingsError(f"{path}, {document_id}: {name!r} is not one of {_FIELDS}.", remedy)
    if not isinstance(entry, dict) or not entry.get("value") or not entry.get("source"):
        raise SettingsError(f"{path}, {document_id}, {name}: value or source missing.", remedy)
    if name == "year" and not _YEAR.fullmatch(str(entry["value"])):
        raise SettingsError(f"{path}, {document_id}: year {entry['value']!r} is no year.", remedy)
    return AddedField(name=name, value=str(entry["value"]), source=str(entry["source"]))
