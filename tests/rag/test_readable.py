import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.readable import (
    Explainer,
    Readable,
    definitions_hold,
    is_of,
    quote_of,
    without_lead_in,
)

SOURCE = "Amyotrophic lateral sclerosis (ALS) is a disease. Superoxide dismutase 1 (SOD1) may be mutated."
_WORDS = st.sampled_from(
    [
        "However,",
        "But",
        "In addition,",
        "ALS",
        "SOD1",
        "riluzole",
        "slows",
        "mTOR",
        "in",
        "1995",
        "FTD",
    ]
)


@pytest.mark.parametrize(
    ("quote", "text", "dropped"),
    [
        ("However, riluzole helps.", "Riluzole helps.", "However, "),
        ("But TDP-43 is found.", "TDP-43 is found.", "But "),
        ("CONCLUSIONS: Thus, mTOR rises.", "mTOR rises.", "CONCLUSIONS: Thus, "),
        ("In contrast, edaravone did not.", "Edaravone did not.", "In contrast, "),
        ("Thus far, none was approved.", "Thus far, none was approved.", ""),
        ("However long it takes, it helps.", "However long it takes, it helps.", ""),
        ("However, ", "However, ", ""),
    ],
)
def test_a_lead_in_is_dropped_and_recorded(quote: str, text: str, dropped: str) -> None:
    shown = without_lead_in(quote)

    assert (shown.text, shown.dropped) == (text, dropped)
    assert is_of(shown.text, shown.dropped, (), quote)


def test_abbreviations_are_explained_where_they_are_first_met() -> None:
    explainer = Explainer("What helps?")

    first = explainer.explained(Readable("SOD1 causes ALS."), SOURCE)
    second = explainer.explained(Readable("ALS is rare."), SOURCE)

    assert first.text == (
        "SOD1 [Superoxide dismutase 1] causes ALS [Amyotrophic lateral sclerosis]."
    )
    assert second == Readable("ALS is rare.")
    assert definitions_hold(first.expanded, first.text, SOURCE)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Is ALS rare?", "ALS is rare."),
        ("Is amyotrophic lateral sclerosis rare?", "ALS is rare."),
        ("Is it rare?", "Amyotrophic lateral sclerosis (ALS) is rare."),
        ("Is it rare?", "FTD is rare."),
    ],
)
def test_what_is_known_said_or_not_defined_is_not_explained(question: str, sentence: str) -> None:
    assert Explainer(question).explained(Readable(sentence), SOURCE) == Readable(sentence)


@given(st.lists(_WORDS, min_size=1, max_size=12).map(" ".join))
def test_the_quote_can_be_made_again(quote: str) -> None:
    shown = Explainer("?").explained(without_lead_in(quote), SOURCE)

    assert is_of(shown.text, shown.dropped, shown.expanded, quote)
    assert definitions_hold(shown.expanded, shown.text, SOURCE)


def test_no_other_beginning_may_be_left_out() -> None:
    quote = "Riluzole does not help, edaravone does."

    assert not is_of("Edaravone does.", "Riluzole does not help, ", (), quote)


def test_a_meaning_that_does_not_stand_there_makes_no_quote() -> None:
    assert quote_of("ALS is rare.", "", ("amyotrophic lateral sclerosis",)) == ""


@pytest.mark.parametrize("text", ["ALS [a lie] is rare.", "Riluzole [a lie] is rare."])
def test_a_meaning_that_the_source_does_not_give_is_told(text: str) -> None:
    assert not definitions_hold(("a lie",), text, SOURCE)
