"""A logistic regression at work: values by name in, a probability out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from index.errors import ModelError

_INTERCEPT = "intercept"


@dataclass(frozen=True, slots=True)
class Logistic:
    """The weights of one formula."""

    intercept: float
    weights: Mapping[str, float]
    """By the name of the value."""

    def probability(self, values: Mapping[str, float]) -> float:
        """For those values, 0 to 1."""
        logit = self.intercept + sum(weight * values[name] for name, weight in self.weights.items())
        return float(1 / (1 + np.exp(-logit)))

    @classmethod
    def from_dict(cls, data: Mapping[str, float], names: Sequence[str]) -> Self:
        """As `to_dict` wrote it; ModelError where it does not weigh exactly those values."""
        if set(data) != {_INTERCEPT, *names}:
            raise ModelError(
                f"A formula of the relevance model weighs {', '.join(sorted(data)) or 'nothing'}.",
                f"It has to weigh exactly: {', '.join((_INTERCEPT, *names))}.",
            )
        return cls(data[_INTERCEPT], {name: data[name] for name in names})

    def to_dict(self) -> dict[str, float]:
        """Intercept and weights by name."""
        return {_INTERCEPT: self.intercept, **self.weights}
