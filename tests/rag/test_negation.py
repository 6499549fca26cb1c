import pytest

from rag.negation import turned_negation

TRIAL = "Lithium failed to slow ALS, but riluzole prolonged survival."


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("Lithium did not slow ALS.", TRIAL),
        ("Riluzole prolonged survival.", TRIAL),
        ("Riluzole, however, prolonged survival.", TRIAL),
        ("ALS was not slowed by lithium.", "Lithium did not slow ALS."),
        ("However, no trial has shown a benefit.", "A benefit has, however, not been shown."),
        ("Neither drug helped.", "Both drugs did not help."),
        (
            "It asked whether or not symptoms were worse at night.",
            "It asked whether symptoms were worse at night.",
        ),
        (
            "Early reports were positive, yet later trials could not show an effect.",
            "Despite positive early reports, later trials failed to show an effect.",
        ),
        ("The gene is no longer repressed.", "The loss of repression of the gene was seen."),
        ("The causes are not well understood.", "The causes are poorly understood."),
        ("It is not clear whether it rises.", "Whether it rises is unclear."),
        ("The reaction is not reversible.", "The reaction is irreversible."),
        ("Splicing does not depend on transport.", "Splicing is independent of transport."),
        (
            "Riluzole prolonged survival.",
            "Riluzole prolonged survival. Edaravone did not prolong survival.",
        ),
        ("Not only mice were treated.", "Mice were treated."),
    ],
)
def test_what_says_the_same_is_not_turned_round(sentence: str, span: str) -> None:
    assert turned_negation(sentence, [span]) == ()


@pytest.mark.parametrize(
    ("sentence", "span", "words"),
    [
        ("Lithium slowed ALS.", TRIAL, ("failed",)),
        ("Riluzole did not prolong survival.", TRIAL, ("not",)),
        ("A benefit has been shown.", "A benefit has, however, not been shown.", ("not",)),
        ("The reaction is reversible.", "The reaction is irreversible.", ("irrevers",)),
        ("The cause is known.", "The cause is unknown.", ("unknown",)),
        ("Splicing depends on transport.", "Splicing is independent of transport.", None),
        ("Proteins were not assessed by imaging.", "Imaging served to study proteins.", ("not",)),
        ("Glossectomy is often done in Japan.", "In Japan glossectomy is not often done.", None),
    ],
)
def test_a_denial_that_is_left_out_or_added_is_named(
    sentence: str, span: str, words: tuple[str, ...] | None
) -> None:
    turned = turned_negation(sentence, [span])

    assert turned
    assert words is None or turned == words
