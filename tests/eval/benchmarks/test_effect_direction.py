import pytest

from eval.benchmarks.effect_direction import direction_of, effect_relation

MORE, LESS, NONE = (
    "significantly increased",
    "significantly decreased",
    "no significant difference",
)


@pytest.mark.parametrize(
    ("sentence", "direction"),
    [
        ("Pain was significantly higher with the drug.", MORE),
        ("The drug reduced pain by 3 points (p = 0.01).", LESS),
        ("There was no significant difference in pain.", NONE),
        ("Pain did not differ between the groups.", NONE),
        ("Pain scores were similar in both arms.", NONE),
        ("Pain rose first, then fell.", None),
        ("Pain was measured every week.", None),
    ],
)
def test_a_sentence_gives_one_direction_or_none(sentence: str, direction: str | None) -> None:
    assert direction_of(sentence) == direction


@pytest.mark.parametrize(
    ("sentence", "relation"),
    [
        ("The drug reduced resting heart rates.", "supports"),
        ("The drug increased the heart rate at rest.", "contradicts"),
        ("The drug reduced blood pressure.", "neutral"),
        ("Resting heart rate was measured.", "neutral"),
    ],
)
def test_only_a_sentence_on_the_outcome_supports_or_contradicts(
    sentence: str, relation: str
) -> None:
    assert effect_relation(sentence, outcome="resting heart rate", effect=LESS) == relation
