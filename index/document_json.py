"""Documents as the record keeps them: a `Document` to JSON text and back, nothing lost."""

import dataclasses
import hashlib
import json
from typing import Any

from index.identifiers import Identifiers
from index.models import AddedField, Author, Document, Mention, PageStart, Related, Section


def document_to_json(document: Document) -> str:
    """Canonical JSON of the document: sorted keys, no white space."""
    return json.dumps(
        dataclasses.asdict(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def document_from_json(text: str) -> Document:
    """The document that `document_to_json` wrote."""
    data: dict[str, Any] = json.loads(text)
    return Document(
        **data
        | {
            "identifiers": Identifiers(**data["identifiers"]),
            "authors": tuple(Author(**author) for author in data["authors"]),
            "publication_types": tuple(data["publication_types"]),
            "keywords": tuple(data["keywords"]),
            "sections": tuple(Section(**section) for section in data["sections"]),
            "related": tuple(_related(related) for related in data["related"]),
            "added": tuple(AddedField(**field) for field in data["added"]),
            "languages": tuple(data.get("languages", ())),
            "mesh_terms": tuple(data.get("mesh_terms", ())),
            "page_starts": tuple(PageStart(**page) for page in data.get("page_starts", ())),
        }
    )


def _related(data: dict[str, Any]) -> Related:
    return Related(
        **data
        | {
            "identifiers": Identifiers(**data["identifiers"]),
            "authors": tuple(Author(**author) for author in data["authors"]),
            "publication_types": tuple(data["publication_types"]),
            "mentions": tuple(Mention(**mention) for mention in data["mentions"]),
        }
    )


def content_hashes(document: Document) -> tuple[str, str]:
    """sha256 of the canonical text, and of all else that is said of the paper.

    Neither depends on the file that the document came from.
    """
    rest = dataclasses.asdict(document)
    for name in ("text", "source_path", "content_hash"):
        del rest[name]
    metadata = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _sha256(document.text), _sha256(metadata)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
