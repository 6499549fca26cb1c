"""Answers as JSON: the one shape that is printed, stored and sent over HTTP."""

from typing import Any

from index.publication_status import Standing
from rag.models import Answer, Reference, Span


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The answer in the documented shape; every value is a JSON type.

    `model_output` is there only where a language model was asked: what it wrote, unchecked. It is
    stored, so that the checks can be made again, and no page or route shows it.
    """
    content: dict[str, Any] = {
        "answer_id": answer.answer_id,
        "conversation_id": answer.conversation_id,
        "question": answer.question,
        "filters": answer.filters.to_dict(),
        "status": answer.status,
        "answerability": None if answer.answerability is None else round(answer.answerability, 4),
        "text": answer.text,
        "sentences": [
            {
                "text": sentence.text,
                "kind": sentence.kind,
                "citations": [
                    {
                        "n": citation.n,
                        "document_id": citation.span.document_id,
                        "start": citation.span.start,
                        "end": citation.span.end,
                    }
                    for citation in sentence.citations
                ],
                "support": sentence.support,
                "dropped": sentence.dropped,
                "expanded": list(sentence.expanded),
            }
            for sentence in answer.sentences
        ],
        "notices": [
            {"kind": notice.kind, "text": notice.text, "url": notice.url}
            for notice in answer.notices
        ],
        "references": [_reference(reference) for reference in answer.references],
        "evidence": [
            {
                "chunk_id": item.chunk_id,
                "document_id": item.document_id,
                "section": item.section,
                "start": item.start,
                "end": item.end,
                "text": item.text,
                "score": round(item.score, 4),
            }
            for item in answer.evidence
        ],
        "receipt": {
            "build_id": answer.receipt.build_id,
            "corpus_fingerprint": answer.receipt.corpus_fingerprint,
            "embedding_fingerprint": answer.receipt.embedding_fingerprint,
            "composer": answer.receipt.composer,
            "settings_hash": answer.receipt.settings_hash,
            "as_of": answer.receipt.as_of.isoformat(),
            "timings_ms": {
                stage: round(value, 2) for stage, value in answer.receipt.timings_ms.items()
            },
            "runs_on": answer.receipt.runs_on,
            "reranker": answer.receipt.reranker,
        },
    }
    if answer.model_output:
        content["model_output"] = list(answer.model_output)
    return content


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "n": reference.n,
        "document_id": reference.document_id,
        "pmid": reference.identifiers.pmid,
        "pmcid": reference.identifiers.pmcid,
        "doi": reference.identifiers.doi,
        "title": reference.title,
        "authors": [author.name for author in reference.authors],
        "container": reference.container,
        "year": reference.year,
        **standing_to_dict(reference.standing),
        "links": [{"label": link.label, "url": link.url} for link in reference.links],
        "listed_in": reference.listed_in,
        "added": [
            {"name": field.name, "value": field.value, "source": field.source}
            for field in reference.added
        ],
        "spans": [_span(span) for span in reference.spans],
    }


def standing_to_dict(standing: Standing) -> dict[str, Any]:
    """The standing of a paper, as references and documents show it."""
    return {
        "status": standing.status,
        "status_checked_at": standing.checked_at,
        "status_notes": [
            {
                "kind": one.note.kind,
                "source": one.source,
                "checked_at": one.checked_at,
                "date": one.note.date,
                "text": one.note.text,
                "pmid": one.note.notice.pmid,
                "doi": one.note.notice.doi,
            }
            for one in standing.notes
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "document_id": span.document_id,
        "chunk_id": span.chunk_id,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
        "match": span.match,
    }
