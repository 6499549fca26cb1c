from pathlib import Path

import pytest

from eval.acceptance import accept
from eval.baseline import Baseline, baseline_of
from eval.measures.score import NotScored
from eval.run_folder import RunFolder
from index.errors import SettingsError
from tests.eval.made_runs import made_record, made_run
from tests.eval.samples import unlabelled

RECORDS = (
    made_record("first", scores={"RR": 1.0}),
    made_record("second", "wrong", why=["x"], scores={"RR": 0.5}),
    made_record("third", held_out=True, scores={"RR": 0.25}),
)
QUESTIONS = [
    unlabelled(one.case_id, f"What of {one.case_id}?", held_out=one.held_out) for one in RECORDS
]
BETTER = made_record("second", scores={"RR": 0.75})


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    return baseline_of(made_run(tmp_path / "before", RECORDS), why="the first one")


def accepted(baseline: Baseline, folder: RunFolder, name: str, why: str = "meant") -> Baseline:
    return accept(baseline, folder, name, why=why, questions=QUESTIONS)


def test_a_flip_is_accepted_with_its_reason(tmp_path: Path, baseline: Baseline) -> None:
    folder = made_run(tmp_path / "after", [RECORDS[0], BETTER], sets=["tuning"])

    case = accepted(baseline, folder, "second").cases["second"]

    assert (case.verdict, case.why) == ("right", "meant")


@pytest.mark.parametrize("sets", [["off_topic"], []])
def test_a_case_that_the_run_did_not_ask_stays_in_the_baseline(
    tmp_path: Path, baseline: Baseline, sets: list[str]
) -> None:
    folder = made_run(tmp_path / "after", RECORDS[:1], sets=sets)

    with pytest.raises(SettingsError, match="Run after did not ask 'second'") as caught:
        accepted(baseline, folder, "second")

    assert "alsqa eval run" in caught.value.remedy


def test_a_case_that_is_no_question_any_more_is_accepted_as_gone(
    tmp_path: Path, baseline: Baseline
) -> None:
    folder = made_run(tmp_path / "after", RECORDS[:2])

    left = accept(baseline, folder, "third", why="asked twice", questions=QUESTIONS[:2])

    assert set(left.cases) == {"first", "second"}
    assert left.accepted == {"third": "asked twice"}


def test_a_run_of_some_sets_does_not_tell_that_a_case_is_gone(
    tmp_path: Path, baseline: Baseline
) -> None:
    folder = made_run(tmp_path / "after", RECORDS[:2], sets=["tuning"])

    with pytest.raises(SettingsError, match="did not ask 'third'"):
        accept(baseline, folder, "third", why="x", questions=QUESTIONS[:2])


def test_what_is_neither_case_nor_measure_cannot_be_accepted(
    tmp_path: Path, baseline: Baseline
) -> None:
    folder = made_run(tmp_path / "run", RECORDS)

    for name in ("fourth", "tuning/none", "nowhere/RR"):
        with pytest.raises(SettingsError, match="neither a case nor a measure"):
            accepted(baseline, folder, name)


@pytest.mark.parametrize("name", ["first", "tuning/RR", "third"])
def test_where_nothing_changed_there_is_nothing_to_accept(
    tmp_path: Path, baseline: Baseline, name: str
) -> None:
    folder = made_run(tmp_path / "after", RECORDS)

    with pytest.raises(SettingsError, match=f"nothing to accept for {name}: .* in the baseline"):
        accepted(baseline, folder, name)


def test_changed_labels_are_accepted_where_the_verdict_is_the_same(
    tmp_path: Path, baseline: Baseline
) -> None:
    changed = made_record("first", intent="another", scores={"RR": 1.0})
    folder = made_run(tmp_path / "after", [changed, *RECORDS[1:]])

    assert accepted(baseline, folder, "first").cases["first"].why == "meant"


@pytest.mark.parametrize("why", ["", " \t\n"])
def test_a_reason_has_to_be_given(tmp_path: Path, baseline: Baseline, why: str) -> None:
    folder = made_run(tmp_path / "after", [RECORDS[0], BETTER, RECORDS[2]])

    with pytest.raises(SettingsError, match="--why is blank"):
        accepted(baseline, folder, "second", why)


def test_a_measure_is_accepted_from_a_run_that_asked_its_part(
    tmp_path: Path, baseline: Baseline
) -> None:
    folder = made_run(tmp_path / "after", [RECORDS[0], BETTER], sets=["tuning"])

    after = accepted(baseline, folder, "tuning/RR")

    assert after.parts["tuning"]["measures"]["RR"]["mean"] == 0.875
    assert after.accepted == {"tuning/RR": "meant"}


@pytest.mark.parametrize("sets", [["off_topic"], ["tuning", "unanswerable"], ["held_out"]])
def test_a_measure_is_not_taken_from_a_run_of_other_sets(
    tmp_path: Path, baseline: Baseline, sets: list[str]
) -> None:
    none = made_record("first", scores={"RR": NotScored("nothing is relevant")})
    folder = made_run(tmp_path / "after", [none], sets=sets)

    with pytest.raises(SettingsError, match=f"it asked only {', '.join(sets)}") as caught:
        accepted(baseline, folder, "tuning/RR")

    assert caught.value.remedy == "Ask all questions first: alsqa eval run."


@pytest.mark.parametrize("name", ["tuning/RR", "all/RR"])
def test_a_measure_is_not_taken_from_a_run_that_lacks_some_questions(
    tmp_path: Path, baseline: Baseline, name: str
) -> None:
    folder = made_run(tmp_path / "after", [BETTER, RECORDS[2]])

    with pytest.raises(SettingsError, match=r"it left out 1 of \d"):
        accepted(baseline, folder, name)


def test_accepting_a_wrong_case_lowers_the_floor_of_its_kind_only_so_far(
    tmp_path: Path, baseline: Baseline
) -> None:
    assert baseline.floors["all"] == {"unanswerable": 0.66}
    worse = (made_record("first", "wrong", scores={"RR": 1.0}), *RECORDS[1:])

    after = accepted(baseline, made_run(tmp_path / "after", worse), "first")

    assert after.floors == {
        "tuning": {"unanswerable": 0.0},
        "held_out": {"unanswerable": 1.0},
        "all": {"unanswerable": 0.33},
    }
