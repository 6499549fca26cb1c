"""Formulas of the relevance model."""

import math

import pytest

from index.errors import ModelError
from rag.logistic import Logistic

_FORMULA = Logistic(-1.0, {"retrieval": 2.0, "relevance": 0.5})


def test_the_probability_is_that_of_the_weighted_sum() -> None:
    found = _FORMULA.probability({"retrieval": 0.5, "relevance": -1.0, "unused": 9.0})
    assert found == pytest.approx(1 / (1 + math.exp(0.5)))


def test_weights_are_kept_by_name() -> None:
    names = ("retrieval", "relevance")
    assert Logistic.from_dict(_FORMULA.to_dict(), names) == _FORMULA


@pytest.mark.parametrize("names", [("retrieval",), ("retrieval", "relevance", "answers")])
def test_weights_of_other_names_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ModelError, match="has to weigh exactly: intercept, retrieval"):
        Logistic.from_dict(_FORMULA.to_dict(), names)
