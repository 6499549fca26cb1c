from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.acceptance import accept
from eval.baseline import Baseline, baseline_of
from eval.gate import GateReport, check_run
from eval.gate_summary import markdown_summary
from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from index.errors import SettingsError
from tests.eval.made_runs import HEAD, made_record, made_run

RECORDS = (
    made_record("first", scores={"RR": 1.0}),
    made_record("second", "wrong", why=["it claims something"], scores={"RR": 0.5}),
    made_record("third", kind="off_topic", held_out=True),
)


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    return baseline_of(made_run(tmp_path / "before", RECORDS), why="the first one")


def test_a_run_like_the_baseline_passes(tmp_path: Path, baseline: Baseline) -> None:
    report = _gate(tmp_path, RECORDS, baseline)

    assert (report.exit_code, report.findings) == (0, ())
    assert markdown_summary(report).startswith("# Eval gate: passed\n")


@pytest.mark.parametrize("verdict", ["wrong", "not_scored", "stale"])
def test_a_case_that_was_right_and_is_not_fails(
    tmp_path: Path, baseline: Baseline, verdict: str
) -> None:
    changed = made_record("first", verdict, why=["because"], scores={"RR": 1.0})  # type: ignore[arg-type]

    report = _gate(tmp_path, (changed, *RECORDS[1:]), baseline)

    assert report.exit_code == 1
    assert "first" in {one.name for one in report.findings if one.level == "fail"}
    assert any("because" in one.text for one in report.findings)


def test_a_case_that_became_right_has_to_be_accepted_too(
    tmp_path: Path, baseline: Baseline
) -> None:
    better = (RECORDS[0], made_record("second", scores={"RR": 0.5}), RECORDS[2])

    report = _gate(tmp_path, better, baseline)

    assert report.exit_code == 1
    assert [(one.name, one.text) for one in report.findings] == [("second", "wrong → right")]


def test_accepting_a_flip_by_name_lets_it_pass(tmp_path: Path, baseline: Baseline) -> None:
    worse = (
        made_record("first", "wrong", why=["x"], scores={"RR": 1.0}),
        *RECORDS[1:],
    )
    folder = made_run(tmp_path / "after", worse)

    accepted = accept(baseline, folder, "first", why="a label was wrong", questions=())

    assert check_run(folder, accepted).exit_code == 0
    assert accepted.cases["first"].why == "a label was wrong"
    assert check_run(made_run(tmp_path / "again", RECORDS), accepted).exit_code == 1


def test_a_case_that_was_not_asked_and_a_new_one_fail(tmp_path: Path, baseline: Baseline) -> None:
    report = _gate(tmp_path, (*RECORDS[1:], made_record("fourth")), baseline)

    texts = {one.name: one.text for one in report.findings}
    assert report.exit_code == 1
    assert texts["first"] == "in the baseline, but was not asked"
    assert texts["fourth"] == "new, right: accept it"


def test_a_case_whose_labels_were_changed_has_to_be_accepted(
    tmp_path: Path, baseline: Baseline
) -> None:
    changed = made_record("first", scores={"RR": 1.0}, intent="another")

    report = _gate(tmp_path, (changed, *RECORDS[1:]), baseline)

    assert [one.name for one in report.findings if one.level == "fail"] == ["first"]


def test_a_broken_invariant_fails_even_where_the_verdict_is_the_same(
    tmp_path: Path, baseline: Baseline
) -> None:
    broken = made_record(
        "second",
        "wrong",
        why=["it claims something"],
        broken={"quotes": ["the quote at 1–9 of pmid:1 is not its text"]},
        scores={"RR": 0.5},
    )

    report = _gate(tmp_path, (RECORDS[0], broken, RECORDS[2]), baseline)

    assert report.exit_code == 1
    assert "invariant 'quotes' is broken" in report.findings[0].text


@pytest.mark.parametrize("name", ["corpus", "embedding", "settings"])
def test_another_ground_blocks_every_comparison(
    tmp_path: Path, baseline: Baseline, name: str
) -> None:
    folder = made_run(tmp_path / "after", RECORDS[:1], fingerprints={name: "other"})

    report = check_run(folder, baseline)

    assert report.exit_code == 1
    assert [one.name for one in report.findings] == [f"another {name}"]
    with pytest.raises(SettingsError, match=f"another {name}"):
        accept(baseline, folder, "first", why="no", questions=())


