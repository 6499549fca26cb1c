"""Drives the check of a claim: text → sentences → search → judged passages → verdicts → ClaimCheck.

The quotes are put together as an answer, so that they pass the checks that every answer passes.
"""

import re
from functools import lru_cache

from index.build_reader import Build
from index.filters import NO_FILTERS, Filters
from index.publication_status import StandingName
from index.sentences import sentence_spans
from rag.claim_passages import JudgedSentence, choose, judge
from rag.claims import (
    CheckedSentence,
    ClaimCheck,
    ClaimPassage,
    verdict_on_claim,
    verdict_on_sentence,
)
from rag.crisis import crisis_help
from rag.errors import QuestionError
from rag.models import Answer, Span
from rag.personal import personal_notices
from rag.pipeline import Pipeline
from rag.question_text import clean_question
from rag.references import Draft
from rag.retrieval import Found
from rag.stance import StanceModel, load_stance_model

MOST_SENTENCES = 12
"""Of one claim; each is a search of its own."""
MOST_CHARACTERS = 3_000
_LONGEST_HEADING = 8
_SMALL_WORD = 3
_REFERS_BACK = re.compile(
    r"^(?:These|This|They|It|Its|Their|Those|Such|He|She|Both|Here|However|But|And)\b"
)


class ClaimChecker:
    """Says what a library holds for and against a claim. Safe to share between threads.

    Args:
        pipeline: searches, and checks what is quoted.
        model: tells support from contradiction; the one that is shipped where left out.
    """

    def __init__(self, pipeline: Pipeline, model: StanceModel | None = None) -> None:
        self._pipeline = pipeline
        self._model = model or load_stance_model()

    def check(self, text: str, *, filters: Filters = NO_FILTERS) -> ClaimCheck:
        """The passages for and against each sentence of a claim, and the verdicts.

        Raises:
            QuestionError: the claim is empty, too long or has control characters.
            BuildError: there is no build to search, or it is damaged.
        """
        if crisis_help(text):
            return ClaimCheck(text, "nothing_found", (), self._pipeline.answer(text))
        claim = clean_claim(text)
        with self._pipeline.live.lease() as build:
            scope = build.scope(filters) if filters else None
            sentences = sentences_of(claim)
            found: list[Found] = []
            chosen: list[list[JudgedSentence]] = []
            for sentence, read in zip(sentences, in_full(sentences), strict=True):
                own, evidence = self._pipeline.find(read, build, scope)
                found.append(own)
                judged = judge(
                    read,
                    evidence,
                    own.documents,
                    self._model,
                    self._pipeline.field_synonyms,
                )
                if sentence.endswith("?"):
                    judged = [JudgedSentence(one.evidence, one.stance, None) for one in judged]
                chosen.append(_chosen(judged, build))
            drafts = [_draft(one) for every in chosen for one in every]
            quoted = self._pipeline.quote(
                claim, drafts, found, build, filters=filters, notices=personal_notices(claim)
            )
        checked = tuple(
            _sentence(sentence, own, quoted)
            for sentence, own in zip(sentences, chosen, strict=True)
        )
        return ClaimCheck(claim, verdict_on_claim(one.verdict for one in checked), checked, quoted)


def clean_claim(text: str) -> str:
    """The claim with its white space set right.

    Raises:
        QuestionError: it is empty, too long, has too many sentences or control characters.
    """
    try:
        claim = clean_question(text, max_chars=MOST_CHARACTERS)
    except QuestionError as error:
        problem = error.problem.replace("The question", "The claim")
        raise QuestionError(problem, "Send one to a few sentences in words.") from error
    if (count := len(sentence_spans(claim))) > MOST_SENTENCES:
        raise QuestionError(
            f"The claim has {count} sentences, at most {MOST_SENTENCES} are checked.",
            "Check it in parts.",
        )
    return claim


def sentences_of(claim: str) -> list[str]:
    """The sentences that are checked; a heading ("Heavy Metal Exposure.") is one with what follows."""
    spans = sentence_spans(claim)
    if len(spans) > 1 and _is_heading(claim[slice(*spans[0])]):
        spans = [(spans[0][0], spans[1][1]), *spans[2:]]
    return [claim[start:end] for start, end in spans]


def in_full(sentences: list[str]) -> list[str]:
    """Each sentence as it is searched and judged: one that refers back with the one before it."""
    return [
        f"{sentences[place - 1]} {sentence}" if place and _REFERS_BACK.match(sentence) else sentence
        for place, sentence in enumerate(sentences)
    ]


def _is_heading(sentence: str) -> bool:
    words = [word.strip("().,:-") for word in sentence.split()]
    return len(words) <= _LONGEST_HEADING and all(
        not word[0].islower() for word in words if len(word) > _SMALL_WORD
    )


def _chosen(judged: list[JudgedSentence], build: Build) -> list[JudgedSentence]:
    @lru_cache
    def status(document_id: str) -> StandingName:
        document = build.document(document_id)
        return build.standing(document_id, document.identifiers).status

    return choose(judged, status=status, same_work=build.same_work)


def _span(one: JudgedSentence) -> Span:
    evidence = one.evidence
    return Span(
        evidence.document_id, evidence.chunk_id, evidence.start, evidence.end, evidence.text
    )


def _draft(one: JudgedSentence) -> Draft:
    return Draft(one.evidence.text, "claim", (_span(one),), support=1.0)


def _sentence(text: str, chosen: list[JudgedSentence], quoted: Answer) -> CheckedSentence:
    """With the passages that passed the checks; none of them where they did not."""
    references = {span: one for one in quoted.references for span in one.spans}
    passages = [
        ClaimPassage(
            reference=references[_span(one)],
            span=_span(one),
            section=one.evidence.section,
            side=one.side,
            probability=one.probability if one.side else None,
        )
        for one in chosen
        if _span(one) in references
    ]
    return CheckedSentence(
        text=text,
        verdict=verdict_on_sentence(passages),
        supporting=tuple(one for one in passages if one.side == "supports"),
        contradicting=tuple(one for one in passages if one.side == "contradicts"),
        not_judged=tuple(one for one in passages if one.side is None),
    )
