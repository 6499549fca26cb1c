"""How well a ranking finds what is relevant: ranked ids and their judged grades in, a score out.

As trec_eval computes them, and so as `ir_measures` prints R@k, nDCG@k and RR. An id is relevant
where its grade is above 0; what nobody judged counts as not relevant. An id that stands twice in a
ranking counts at its first place, and those behind it move up. A query without any relevant id is
not scored; a judged query without hits is 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log2

from eval.measures.score import NotScored, Score, ratio

_NOTHING_RELEVANT = "nothing is judged relevant"


def recall_at(ranking: Sequence[str], relevant: Mapping[str, int], *, k: int) -> Score:
    """Share of the relevant ids among the first `k`, 0 to 1.

    Args:
        ranking: ids, best first.
        relevant: grade of each judged id.
        k: how many places are looked at.

    Raises:
        ValueError: `k` is below 1.
    """
    wanted = {one for one, grade in relevant.items() if grade > 0}
    found = wanted.intersection(_first(ranking, k))
    return ratio(len(found), len(wanted), otherwise=_NOTHING_RELEVANT)


def ndcg_at(ranking: Sequence[str], relevant: Mapping[str, int], *, k: int) -> Score:
    """Normalised discounted cumulative gain of the first `k`, 0 to 1.

    The gain is the grade itself (not 2^grade - 1), the discount log2(place + 1), and the ideal is
    the best ranking of all judged ids, cut at `k` (Järvelin and Kekäläinen 2002; trec_eval's
    ndcg_cut).

    Args:
        ranking: ids, best first.
        relevant: grade of each judged id.
        k: how many places are looked at.

    Raises:
        ValueError: `k` is below 1.
    """
    ideal = _gain(sorted(relevant.values(), reverse=True)[:k])
    gain = _gain(relevant.get(one, 0) for one in _first(ranking, k))
    return ratio(gain, ideal, otherwise=_NOTHING_RELEVANT)


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, int]) -> Score:
    """1 / place of the first relevant id, 0 where there is none (Voorhees 1999)."""
    if not any(grade > 0 for grade in relevant.values()):
        return NotScored(_NOTHING_RELEVANT)
    for place, one in enumerate(dict.fromkeys(ranking), start=1):
        if relevant.get(one, 0) > 0:
            return 1 / place
    return 0.0


def _first(ranking: Sequence[str], k: int) -> list[str]:
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k!r}")
    return list(dict.fromkeys(ranking))[:k]


def _gain(grades: Iterable[int]) -> float:
    return sum(max(grade, 0) / log2(place + 1) for place, grade in enumerate(grades, start=1))
