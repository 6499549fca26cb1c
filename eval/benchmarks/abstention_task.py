"""Task abstention: does a system know what its library does not answer?

The gold documents of half of the questions are taken out of the index; those questions should be
abstained from, the others answered. A set with unanswerable questions of its own is asked as it is.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.benchmarks.asked import AskedQuestion, AskedSet, TaskResult, ask_all
from eval.benchmarks.comparison import (
    OURS,
    SEED,
    Figure,
    Figures,
    QuestionScores,
    compare,
    figure_of_all,
)
from eval.benchmarks.models import GivenAnswer, GivenSentence, System
from eval.measures.answerability import Outcome, roc_auc
from eval.measures.risk_coverage import aurc
from eval.measures.score import NotScored, Score

_ANSWERABLE_ONLY = NotScored("over answerable questions")
_UNANSWERABLE_ONLY = NotScored("over unanswerable questions")

TAKEN_OUT = (
    "Answerable means that a gold document is in the index. Another document may answer all the same;"
    " the share of questions where one does, read by hand, is the floor of what false answers can be."
)
OWN_LABELS = "Unanswerable is the set's own label, given for one paragraph; nothing is taken out."
RIGHT = (
    "Right, for risk and coverage: the question is answerable, and the first document that the answer"
    " rests on is gold. Peers answer whatever they find; their confidence is their best score."
)


@dataclass(frozen=True, slots=True)
class Halves:
    """Questions by what should come of them."""

    unanswerable: tuple[AskedQuestion, ...]
    answerable: tuple[AskedQuestion, ...]
    removed: frozenset[str]
    """Ids of the documents to take out of the index."""
    dropped: int
    """Questions that lost a document though they are of the other half."""

    @property
    def every(self) -> list[AskedQuestion]:
        return [*self.unanswerable, *self.answerable]


def split_questions(questions: Sequence[AskedQuestion]) -> Halves:
    """By the set's own labels where it has unanswerable questions, else by a seeded draw."""
    own = tuple(one for one in questions if not one.question.answerable)
    if own:
        others = tuple(one for one in questions if one.question.answerable and one.relevant)
        return Halves(own, others, frozenset(), 0)
    order = sorted(
        (one for one in questions if one.relevant), key=lambda one: one.question.question_id
    )
    random.Random(SEED).shuffle(order)  # noqa: S311 - a draw, not a secret
    first, second = order[: len(order) // 2], order[len(order) // 2 :]
    removed = frozenset(name for one in first for name in one.relevant)
    kept = tuple(one for one in second if removed.isdisjoint(one.relevant))
    return Halves(tuple(first), kept, removed, len(second) - len(kept))


Ask = Callable[[str], GivenAnswer]


def measure_abstention(
    asked: AskedSet, answerers: Mapping[str, Ask], halves: Halves, *, still_answered: object
) -> TaskResult:
    """AUC, false answers, false abstentions, accuracy and the area under the risk–coverage curve."""
    unanswerable = {one.question.question_id for one in halves.unanswerable}

    def ask_of(name: str, ask: Ask) -> list[_Asked]:
        def judged(one: AskedQuestion) -> _Asked:
            return _asked(one, ask(one.text), one.question.question_id not in unanswerable)

        return ask_all(asked, name, judged)

    results = {name: ask_of(name, ask) for name, ask in answerers.items()}
    answered = [one.question_id for one in results[OURS] if _is_false_answer(one)]
    return TaskResult(
        n=len(asked.questions),
        figures=_figures(results),
        notes=(TAKEN_OUT if halves.removed else OWN_LABELS, RIGHT),
        extra={
            "unanswerable": len(halves.unanswerable),
            "answerable": len(halves.answerable),
            "dropped": halves.dropped,
            "documents_removed": len(halves.removed),
            "still_answered": still_answered,
            "answered_without_gold": answered,
        },
    )


def answer_always(system: System) -> Ask:
    """A peer that answers with the best it finds, and abstains only where it finds nothing."""

    def ask(question: str) -> GivenAnswer:
        found = system.passages(question, k=1)
        if not found:
            return GivenAnswer((), float("-inf"), None)
        sentence = GivenSentence(found[0].text, (found[0],))
        return GivenAnswer((sentence,), found[0].score, found[0].document_id)

    return ask


@dataclass(frozen=True, slots=True)
class _Asked:
    question_id: str
    outcome: Outcome
    right: bool


def _asked(one: AskedQuestion, answer: GivenAnswer, answerable: bool) -> _Asked:
    return _Asked(
        one.question.question_id,
        Outcome(answer.confidence, answerable, answer.answered),
        answerable and answer.rests_on in one.relevant,
    )


def _is_false_answer(one: _Asked) -> bool:
    return one.outcome.answered and not one.outcome.answerable


def _figures(results: Mapping[str, Sequence[_Asked]]) -> Figures:
    decided = compare({name: [_decision(one) for one in rows] for name, rows in results.items()})
    ranked = {name: _ranked(rows) for name, rows in results.items()}

    def of_all(measure: Callable[[Sequence[_Asked]], Score], name: str) -> Figure:
        return figure_of_all(measure, ranked[name], ours=None if name == OURS else ranked[OURS])

    return {
        name: {"AUC": of_all(_auc, name), **decided[name], "AURC": of_all(_aurc, name)}
        for name in results
    }


def _ranked(rows: Sequence[_Asked]) -> list[_Asked]:
    """The same with ranks for confidences, ties sharing theirs: a scale that all systems have."""
    order = sorted(one.outcome.confidence for one in rows)
    return [
        replace(one, outcome=replace(one.outcome, confidence=_rank(order, one.outcome.confidence)))
        for one in rows
    ]


def _rank(order: Sequence[float], value: float) -> float:
    return (bisect_left(order, value) + bisect_right(order, value)) / 2


def _decision(one: _Asked) -> QuestionScores:
    answered, answerable = one.outcome.answered, one.outcome.answerable
    return {
        "accuracy": float(answered == answerable),
        "false answers": _UNANSWERABLE_ONLY if answerable else float(answered),
        "false abstentions": float(not answered) if answerable else _ANSWERABLE_ONLY,
    }


def _auc(rows: Sequence[_Asked]) -> Score:
    return roc_auc([one.outcome for one in rows])


def _aurc(rows: Sequence[_Asked]) -> Score:
    return aurc([(one.outcome.confidence, one.right) for one in rows])
