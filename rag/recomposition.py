"""An answer composed again from what was kept with it: a stored answer and its record in, the answer out."""

from datetime import datetime
from typing import Any

from index.errors import UnknownDocumentError
from index.filters import Filters
from index.identifiers import Identifiers
from index.models import Document
from index.publication_status import NOT_CHECKED, Standing
from rag.composition import EVIDENCE_SHOWN, shown
from rag.models import Answer, Receipt
from rag.references import number_references
from rag.remarks import remarks_on
from rag.replay_record import ReplayRecord


class StoredTexts:
    """The documents and standings of a record, as composing and checking ask for them."""

    def __init__(self, record: ReplayRecord) -> None:
        self._documents = {one.document.document_id: one.document for one in record.documents}
        self._standings = record.standings

    def document(self, document_id: str) -> Document:
        """The document with the text that was kept of it.

        Raises:
            UnknownDocumentError: nothing was kept of it.
        """
        try:
            return self._documents[document_id]
        except KeyError as error:
            raise UnknownDocumentError(f"Nothing of {document_id!r} was kept.") from error

    def standing(self, document_id: str, _identifiers: Identifiers) -> Standing:
        """What was known of a cited paper when the answer was given."""
        return self._standings.get(document_id, NOT_CHECKED)


def recompose(record: ReplayRecord, stored: dict[str, Any]) -> Answer:
    """The answer that the record gives; question, receipt and ids are those of the stored one."""
    texts = StoredTexts(record)
    cited = number_references(record.drafts, document=texts.document, standing=texts.standing)
    receipt = _receipt(stored["receipt"])
    remarks = remarks_on(cited.sentences, cited.references, receipt.as_of)
    return Answer(
        answer_id=stored["answer_id"],
        conversation_id=stored["conversation_id"],
        question=stored["question"],
        status=record.status,
        sentences=cited.sentences,
        notices=record.notices_before + remarks + record.notices_after,
        references=cited.references,
        evidence=tuple(shown(one) for one in record.evidence[:EVIDENCE_SHOWN]),
        receipt=receipt,
        filters=stored_filters(stored),
        answerability=stored.get("answerability"),
    )


def stored_filters(stored: dict[str, Any]) -> Filters:
    """The filters of a stored answer."""
    given = stored.get("filters", {})
    values: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in given.items()
    }
    return Filters(**values)


def _receipt(data: dict[str, Any]) -> Receipt:
    return Receipt(
        build_id=data["build_id"],
        corpus_fingerprint=data["corpus_fingerprint"],
        embedding_fingerprint=data["embedding_fingerprint"],
        composer=data["composer"],
        settings_hash=data["settings_hash"],
        as_of=datetime.fromisoformat(data["as_of"]),
        timings_ms=data["timings_ms"],
        runs_on=data["runs_on"],
        reranker=data.get("reranker"),
    )
