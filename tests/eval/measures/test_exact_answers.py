import pytest

from eval.measures.exact_answers import (
    FactoidScores,
    ListScores,
    YesNoScores,
    exact_answer_recall,
    score_factoid,
    score_list,
    score_yes_no,
)
from eval.measures.score import NotScored

REASON = NotScored("no gold answer is known")


def test_hand_computed_yes_no() -> None:
    # F1 yes = 4/(4+2), F1 no = 2/(2+2)
    scores = score_yes_no(
        [("yes", "yes"), ("yes", "yes"), ("no", "no"), ("yes", "no"), ("no", "yes")]
    )

    assert scores.accuracy == 3 / 5
    assert scores.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_no_answer_to_a_yes_no_question_is_wrong() -> None:
    # F1 yes = 0, F1 no = 2/(2+1)
    assert score_yes_no([(None, "yes"), ("no", "no")]) == YesNoScores(0.5, 1 / 3)


def test_macro_f1_needs_both_words() -> None:
    assert score_yes_no([("yes", "yes")]) == YesNoScores(1.0, NotScored("not both words are gold"))
    assert score_yes_no([]) == YesNoScores(REASON, NotScored("not both words are gold"))


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        (["BCMA", "CD3"], FactoidScores(1.0, 1.0, 1.0)),
        (["CD3", "the B cell maturation antigen"], FactoidScores(0.0, 1.0, 1 / 2)),
        (["a1", "a2", "a3", "a4", ["x", "bcma"]], FactoidScores(0.0, 1.0, 1 / 5)),
        (["a1", "a2", "a3", "a4", "a5", "BCMA"], FactoidScores(0.0, 0.0, 0.0)),
        ([], FactoidScores(0.0, 0.0, 0.0)),
    ],
)
def test_hand_computed_factoids(candidates: list[str], expected: FactoidScores) -> None:
    assert score_factoid(candidates, [["B-cell maturation antigen", "BCMA"]]) == expected


def test_hand_computed_list() -> None:
    gold = [["riluzole", "Rilutek"], ["edaravone"], ["tofersen"]]

    # Rilutek again is wrong: its item is found already
    scores = score_list(["Riluzole", "Rilutek", "edaravone", "insulin"], gold)

    assert scores == ListScores(precision=2 / 4, recall=2 / 3, f1=4 / 7)
    assert score_list([], gold) == ListScores(0.0, 0.0, 0.0)


def test_without_gold_no_exact_answer_is_scored() -> None:
    assert score_factoid(["a"], []) == FactoidScores(REASON, REASON, REASON)
    assert score_list(["a"], []) == ListScores(REASON, REASON, REASON)
    assert exact_answer_recall("a", []) == REASON


def test_hand_computed_recall_in_a_text() -> None:
    text = "Riluzole and edaravone (Radicava) slow progression; TDP-43 is mislocalised."
    answers = ["riluzole", ["MCI-186", "edaravone"], "TDP43", "tofersen"]

    assert exact_answer_recall(text, answers) == 3 / 4


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("the SOD1 gene", "SOD1 gene"),
        ("mutations of SOD1 gene", "mutations of the SOD1 gene"),
        ("a T‑cell receptor", "T cell receptor"),
        ("of TDP–43.", "tdp-43"),
        ("haemophagocytic lymphohistiocytosis (HLH)", "HLH"),
        ("in 1,000 patients", "1000 patients"),
        ("by ﬁve", "five"),
        ("Hepatitis A is", "hepatitis A"),
    ],
)
def test_spelling_makes_no_difference(text: str, answer: str) -> None:
    assert exact_answer_recall(text, [answer]) == 1.0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("SOD10", "SOD1"),
        ("hepatitis B", "hepatitis A"),
        ("0.5", "5"),
        ("3–5 years", "35 years"),
        ("riluzole", "+"),
        ("anything", ""),
    ],
)
def test_another_answer_is_not_found(text: str, answer: str) -> None:
    assert exact_answer_recall(text, [answer]) == 0.0
