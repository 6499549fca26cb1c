"""Fits the formulas that use the model, on questions that it did not learn from."""

from collections.abc import Sequence
from dataclasses import astuple, fields

import numpy as np
from numpy.typing import NDArray

from eval.relevance.library_parts import AskedOfPart
from rag.answerability import Answerability, Signals
from rag.relevance_model import RelevanceScorer
from rag.reranking import Mixing
from rag.retrieval import DENSE_SHARE
from rag.training.judgements import JudgedQuestion


def fit_mixing(questions: Sequence[JudgedQuestion], scorer: RelevanceScorer, *, k: int) -> Mixing:
    """The weights under which the first k passages of each question are most likely what they are.

    Only passages that retrieval found count; each question weighs the same.
    """
    rows: list[tuple[float, float, float]] = []
    labels: list[bool] = []
    weights: list[float] = []
    for question in questions:
        found = [one for one in question.passages if one.similarity is not None][:k]
        said = scorer.score(question.text, [one.passage for one in found])
        for one, relevance in zip(found, said, strict=True):
            score = DENSE_SHARE * (one.similarity or 0) + (1 - DENSE_SHARE) * (one.lexical or 0)
            rows.append((score, relevance.relevance, relevance.answers))
            labels.append(one.relevant)
            weights.append(1 / len(found))
    intercept, (retrieval, relevance_weight, answers) = _fit(
        np.array(rows), np.array(labels), np.array(weights)
    )
    return Mixing(intercept, retrieval, relevance_weight, answers)


def fit_answerability(asked: Sequence[AskedOfPart]) -> Answerability:
    """The weights under which it is most likely that what is answerable is; all sizes weigh the same."""
    rows = np.array([astuple(one.signals) for one in asked])
    labels = np.array([one.answerable for one in asked])
    counts = {
        size: sum(one.documents == size for one in asked) for size in {o.documents for o in asked}
    }
    weights = np.array([1 / counts[one.documents] for one in asked])
    intercept, given = _fit(rows, labels, weights)
    names = [one.name for one in fields(Signals)]
    return Answerability(intercept, Signals(**dict(zip(names, given, strict=True))))


def _fit(
    rows: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, list[float]]:
    """Intercept and weights of a logistic regression, on the scale of the rows as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=1.0).fit(
        (rows - mean) / spread, labels, sample_weight=weights / weights.mean()
    )
    given = fitted.coef_[0] / spread
    return float(fitted.intercept_[0] - given @ mean), [float(one) for one in given]
