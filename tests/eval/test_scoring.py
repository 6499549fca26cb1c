from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import Gold
from eval.labels import Labels, Place
from eval.measures.citations import Relation
from eval.measures.score import NotScored
from eval.scoring import Asked, relevant_passages, score_case, why_not_right
from rag.models import Notice
from tests.eval.samples import (
    ELSEWHERE,
    GOLD,
    OTHER_PAPER,
    RILUZOLE,
    SLOWS,
    TOFERSEN,
    Said,
    answer,
    asked,
    case,
    search,
    unlabelled,
)

RIGHT = Said("Riluzole slows ALS.", GOLD)
BESIDE = Said("Edaravone is new.", ELSEWHERE)
OTHER = Said("Tofersen is for SOD1 carriers.", OTHER_PAPER, n=2)
TWO = (Gold(RILUZOLE, SLOWS), Gold(TOFERSEN, SLOWS))
NONE_CITED = "it cites none of the words that answer"
NOT_ALL_CITED = "it does not cite all of the words that answer"
ABSTAINED = answer(status="insufficient_evidence")


def test_an_answer_that_cites_the_quote_is_right() -> None:
    assert why_not_right(case(), asked(answer(RIGHT))) == []


def test_what_is_cited_beside_the_quote_makes_an_answer_no_less_right() -> None:
    assert why_not_right(case(), asked(answer(BESIDE, RIGHT, OTHER))) == []


def test_an_answer_that_cites_other_words_is_wrong() -> None:
    assert why_not_right(case(), asked(answer(BESIDE, OTHER))) == [NONE_CITED]


def test_abstaining_from_what_is_answered_is_wrong_in_outcome_and_claims() -> None:
    assert why_not_right(case(), asked(ABSTAINED)) == [
        "it came to insufficient_evidence; right is answered or partial",
        NONE_CITED,
    ]


def test_where_all_quotes_are_needed_some_are_not_enough() -> None:
    both = case(gold=TWO)

    assert why_not_right(both, asked(answer(RIGHT, OTHER), gold=(GOLD, OTHER_PAPER))) == []
    assert why_not_right(both, asked(answer(RIGHT), gold=(GOLD, OTHER_PAPER))) == [NOT_ALL_CITED]
    assert why_not_right(both, asked(answer(BESIDE), gold=(GOLD, OTHER_PAPER))) == [NONE_CITED]


@pytest.mark.parametrize("said", [(RIGHT,), (replace(OTHER, n=1),), (RIGHT, OTHER)])
def test_where_any_quote_does_one_is_enough(said: tuple[Said, ...]) -> None:
    either = case(gold=TWO, needs="any")

    assert why_not_right(either, asked(answer(*said), gold=(GOLD, OTHER_PAPER))) == []


def test_where_any_quote_does_none_is_wrong() -> None:
    either = case(gold=TWO, needs="any")

    assert why_not_right(either, asked(answer(BESIDE), gold=(GOLD, OTHER_PAPER))) == [NONE_CITED]


def test_an_outcome_that_the_case_allows_is_right() -> None:
    assert why_not_right(case(), asked(answer(RIGHT, status="partial"))) == []


def test_an_unanswerable_question_is_right_where_nothing_is_claimed() -> None:
    dose = unlabelled("dose", "What is the dose?")

    assert why_not_right(dose, asked(ABSTAINED, gold=())) == []


def test_a_claim_on_an_unanswerable_question_is_wrong() -> None:
    dose = unlabelled("dose", "What is the dose?")

    assert why_not_right(dose, asked(answer(RIGHT), gold=())) == [
        "it came to answered; right is insufficient_evidence or out_of_scope",
        "it claims something though the documents do not answer",
    ]


def test_a_record_claims_nothing_on_an_unanswerable_question() -> None:
    dose = unlabelled("dose", "What is the dose?")
    described = answer(replace(RIGHT, kind="record"), status="insufficient_evidence")

    assert why_not_right(dose, asked(described, gold=())) == []


