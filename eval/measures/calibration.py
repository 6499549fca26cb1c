"""Whether probabilities are what they say: those given and what came true in, the error out."""

from collections.abc import Sequence

from eval.measures.score import NotScored, Score

BINS = 10


def expected_calibration_error(given: Sequence[tuple[float, bool]], *, bins: int = BINS) -> Score:
    """The mean distance of probability and frequency over bins, weighed by how many lie in each.

    Bins are of equal width (Guo et al. 2017, arXiv:1706.04599).

    Args:
        given: (probability, whether it came true) of each.
        bins: so many of them.
    """
    if not given:
        return NotScored("there is no probability")
    parts: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for probability, came_true in given:
        parts[min(bins - 1, int(probability * bins))].append((probability, came_true))
    return sum(
        abs(sum(probability for probability, _ in part) - sum(true for _, true in part))
        for part in parts
    ) / len(given)
