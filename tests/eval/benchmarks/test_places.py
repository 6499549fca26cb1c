import pytest

from eval.benchmarks.models import BenchDocument, Passage
from eval.benchmarks.places import Places, contains, cut_passages, cut_spans, meets
from eval.measures.citations import SpanRange

PLACES = Places([BenchDocument("d", "A title", "One two.\nThree  four.")])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("One two.", (6, 13)),
        ("One\n two.   Three", (6, 18)),
        ("– Three four.", (13, 23)),
        ("A title", (0, 6)),
    ],
)
def test_a_text_is_found_whatever_its_white_space(text: str, span: tuple[int, int]) -> None:
    assert PLACES.find("d", text) == SpanRange("d", *span)


def test_what_stands_nowhere_has_no_place() -> None:
    assert PLACES.find("d", "Five.") is None
    assert PLACES.find("other", "One two.") is None
    assert PLACES.find("d", " ") is None


def test_a_passage_without_a_place_keeps_its_length() -> None:
    spans = PLACES.spans([Passage("d", "One two.", 1.0), Passage("d", "Not in it.", 0.5)])

    assert [one.end - one.start for one in spans] == [7, 8]
    assert not meets(spans[1], SpanRange("d", 0, 23))


def test_spans_and_passages_are_cut_at_so_many_characters() -> None:
    spans = [SpanRange("d", 0, 4), SpanRange("d", 10, 20), SpanRange("d", 30, 40)]
    passages = [Passage("d", "abcd", 1.0), Passage("e", "efghij", 0.5), Passage("f", "k", 0.1)]

    assert cut_spans(spans, characters=7) == [SpanRange("d", 0, 4), SpanRange("d", 10, 13)]
    assert cut_spans(spans, characters=4) == [SpanRange("d", 0, 4)]
    assert [one.text for one in cut_passages(passages, characters=7)] == ["abcd", "efg"]
    assert [one.text for one in cut_passages(passages, characters=4)] == ["abcd"]


@pytest.mark.parametrize(
    ("other", "half_is_shared"),
    [((5, 15), True), ((6, 16), False), ((0, 1_000), True), ((2, 4), True), ((10, 20), False)],
)
def test_two_spans_meet_with_half_of_the_shorter(
    other: tuple[int, int], half_is_shared: bool
) -> None:
    assert meets(SpanRange("d", 0, 10), SpanRange("d", *other)) is half_is_shared
    assert not meets(SpanRange("d", 0, 10), SpanRange("e", *other))


def test_an_answer_is_contained_as_whole_words() -> None:
    assert contains("It was seen in 10 % of\npatients.", ["of patients"])
    assert contains("10 %", ["9 %", "10 %"])
    assert not contains("In 2010 it was.", ["10"])
    assert not contains("Anything.", [])
