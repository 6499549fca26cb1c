from eval.measures.quotes import exact_quote_share
from eval.measures.score import NotScored


def test_quote_is_right_only_character_for_character() -> None:
    pairs = [
        ("Riluzole prolongs survival.", "Riluzole prolongs survival."),
        ("Riluzole prolongs survival.", "riluzole prolongs survival."),
        ("3–5 years", "3-5 years"),
        ("two  spaces", "two  spaces"),
    ]

    assert exact_quote_share(pairs) == 0.5


def test_empty_quote_is_never_right() -> None:
    assert exact_quote_share([("", "")]) == 0.0


def test_without_quotes_nothing_is_scored() -> None:
    assert exact_quote_share([]) == NotScored("nothing is quoted")
