"""Composes an answer from the library's own sentences: scored evidence in, drafts out.

They are verbatim but for lead-ins that are dropped and abbreviations that are explained.

The best sentence leads; others follow that answer as well and add something. A sentence that
refers back brings the one before it along; one that names another paper by its identifier is left
out, for an answer names none but its references.
"""

import re
from collections.abc import Sequence
from itertools import combinations

from index.models import Document
from index.text_analysis import terms_of
from rag.evidence import EvidenceSentence
from rag.models import Span
from rag.readable import Explainer, Readable, without_lead_in
from rag.references import Draft
from rag.time_notices import disagree
from rag.verification import cannot_be_cited

_SCORE_MARGIN = 0.35
_SAME_WORDS = 0.8
_PAPERS = r"(?:review|paper|article|study|chapter|book|foreword|perspective|report|work)"
_ON_ITSELF = re.compile(
    rf"(?:(?:In|Throughout) th(?:is|e present) {_PAPERS},? (?:we|the authors?)\b"
    rf"|Here(?:in)?,? we (?:aim|describe|discuss|focus|outline|present|provide|review|summari[sz]e)\b"
    rf"|(?:This|The present) {_PAPERS} (?:aims|describes|discusses|focuses|outlines|presents|provides|reviews"
    r"|summari[sz]es)\b|We (?:aim(?:ed)? to|review|discuss|summari[sz]e)\b)"
)
"""Says what a paper is about, not what is so."""
_A_PAPER = re.compile(rf"\b{_PAPERS}s?\b", re.IGNORECASE)


def compose(
    evidence: Sequence[EvidenceSentence],
    documents: dict[str, Document],
    *,
    max_sentences: int,
    question: str,
    always: bool = False,
) -> list[Draft]:
    """Drafts of an answer's sentences; empty where no sentence answers.

    Args:
        evidence: sentences for the question, best first.
        documents: the documents that they stand in, by id.
        max_sentences: at most so many drafts.
        question: what it says needs no explanation.
        always: where no sentence answers, take those that come nearest.
    """
    chosen: list[EvidenceSentence] = []
    room = max_sentences
    asks_of_papers = bool(_A_PAPER.search(question))
    answering = [one for one in evidence if one.answers]
    for sentence in answering or (evidence if always else ()):
        needed = 2 if sentence.leans_on else 1
        own = documents[sentence.document_id].identifiers
        citable = not cannot_be_cited(sentence.text, own) and (
            asks_of_papers or not _ON_ITSELF.match(sentence.text)
        )
        if citable and needed <= room and _adds(sentence, chosen, documents):
            chosen.append(sentence)
            room -= needed
    spans: dict[tuple[str, int, int], Span] = {}
    for sentence in _in_order(chosen, documents):
        text = documents[sentence.document_id].text
        places = [place for place in (sentence.leans_on, (sentence.start, sentence.end)) if place]
        for start, end in places:
            span = Span(sentence.document_id, sentence.chunk_id, start, end, text[start:end])
            spans.setdefault((sentence.document_id, start, end), span)
    return _as_read(list(spans.values()), documents, Explainer(question))


def _as_read(
    spans: Sequence[Span], documents: dict[str, Document], explainer: Explainer
) -> list[Draft]:
    """Drafts that read well: no lead-in without what it refers to, no unexplained abbreviation."""
    drafts: list[Draft] = []
    before: Span | None = None
    for span in spans:
        source = documents[span.document_id].text
        goes_on = before is not None and _follows(span, before, source)
        sentence = Readable(span.quote) if goes_on else without_lead_in(span.quote)
        shown = explainer.explained(sentence, source)
        drafts.append(
            Draft(
                shown.text,
                "claim",
                (span,),
                support=1.0,
                dropped=shown.dropped,
                expanded=shown.expanded,
            )
        )
        before = span
    return drafts


def _follows(span: Span, before: Span, source: str) -> bool:
    """True where nothing stands between the two."""
    return (
        span.document_id == before.document_id
        and before.end <= span.start
        and not source[before.end : span.start].strip()
    )


def _adds(
    sentence: EvidenceSentence,
    chosen: Sequence[EvidenceSentence],
    documents: dict[str, Document],
) -> bool:
    if not chosen:
        return True
    lead = chosen[0]
    near_lead = sentence.score >= lead.score - _SCORE_MARGIN
    same_kind = sentence.defines or not lead.defines
    return (
        near_lead
        and same_kind
        and not any(
            _says_the_same(sentence, one) and not _disagree(sentence, one, documents)
            for one in chosen
        )
    )


def _says_the_same(one: EvidenceSentence, other: EvidenceSentence) -> bool:
    first = {term.stem for term in terms_of(one.text)}
    second = {term.stem for term in terms_of(other.text)}
    return len(first & second) >= _SAME_WORDS * min(len(first), len(second))


def _disagree(
    one: EvidenceSentence, other: EvidenceSentence, documents: dict[str, Document]
) -> bool:
    years = [documents[sentence.document_id].year for sentence in (one, other)]
    return disagree(one.text, years[0], other.text, years[1])


def _in_order(
    chosen: Sequence[EvidenceSentence], documents: dict[str, Document]
) -> list[EvidenceSentence]:
    """The lead first, then the rest document by document as they stand there.

    Where sources disagree on how things stand, the newest comes first.
    """
    if not chosen:
        return []
    order = list(dict.fromkeys(sentence.document_id for sentence in chosen))
    rest = sorted(chosen[1:], key=lambda one: (order.index(one.document_id), one.start))
    if not any(_disagree(one, other, documents) for one, other in combinations(chosen, 2)):
        return [chosen[0], *rest]
    return sorted([chosen[0], *rest], key=lambda one: -(documents[one.document_id].year or 0))
