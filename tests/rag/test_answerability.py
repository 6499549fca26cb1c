"""The probability that the library answers."""

import math

import pytest

from index.errors import ModelError
from rag.answerability import Answerability, Signals

_SIGNALS = Signals(answers=2.0, answers_of_three=1.0, sentence=-1.0, similarity=0.5, lexical=0.25)


def test_it_is_a_logistic_regression() -> None:
    weights = Answerability(-1.0, Signals(1.0, 0.5, 0.25, 2.0, 4.0))
    logit = -1 + 2 + 0.5 - 0.25 + 1 + 1
    assert weights.probability(_SIGNALS) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_weights_are_kept_by_name() -> None:
    weights = Answerability(-1.0, _SIGNALS)
    assert Answerability.from_dict(weights.to_dict()) == weights


def test_weights_of_other_names_are_refused() -> None:
    with pytest.raises(ModelError, match="has to weigh exactly: intercept, answers"):
        Answerability.from_dict({"intercept": 0.0})
