import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.number_words import with_digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("thirty thousand patients", "30000 patients"),
        ("two to three months", "2 to 3 months"),
        ("one of the causes", "one of the causes"),
        ("one hundred and twenty-five", "125"),
        ("two and three", "2 and 3"),
        ("1.5 million people", "1500000 people"),
    ],
)
def test_numbers_in_words_become_digits(text: str, digits: str) -> None:
    assert with_digits(text) == digits


_WORDS = [
    "one",
    "two",
    "nine",
    "ten",
    "eleven",
    "twenty",
    "hundred",
    "thousand",
    "million",
    "and",
    "or",
    "zero",
]


@given(st.lists(st.sampled_from(_WORDS)).map(" ".join))
def test_any_row_of_number_words_can_be_read(text: str) -> None:
    assert isinstance(with_digits(text), str)
