import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans

_PROSE = st.text(alphabet=st.sampled_from("aAbB1 .!?\n\t()\"'”é,;-"), max_size=200)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(st.one_of(st.text(), _PROSE))
def test_spans_are_ordered_disjoint_and_trimmed(text: str) -> None:
    last_end = 0
    for start, end in sentence_spans(text):
        assert last_end <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last_end = end


@given(st.one_of(st.text(), _PROSE))
def test_spans_cover_everything_but_white_space(text: str) -> None:
    covered = {at for start, end in sentence_spans(text) for at in range(start, end)}

    assert all(at in covered for at, character in enumerate(text) if not character.isspace())


@pytest.mark.parametrize("text", ["", "   ", "\n\n \t"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ends. Two ends.", ["One ends.", "Two ends."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("It rose (by 5%). (See below.)", ["It rose (by 5%).", "(See below.)"]),
        ("Dose was 50 mg. 12 died.", ["Dose was 50 mg.", "12 died."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("First\n\nSecond", ["First", "Second"]),
        ("No full stop", ["No full stop"]),
        ("Ends. Μη capital follows.", ["Ends.", "Μη capital follows."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Shown by Smith et al. In mice it failed.",
        "See Fig. 3 for the curve.",
        "Treated vs. Placebo arms differ.",
        "Some drugs, e.g. Riluzole, help.",
        "The paper of J. Smith is older.",
        "Approved in the U.S. Food law of 1995.",
        "1. Riluzole first.",
        "A mean of 3.5 points.",
        "The gene c9orf72. is lower case after it",
    ],
)
def test_full_stops_inside_a_sentence_do_not_end_it(text: str) -> None:
    assert _sentences(text) == [text]


def test_question_mark_after_an_abbreviation_ends_the_sentence() -> None:
    assert _sentences("Was it Smith et al? Yes.") == ["Was it Smith et al?", "Yes."]
