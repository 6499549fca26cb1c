from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fetch.date_range import EVER, DateRange


@given(first=st.dates(), days=st.integers(min_value=1, max_value=100_000))
def test_halves_are_the_whole_without_overlap(first: date, days: int) -> None:
    last = min(first, date.max - timedelta(days=days)) + timedelta(days=days)
    span = DateRange(min(first, last - timedelta(days=1)), last)

    newer, older = span.halves()

    assert (older.first, newer.last) == (span.first, span.last)
    assert newer.first - older.last == timedelta(days=1)
    assert older.first <= older.last
    assert newer.first <= newer.last


def test_a_day_has_no_halves() -> None:
    with pytest.raises(ValueError, match="no halves"):
        DateRange(EVER.first, EVER.first).halves()
