"""Fits the formulas that use the model, on questions that it did not learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from eval.relevance.library_parts import AskedOfPart
from eval.relevance.sentences import FoundSentence
from rag.answerability import SIGNALS
from rag.evidence import READ
from rag.logistic import Logistic
from rag.relevance_model import RelevanceScorer
from rag.reranking import MIXED, mixed
from rag.retrieval import DENSE_SHARE
from rag.training.judgements import JudgedQuestion


def fit_mixing(questions: Sequence[JudgedQuestion], scorer: RelevanceScorer, *, k: int) -> Logistic:
    """The weights under which the first k passages of each question are most likely what they are.

    Only passages that retrieval found count; each question weighs the same.
    """
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    weights: list[float] = []
    for question in questions:
        found = [one for one in question.passages if one.similarity is not None][:k]
        said = scorer.score(question.text, [one.passage for one in found])
        for one, relevance in zip(found, said, strict=True):
            score = DENSE_SHARE * (one.similarity or 0) + (1 - DENSE_SHARE) * (one.lexical or 0)
            rows.append(tuple(mixed(score, relevance).values()))
            labels.append(one.relevant)
            weights.append(1 / len(found))
    return _fit(MIXED, np.array(rows), np.array(labels), np.array(weights))


def fit_sentences(found: Sequence[FoundSentence]) -> Logistic:
    """The weights under which it is most likely that what is right is; questions weigh the same."""
    counts = Counter(one.ask_id for one in found)
    return _fit(
        READ,
        np.array([[one.values[name] for name in READ] for one in found]),
        np.array([one.is_right for one in found]),
        np.array([1 / counts[one.ask_id] for one in found]),
    )


def fit_answerability(asked: Sequence[AskedOfPart]) -> Logistic:
    """The weights under which it is most likely that what is answerable is; all sizes weigh the same."""
    rows = np.array([astuple(one.signals) for one in asked])
    labels = np.array([one.answerable for one in asked])
    counts = {
        size: sum(one.documents == size for one in asked) for size in {o.documents for o in asked}
    }
    weights = np.array([1 / counts[one.documents] for one in asked])
    return _fit(SIGNALS, rows, labels, weights)


def _fit(
    names: Sequence[str],
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> Logistic:
    """A logistic regression on the scale of the rows as they are; a name for each column."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1.0).fit(
        (rows - mean) / spread, labels, sample_weight=weights / weights.mean()
    )
    given = fitted.coef_[0] / spread
    return Logistic(
        float(fitted.intercept_[0] - given @ mean), dict(zip(names, given.tolist(), strict=True))
    )
