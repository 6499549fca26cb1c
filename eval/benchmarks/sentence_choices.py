"""What choosing sentences could do at the least and at the most: our candidates in, answers out.

Both choose among the sentences that ours reads for the question. The plain choice takes those that
come nearest by cosine and shared terms; the best one knows what is right.
"""

from collections.abc import Callable, Iterable, Sequence

from eval.benchmarks.asked import AskedQuestion
from eval.benchmarks.comparison import BEST, PLAIN
from eval.benchmarks.models import GivenAnswer, GivenSentence, Passage
from eval.measures.exact_answers import exact_answer_recall
from eval.measures.rouge import rouge_2
from eval.measures.score import NotScored, Score
from rag.evidence import EvidenceSentence

Candidates = Callable[[str], Sequence[EvidenceSentence]]
"""Sentences for a question."""

_PLAIN_SENTENCES = 3
_BEST_SENTENCES = 5


class PlainChoice:
    """The three sentences with the highest sum of cosine and coverage."""

    name = PLAIN

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    def answer(self, question: str) -> GivenAnswer:
        found = self._candidates(question)
        best = sorted(found, key=lambda one: one.similarity + one.coverage, reverse=True)
        return _quoted(best[:_PLAIN_SENTENCES])


class BestChoice:
    """Up to five sentences of gold documents, each the one that adds most of what is right.

    What is right are exact answers first, then the word pairs of the ideal answers; where the set
    gives neither, the order of ours stands. No choice of single sentences is proven to be better
    than this one: it is greedy.
    """

    name = BEST

    def __init__(self, candidates: Candidates, questions: Iterable[AskedQuestion]) -> None:
        self._candidates = candidates
        self._asked = {one.text: one for one in questions}

    def answer(self, question: str) -> GivenAnswer:
        asked = self._asked[question]
        gold = {name for name, grade in asked.relevant.items() if grade > 0}
        left = [one for one in self._candidates(question) if one.document_id in gold]
        chosen: list[EvidenceSentence] = []
        reached = (0.0, 0.0)
        while left and len(chosen) < _BEST_SENTENCES:
            texts = [" ".join(each.text for each in (*chosen, one)) for one in left]
            values = [_right(asked, text) for text in texts]
            best = max(range(len(left)), key=values.__getitem__)
            if chosen and values[best] <= reached:
                break
            reached = values[best]
            chosen.append(left.pop(best))
        return _quoted(chosen)


def _right(asked: AskedQuestion, text: str) -> tuple[float, float]:
    """How much of the exact and of the ideal answers a text has; higher is better."""
    exact = exact_answer_recall(text, asked.question.exact_answers)
    return _number(exact), _number(rouge_2(text, asked.question.ideal_answers).recall)


def _number(score: Score) -> float:
    return 0.0 if isinstance(score, NotScored) else score


def _quoted(sentences: Sequence[EvidenceSentence]) -> GivenAnswer:
    given = tuple(
        GivenSentence(one.text, (Passage(one.document_id, one.text, one.score),))
        for one in sentences
    )
    first = sentences[0] if sentences else None
    return GivenAnswer(
        given, first.score if first else float("-inf"), first.document_id if first else None
    )
