import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import QuestionError
from rag.question_text import clean_question, readings, without_texting


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "???", "…!? – ()", "\u200b"])
def test_a_question_without_a_word_says_to_ask_in_words(text: str) -> None:
    with pytest.raises(QuestionError) as caught:
        clean_question(text, max_chars=100)

    assert caught.value.problem == "The question is empty."
    assert caught.value.remedy == "Ask something in words."


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x85", "U+0085"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\ud800", "U+D800"),
        ("\udfff", "U+DFFF"),
    ],
)
def test_a_control_character_is_named_and_is_to_be_taken_out(character: str, name: str) -> None:
    with pytest.raises(QuestionError) as caught:
        clean_question(f"What is {character}ALS?", max_chars=100)

    assert name in caught.value.problem
    assert "Take it out" in caught.value.remedy


def test_a_question_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(QuestionError) as caught:
        clean_question("a" * 2_001, max_chars=2_000)

    assert "2,001" in caught.value.problem
    assert "2,000" in caught.value.problem
    assert "fewer words" in caught.value.remedy


def test_a_question_of_exactly_the_longest_length_is_read() -> None:
    assert clean_question("a" * 10, max_chars=10) == "a" * 10


def test_tabs_and_line_ends_become_single_spaces() -> None:
    text = clean_question("\tWhat\r\nis\n\n\tALS ?  ", max_chars=100)

    assert text == "What is ALS ?"


@given(st.text(max_size=60))
def test_a_clean_question_stays_as_it_is(text: str) -> None:
    try:
        cleaned = clean_question(text, max_chars=100)
    except QuestionError:
        return

    assert clean_question(cleaned, max_chars=100) == cleaned
    assert "  " not in cleaned
    assert "\n" not in cleaned


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("My dad has ALS. Which drugs are approved?", "Which drugs are approved?"),
        ("Which drugs are approved? Thank you.", "Which drugs are approved?"),
        ("For a talk: which drugs are approved?", "which drugs are approved?"),
        ("Please tell me which drugs are approved", "which drugs are approved"),
        ("I wonder what causes ALS", "what causes ALS"),
        ("As a nurse, I need the dose of riluzole", "I need the dose of riluzole"),
        ("Which drugs are approved?", "Which drugs are approved?"),
    ],
)
def test_the_narrowest_reading_is_what_asks(text: str, asking: str) -> None:
    assert readings(text)[0] == asking


def test_readings_grow_to_the_whole_text() -> None:
    text = "My dad has ALS. For a talk: which drugs are approved?"

    assert readings(text) == [
        "which drugs are approved?",
        "For a talk: which drugs are approved?",
        text,
    ]


def test_two_questions_are_read_together() -> None:
    text = "I have ALS. What is riluzole? Is it approved?"

    assert readings(text)[0] == "What is riluzole? Is it approved?"


@pytest.mark.parametrize(
    "text",
    ["How many people in the U.K. die of ALS each year?", "What does the F.D.A. approve?"],
)
def test_a_full_stop_of_an_abbreviation_does_not_cut_a_question(text: str) -> None:
    assert readings(text)[0] == text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("In Japan, how many people die of ALS each year?", "Japan"),
        ("For migraine, is edaravone approved?", "migraine"),
        ("Regarding tofersen, when was it approved?", "tofersen"),
    ],
)
def test_what_a_question_is_restricted_to_is_no_preamble(text: str, word: str) -> None:
    assert word in readings(text)[0]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("what drugs r fda approved 4 als", "what drugs r fda approved for als"),
        ("what helps u 2 sleep", "what helps u to sleep"),
        ("is it type 2 diabetes", "is it type 2 diabetes"),
    ],
)
def test_digits_are_words_in_short_messages_alone(text: str, read: str) -> None:
    assert without_texting(text) == read
