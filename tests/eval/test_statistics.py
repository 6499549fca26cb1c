from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.statistics import Interval, bootstrap_ci, paired_randomisation, wilson_interval

SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=8)


def test_bootstrap_interval_of_many_coins_is_the_normal_one() -> None:
    interval = bootstrap_ci([0.0, 1.0] * 200)

    assert interval is not None
    assert interval.estimate == 0.5
    # 1.96 · sqrt(.25 / 400) = .049
    assert interval.low == pytest.approx(0.451, abs=0.003)
    assert interval.high == pytest.approx(0.549, abs=0.003)


def test_same_seed_gives_the_same_interval_in_any_order() -> None:
    values = [0.1, 0.9, 0.4, 0.4, 0.7]

    assert bootstrap_ci(values) == bootstrap_ci(values) == bootstrap_ci(values[::-1])
    assert bootstrap_ci(values, resamples=100) != bootstrap_ci(values, resamples=100, seed=1)


def test_equal_values_leave_no_doubt() -> None:
    assert bootstrap_ci([0.5] * 7) == Interval(0.5, 0.5, 0.5)


def test_wider_level_gives_a_wider_interval() -> None:
    narrow, wide = (bootstrap_ci([0.0, 0.2, 1.0], level=level) for level in (0.5, 0.99))

    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    assert wide.high - wide.low > narrow.high - narrow.low


def test_more_values_than_fit_one_batch_give_one_interval() -> None:
    interval = bootstrap_ci([0.0, 1.0] * 60_000, resamples=20)

    assert interval is not None
    assert 0.49 < interval.low < 0.5 < interval.high < 0.51


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (45, 50, 0.7864, 0.9565),
        (90, 100, 0.8256, 0.9448),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_published_wilson_intervals(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)

    assert interval is not None
    assert interval.estimate == successes / n
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_its_share_within_zero_and_one(counts: tuple[int, int]) -> None:
    interval = wilson_interval(*counts)

    if interval is None:
        assert counts[1] == 0
    else:
        assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 1), (0, -1)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        wilson_interval(successes, n)


def test_hand_computed_randomisation() -> None:
    # differences 1, 1, 1, 0: of the 8 sign flips, +++ and --- reach the observed sum
    test = paired_randomisation([1, 1, 1, 0.5], [0, 0, 0, 0.5])

    assert test is not None
    assert (test.difference, test.p_value, test.exact) == (0.75, 2 / 8, True)


@given(
    SCORES.flatmap(
        lambda a: st.tuples(
            st.just(a),
            st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=len(a), max_size=len(a)),
        )
    )
)
def test_exact_test_tries_every_swap(pair: tuple[list[float], list[float]]) -> None:
    a, b = pair
    differences = [one - other for one, other in zip(a, b, strict=True)]
    sums = [
        sum(sign * one for sign, one in zip(signs, differences, strict=True))
        for signs in product([1, -1], repeat=len(differences))
    ]
    reaching = sum(abs(one) >= abs(sum(differences)) for one in sums)

    test, mirrored = paired_randomisation(a, b), paired_randomisation(b, a)

    assert test is not None
    assert mirrored is not None
    assert test.p_value == reaching / len(sums) == mirrored.p_value
    assert test.difference == -mirrored.difference


def test_systems_that_are_alike_have_p_of_one() -> None:
    test = paired_randomisation([0.3] * 40, [0.3] * 40)

    assert test is not None
    assert (test.difference, test.p_value, test.exact) == (0.0, 1.0, True)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_sampled_test_comes_near_the_exact_one(seed: int) -> None:
    # 17 equal differences, 13 up and 4 down: p = 2 · sum of C(17, 13..17) / 2^17
    a = [1.0] * 13 + [0.0] * 4
    b = [0.0] * 13 + [1.0] * 4

    test = paired_randomisation(a, b, seed=seed, permutations=20_000)

    assert test is not None
    assert not test.exact
    assert test.p_value == pytest.approx(2 * (2380 + 680 + 136 + 17 + 1) / 2**17, abs=0.01)


def test_sampled_test_is_the_same_for_a_seed_and_never_zero() -> None:
    a, b = [1.0] * 60, [0.0] * 60

    test = paired_randomisation(a, b, permutations=1000)

    assert test is not None
    assert test == paired_randomisation(a, b, permutations=1000)
    assert test.p_value == 1 / 1001


def test_order_of_the_pairs_plays_no_part() -> None:
    a = [n / 20 for n in range(20)]
    b = [(n * 7 % 20) / 20 for n in range(20)]

    some, other = (
        paired_randomisation(first, second, permutations=500)
        for first, second in ((a, b), (a[::-1], b[::-1]))
    )

    assert some is not None
    assert other is not None
    assert some.p_value == other.p_value


def test_nothing_to_go_by_gives_none() -> None:
    assert bootstrap_ci([]) is None
    assert wilson_interval(0, 0) is None
    assert paired_randomisation([], []) is None


def test_scores_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores cannot be paired with 1"):
        paired_randomisation([1, 0], [1])
