from hypothesis import given
from hypothesis import strategies as st

from eval.measures.rouge import Rouge2, rouge_2
from eval.measures.score import NotScored

TEXTS = st.lists(st.sampled_from(["riluzole", "slows", "als", "in", "mice"]), max_size=8).map(
    " ".join
)


def test_hand_computed_example_of_the_paper() -> None:
    # Lin 2004, section 3: of three pairs in each, they share "the gunman"
    assert rouge_2("the gunman kill police", ["police killed the gunman"]) == Rouge2(1 / 3, 1 / 3)


def test_case_and_punctuation_make_no_difference() -> None:
    assert rouge_2("TDP-43, aggregates!", ["tdp 43 aggregates"]) == Rouge2(1.0, 1.0)


def test_pair_counts_as_often_as_both_have_it() -> None:
    # answer: a b, b a, a b; reference: a b, b c
    assert rouge_2("a b a b", ["a b c"]) == Rouge2(recall=1 / 2, f1=2 / 5)


def test_references_are_pooled() -> None:
    # matches 2 of 2 and 0 of 4: recall 2/6; precision 2/(2·2) = 1/2; F1 = 2·(1/3·1/2)/(5/6) = 0.4
    scores = rouge_2("one two three", ["one two three", "p q r s t"])

    assert scores == Rouge2(recall=1 / 3, f1=0.4)


def test_empty_answer_is_zero_and_no_reference_is_not_scored() -> None:
    reason = NotScored("no reference has two words")

    assert rouge_2("", ["one two"]) == Rouge2(0.0, 0.0)
    assert rouge_2("one two", []) == Rouge2(reason, reason)
    assert rouge_2("one two", ["one"]) == Rouge2(reason, reason)


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_scores_are_shares_and_zero_together(text: str, references: list[str]) -> None:
    scores = rouge_2(text, references)

    if isinstance(scores.recall, float) and isinstance(scores.f1, float):
        assert 0 <= scores.f1 <= 1
        assert 0 <= scores.recall <= 1
        assert (scores.f1 == 0) == (scores.recall == 0)
