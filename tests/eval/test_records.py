import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.labels import Place
from eval.measures.score import NotScored
from eval.records import RANKED, CaseRecord, case_to_dict, record_of, unasked_record
from eval.scoring import Asked, score_case
from tests.eval.made_runs import made_record
from tests.eval.samples import (
    ELSEWHERE,
    GOLD,
    OTHER_PAPER,
    RILUZOLE,
    Said,
    answer,
    asked,
    case,
    search,
    unlabelled,
)

RIGHT = Said("Riluzole slows ALS.", GOLD)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
SCORES = st.floats(allow_nan=False, allow_infinity=False) | st.builds(NotScored, st.text())


def test_a_right_answer_has_no_reason_why_not() -> None:
    record = record_of(case(), asked(answer(RIGHT)))

    assert (record.verdict, record.why, record.outcome) == ("right", (), "answered")
    assert (record.case_id, record.kind, record.held_out) == ("riluzole-slows", "answerable", False)


def test_a_wrong_answer_says_why() -> None:
    record = record_of(case(required=("cures",)), asked(answer(RIGHT)))

    assert (record.verdict, record.why) == ("wrong", ("it does not show 'cures'",))


def test_a_stale_label_is_neither_right_nor_wrong() -> None:
    given = asked(answer(Said("It is.", ELSEWHERE)), gold=(GOLD, None))

    record = record_of(case(), given)

    assert (record.verdict, record.why) == ("stale", ("a quote is gone",))
    assert record.to_dict()["gold"] == [
        {"document_id": RILUZOLE, "start": 100, "end": 200},
        None,
    ]


def test_a_stale_label_is_told_even_of_a_refused_question() -> None:
    assert record_of(case(), asked(None, gold=(None,))).verdict == "stale"


def test_the_ranking_is_kept_in_its_order_with_what_is_relevant() -> None:
    given = asked(answer(RIGHT), search=search(ELSEWHERE, GOLD), gold=(GOLD, OTHER_PAPER))

    record = record_of(case(), given).to_dict()

    assert record["ranking"] == [
        {"passage": ELSEWHERE.passage, "score": 1.0, "text": "…"},
        {"passage": GOLD.passage, "score": 0.5, "text": "…"},
    ]
    assert record["relevant"] == [GOLD.passage, OTHER_PAPER.passage]


def test_no_more_of_the_ranking_is_kept_than_twenty() -> None:
    places = [Place(RILUZOLE, n, n + 1) for n in range(30)]

    assert len(record_of(case(), asked(answer(), search=search(*places))).ranking) == RANKED == 20


@pytest.mark.parametrize(
    ("scores", "confidence"),
    [([0.25, 0.5], 0.5), ([-0.5, -0.25], -0.25), ([0.12345678, 0.1], 0.123457)],
)
def test_the_confidence_is_that_of_the_best_sentence(
    scores: list[float], confidence: float
) -> None:
    found = search(GOLD, ELSEWHERE, scores=scores)

    assert record_of(case(), asked(answer(RIGHT), search=found)).confidence == confidence


def test_a_search_that_finds_nothing_has_no_confidence_and_no_search_none() -> None:
    assert record_of(case(), asked(answer(), search=search())).confidence == 0.0
    assert record_of(case(), asked(None)).confidence is None


def test_scores_are_rounded_and_reasons_kept() -> None:
    wanted = case(papers=(RILUZOLE, "pmid:1", "pmid:2"))
    given = asked(answer(RIGHT))

    record = record_of(wanted, given)

    assert record.scores["paper recall"] == 0.333333
    assert record.scores["support rate"] == NotScored("a citation is not judged")
    assert set(record.scores) == set(score_case(wanted, given))


def test_what_differs_between_two_askings_is_left_out_but_for_timings() -> None:
    first = answer(RIGHT)
    receipt = replace(first.receipt, build_id="b-2", timings_ms={"total": 99.0})
    second = replace(first, answer_id="ans_2", conversation_id="con_2", receipt=receipt)

    records = [record_of(case(), asked(one)) for one in (first, second)]

    assert records[0].timings_ms == {"total": 12.5}
    assert records[1] == replace(records[0], timings_ms={"total": 99.0})


