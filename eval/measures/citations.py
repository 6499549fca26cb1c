"""How good the citations of one answer are: judged, or compared with gold papers or gold spans.

The judged rates are those of TREC BioGen 2024 (`medaesqa_eval.py` of deepaknlp/MedAESQA), computed
for each question and then averaged over questions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from eval.measures.score import NotScored, Score, ratio

Relation: TypeAlias = Literal["supports", "contradicts", "neutral", "not_relevant"]
"""What a cited paper is to the sentence that cites it; a citation of nothing is not relevant."""

_NO_SENTENCE = "the answer has no sentence"
_NOTHING_CITED_IS_KNOWN = "no gold citation is known"


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence: one judgement for each paper that it cites, None where nobody judged.

    A paper that one sentence cites twice is one citation. An invalid one (a marker without a
    reference, a paper that does not exist) is `not_relevant`, so that it stays in the denominators.
    """

    judgements: tuple[Relation | None, ...]


@dataclass(frozen=True, slots=True)
class SpanRange:
    """Characters `start` to `end` (excluded) of a document's canonical text."""

    document_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what would have a negative length."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"{self.start}–{self.end} of {self.document_id!r} is no span")


def citation_presence(sentences: Sequence[CitedSentence]) -> Score:
    """Share of the sentences that cite anything, right or wrong. Not BioGen's coverage."""
    cited = sum(bool(one.judgements) for one in sentences)
    return ratio(cited, len(sentences), otherwise=_NO_SENTENCE)


def citation_coverage(sentences: Sequence[CitedSentence]) -> Score:
    """BioGen's citation coverage: sentences with a supporting citation / all sentences.

    A sentence that has one is covered, whatever else was left unjudged. Not scored where a sentence
    without one has an unjudged citation: it might be the supporting one.
    """
    covered = ["supports" in one.judgements for one in sentences]
    open_ones = (None in one.judgements for one in sentences)
    if any(unknown and not known for unknown, known in zip(open_ones, covered, strict=True)):
        return NotScored("a citation that decides is not judged")
    return ratio(sum(covered), len(sentences), otherwise=_NO_SENTENCE)


def citation_support_rate(sentences: Sequence[CitedSentence]) -> Score:
    """BioGen's citation support rate: supporting citations / all generated citations.

    An answer with sentences and no citation is 0, as in BioGen's script. Not scored where any
    citation is unjudged: each may move the rate.
    """
    return _rate(sentences, "supports")


def citation_contradict_rate(sentences: Sequence[CitedSentence]) -> Score:
    """BioGen's citation contradict rate: contradicting citations / all generated citations.

    0 is best, and also what an answer without citations gets (as in BioGen's script): read it
    beside the coverage. Not scored where any citation is unjudged.
    """
    return _rate(sentences, "contradicts")


def citation_precision(cited: Collection[str], gold: Collection[str]) -> Score:
    """Share of the distinct cited documents (or passages) that are gold.

    BioGen's document precision. ALCE (Gao et al. 2023, arXiv:2305.14627) names a stricter thing so:
    there a model judges whether each citation is needed to entail its sentence; here a citation is
    right where its document is gold for the question, whichever sentence cites it. Citing nothing
    is 0, so that abstaining is not free. Not scored without gold.
    """
    if not gold:
        return NotScored(_NOTHING_CITED_IS_KNOWN)
    return len(set(cited) & set(gold)) / len(set(cited)) if cited else 0.0


def citation_recall(cited: Collection[str], gold: Collection[str]) -> Score:
    """Share of the distinct gold documents (or passages) that are cited.

    BioGen's document recall, with the gold set in place of the pool of all runs. ALCE's recall is
    another thing: the share of sentences that their citations together entail. Not scored without
    gold.
    """
    found = set(cited) & set(gold)
    return ratio(len(found), len(set(gold)), otherwise=_NOTHING_CITED_IS_KNOWN)


def span_precision(cited: Collection[SpanRange], gold: Collection[SpanRange]) -> Score:
    """Share of the cited characters that lie in gold spans.

    As BioASQ measures snippets (Task B phase A; Tsatsaronis et al. 2015): spans of one document
    that overlap are joined first, so no character counts twice. Citing nothing is 0; not scored
    without gold.
    """
    if not any(one.end > one.start for one in gold):
        return NotScored(_NOTHING_CITED_IS_KNOWN)
    total = _length(cited)
    return _overlap(cited, gold) / total if total else 0.0


def span_recall(cited: Collection[SpanRange], gold: Collection[SpanRange]) -> Score:
    """Share of the characters in gold spans that are cited; as BioASQ measures snippets."""
    return ratio(_overlap(cited, gold), _length(gold), otherwise=_NOTHING_CITED_IS_KNOWN)


def _rate(sentences: Sequence[CitedSentence], relation: Relation) -> Score:
    if not sentences:
        return NotScored(_NO_SENTENCE)
    judgements = [judgement for one in sentences for judgement in one.judgements]
    if None in judgements:
        return NotScored("a citation is not judged")
    return judgements.count(relation) / len(judgements) if judgements else 0.0


def _length(spans: Collection[SpanRange]) -> int:
    return sum(one.end - one.start for one in _joined(spans))


def _overlap(some: Collection[SpanRange], others: Collection[SpanRange]) -> int:
    """By inclusion and exclusion: what both cover is what the union does not add."""
    return _length(some) + _length(others) - _length([*some, *others])


def _joined(spans: Collection[SpanRange]) -> list[SpanRange]:
    joined: list[SpanRange] = []
    for one in sorted(spans, key=lambda span: (span.document_id, span.start)):
        last = joined[-1] if joined else None
        if last and last.document_id == one.document_id and one.start <= last.end:
            joined[-1] = SpanRange(last.document_id, last.start, max(last.end, one.end))
        else:
            joined.append(one)
    return joined
