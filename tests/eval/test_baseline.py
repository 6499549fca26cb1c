import json
from pathlib import Path

import pytest

from eval.baseline import (
    BASELINE_FILE,
    baseline_of,
    read_baseline,
    write_baseline,
)
from eval.dataset import load_cases
from index.errors import SettingsError
from tests.eval.made_runs import made_record, made_run

RECORDS = (
    made_record("first", scores={"RR": 1.0}),
    made_record("second", "wrong", why=["x"]),
    made_record("third"),
)


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    baseline = baseline_of(made_run(tmp_path / "run", RECORDS), why="the first one")

    write_baseline(baseline, tmp_path / "baseline.json")

    assert read_baseline(tmp_path / "baseline.json") == baseline


def test_a_baseline_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    baseline = baseline_of(made_run(tmp_path / "run", RECORDS), why="the first one")

    with pytest.raises(SettingsError, match=r"cannot be written to .*nowhere"):
        write_baseline(baseline, tmp_path / "nowhere" / "baseline.json")


def test_floors_are_the_shares_that_were_reached_rounded_down(tmp_path: Path) -> None:
    baseline = baseline_of(made_run(tmp_path / "run", RECORDS), why="x")

    assert baseline.floors == {
        "tuning": {"unanswerable": 0.66},
        "held_out": {},
        "all": {"unanswerable": 0.66},
    }


def test_no_baseline_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="alsqa eval baseline --why"):
        read_baseline(tmp_path / "baseline.json")


@pytest.mark.parametrize(
    "text", ["no json", "[]", '{"schema": 99}', '{"schema": 1}', '{"schema": 1, "cases": {}}']
)
def test_a_damaged_baseline_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"baseline\.json"):
        read_baseline(path)


def test_a_run_of_some_questions_is_no_baseline(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "run", RECORDS, sets=["unanswerable"])

    with pytest.raises(SettingsError, match="asked only unanswerable"):
        baseline_of(folder, why="x")


@pytest.mark.parametrize("why", ["", " \n"])
def test_a_baseline_without_a_reason_is_refused(tmp_path: Path, why: str) -> None:
    with pytest.raises(SettingsError, match="--why is blank"):
        baseline_of(made_run(tmp_path / "run", RECORDS), why=why)


def test_the_committed_baseline_knows_every_committed_case() -> None:
    baseline = read_baseline()

    assert set(baseline.cases) == {case.case_id for case in load_cases()}
    assert json.loads(BASELINE_FILE.read_text(encoding="utf-8"))["schema"] == 1