@pytest.mark.parametrize("kind", ["claim", "record"])
def test_any_sentence_is_wrong_on_a_question_that_is_off_topic(kind: str) -> None:
    capital = unlabelled("capital", "What is the capital?", kind="off_topic")
    said = answer(replace(RIGHT, kind=kind), status="insufficient_evidence")  # type: ignore[arg-type]

    assert why_not_right(capital, asked(said, gold=())) == [
        "it says something on a question that is off topic"
    ]


def test_a_false_premise_may_be_abstained_from_or_corrected() -> None:
    cures = case(kind="false_premise", outcomes=frozenset({"insufficient_evidence", "answered"}))

    assert why_not_right(cures, asked(ABSTAINED)) == []
    assert why_not_right(cures, asked(answer(RIGHT))) == []


def test_a_false_premise_that_is_answered_with_other_words_is_wrong() -> None:
    cures = case(kind="false_premise", outcomes=frozenset({"insufficient_evidence", "answered"}))

    assert why_not_right(cures, asked(answer(BESIDE))) == [NONE_CITED]


def test_a_false_premise_that_nothing_corrects_must_not_be_answered() -> None:
    cures = case(kind="false_premise", gold=(), outcomes=frozenset({"answered"}))

    assert why_not_right(cures, asked(answer(RIGHT), gold=())) == [
        "it claims something though nothing in the documents answers or corrects"
    ]


@pytest.mark.parametrize("kind", ["personal", "attack", "bibliographic"])
def test_other_kinds_cite_their_quotes_where_they_claim_something(kind: str) -> None:
    other = case(kind=kind, outcomes=frozenset({"answered", "insufficient_evidence"}))

    assert why_not_right(other, asked(ABSTAINED)) == []
    assert why_not_right(other, asked(answer(RIGHT))) == []
    assert why_not_right(other, asked(answer(BESIDE))) == [NONE_CITED]


def test_a_refused_question_is_right_only_where_that_is_asked() -> None:
    bell = unlabelled("bell", "a\x07b", kind="attack", outcomes=frozenset({"refused"}))

    assert why_not_right(bell, asked(None, gold=())) == []
    assert why_not_right(replace(bell, outcomes=frozenset({"crisis"})), asked(None, gold=())) == [
        "it came to refused; right is crisis"
    ]
    assert why_not_right(bell, asked(ABSTAINED, gold=())) == [
        "it came to insufficient_evidence; right is refused"
    ]


def test_exactly_the_named_papers_are_cited() -> None:
    papers = unlabelled(
        "papers",
        "Which?",
        kind="bibliographic",
        papers=(RILUZOLE, TOFERSEN),
        outcomes=frozenset({"answered"}),
    )

    assert why_not_right(papers, asked(answer(RIGHT, OTHER), gold=())) == []
    assert why_not_right(papers, asked(answer(RIGHT), gold=())) == [f"it does not cite {TOFERSEN}"]
    assert why_not_right(
        replace(papers, papers=(RILUZOLE,)), asked(answer(RIGHT, OTHER), gold=())
    ) == [f"it cites {TOFERSEN}, which was not asked for"]


def test_where_no_paper_may_be_cited_any_is_wrong() -> None:
    absent = unlabelled("absent", "Which?", kind="bibliographic", papers=())

    assert why_not_right(absent, asked(ABSTAINED, gold=())) == []
    cited = answer(replace(RIGHT, kind="record"), status="out_of_scope")
    assert why_not_right(absent, asked(cited, gold=())) == [
        f"it cites {RILUZOLE}, which was not asked for"
    ]


@pytest.mark.parametrize("paper", [RILUZOLE, "doi:10.1234/abc"])
def test_a_paper_is_cited_by_any_of_its_identifiers(paper: str) -> None:
    given = answer(RIGHT)
    (one,) = given.references
    identifiers = replace(one.identifiers, doi="10.1234/abc")
    given = replace(given, references=(replace(one, identifiers=identifiers),))

    assert why_not_right(case(papers=(paper,)), asked(given)) == []


