import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.citations import (
    CitedSentence,
    SpanRange,
    citation_contradict_rate,
    citation_coverage,
    citation_precision,
    citation_presence,
    citation_recall,
    citation_support_rate,
    span_precision,
    span_recall,
)
from eval.measures.score import NotScored

ANSWER = [
    CitedSentence(("supports", "neutral")),
    CitedSentence(("contradicts", "not_relevant")),
    CitedSentence(()),
    CitedSentence(("supports",)),
]
SPANS = st.lists(
    st.builds(
        lambda document, start, length: SpanRange(document, start, start + length),
        st.sampled_from("ab"),
        st.integers(0, 30),
        st.integers(0, 10),
    )
)


def test_hand_computed_rates_of_biogen() -> None:
    assert citation_presence(ANSWER) == 3 / 4
    assert citation_coverage(ANSWER) == 2 / 4
    assert citation_support_rate(ANSWER) == 2 / 5
    assert citation_contradict_rate(ANSWER) == 1 / 5


def test_answer_without_sentences_is_not_scored() -> None:
    reason = NotScored("the answer has no sentence")

    assert citation_presence([]) == reason
    assert citation_coverage([]) == reason
    assert citation_support_rate([]) == reason
    assert citation_contradict_rate([]) == reason


def test_answer_without_citations_has_rates_of_zero() -> None:
    uncited = [CitedSentence(())]

    assert citation_presence(uncited) == 0.0
    assert citation_coverage(uncited) == 0.0
    assert citation_support_rate(uncited) == 0.0
    assert citation_contradict_rate(uncited) == 0.0


def test_unjudged_citation_does_not_matter_to_coverage_beside_a_supporting_one() -> None:
    sentences = [CitedSentence((None, "supports")), CitedSentence(("neutral",))]

    assert citation_coverage(sentences) == 0.5
    assert citation_presence(sentences) == 1.0
    assert citation_support_rate(sentences) == NotScored("a citation is not judged")
    assert citation_contradict_rate(sentences) == NotScored("a citation is not judged")


def test_unjudged_citation_that_might_be_the_supporting_one_leaves_coverage_unscored() -> None:
    sentences = [CitedSentence(("supports",)), CitedSentence((None, "neutral"))]

    assert citation_coverage(sentences) == NotScored("a citation that decides is not judged")


def test_hand_computed_precision_and_recall_of_papers() -> None:
    cited, gold = ["1", "2", "2", "3"], {"2", "3", "4", "5"}

    assert citation_precision(cited, gold) == 2 / 3
    assert citation_recall(cited, gold) == 2 / 4


def test_citing_nothing_is_zero_and_having_no_gold_is_not_scored() -> None:
    reason = NotScored("no gold citation is known")

    assert citation_precision([], ["1"]) == citation_recall([], ["1"]) == 0.0
    assert citation_precision(["1"], []) == citation_recall(["1"], []) == reason


def test_hand_computed_precision_and_recall_of_spans() -> None:
    cited = [SpanRange("a", 0, 10), SpanRange("a", 5, 20), SpanRange("b", 0, 5)]
    gold = [SpanRange("a", 15, 35), SpanRange("c", 0, 5)]

    # cited: a 0–20 and b 0–5; gold: a 15–35 and c 0–5; both: a 15–20
    assert span_precision(cited, gold) == 5 / 25
    assert span_recall(cited, gold) == 5 / 25
    assert span_precision(gold, gold) == span_recall(gold, gold) == 1.0


def test_spans_that_touch_or_lie_in_other_documents_do_not_overlap() -> None:
    assert span_recall([SpanRange("a", 0, 5)], [SpanRange("a", 5, 9)]) == 0.0
    assert span_recall([SpanRange("a", 0, 5)], [SpanRange("b", 0, 5)]) == 0.0


@pytest.mark.parametrize("gold", [[], [SpanRange("a", 3, 3)]])
def test_without_gold_characters_spans_are_not_scored(gold: list[SpanRange]) -> None:
    reason = NotScored("no gold citation is known")

    assert span_precision([SpanRange("a", 0, 5)], gold) == reason
    assert span_recall([SpanRange("a", 0, 5)], gold) == reason


def test_citing_no_character_is_zero() -> None:
    assert span_precision([], [SpanRange("a", 0, 5)]) == 0.0
    assert span_recall([], [SpanRange("a", 0, 5)]) == 0.0


@given(SPANS, SPANS)
def test_spans_are_measured_as_sets_of_characters(
    cited: list[SpanRange], gold: list[SpanRange]
) -> None:
    mine = {(one.document_id, at) for one in cited for at in range(one.start, one.end)}
    right = {(one.document_id, at) for one in gold for at in range(one.start, one.end)}
    if not right:
        return

    assert span_recall(cited, gold) == len(mine & right) / len(right)
    assert span_precision(cited, gold) == (len(mine & right) / len(mine) if mine else 0.0)


@pytest.mark.parametrize(("start", "end"), [(5, 4), (-1, 4)])
def test_span_that_cannot_be_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="'a' is no span"):
        SpanRange("a", start, end)