def test_changed_settings_are_named(tmp_path: Path, baseline: Baseline) -> None:
    folder = made_run(
        tmp_path / "after",
        RECORDS,
        fingerprints={"settings": "other"},
        settings={"candidate_k": 100},
    )

    assert "candidate_k 50 → 100" in check_run(folder, baseline).findings[0].text


def test_a_measure_that_falls_fails_and_one_that_wavers_is_noted(
    tmp_path: Path, baseline: Baseline
) -> None:
    fallen = (made_record("first", scores={"RR": 0.5}), *RECORDS[1:])
    wavering = (made_record("first", scores={"RR": 0.999}), *RECORDS[1:])

    fell = _gate(tmp_path / "fell", fallen, baseline)
    wavered = _gate(tmp_path / "wavered", wavering, baseline)

    assert {one.name for one in fell.findings} == {"tuning/RR", "all/RR"}
    assert (fell.exit_code, wavered.exit_code) == (1, 0)
    assert {one.level for one in wavered.findings} == {"note"}
    folder = RunFolder(tmp_path / "fell" / "after")
    accepted = baseline
    for name in ("tuning/RR", "all/RR"):
        accepted = accept(accepted, folder, name, why="meant", questions=())
    assert check_run(folder, accepted).exit_code == 0
    assert accepted.accepted == {"tuning/RR": "meant", "all/RR": "meant"}


def test_a_missing_measure_is_a_regression(tmp_path: Path, baseline: Baseline) -> None:
    missing = (
        made_record("first", scores={"RR": NotScored("gone")}),
        made_record("second", "wrong", scores={"RR": NotScored("gone")}),
        RECORDS[2],
    )

    report = _gate(tmp_path, missing, baseline)

    assert report.exit_code == 1
    assert {one.text for one in report.findings} == {"is missing; the baseline has it"}


def test_what_a_model_judged_only_warns(tmp_path: Path) -> None:
    before = [made_record("first", scores={"support rate": 1.0, "contradict rate": 0.0})]
    after = [made_record("first", scores={"support rate": 0.5, "contradict rate": 0.5})]
    baseline = baseline_of(made_run(tmp_path / "before", before), why="judged")

    report = _gate(tmp_path, after, baseline)

    assert report.exit_code == 3
    assert {one.name for one in report.findings} == {
        f"{part}/{name}"
        for part in ("tuning", "all")
        for name in ("support rate", "contradict rate")
    }
    assert "passed, with warnings" in markdown_summary(report)


def test_a_kind_below_its_floor_fails(tmp_path: Path, baseline: Baseline) -> None:
    worse = (made_record("first", "wrong", scores={"RR": 1.0}), *RECORDS[1:])

    report = _gate(tmp_path, worse, baseline)

    assert ("tuning/unanswerable", "0.0% are right; the floor is 50%") in {
        (one.name, one.text) for one in report.findings
    }


def test_a_summary_shows_text_of_cases_as_text(tmp_path: Path, baseline: Baseline) -> None:
    nasty = made_record("first", "wrong", why=["<b>x</b>\n[a](b)"], scores={"RR": 1.0})

    summary = markdown_summary(_gate(tmp_path, (nasty, *RECORDS[1:]), baseline))

    assert "\\<b\\>x\\</b\\> \\[a\\](b)" in summary


def test_an_interrupted_run_cannot_be_judged(tmp_path: Path, baseline: Baseline) -> None:
    folder = RunFolder(tmp_path / "interrupted")
    folder.begin(HEAD)
    folder.append(RECORDS[0])

    with pytest.raises(SettingsError, match="alsqa eval run --resume interrupted"):
        check_run(folder, baseline)


def test_a_run_of_some_questions_cannot_be_judged(tmp_path: Path, baseline: Baseline) -> None:
    folder = made_run(tmp_path / "some", RECORDS[2:], sets=["off_topic", "held_out"])

    with pytest.raises(SettingsError, match="Run some asked only off_topic, held_out") as caught:
        check_run(folder, baseline)

    assert caught.value.remedy == "Ask all questions first: alsqa eval run."


def _gate(tmp_path: Path, records: Sequence[CaseRecord], baseline: Baseline) -> GateReport:
    return check_run(made_run(tmp_path / "after", records), baseline)
