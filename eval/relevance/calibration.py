"""Fits the formulas that use the model, on questions that it did not learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from eval.logistic_fit import LEAST_SPREAD, fit_logistic
from eval.relevance.library_parts import AskedOfPart
from eval.relevance.sentences import FoundSentence
from rag.answerability import SIGNALS
from rag.evidence import READ
from rag.logistic import Logistic
from rag.relevance_model import RelevanceScorer
from rag.reranking import MIXED, mixed
from rag.retrieval import DENSE_SHARE
from rag.training.judgements import JudgedPassage, JudgedQuestion

_FARTHEST = 100.0
"""Logits."""


def fit_mixing(questions: Sequence[JudgedQuestion], scorer: RelevanceScorer, *, k: int) -> Logistic:
    """The weights that best put relevant passages before the others of their question.

    With the intercept, as many passages are relevant as the probabilities say. Only the first k that
    retrieval found count; each question weighs the same.
    """
    asked: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for question in questions:
        found = [one for one in question.passages if one.similarity is not None][:k]
        if not found:
            continue
        said = scorer.score(question.text, [one.passage for one in found])
        rows = [
            tuple(mixed(_retrieval_score(one), relevance).values())
            for one, relevance in zip(found, said, strict=True)
        ]
        asked.append((np.array(rows), np.array([one.relevant for one in found])))
    direction = _direction(asked)
    labels = np.concatenate([own for _, own in asked])
    sums = np.concatenate([rows @ direction for rows, _ in asked])
    weights = np.concatenate([np.full(len(own), 1 / len(own)) for _, own in asked])
    intercept = _intercept(sums, labels, weights)
    return Logistic(intercept, dict(zip(MIXED, direction.tolist(), strict=True)))


def _retrieval_score(one: JudgedPassage) -> float:
    return DENSE_SHARE * (one.similarity or 0) + (1 - DENSE_SHARE) * (one.lexical or 0)


def _direction(
    asked: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]],
) -> NDArray[np.float64]:
    """Weights of a logistic regression on the differences between relevant rows and others."""
    from sklearn.linear_model import LogisticRegression

    both = [(rows[own], rows[~own]) for rows, own in asked if own.any() and not own.all()]
    parts = [(one[:, None] - other[None]).reshape(-1, len(MIXED)) for one, other in both]
    spread = np.vstack([rows for rows, _ in asked]).std(axis=0) + LEAST_SPREAD
    apart = np.vstack(parts) / spread
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in parts])
    fitted = LogisticRegression(C=1.0, fit_intercept=False).fit(
        np.vstack([apart, -apart]),
        np.repeat([True, False], len(apart)),
        sample_weight=np.tile(weights / weights.mean(), 2),
    )
    return np.asarray(fitted.coef_[0] / spread)


def _intercept(
    sums: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64]
) -> float:
    """Under which the probabilities add up to what is so."""
    from scipy.optimize import brentq

    def too_much(intercept: float) -> float:
        return float(weights @ (1 / (1 + np.exp(-sums - intercept)) - labels))

    return float(brentq(too_much, -_FARTHEST, _FARTHEST))


def fit_sentences(found: Sequence[FoundSentence]) -> Logistic:
    """The weights under which it is most likely that what is right is; questions weigh the same."""
    counts = Counter(one.ask_id for one in found)
    return fit_logistic(
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
    return fit_logistic(SIGNALS, rows, labels, weights)
