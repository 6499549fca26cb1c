"""Fits a logistic regression: rows of values and what is so in, a formula out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.logistic import Logistic

LEAST_SPREAD = 1e-6
"""Taken for that of a value that is the same everywhere."""


def fit_logistic(
    names: Sequence[str],
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> Logistic:
    """The weights under which what is so is most likely, on the scale of the rows as they are.

    Args:
        names: of the columns.
        rows: values, one row for each label.
        labels: what is so.
        weights: how much each row counts; their sum makes no difference.
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0) + LEAST_SPREAD
    fitted = LogisticRegression(C=1.0, max_iter=1_000).fit(
        (rows - mean) / spread, labels, sample_weight=weights / weights.mean()
    )
    given = fitted.coef_[0] / spread
    return Logistic(
        float(fitted.intercept_[0] - given @ mean), dict(zip(names, given.tolist(), strict=True))
    )
