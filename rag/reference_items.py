"""References as CSL-JSON: records in, items of CSL 1.0.2 out.

Source: https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV.
"""

import json
from collections.abc import Sequence
from typing import Any

from index.models import Author
from index.parsers.languages import two_letter_code
from rag.author_parts import person_name
from rag.reference_records import Kind, ReferenceRecord

_TYPES: dict[Kind, str] = {
    "article": "article-journal",
    "chapter": "chapter",
    "book": "book",
    "preprint": "article",
    "conference paper": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "dataset": "dataset",
    "unknown": "document",
}


def write_csl_json(records: Sequence[ReferenceRecord]) -> str:
    """A list of items, one for each record, in their order."""
    return json.dumps([csl_item(one) for one in records], indent=2, ensure_ascii=False) + "\n"


def csl_item(record: ReferenceRecord) -> dict[str, Any]:
    """The item; `status` is `retracted` where the paper is, and `note` says what it rests on."""
    ids = record.identifiers
    language = next(filter(None, map(two_letter_code, record.languages)), None)
    fields: dict[str, Any] = {
        "id": record.document_id,
        "type": _TYPES[record.kind],
        "genre": "preprint" if record.kind == "preprint" else None,
        "title": record.title,
        "author": [_name(one) for one in record.authors],
        "container-title": record.container,
        "publisher": record.publisher,
        "issued": {"date-parts": [record.date_parts()]} if record.date else None,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "language": language,
        "DOI": ids.doi,
        "PMID": ids.pmid,
        "PMCID": ids.pmcid,
        "ISBN": ids.isbn,
        "URL": record.url,
        "keyword": "; ".join(record.keywords),
        "status": "retracted" if record.is_retracted else None,
        "note": " ".join(record.remarks()),
    }
    return {name: value for name, value in fields.items() if value}


def _name(author: Author) -> dict[str, str]:
    person = person_name(author)
    if person is None:
        return {"literal": author.name}
    parts = {"family": person.family, "given": person.given, "suffix": person.suffix}
    return {name: value for name, value in parts.items() if value}
