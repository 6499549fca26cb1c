"""Replay records as they are stored: a `ReplayRecord` to JSON text and back, nothing lost."""

import dataclasses
import json
from typing import Any

from index.document_json import document_from_json
from index.errors import LibraryError
from index.identifiers import Identifiers
from index.publication_status import KnownNote, Standing, StatusNote
from rag.evidence import EvidenceSentence
from rag.models import Notice, Span
from rag.references import Draft
from rag.replay_record import ReplayRecord, StoredDocument, stored_document
from rag.stored_texts import Excerpt

VERSION = 1


def record_to_json(record: ReplayRecord) -> str:
    """The record, texts as excerpts alone: quotes are found in them by their offsets."""
    related = [listed for one in record.documents for listed in one.document.related]
    data = {
        "version": VERSION,
        "rules": record.rules,
        "status": record.status,
        "from_evidence": record.from_evidence,
        "max_sentences": record.max_sentences,
        "drafts": [
            _draft(one) | {"listed": None if one.listed is None else related.index(one.listed)}
            for one in record.drafts
        ],
        "evidence": [_evidence(one) for one in record.evidence],
        "documents": [_document(one) for one in record.documents],
        "standings": {
            name: dataclasses.asdict(standing) for name, standing in record.standings.items()
        },
        "retrieved": sorted(record.retrieved),
        "notices_before": [dataclasses.asdict(one) for one in record.notices_before],
        "notices_after": [dataclasses.asdict(one) for one in record.notices_after],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def record_from_json(text: str) -> ReplayRecord:
    """The record that `record_to_json` wrote.

    Raises:
        LibraryError: another version wrote it, or it is not what was written.
    """
    try:
        data = json.loads(text)
        version = data["version"]
        if version == VERSION:
            return _record(data)
    except (ValueError, TypeError, LookupError) as error:
        raise LibraryError(
            "What was kept to compose the answer again is not what was written.",
            "Restore the history from a backup: alsqa restore.",
        ) from error
    raise LibraryError(
        f"What was kept to compose the answer again is of version {version!r}, this alsqa reads "
        f"version {VERSION}.",
        "Use the alsqa that stored the answer.",
    )


def _record(data: dict[str, Any]) -> ReplayRecord:
    documents = tuple(_to_document(one) for one in data["documents"])
    texts = {one.document.document_id: one.document.text for one in documents}
    related = [listed for one in documents for listed in one.document.related]
    return ReplayRecord(
        rules=data["rules"],
        status=data["status"],
        from_evidence=data["from_evidence"],
        max_sentences=data["max_sentences"],
        drafts=tuple(
            Draft(
                text=one["text"],
                kind=one["kind"],
                spans=tuple(_to_span(span, texts) for span in one["spans"]),
                support=one["support"],
                listed=None if one["listed"] is None else related[one["listed"]],
                dropped=one["dropped"],
                expanded=tuple(one["expanded"]),
            )
            for one in data["drafts"]
        ),
        evidence=tuple(_to_evidence(one, texts) for one in data["evidence"]),
        documents=documents,
        standings={name: _to_standing(one) for name, one in data["standings"].items()},
        retrieved=frozenset(data["retrieved"]),
        notices_before=tuple(Notice(**one) for one in data["notices_before"]),
        notices_after=tuple(Notice(**one) for one in data["notices_after"]),
    )


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "kind": draft.kind,
        "spans": [[one.document_id, one.chunk_id, one.start, one.end] for one in draft.spans],
        "support": draft.support,
        "dropped": draft.dropped,
        "expanded": draft.expanded,
    }


def _to_span(data: list[Any], texts: dict[str, str]) -> Span:
    document_id, chunk_id, start, end = data
    return Span(document_id, chunk_id, start, end, texts[document_id][start:end])


def _evidence(sentence: EvidenceSentence) -> dict[str, Any]:
    return {
        "chunk": sentence.chunk_id,
        "document": sentence.document_id,
        "section": sentence.section,
        "place": [sentence.start, sentence.end],
        "similarity": sentence.similarity,
        "coverage": sentence.coverage,
        "answers": sentence.answers,
        "defines": sentence.defines,
        "leans_on": sentence.leans_on,
        "probability": sentence.probability,
    }


def _to_evidence(data: dict[str, Any], texts: dict[str, str]) -> EvidenceSentence:
    start, end = data["place"]
    leans_on = data["leans_on"]
    return EvidenceSentence(
        chunk_id=data["chunk"],
        document_id=data["document"],
        section=data["section"],
        start=start,
        end=end,
        text=texts[data["document"]][start:end],
        similarity=data["similarity"],
        coverage=data["coverage"],
        missing=(),
        fits_answer_type=data["answers"],
        defines=data["defines"],
        leans_on=(leans_on[0], leans_on[1]) if leans_on else None,
        probability=data["probability"],
    )


def _document(stored: StoredDocument) -> dict[str, Any]:
    described = dataclasses.asdict(stored.document) | {"text": ""}
    return {
        "described": described,
        "excerpts": [[one.start, one.text] for one in stored.excerpts],
        "text_sha256": stored.text_sha256,
    }


def _to_document(data: dict[str, Any]) -> StoredDocument:
    described = document_from_json(json.dumps(data["described"]))
    excerpts = tuple(Excerpt(start, text) for start, text in data["excerpts"])
    return stored_document(described, excerpts, data["text_sha256"])


def _to_standing(data: dict[str, Any]) -> Standing:
    notes = (
        KnownNote(
            StatusNote(**one["note"] | {"notice": Identifiers(**one["note"]["notice"])}),
            one["source"],
            one["checked_at"],
        )
        for one in data["notes"]
    )
    return Standing(data["status"], tuple(notes), data["checked_at"])
