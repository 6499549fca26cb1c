from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.baseline import baseline_of, read_baseline, write_baseline
from eval.cli import app
from index.errors import SettingsError
from tests.eval.made_runs import made_record, made_run
from tests.eval.samples import entry, write_cases

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
RECORDS = (made_record("first"), made_record("second", "wrong", why=["x"]), made_record("third"))
FLIPPED = (made_record("first", "wrong", why=["y"]), made_record("second"), RECORDS[2])


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs of the data folder that the commands use: one that flips two cases."""
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))
    runs = tmp_path / "eval" / "runs"
    made_run(runs / "20260102-1", FLIPPED)
    return runs


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    path = tmp_path / "baseline.json"
    write_baseline(baseline_of(made_run(tmp_path / "before", RECORDS), why="the first"), path)
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """All questions but the third."""
    entries = (entry("first"), entry("second"))
    return write_cases(tmp_path / "questions" / "a.yaml", "unanswerable", *entries).parent


def refused(*arguments: object) -> SettingsError:
    result = RUNNER.invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 1
    assert isinstance(result.exception, SettingsError)
    return result.exception


@pytest.mark.usefixtures("runs")
def test_cases_are_accepted_once_each(baseline: Path, questions: Path) -> None:
    options = ["--why", "meant", "--baseline", str(baseline), "--questions", str(questions)]

    result = RUNNER.invoke(app, ["accept", "first", "second", "first", *options])

    assert result.exit_code == 0
    verdicts = {name: case.verdict for name, case in read_baseline(baseline).cases.items()}
    assert verdicts == {"first": "wrong", "second": "right", "third": "right"}
    assert "Accepted first, second in" in result.stdout


@pytest.mark.usefixtures("runs")
def test_where_one_name_is_refused_nothing_is_accepted(baseline: Path) -> None:
    before = baseline.read_bytes()

    error = refused("accept", "first", "third", "--why", "meant", "--baseline", baseline)

    assert "nothing to accept for third" in error.problem
    assert baseline.read_bytes() == before


def test_a_case_leaves_the_baseline_when_it_left_the_question_files(
    runs: Path, baseline: Path, questions: Path
) -> None:
    made_run(runs / "20260103-1", RECORDS[:2])
    options = ("--why", "meant", "--baseline", baseline, "--questions", questions)

    for name in ("third", "second"):
        RUNNER.invoke(app, ["accept", name, *map(str, options)])

    assert set(read_baseline(baseline).cases) == {"first", "second"}


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("command", [("accept", "first"), ("baseline",)])
def test_a_blank_reason_changes_nothing(baseline: Path, command: tuple[str, ...]) -> None:
    before = baseline.read_bytes()

    assert "--why is blank" in refused(*command, "--why", " ", "--baseline", baseline).problem
    assert baseline.read_bytes() == before


def test_a_run_of_some_sets_is_not_judged_and_gets_no_verdict(runs: Path, baseline: Path) -> None:
    folder = made_run(runs / "20260103-1", RECORDS[:1], sets=["off_topic"])

    error = refused("gate", "--run", folder.path.name, "--baseline", baseline)

    assert error.problem == "Run 20260103-1 asked only off_topic."
    assert error.remedy == "Ask all questions first: alsqa eval run."
    assert not (folder.path / "gate.json").exists()


@pytest.mark.usefixtures("runs")
def test_a_summary_without_a_folder_is_told_before_anything_is_asked(
    baseline: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "nowhere" / "gate.md"

    error = refused("gate", "--baseline", baseline, "--summary", summary)

    assert str(summary.parent) in error.problem
    assert not summary.parent.exists()
