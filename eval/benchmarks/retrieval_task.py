"""Task retrieval: questions in, rankings of documents judged by the set's qrels out."""

from collections.abc import Iterable, Mapping, Sequence

from eval.benchmarks.asked import AskedSet, TaskResult, ask_all
from eval.benchmarks.comparison import QuestionScores, compare
from eval.benchmarks.models import System
from eval.measures.ranking import ndcg_at, recall_at, reciprocal_rank

_DEPTH = 50
UNJUDGED = (
    "Nobody judged all documents for all questions: one without a judgement counts as not"
    " relevant here, which it need not be, so figures are lower bounds."
)


def measure_retrieval(asked: AskedSet, systems: Iterable[System]) -> TaskResult:
    """nDCG@10, recall@10, recall@50 and RR, the latter over the first 50 documents."""
    scores = retrieval_scores(asked, systems)
    return TaskResult(len(asked.questions), compare(scores), (UNJUDGED,))


def retrieval_scores(asked: AskedSet, systems: Iterable[System]) -> dict[str, list[QuestionScores]]:
    """By system, the scores of each question."""

    def ask(system: System) -> list[QuestionScores]:
        return ask_all(
            asked,
            system.name,
            lambda one: scores_of(system.rank(one.text, k=_DEPTH), one.relevant),
        )

    return {system.name: ask(system) for system in systems}


def scores_of(ranking: Sequence[str], relevant: Mapping[str, int]) -> QuestionScores:
    """The scores of one ranking."""
    return {
        "nDCG@10": ndcg_at(ranking, relevant, k=10),
        "recall@10": recall_at(ranking, relevant, k=10),
        "recall@50": recall_at(ranking, relevant, k=_DEPTH),
        "RR": reciprocal_rank(ranking[:_DEPTH], relevant),
    }
