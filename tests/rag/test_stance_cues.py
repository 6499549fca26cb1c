import pytest

from rag.stance_cues import compares_the_other_way, numbers_in, opposite, read_cues


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Riluzole prolongs survival.", "more"),
        ("Edaravone slows the decline of function.", "less"),
        ("There was no significant difference in survival.", "none"),
        ("The drug did not prolong survival.", "none"),
        ("Survival was similar in both groups.", "none"),
        ("The drug increased weight and reduced pain.", None),
        ("ALS is a disease of motor neurons.", None),
    ],
)
def test_direction_is_what_the_words_say(text: str, direction: str | None) -> None:
    assert read_cues(text).direction == direction


def test_direction_is_of_the_part_that_shares_the_words_in_question() -> None:
    text = "The drug increased weight, but reduced pain."

    assert read_cues(text, about={"pain"}).direction == "less"
    assert read_cues(text, about={"weight"}).direction == "more"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Breathing improved.", "better"),
        ("Breathing worsened.", "worse"),
        ("It improved, then worsened.", None),
    ],
)
def test_value_is_better_or_worse(text: str, value: str | None) -> None:
    assert read_cues(text).value == value


def test_negations_hedges_and_tests_of_significance_are_seen() -> None:
    assert read_cues("Riluzole is not a cure.").is_negated
    assert read_cues("It may slow ALS.").is_hedged
    assert read_cues("Longer by 3 months (p < 0.05).").is_result
    plain = read_cues("Riluzole is taken twice a day.")
    assert (plain.is_negated, plain.is_hedged, plain.is_result) == (False, False, False)


def test_numbers_have_one_spelling_and_names_have_none() -> None:
    assert numbers_in("1,482 people, 39·3 % with TDP-43 and IL-6") == {"1482", "39.3"}


def test_a_comparison_may_be_told_from_the_other_side() -> None:
    claim = "Lithium increases pain compared with placebo."

    assert compares_the_other_way(claim, "Pain was greater with placebo than with lithium.")
    assert not compares_the_other_way(claim, "Pain was greater with lithium than with placebo.")
    assert not compares_the_other_way(claim, "Pain was greater with lithium.")


def test_opposite_turns_the_first_word_that_has_one() -> None:
    assert opposite("Lead increases risk and causes ALS.") == "Lead decreases risk and causes ALS."
    assert opposite("Tofersen is a drug.") is None