@pytest.mark.parametrize(
    "pattern", [r"\bslows\b", "RILUZOLE", "Notes on pmid", "PMID 11111111", "2021", "not advice"]
)
def test_what_is_required_may_stand_in_sentences_references_and_notices(pattern: str) -> None:
    given = answer(RIGHT, notices=[Notice("not_advice", "This is not advice.")])

    assert why_not_right(case(required=(pattern,)), asked(given)) == []


def test_what_is_required_and_not_shown_is_told() -> None:
    wanted = case(required=("slows", r"\b1995\b"))

    assert why_not_right(wanted, asked(answer(RIGHT))) == [r"it does not show '\\b1995\\b'"]


@pytest.mark.parametrize("pattern", ["slows", "NOTES ON", "pmid 1+"])
def test_what_is_forbidden_must_not_stand_in_sentences_and_references(pattern: str) -> None:
    assert why_not_right(case(forbidden=("cures", pattern)), asked(answer(RIGHT))) == [
        f"it says {pattern!r}, which is forbidden"
    ]


def test_what_is_forbidden_may_stand_in_notices() -> None:
    dose = unlabelled("dose", "What is the dose?", forbidden=("50 mg",))
    given = answer(status="out_of_scope", notices=[Notice("searched", "Searched for: 50 mg.")])

    assert why_not_right(dose, asked(given, gold=())) == []


def test_broken_invariants_make_a_right_answer_wrong() -> None:
    broken = {"quotes": ["a quote is not its text"], "markers": [], "claims": ["a", "b"]}

    assert why_not_right(case(), asked(answer(RIGHT), broken=broken)) == [
        *("a quote is not its text", "a", "b"),
    ]


def test_every_reason_is_told() -> None:
    strict = case(papers=(TOFERSEN,), required=("1995",), forbidden=("new",))

    assert len(why_not_right(strict, asked(answer(BESIDE, status="crisis")))) == 6


def test_ranking_measures_count_sentences_that_meet_the_quote() -> None:
    given = asked(answer(RIGHT), search=search(ELSEWHERE, OTHER_PAPER, GOLD))

    scores = score_case(case(), given)

    assert scores["RR"] == pytest.approx(1 / 3)
    assert (scores["recall@5"], scores["recall@10"]) == (1.0, 1.0)
    assert scores["nDCG@10"] == pytest.approx(0.5)  # 1 / log2(3 + 1)


def test_a_quote_that_is_not_ranked_is_relevant_and_not_found() -> None:
    given = asked(answer(RIGHT), gold=(GOLD, OTHER_PAPER), search=search(GOLD))

    assert relevant_passages(given) == {GOLD.passage: 1, OTHER_PAPER.passage: 1}
    assert score_case(case(), given)["recall@5"] == 0.5


def test_every_sentence_of_a_quote_is_relevant() -> None:
    halves = (Place(RILUZOLE, 100, 150), Place(RILUZOLE, 150, 200))

    given = asked(answer(RIGHT), search=search(halves[0], ELSEWHERE, halves[1]))

    assert set(relevant_passages(given)) == {one.passage for one in halves}


def test_where_nothing_was_searched_nothing_was_found() -> None:
    scores = score_case(case(), asked(None))

    assert [scores[name] for name in ("recall@5", "recall@10", "nDCG@10", "RR")] == [0.0] * 4


def test_citation_measures_compare_with_the_quotes() -> None:
    given = asked(answer(RIGHT, BESIDE), gold=(GOLD, OTHER_PAPER))

    scores = score_case(case(gold=TWO), given)
    either = score_case(case(gold=TWO, needs="any"), given)

    assert (scores["citation recall"], scores["citation precision"]) == (0.5, 0.5)
    assert (either["citation recall"], either["citation precision"]) == (1.0, 0.5)


def test_an_abstention_recalls_nothing_and_has_no_precision() -> None:
    scores = score_case(case(), asked(ABSTAINED))

    assert scores["citation recall"] == 0.0
    assert scores["citation precision"] == NotScored("nothing is claimed")
    assert scores["grounded claims"] == NotScored("nothing is claimed")


