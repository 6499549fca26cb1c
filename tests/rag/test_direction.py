import pytest

from rag.direction import turned_direction


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("Melatonin shortened survival.", "Melatonin extended survival."),
        ("It is an activator of the kinase.", "It is an inhibitor of the kinase."),
        ("The protein promotes export.", "The protein prevents export."),
        ("The cells are resistant to light.", "The cells are hypersensitive to light."),
        ("Bulbar onset is the least common form.", "Bulbar onset is the most frequent form."),
        ("The drug was inferior to placebo.", "The drug was superior to placebo."),
        ("Age correlates negatively with survival.", "Age correlates positively with survival."),
        (
            "Weight fell in treated mice, and fat stores grew.",
            "Weight rose in treated mice, and fat stores shrank.",
        ),
        ("Women had lower counts than men.", "Counts were lower in men than in women."),
    ],
)
def test_an_opposite_direction_is_named(sentence: str, span: str) -> None:
    assert turned_direction(sentence, [span])
    assert turned_direction(span, [sentence])
    assert not turned_direction(span, [span])


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        (
            "Carriers had a higher level of the protein than controls.",
            "The level of the protein was lower in controls than in carriers.",
        ),
        ("The drug blocks the activation of microglia.", "Microglial activation is blocked by it."),
        ("The activity of the kinase was reduced.", "The kinase was inhibited."),
        ("The disease was less severe.", "The disease was milder."),
        (
            "Weight fell and muscle strength rose.",
            "Muscle strength was increased, while weight was decreased.",
        ),
        ("More than 160 mutations are known.", "Few patients have one of 160 known mutations."),
        ("Riluzole prolongs survival.", "Nothing is said of it."),
    ],
)
def test_the_same_in_other_words_is_none(sentence: str, span: str) -> None:
    assert turned_direction(sentence, [span]) == ()
