"""Whether a system knows what it can answer: confidences and decisions in, errors and AUC out."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.score import NotScored, Score, ratio


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question: how sure the system was, whether the literature held an answer, what it did."""

    confidence: float
    """On any scale; higher is surer that there is an answer."""
    answerable: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Answerability:
    """Decisions to answer or to abstain, counted."""

    answerable: int
    unanswerable: int
    false_answers: int
    """Answered, though unanswerable."""
    false_abstentions: int
    """Not answered, though answerable."""

    @property
    def accuracy(self) -> Score:
        """Share of right decisions (answerability accuracy, as MTRAG reports it)."""
        total = self.answerable + self.unanswerable
        wrong = self.false_answers + self.false_abstentions
        return ratio(total - wrong, total, otherwise="there is no question")

    @property
    def false_answer_rate(self) -> Score:
        """False answers / unanswerable questions."""
        return ratio(self.false_answers, self.unanswerable, otherwise="no question is unanswerable")

    @property
    def false_abstention_rate(self) -> Score:
        """False abstentions / answerable questions."""
        return ratio(self.false_abstentions, self.answerable, otherwise="no question is answerable")


def count_decisions(outcomes: Sequence[Outcome]) -> Answerability:
    """Count what was decided; confidences play no part."""
    answerable = [one for one in outcomes if one.answerable]
    unanswerable = [one for one in outcomes if not one.answerable]
    return Answerability(
        answerable=len(answerable),
        unanswerable=len(unanswerable),
        false_answers=sum(one.answered for one in unanswerable),
        false_abstentions=sum(not one.answered for one in answerable),
    )


def roc_auc(outcomes: Sequence[Outcome]) -> Score:
    """Area under the ROC curve of the confidence: 1 separates perfectly, 0.5 is chance.

    The chance that an answerable question has a higher confidence than an unanswerable one, a tie
    counting half: the Mann–Whitney statistic over the number of pairs (Hanley and McNeil 1982).
    Decisions play no part.
    """
    high = [one.confidence for one in outcomes if one.answerable]
    low = sorted(one.confidence for one in outcomes if not one.answerable)
    if not high or not low:
        return NotScored("both answerable and unanswerable questions are needed")
    wins = sum(bisect_left(low, one) + bisect_right(low, one) for one in high) / 2
    return wins / (len(high) * len(low))
