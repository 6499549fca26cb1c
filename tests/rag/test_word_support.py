import pytest

from rag.word_support import check_words

QUOTES = (
    "Riluzole prolongs survival by 3 months in patients with ALS.",
    "It does not restore strength, and SOD1 was not measured.",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Riluzole prolongs survival by 3 months in ALS.",
        "In ALS patients, survival is prolonged by riluzole.",
        "Riluzole does not restore strength.",
        "SOD1 was not measured.",
    ],
)
def test_a_sentence_in_the_words_of_its_quotes_is_borne(sentence: str) -> None:
    assert check_words(sentence, QUOTES) == ()


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Riluzole prolongs survival by 6 months.", "the number 6 is not in the evidence"),
        ("TDP-43 was not measured.", "TDP-43 is not in the evidence"),
        ("Riluzole does not prolong survival.", "denies"),
        ("Riluzole restores strength.", "denies"),
        ("Edaravone is cheap and widely available.", "does not say that"),
        ("Riluzol verlängert das Überleben.", "does not say that"),
        ("", "does not say that"),
    ],
)
def test_what_the_quotes_do_not_say_is_told(sentence: str, fault: str) -> None:
    assert fault in "; ".join(check_words(sentence, QUOTES))


def test_without_quotes_nothing_is_borne() -> None:
    assert check_words("Riluzole prolongs survival.", ())
