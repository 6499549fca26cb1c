import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.spelling import is_slip

LONG_WORDS = st.text("abcdefghij", min_size=6, max_size=12)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("people", "people"),
        ("pepole", "people"),
        ("riluzol", "riluzole"),
        ("rilluzole", "riluzole"),
        ("rimuzole", "riluzole"),
    ],
)
def test_one_letter_or_one_swap_is_a_slip(word: str, other: str) -> None:
    assert is_slip(word, other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("riluzlo", "riluzole"),
        ("edaravone", "riluzole"),
        ("eriluzole", "riluzole"),
        ("miluzole", "riluzole"),
    ],
)
def test_two_letters_or_another_first_letter_are_no_slip(word: str, other: str) -> None:
    assert not is_slip(word, other)


@pytest.mark.parametrize(
    ("word", "other"), [("dose", "does"), ("waht", "what"), ("drugs", "drags"), ("drgs", "drugs")]
)
def test_words_under_six_letters_are_never_slips(word: str, other: str) -> None:
    assert not is_slip(word, other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("amx0035", "amx0036"),
        ("biib067", "biib076"),
        ("sod1sod1", "sod1sod2"),
        ("il6-il8", "il6-il6"),
    ],
)
def test_words_with_digits_or_hyphens_are_never_slips(word: str, other: str) -> None:
    assert not is_slip(word, other)


@given(LONG_WORDS, st.integers(1, 11), st.sampled_from("abcdefghij"))
def test_a_word_with_one_letter_exchanged_is_a_slip_both_ways(
    word: str, position: int, letter: str
) -> None:
    position = 1 + position % (len(word) - 1)
    other = word[:position] + letter + word[position + 1 :]

    assert is_slip(word, other)
    assert is_slip(other, word)


@given(LONG_WORDS, LONG_WORDS)
def test_being_a_slip_does_not_depend_on_the_order(word: str, other: str) -> None:
    assert is_slip(word, other) == is_slip(other, word)