def test_what_was_answered_is_kept() -> None:
    content = record_of(case(), asked(answer(RIGHT))).to_dict()["answer"]

    assert content["status"] == "answered"
    assert content["text"] == "Riluzole slows ALS. [1]"
    assert content["references"][0]["pmid"] == "11111111"
    assert content["receipt"]["settings_hash"] == "settings"
    assert {"answer_id", "conversation_id"} & set(content) == set()
    assert {"build_id", "as_of", "timings_ms"} & set(content["receipt"]) == set()


def test_faults_are_kept_by_invariant_and_in_one_list() -> None:
    broken = {"markers": [], "quotes": ["one", "two"], "claims": ["three"]}

    record = record_of(case(), asked(answer(RIGHT), broken=broken)).to_dict()

    assert record["broken"] == {"quotes": ["one", "two"], "claims": ["three"]}
    assert record["faults"] == ["one", "two", "three"]


def test_a_refused_question_has_no_answer_and_no_timings() -> None:
    bell = unlabelled("bell", "a\x07b", kind="attack", outcomes=frozenset({"refused"}))

    record = record_of(bell, asked(None, gold=()))

    assert (record.verdict, record.outcome, record.answer) == ("right", "refused", None)
    assert (record.timings_ms, record.ranking) == ({}, [])


def test_a_case_that_was_not_asked_to_its_end_is_not_scored() -> None:
    record = unasked_record(case(), "no answer within 1 s")

    assert (record.verdict, record.why) == ("not_scored", ("no answer within 1 s",))
    assert (record.outcome, record.answer, record.confidence) == (None, None, None)
    assert record.scores == {}
    assert record.case == case_to_dict(case())


def test_a_case_is_written_without_the_place_of_its_file() -> None:
    elsewhere = case(where="somewhere/else.yaml:7")

    assert case_to_dict(elsewhere) == case_to_dict(case())
    assert case_to_dict(case(papers=(), required=("a",)))["papers"] == []
    assert case_to_dict(case())["papers"] is None
    assert case_to_dict(case())["status"] == ["answered", "partial"]
    assert case_to_dict(case())["gold"] == [
        {"source": RILUZOLE, "quote": "Riluzole slows ALS in most people."}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Other?"},
        {"intent": "other"},
        {"kind": "attack"},
        {"held_out": True},
        {"form": None},
        {"needs": "any"},
        {"papers": ()},
        {"gold": ()},
        {"outcomes": frozenset({"crisis"})},
        {"required": ("a",)},
        {"forbidden": ("a",)},
    ],
)
def test_whatever_decides_on_a_case_is_written(change: dict[str, object]) -> None:
    assert case_to_dict(case(**change)) != case_to_dict(case())


@pytest.mark.parametrize(
    "given_answer", [asked(answer(RIGHT)), asked(None, gold=(None,)), asked(answer(), gold=())]
)
def test_a_record_comes_back_as_it_was_written(given_answer: Asked) -> None:
    record = record_of(case(), given_answer)

    assert CaseRecord.from_dict(json.loads(json.dumps(record.to_dict()))) == record


@given(
    why=st.lists(st.text()),
    scores=st.dictionaries(st.text(), SCORES, max_size=3),
    answer_shape=st.none() | st.dictionaries(st.text(), JSON, max_size=3),
    timings=st.dictionaries(st.text(), st.floats(0, 1e6), max_size=3),
    confidence=st.none() | st.floats(-1, 1),
)
def test_any_record_comes_back_as_it_was_written(
    why: list[str],
    scores: dict[str, float | NotScored],
    answer_shape: dict[str, object] | None,
    timings: dict[str, float],
    confidence: float | None,
) -> None:
    record = replace(
        made_record("a", "wrong", why=why, scores=scores),
        answer=answer_shape,
        timings_ms=timings,
        confidence=confidence,
    )

    assert CaseRecord.from_dict(json.loads(json.dumps(record.to_dict()))) == record
