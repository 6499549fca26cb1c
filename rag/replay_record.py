"""What is kept with an answer so that it can be composed again: the answer and its basis in, a record out.

The record has the sentences that composing looked at with their scores, what the answer was made of
them, and of each document its description and the stretches that are quoted or read, never the whole.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from index.models import Document, Related
from index.publication_status import Standing
from rag.abbreviations import abbreviations_in, stretches_read
from rag.composition import EVIDENCE_SHOWN
from rag.evidence import EvidenceSentence
from rag.extractive import compose
from rag.models import Answer, Notice, Reference, Status
from rag.references import Draft, describes
from rag.remarks import remarks_on
from rag.stored_texts import Excerpt, excerpts_of, laid_out

_NEIGHBOURHOOD = 300
"""Characters kept on each side of a quote, so that it can be read in its context."""
_PACKAGE = Path(__file__).parent
_RULES = (
    *("rag/extractive.py", "rag/readable.py", "rag/abbreviations.py", "rag/evidence.py"),
    *("rag/verification.py", "rag/references.py", "rag/remarks.py", "rag/standing.py"),
    *("rag/time_notices.py", "rag/time_bound.py", "rag/disagreement.py", "rag/models.py"),
    *("rag/answer_json.py", "index/text_analysis.py"),
)
"""What a record is composed by; where they change, the same record may give another answer."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as far as it was needed: `document.text` has gaps, `related` only what is cited."""

    document: Document
    excerpts: tuple[Excerpt, ...]
    text_sha256: str | None
    """Of its whole text; None where nothing of it is cited."""


@dataclass(frozen=True, slots=True)
class ReplayRecord:
    """What an answer was composed of."""

    rules: str
    """Fingerprint of the program's own files that composed it."""
    status: Status
    from_evidence: bool
    """True where the drafts were chosen from `evidence` by its scores; else they were made of papers'
    records, of a whole paper or by a model, and are taken as they are."""
    max_sentences: int
    drafts: tuple[Draft, ...]
    evidence: tuple[EvidenceSentence, ...]
    """Those that answer, and the first ones; best first."""
    documents: tuple[StoredDocument, ...]
    standings: Mapping[str, Standing]
    """Of the cited papers, by id."""
    retrieved: frozenset[str]
    notices_before: tuple[Notice, ...]
    notices_after: tuple[Notice, ...]
    """As they were given, before and after those that follow from sentences and references."""


def make_record(answer: Answer) -> ReplayRecord:
    """The record of an answer; needs its basis, without which nothing but its notices is kept."""
    drafts = _drafts_of(answer)
    evidence: Sequence[EvidenceSentence] = ()
    held: Mapping[str, Document] = {}
    if answer.basis is not None:
        held = answer.basis.documents
        evidence = [
            one for i, one in enumerate(answer.basis.evidence) if one.answers or i < EVIDENCE_SHOWN
        ]
    documents = _documents(drafts, evidence, held)
    most = answer.basis.max_sentences if answer.basis else 0
    before, after = _given_notices(answer)
    return ReplayRecord(
        rules=composing_rules(),
        status=answer.status,
        from_evidence=bool(drafts)
        and drafts == compose_anew(evidence, documents, question=answer.question, most=most),
        max_sentences=most,
        drafts=drafts,
        evidence=tuple(map(_as_kept, evidence)),
        documents=documents,
        standings={one.document_id: one.standing for one in answer.references},
        retrieved=answer.basis.retrieved if answer.basis else frozenset(),
        notices_before=before,
        notices_after=after,
    )


def compose_anew(
    evidence: Sequence[EvidenceSentence],
    documents: Sequence[StoredDocument],
    *,
    question: str,
    most: int,
) -> tuple[Draft, ...]:
    """The drafts that the evidence gives, by today's rules."""
    texts = {one.document.document_id: one.document for one in documents}
    return tuple(compose(evidence, texts, max_sentences=most, question=question))


@lru_cache(maxsize=1)
def composing_rules() -> str:
    """Changes with any file of the program that has a part in composing an answer from a record."""
    digest = hashlib.sha256()
    for name in _RULES:
        digest.update((_PACKAGE.parent / name).read_bytes())
    return digest.hexdigest()[:16]


def _as_kept(sentence: EvidenceSentence) -> EvidenceSentence:
    """Without what only finding needs: a sentence that answers does so whatever it lacks."""
    return replace(sentence, missing=(), fits_answer_type=sentence.answers, logits=None)


def _drafts_of(answer: Answer) -> tuple[Draft, ...]:
    """The sentences as they were before their references were numbered."""
    listed = {one.n: _listed(one, answer) for one in answer.references}
    return tuple(
        Draft(
            text=one.text,
            kind=one.kind,
            spans=tuple(citation.span for citation in one.citations),
            support=one.support,
            listed=listed[one.citations[0].n] if one.citations else None,
            dropped=one.dropped,
            expanded=one.expanded,
        )
        for one in answer.sentences
    )


def _listed(reference: Reference, answer: Answer) -> Related | None:
    if reference.listed_in is None or answer.basis is None:
        return None
    page = answer.basis.documents[reference.listed_in]
    return next(one for one in page.related if describes(reference, one))


def _documents(
    drafts: Sequence[Draft],
    evidence: Sequence[EvidenceSentence],
    held: Mapping[str, Document],
) -> tuple[StoredDocument, ...]:
    """What is kept of each document, by the order in which they are needed."""
    spans = [span for draft in drafts for span in draft.spans]
    cited = {span.document_id for span in spans}
    stretches: dict[str, list[tuple[int, int]]] = {}
    for span in spans:
        text = held[span.document_id].text
        near = (max(0, span.start - _NEIGHBOURHOOD), min(len(text), span.end + _NEIGHBOURHOOD))
        own = stretches.setdefault(span.document_id, [])
        own.append(near)
        for abbreviation in abbreviations_in(span.quote):
            own += stretches_read(abbreviation, text)
    for sentence in evidence:
        own = stretches.setdefault(sentence.document_id, [])
        own += [place for place in (sentence.leans_on, (sentence.start, sentence.end)) if place]
    listed = [draft.listed for draft in drafts if draft.listed]
    return tuple(
        stored_document(
            _described(held[name], listed),
            excerpts_of(held[name].text, places),
            _sha256(held[name].text) if name in cited else None,
        )
        for name, places in stretches.items()
    )


def stored_document(
    document: Document, excerpts: tuple[Excerpt, ...], text_sha256: str | None
) -> StoredDocument:
    """The document with no more text than the excerpts, each where it stood."""
    return StoredDocument(replace(document, text=laid_out(excerpts)), excerpts, text_sha256)


def _described(document: Document, listed: Iterable[Related]) -> Document:
    """What references show of it, and the cited ones of the papers that it lists."""
    wanted = list(listed)
    return replace(
        document,
        publication_types=(),
        keywords=(),
        sections=(),
        mesh_terms=(),
        page_starts=(),
        related=tuple(one for one in document.related if any(one is it for it in wanted)),
    )


def _given_notices(answer: Answer) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """The notices before and after those that `remarks_on` gives for the answer."""
    notices = answer.notices
    remarks = remarks_on(answer.sentences, answer.references, answer.receipt.as_of)
    for place in range(len(notices) - len(remarks) + 1):
        if notices[place : place + len(remarks)] == remarks:
            return notices[:place], notices[place + len(remarks) :]
    return notices, ()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
