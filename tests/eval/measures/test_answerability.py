import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.measures.answerability import Answerability, Outcome, count_decisions, roc_auc
from eval.measures.score import NotScored

OUTCOMES = st.lists(
    st.builds(Outcome, st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.booleans(), st.booleans())
)


def test_hand_computed_decisions() -> None:
    outcomes = [
        Outcome(0.9, answerable=True, answered=True),
        Outcome(0.8, answerable=True, answered=True),
        Outcome(0.2, answerable=True, answered=False),
        Outcome(0.7, answerable=False, answered=True),
        Outcome(0.1, answerable=False, answered=False),
    ]

    counts = count_decisions(outcomes)

    assert counts == Answerability(
        answerable=3, unanswerable=2, false_answers=1, false_abstentions=1
    )
    assert counts.accuracy == 3 / 5
    assert counts.false_answer_rate == 1 / 2
    assert counts.false_abstention_rate == 1 / 3
    # pairs won: .9 and .8 both, .2 against .1 alone
    assert roc_auc(outcomes) == 5 / 6


def test_rates_without_questions_of_their_kind_are_not_scored() -> None:
    counts = count_decisions([Outcome(0.5, answerable=True, answered=True)])

    assert counts.false_abstention_rate == 0.0
    assert counts.false_answer_rate == NotScored("no question is unanswerable")
    assert count_decisions([]).accuracy == NotScored("there is no question")
    assert count_decisions([]).false_abstention_rate == NotScored("no question is answerable")


def test_tie_counts_half() -> None:
    tied = [Outcome(0.5, answerable=answerable, answered=True) for answerable in (True, False)]

    assert roc_auc(tied) == 0.5


def test_auc_needs_both_kinds() -> None:
    reason = NotScored("both answerable and unanswerable questions are needed")

    assert roc_auc([]) == reason
    assert roc_auc([Outcome(0.5, answerable=True, answered=True)]) == reason


@given(OUTCOMES)
def test_auc_is_the_share_of_pairs_in_the_right_order(outcomes: list[Outcome]) -> None:
    pairs = [
        (yes.confidence > no.confidence) + (yes.confidence == no.confidence) / 2
        for yes in outcomes
        for no in outcomes
        if yes.answerable and not no.answerable
    ]

    if pairs:
        assert roc_auc(outcomes) == pytest.approx(sum(pairs) / len(pairs))


@settings(deadline=None)  # the first call imports scikit-learn
@given(OUTCOMES)
def test_auc_is_that_of_scikit_learn(outcomes: list[Outcome]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    labels = [one.answerable for one in outcomes]
    if len(set(labels)) < 2:
        return

    expected = metrics.roc_auc_score(labels, [one.confidence for one in outcomes])

    assert roc_auc(outcomes) == pytest.approx(expected)