def test_a_case_without_quotes_is_not_scored_for_them() -> None:
    scores = score_case(unlabelled("dose", "What?"), asked(ABSTAINED, gold=()))

    names = ("recall@5", "recall@10", "nDCG@10", "RR", "citation recall", "citation precision")
    assert {scores[name] for name in names} == {NotScored("the case has no quotes")}


@pytest.mark.parametrize("gold", [(None,), (GOLD, None)])
def test_a_case_with_a_stale_quote_is_not_scored_for_its_quotes(
    gold: tuple[Place | None, ...],
) -> None:
    scores = score_case(case(), asked(answer(RIGHT), gold=gold))

    names = ("recall@5", "recall@10", "nDCG@10", "RR", "citation recall", "citation precision")
    assert {scores[name] for name in names} == {
        NotScored("a quote is not in the documents any more")
    }
    assert scores["grounded claims"] == 1.0


def test_paper_measures_compare_with_the_papers() -> None:
    wanted = case(papers=(RILUZOLE, "pmid:99999999", "pmid:99999998"))

    scores = score_case(wanted, asked(answer(RIGHT, OTHER)))

    assert scores["paper recall"] == pytest.approx(1 / 3)
    assert scores["paper precision"] == 0.5


def test_paper_measures_of_nothing_are_not_scored() -> None:
    without = score_case(case(), asked(answer(RIGHT)))
    absent = score_case(case(papers=()), asked(answer(RIGHT)))
    uncited = score_case(case(papers=(RILUZOLE,)), asked(ABSTAINED))

    assert (
        without["paper recall"] == absent["paper recall"] == NotScored("the case names no papers")
    )
    assert (uncited["paper recall"], uncited["paper precision"]) == (
        0.0,
        NotScored("no paper is cited"),
    )


def test_required_content_is_a_share() -> None:
    scores = score_case(case(required=("slows", "cures")), asked(answer(RIGHT)))

    assert scores["required content"] == 0.5


def test_numbers_that_are_not_in_the_quote_are_not_grounded() -> None:
    given = answer(RIGHT, BESIDE)
    changed = replace(given.sentences[1], text="Edaravone is 3 years old.")

    scores = score_case(case(), asked(replace(given, sentences=(given.sentences[0], changed))))

    assert scores["grounded claims"] == 0.5


def test_without_a_judge_citations_are_not_judged() -> None:
    scores = score_case(case(), asked(answer(RIGHT)))

    assert scores["support rate"] == NotScored("a citation is not judged")
    assert isinstance(scores["citation coverage"], NotScored)
    assert isinstance(scores["contradict rate"], NotScored)


def test_what_a_judge_says_is_measured() -> None:
    relations: list[tuple[Relation | None, ...]] = [("supports",), ("contradicts",)]

    scores = score_case(case(), asked(answer(RIGHT, BESIDE), relations=relations))

    judged = ("citation coverage", "support rate", "contradict rate")
    assert [scores[name] for name in judged] == [0.5, 0.5, 0.5]


PLACES = st.sampled_from([GOLD, ELSEWHERE, OTHER_PAPER])


@given(st.lists(PLACES, unique=True), st.lists(PLACES, unique=True), st.booleans())
def test_an_answer_cites_enough_exactly_where_its_recall_is_whole(
    cited: list[Place], gold: list[Place], any_does: bool
) -> None:
    one = case(gold=(), needs="any" if any_does else "all")
    said = [Said("It is so.", place) for place in cited]
    given = asked(answer(*said), gold=gold)

    recall = score_case(one, given)["citation recall"]

    reasons = set(why_not_right(one, given))
    assert (reasons & {NONE_CITED, NOT_ALL_CITED} == set()) == (
        isinstance(recall, NotScored) or recall == 1.0
    )


def test_what_was_asked_counts_claims_alone_as_claims() -> None:
    record = replace(OTHER, kind="record")
    given = Asked("answered", answer(RIGHT, record), None, Labels((), ()), {})

    assert [one.text for one in given.claims] == [RIGHT.text]
    assert given.cited == [GOLD, OTHER_PAPER]
