"""Does the library answer the question at all? What was found in, a calibrated probability out.

A logistic regression over what the relevance model says of the passages that were read and what
retrieval gave them. All of it is absolute: no value depends on how many documents there are, or on
what else was found, but for the best of many being higher than the best of few.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

import numpy as np

from index.errors import ModelError
from rag.retrieval import Found

_SECOND_LOOK = 3
"""Passages over which a mean is taken: one that stands out alone may be chance."""
_NO_SENTENCE = -10.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer."""

    answers: float
    """The highest logit of a passage to answer."""
    answers_of_three: float
    """The mean of the three highest."""
    sentence: float
    """The highest logit of a sentence."""
    similarity: float
    """The highest cosine of a passage's vector to the question's."""
    lexical: float
    """The highest share of what the question's terms, weighted by rarity, can give a passage."""


def signals_of(found: Found) -> Signals | None:
    """Of what was found; None where no passage of it was read."""
    if found.reranked is None or not found.reranked.relevances:
        return None
    relevances = found.reranked.relevances.values()
    answers = np.sort([one.answers for one in relevances])[::-1]
    sentences = [float(one.sentences.max(initial=_NO_SENTENCE)) for one in relevances]
    return Signals(
        answers=float(answers[0]),
        answers_of_three=float(answers[:_SECOND_LOOK].mean()),
        sentence=max(sentences),
        similarity=max(one.similarity for one in found.ranking),
        lexical=max(one.lexical for one in found.ranking),
    )


@dataclass(frozen=True, slots=True)
class Answerability:
    """The regression's weights."""

    intercept: float
    weights: Signals

    def probability(self, signals: Signals) -> float:
        """That a document of the library answers, 0 to 1."""
        given, weights = asdict(signals), asdict(self.weights)
        logit = self.intercept + sum(weights[name] * given[name] for name in weights)
        return float(1 / (1 + np.exp(-logit)))

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> Self:
        """The weights by name, as `to_dict` wrote them; ModelError for anything else."""
        names = {one.name for one in fields(Signals)}
        if set(data) != {"intercept", *names}:
            raise ModelError(
                f"A relevance model weighs {', '.join(sorted(data)) or 'nothing'}.",
                f"It has to weigh exactly: intercept, {', '.join(sorted(names))}.",
            )
        return cls(data["intercept"], Signals(**{name: data[name] for name in names}))

    def to_dict(self) -> dict[str, float]:
        """The weights by name."""
        return {"intercept": self.intercept, **asdict(self.weights)}
