"""One case and what came of asking it in; whether that is right, why not, and its scores out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.case_form import Outcome
from eval.dataset import Case
from eval.labels import Labels, Place, share_met
from eval.measures.citations import (
    CitedSentence,
    Relation,
    citation_contradict_rate,
    citation_coverage,
    citation_support_rate,
)
from eval.measures.content import check_content
from eval.measures.grounding import QuotedClaim, grounding
from eval.measures.ranking import ndcg_at, recall_at, reciprocal_rank
from eval.measures.score import NotScored, Score
from rag.models import Answer, AnswerSentence, Reference, Search
from rag.readable import quote_of

Verdict = Literal["right", "wrong", "not_scored", "stale"]
_CLAIMS_NOTHING = ("unanswerable", "off_topic")
JUDGED = ("citation coverage", "support rate", "contradict rate")
"""Measures that rest on a model's judgement, which may differ from run to run."""
_NO_GOLD = NotScored("the case has no quotes")
_STALE = NotScored("a quote is not in the documents any more")
_NO_PAPERS = NotScored("the case names no papers")
_NOTHING_CLAIMED = NotScored("nothing is claimed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking a case."""

    outcome: Outcome
    answer: Answer | None
    """None where the question was refused."""
    search: Search | None
    labels: Labels
    broken: Mapping[str, Sequence[str]]
    """What is wrong with the answer, by invariant."""
    relations: Sequence[tuple[Relation | None, ...]] | None = None
    """What a judge says of each citation of each claim; None where nobody was asked."""

    @property
    def claims(self) -> list[AnswerSentence]:
        sentences = self.answer.sentences if self.answer else ()
        return [one for one in sentences if one.kind == "claim"]

    @property
    def cited(self) -> list[Place]:
        """Where the cited quotes stand, in order of use."""
        spans = self.answer.spans() if self.answer else ()
        return [Place(span.document_id, span.start, span.end) for span in spans]


def why_not_right(case: Case, asked: Asked) -> list[str]:
    """What is wrong with it; empty where it is right."""
    return [
        *_wrong_outcome(case, asked),
        *_wrong_claims(case, asked),
        *_wrong_papers(case, asked),
        *_wrong_content(case, asked),
        *(fault for faults in asked.broken.values() for fault in faults),
    ]


def score_case(case: Case, asked: Asked) -> dict[str, Score]:
    """Every measure of the case; what cannot be measured for it is NotScored."""
    return {
        **_ranking_scores(asked),
        **_citation_scores(case, asked),
        **_paper_scores(case, asked),
        "required content": check_content(
            _shown(asked.answer), required=case.required
        ).required_share,
        "grounded claims": _grounded(asked),
    }


def relevant_passages(asked: Asked) -> dict[str, int]:
    """Relevance of passages: ranked sentences that meet a quote, and quotes that none meets."""
    ranked = _ranked(asked)
    relevant: dict[str, int] = {}
    for place in asked.labels.found:
        met = [one.passage for one in ranked if one.meets(place)]
        relevant |= dict.fromkeys(met or [place.passage], 1)
    return relevant


def _ranked(asked: Asked) -> list[Place]:
    evidence = asked.search.evidence if asked.search else ()
    return [Place(one.document_id, one.start, one.end) for one in evidence]


def _wrong_outcome(case: Case, asked: Asked) -> Iterator[str]:
    if asked.outcome not in case.outcomes:
        yield f"it came to {asked.outcome}; right is {' or '.join(sorted(case.outcomes))}"


def _wrong_claims(case: Case, asked: Asked) -> Iterator[str]:
    sentences = asked.answer.sentences if asked.answer else ()
    if case.kind == "off_topic" and sentences:
        yield "it says something on a question that is off topic"
    elif case.kind in _CLAIMS_NOTHING and asked.claims:
        yield "it claims something though the documents do not answer"
    elif case.kind == "false_premise" and asked.claims and not case.gold:
        yield "it claims something though nothing in the documents answers or corrects"
    elif asked.labels.places and (asked.claims or case.kind == "answerable"):
        met = share_met(asked.labels.found, asked.cited)
        if met == 0.0:
            yield "it cites none of the words that answer"
        elif met < 1.0 and case.needs == "all":
            yield "it does not cite all of the words that answer"


def _wrong_papers(case: Case, asked: Asked) -> Iterator[str]:
    if case.papers is None:
        return
    references = asked.answer.references if asked.answer else ()
    for paper in case.papers:
        if not any(_is(reference, paper) for reference in references):
            yield f"it does not cite {paper}"
    for reference in references:
        if not any(_is(reference, paper) for paper in case.papers):
            yield f"it cites {reference.document_id}, which was not asked for"


def _wrong_content(case: Case, asked: Asked) -> Iterator[str]:
    for pattern in check_content(_shown(asked.answer), required=case.required).missing:
        yield f"it does not show {pattern!r}"
    for pattern in check_content(_said(asked.answer), forbidden=case.forbidden).forbidden:
        yield f"it says {pattern!r}, which is forbidden"


def _said(answer: Answer | None) -> str:
    """What an answer states: its sentences and its references."""
    if answer is None:
        return ""
    return "\n".join(
        [*(one.text for one in answer.sentences), *(_listed(one) for one in answer.references)]
    )


def _shown(answer: Answer | None) -> str:
    """All that a reader sees: what is stated, and the notices."""
    notices = answer.notices if answer else ()
    return "\n".join([_said(answer), *(notice.text for notice in notices)])


def _listed(reference: Reference) -> str:
    identifiers = (f"{name.upper()} {value}" for name, value in reference.identifiers.items())
    authors = (author.name for author in reference.authors)
    parts = [reference.title, *authors, reference.container, reference.year, *identifiers]
    return " · ".join(str(part) for part in parts if part)


def _is(reference: Reference, paper: str) -> bool:
    return tuple(paper.split(":", 1)) in reference.identifiers.items()


def _ranking_scores(asked: Asked) -> dict[str, Score]:
    names = ("recall@5", "recall@10", "nDCG@10", "RR")
    if asked.labels.stale or not asked.labels.found:
        return dict.fromkeys(names, _STALE if asked.labels.stale else _NO_GOLD)
    ranking = [place.passage for place in _ranked(asked)]
    relevant = relevant_passages(asked)
    values = (
        recall_at(ranking, relevant, k=5),
        recall_at(ranking, relevant, k=10),
        ndcg_at(ranking, relevant, k=10),
        reciprocal_rank(ranking, relevant),
    )
    return dict(zip(names, values, strict=True))


def _citation_scores(case: Case, asked: Asked) -> dict[str, Score]:
    reason = _STALE if asked.labels.stale else _NO_GOLD
    scores: dict[str, Score] = {"citation recall": reason, "citation precision": reason}
    gold = asked.labels.found
    if gold and not asked.labels.stale:
        met = share_met(gold, asked.cited)
        scores["citation recall"] = float(met > 0) if case.needs == "any" else met
        scores["citation precision"] = (
            share_met(asked.cited, gold) if asked.cited else _NOTHING_CLAIMED
        )
    relations = asked.relations or [(None,) * len(one.citations) for one in asked.claims]
    sentences = [CitedSentence(one) for one in relations]
    return scores | {
        "citation coverage": citation_coverage(sentences),
        "support rate": citation_support_rate(sentences),
        "contradict rate": citation_contradict_rate(sentences),
    }


def _paper_scores(case: Case, asked: Asked) -> dict[str, Score]:
    if not case.papers:
        return {"paper recall": _NO_PAPERS, "paper precision": _NO_PAPERS}
    references = asked.answer.references if asked.answer else ()
    found = [any(_is(one, paper) for one in references) for paper in case.papers]
    right = [any(_is(one, paper) for paper in case.papers) for one in references]
    return {
        "paper recall": sum(found) / len(found),
        "paper precision": sum(right) / len(right) if right else NotScored("no paper is cited"),
    }


def _grounded(asked: Asked) -> Score:
    return grounding(
        [
            QuotedClaim(
                quote_of(one.text, one.dropped, one.expanded),
                tuple(citation.span.quote for citation in one.citations),
            )
            for one in asked.claims
        ]
    ).share
