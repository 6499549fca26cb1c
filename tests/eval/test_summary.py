import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import KINDS
from eval.measures.score import NotScored
from eval.records import CaseRecord, unasked_record
from eval.summary import summarise
from tests.eval.made_runs import made_record
from tests.eval.samples import case

NOTHING = NotScored("nothing")
RECORDS = st.lists(
    st.builds(
        lambda number, verdict, kind, held_out, score: made_record(
            f"case-{number}", verdict, kind=kind, held_out=held_out, scores={"RR": score}
        ),
        st.integers(0, 9),
        st.sampled_from(["right", "wrong", "not_scored", "stale"]),
        st.sampled_from(KINDS),
        st.booleans(),
        st.sampled_from([0.0, 0.5, 1.0, NOTHING]),
    ),
    max_size=6,
)


def answered(record: CaseRecord, confidence: float | None, *kinds: str) -> CaseRecord:
    """The record with an answer of such sentences."""
    sentences = [{"kind": kind} for kind in kinds]
    return replace(record, confidence=confidence, answer={"sentences": sentences})


def part(records: Sequence[CaseRecord], name: str = "all") -> dict[str, Any]:
    content: dict[str, Any] = summarise(records)["parts"][name]
    return content


def test_verdicts_are_counted_by_part_and_kind() -> None:
    records = [
        made_record("a"),
        made_record("b", "wrong"),
        made_record("c", "stale"),
        made_record("d", "not_scored"),
        made_record("e", held_out=True),
        made_record("f", "wrong", kind="off_topic", held_out=True),
    ]

    parts = summarise(records)["parts"]

    counts = {
        name: {
            kind: tuple(one[verdict] for verdict in ("n", "right", "wrong", "not_scored", "stale"))
            for kind, one in content["kinds"].items()
        }
        for name, content in parts.items()
    }
    assert counts == {
        "tuning": {"unanswerable": (4, 1, 1, 1, 1)},
        "held_out": {"unanswerable": (1, 1, 0, 0, 0), "off_topic": (1, 0, 1, 0, 0)},
        "all": {"unanswerable": (5, 2, 1, 1, 1), "off_topic": (1, 0, 1, 0, 0)},
    }


def test_a_share_is_of_the_cases_that_are_right_or_wrong() -> None:
    records = [
        made_record("a"),
        made_record("b"),
        made_record("c", "wrong"),
        made_record("d", "stale"),
    ]

    kind = part(records)["kinds"]["unanswerable"]

    assert kind["share"] == 0.666667
    # Wilson: (2 + 1.92) / (3 + 3.84) ± 1.96 · sqrt(2/9·3 + .96) / 6.84
    assert kind["ci"] == pytest.approx([0.2077, 0.9385], abs=1e-4)


@pytest.mark.parametrize("verdict", ["stale", "not_scored"])
def test_a_kind_of_which_nothing_was_judged_has_no_share(verdict: Any) -> None:
    kind = part([made_record("a", verdict)])["kinds"]["unanswerable"]

    assert (kind["share"], kind["ci"]) == (None, None)


def test_kinds_come_in_their_order() -> None:
    records = [made_record(kind, kind=kind) for kind in reversed(KINDS)]

    assert tuple(part(records)["kinds"]) == KINDS


def test_measures_are_means_of_the_cases_that_are_scored() -> None:
    records = [
        made_record("a", scores={"RR": 1.0, "paper recall": NOTHING}),
        made_record("b", scores={"RR": 0.0, "paper recall": NOTHING}),
        made_record("c", scores={"RR": NOTHING}),
        unasked_record(case(), "no answer"),
    ]

    measures = part(records)["measures"]

    assert measures["RR"] | {"ci": None} == {"mean": 0.5, "n": 2, "not_scored": 1, "ci": None}
    assert measures["RR"]["ci"] == [0.0, 1.0]
    assert measures["paper recall"] == {"mean": None, "n": 0, "not_scored": 2, "ci": None}


def test_questions_are_held_apart_by_confidence() -> None:
    records = [
        answered(made_record("a", kind="answerable"), 0.9, "claim"),
        answered(made_record("b", kind="answerable"), 0.4),
        answered(made_record("c", kind="unanswerable"), 0.5, "claim"),
        answered(made_record("d", kind="off_topic"), 0.1, "record"),
        answered(made_record("e", kind="false_premise"), 0.99, "claim"),
        answered(made_record("f", kind="answerable"), None),
    ]

    # of the pairs (answerable, not): .9 > .5, .9 > .1, .4 > .1, but not .4 > .5
    assert part(records)["answerability"] == {
        "auc": 0.75,
        "false_answers": 1,
        "unanswerable": 2,
        "false_abstentions": 1,
        "answerable": 2,
    }


def test_risk_is_the_share_of_wrong_answers_as_less_sure_ones_are_let_in() -> None:
    records = [
        answered(made_record("a", "right"), 0.9, "claim"),
        answered(made_record("b", "wrong"), 0.7, "claim"),
        answered(made_record("c", "right"), 0.8),
        answered(made_record("d", "wrong"), None, "claim"),
        answered(made_record("e", "stale"), 0.95, "claim"),
    ]

    risk = part(records)["risk_coverage"]

    assert risk["points"] == [[0.5, 0.0, 0.9], [1.0, 0.5, 0.7]]
    assert risk["aurc"] == 0.25


def test_invariants_are_counted_fault_by_fault() -> None:
    records = [
        made_record("a", broken={"quotes": ["x", "y"]}),
        made_record("b", broken={"quotes": ["z"], "markers": ["x"]}),
    ]

    counts = summarise(records)["invariants"]

    assert (counts["quotes"], counts["markers"], counts["claims"]) == (3, 1, 0)
    assert len(counts) == 7


def test_latency_is_told_by_stage_for_the_cases_that_were_answered() -> None:
    records = [
        replace(made_record(str(number)), timings_ms={"total": float(number), "verify": 1.0})
        for number in range(1, 4)
    ]
    refused = replace(made_record("refused"), timings_ms={})

    latency = summarise([*records, refused])["latency_ms"]

    assert latency["verify"] == {"median": 1.0, "p95": 1.0}
    assert latency["total"]["median"] == 2.0


def test_a_run_without_cases_has_measures_of_nothing() -> None:
    measures = summarise([])

    assert measures["latency_ms"] == {}
    assert measures["parts"]["all"] == {
        "kinds": {},
        "measures": {},
        "answerability": {
            "auc": None,
            "false_answers": 0,
            "unanswerable": 0,
            "false_abstentions": 0,
            "answerable": 0,
        },
        "risk_coverage": {"points": [], "aurc": None},
    }


@given(RECORDS)
def test_every_case_counts_in_one_part_and_in_all(records: list[CaseRecord]) -> None:
    parts = summarise(records)["parts"]

    for kind in KINDS:
        counts = [parts[name]["kinds"].get(kind, {"n": 0})["n"] for name in parts]
        assert counts[0] + counts[1] == counts[2]
    json.dumps(parts, allow_nan=False)


@given(RECORDS, st.randoms())
def test_the_order_of_cases_makes_no_difference(records: list[CaseRecord], random: Any) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)

    assert summarise(shuffled) == summarise(records)
