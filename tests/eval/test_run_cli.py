import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.cli import app
from eval.dataset import load_cases
from eval.evaluation import begin_run, make_pipeline
from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from eval.runner import ask_cases
from index.embedding_models import load_embedder
from index.errors import AlsqaError, NoBuildError, SettingsError
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from rag.settings import RagSettings
from tests.conftest import PROJECT
from tests.eval.made_runs import made_record, made_run
from tests.eval.samples import CARRIERS, FILES, RILUZOLE, SLOWS, TOFERSEN, entry, write_cases
from tests.faults.waiting import until

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
MANY = 60


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> RagSettings:
    """The library of two papers, indexed with the real weights as the commands search it."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "documents").mkdir()
    for name, text in FILES.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    settings = read_settings(
        RagSettings, data_dir=folder / "data", documents_dir=folder / "documents"
    )
    ingest(IndexSettings.model_validate(settings.model_dump()), load_embedder())
    return settings


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four cases, one of them held out."""
    folder = tmp_path_factory.mktemp("questions")
    slows = {
        "question": "Does riluzole slow ALS?",
        "form": "yes_no",
        "gold": f"[{{source: {RILUZOLE!r}, quote: {SLOWS!r}}}]",
    }
    carriers = {
        "question": "What is tofersen for?",
        "form": "single_fact",
        "gold": f"[{{source: {TOFERSEN!r}, quote: {CARRIERS!r}}}]",
        "required": "['never said']",
    }
    answerable = (entry("slows", **slows), entry("carriers", **carriers))
    write_cases(folder / "answerable.yaml", "answerable", *answerable)
    dose = entry("dose", question="What is the dose of riluzole?")
    write_cases(folder / "held_out" / "unanswerable.yaml", "unanswerable", dose)
    write_cases(
        folder / "attack.yaml",
        "attack",
        entry("bell", question='"a\\u0007b"', status="[refused]"),
    )
    return folder


@pytest.fixture
def home(library: RagSettings, monkeypatch: pytest.MonkeyPatch) -> RagSettings:
    """The commands use that library; thread counts are as they were afterwards."""
    monkeypatch.setenv("ALSQA_DATA_DIR", str(library.data_dir))
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", str(library.documents_dir))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    return library


def run_json(questions: Path, *arguments: str) -> dict[str, Any]:
    result = RUNNER.invoke(app, ["run", "--questions", str(questions), "--json", *arguments])
    assert result.exit_code == 0, result.exception
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def failed(*arguments: str) -> AlsqaError:
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, AlsqaError)
    return result.exception


def runs_of(settings: RagSettings) -> set[str]:
    return {path.name for path in settings.data_dir.glob("eval/runs/*")}


@pytest.mark.usefixtures("home")
def test_a_run_is_printed_as_json_with_its_folder_and_measures(questions: Path) -> None:
    content = run_json(questions, "--tag", "first")

    assert (content["tag"], content["sets"]) == ("first", [])
    assert Path(content["folder"], "records.jsonl").exists()
    kinds = content["parts"]["all"]["kinds"]
    assert {name: (one["n"], one["right"]) for name, one in kinds.items()} == {
        "answerable": (2, 1),
        "unanswerable": (1, 1),
        "attack": (1, 1),
    }
    assert content["parts"]["held_out"]["kinds"].keys() == {"unanswerable"}


@pytest.mark.usefixtures("home")
def test_a_run_is_printed_as_tables_with_progress_on_stderr(questions: Path) -> None:
    result = RUNNER.invoke(app, ["run", "--questions", str(questions)])

    assert result.exit_code == 0
    assert re.search(r"answerable +1 of 2 +50%", result.stdout)
    assert "Invariants broken: none." in result.stdout
    assert "asking: 4 of 4" in result.stderr
    assert "asking" not in result.stdout


@pytest.mark.usefixtures("home")
def test_two_runs_have_the_same_hash_and_are_found_by_their_tags(questions: Path) -> None:
    hashes = {run_json(questions, "--tag", tag)["hash"] for tag in ("before", "after")}

    result = RUNNER.invoke(app, ["compare", "before", "after"])

    assert len(hashes) == 1
    assert "The runs are the same, case by case." in result.stdout


@pytest.mark.usefixtures("home")
def test_a_set_is_asked_alone(questions: Path) -> None:
    content = run_json(questions, "--set", "answerable", "--set", "attack", "--set", "tuning")

    assert content["sets"] == ["answerable", "attack", "tuning"]
    assert content["parts"]["all"]["kinds"].keys() == {"answerable", "attack"}


def test_a_set_that_there_is_not_is_told_and_no_run_begins(
    home: RagSettings, questions: Path
) -> None:
    before = runs_of(home)

    error = failed("run", "--questions", str(questions), "--set", "hard")

    assert error.problem == "There is no set 'hard'."
    assert runs_of(home) == before


def test_a_faulty_question_is_told_with_file_and_line_and_no_run_begins(
    home: RagSettings, tmp_path: Path
) -> None:
    before = runs_of(home)
    path = write_cases(tmp_path / "a.yaml", "off_topic", entry("a"), entry("b", gold="[x]"))

    error = failed("run", "--questions", str(tmp_path))

    assert error.problem.startswith(f"{path}:9: case 'b', gold.0: ")
    assert runs_of(home) == before


def test_a_judge_without_a_server_is_told_and_no_run_begins(
    home: RagSettings, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALSQA_JUDGE_MODEL", "made-up")
    before = runs_of(home)

    error = failed("run", "--questions", str(questions))

    assert "ALSQA_JUDGE_BASE_URL" in error.remedy
    assert runs_of(home) == before


def test_without_an_index_no_run_begins(
    home: RagSettings, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.data_dir != tmp_path
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))

    error = failed("run", "--questions", str(questions))

    assert isinstance(error, NoBuildError)
    assert not (tmp_path / "eval").exists()


def test_papers_that_the_library_lacks_are_warned_of_before_anything_is_asked(
    home: RagSettings, questions: Path, tmp_path: Path
) -> None:
    assert home.data_dir.exists()
    shutil.copytree(questions, tmp_path / "questions")
    absent = entry(
        "absent",
        form="who",
        gold="[{source: 'pmid:33333333', quote: 'Words of a paper not here.'}]",
    )
    write_cases(tmp_path / "questions" / "b.yaml", "answerable", absent)

    result = RUNNER.invoke(app, ["run", "--questions", str(tmp_path / "questions")])

    assert result.exit_code == 0
    warned, asked = (result.stderr.index(word) for word in ("Warning: ", "asking: 1 of 5"))
    assert warned < asked
    assert "the library lacks 1 of 3 gold papers" in result.stderr
    assert "1 stale label: absent;" in result.stdout


@pytest.mark.parametrize("command", ["run", "gate"])
def test_questions_on_other_documents_are_not_asked(home: RagSettings, command: str) -> None:
    before = runs_of(home)

    error = failed(command)

    assert error.problem.startswith("None of the 2 gold papers of these questions is in the")
    assert "ALSQA_DATA_DIR" in error.remedy
    assert "--questions FOLDER" in error.remedy
    assert runs_of(home) == before


def test_a_tag_is_given_once(home: RagSettings, questions: Path) -> None:
    once = run_json(questions, "--tag", "once", "--set", "attack")
    before = runs_of(home)

    error = failed("run", "--questions", str(questions), "--tag", "once")

    assert error.problem == f"Run {once['run_id']} has the tag or the id 'once'."
    assert runs_of(home) == before


def test_a_report_is_not_written_where_there_is_no_folder(runs: Path, tmp_path: Path) -> None:
    made_run(runs / "20260101-1", RECORDS)
    target = tmp_path / "nowhere" / "x.html"

    assert "there is no folder" in failed("report", "--out", str(target)).problem
    assert not target.parent.exists()


@pytest.fixture
def interrupted(home: RagSettings, questions: Path) -> RunFolder:
    """A run of all cases that ended after the second."""
    cases = load_cases(questions)
    pipeline = make_pipeline(home)
    for path in home.data_dir.glob("eval/runs/*"):
        shutil.rmtree(path)
    folder = begin_run(home, pipeline, cases, tag="cut")
    for record in ask_cases(pipeline, cases[:2], timeout_s=60.0):
        folder.append(record)
    pipeline.close()
    return folder


@pytest.mark.parametrize("by", ["id", "tag", "folder"])
def test_an_interrupted_run_goes_on_to_the_hash_of_a_whole_one(
    interrupted: RunFolder, questions: Path, by: str
) -> None:
    name = {"id": interrupted.path.name, "tag": "cut", "folder": str(interrupted.path)}[by]

    content = run_json(questions, "--resume", name)

    assert content["folder"] == str(interrupted.path)
    assert content["hash"] == run_json(questions)["hash"]


def test_a_run_goes_on_with_the_sets_that_it_began_with(home: RagSettings, questions: Path) -> None:
    cases = [one for one in load_cases(questions) if one.kind == "answerable"]
    pipeline = make_pipeline(home)
    folder = begin_run(home, pipeline, cases, sets=["answerable"])
    pipeline.close()

    content = run_json(questions, "--resume", folder.path.name)

    assert content["parts"]["all"]["kinds"].keys() == {"answerable"}


@pytest.mark.parametrize("more", [["--set", "attack"], ["--tag", "new"]])
def test_a_run_that_goes_on_gets_no_other_sets_and_no_other_tag(more: list[str]) -> None:
    result = RUNNER.invoke(app, ["run", "--resume", "any", *more])

    assert result.exit_code == 2
    assert "keeps its sets and its tag" in result.output


def test_a_run_does_not_go_on_with_other_questions(interrupted: RunFolder, tmp_path: Path) -> None:
    write_cases(tmp_path / "a.yaml", "off_topic", entry())

    error = failed("run", "--resume", interrupted.path.name, "--questions", str(tmp_path))

    assert "began with other questions" in error.problem


@pytest.mark.usefixtures("home")
def test_a_run_that_there_is_not_cannot_go_on(questions: Path) -> None:
    error = failed("run", "--resume", "never", "--questions", str(questions))

    assert error.problem.startswith("There is no run 'never'")


def test_a_limit_of_no_time_is_a_usage_error() -> None:
    assert RUNNER.invoke(app, ["run", "--timeout", "0"]).exit_code == 2


def test_ctrl_c_ends_a_run_with_one_line_and_the_next_command_goes_on(
    home: RagSettings, tmp_path: Path
) -> None:
    entries = [entry(f"dose-{n}", question=f"What is dose {n} of riluzole?") for n in range(MANY)]
    write_cases(tmp_path / "a.yaml", "unanswerable", *entries)
    known = runs_of(home)
    running = subprocess.Popen(
        [sys.executable, str(PROJECT / "alsqa.py"), "eval", "run", "--questions", str(tmp_path)],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it runs in the background ignore Ctrl-C, and the tests with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until(lambda: _asked(home, known) > 0 or running.poll() is not None, limit_s=120)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    (name,) = runs_of(home) - known
    done = _asked(home, known)
    content = run_json(tmp_path, "--resume", name)

    assert running.returncode == 130, said
    assert f"Interrupted; go on with: alsqa eval run --resume {name}" in said
    assert "Traceback" not in said
    assert 0 < done < MANY
    assert content["parts"]["all"]["kinds"]["unanswerable"]["n"] == MANY
    assert content["hash"] == run_json(tmp_path)["hash"]


def _asked(settings: RagSettings, known: set[str]) -> int:
    """Whole lines of records of a run that was not known."""
    new = runs_of(settings) - known
    paths = [settings.data_dir / "eval" / "runs" / name / "records.jsonl" for name in new]
    return sum(path.read_bytes().count(b"\n") for path in paths if path.exists())


RECORDS = (
    made_record("first", kind="answerable", scores={"RR": 1.0, "support rate": NotScored("x")}),
    made_record("second", "wrong", kind="answerable", scores={"RR": 0.5}),
    made_record("third", "stale", kind="answerable", held_out=True, scores={"RR": NotScored("x")}),
    made_record("fourth", "not_scored"),
)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs of an empty data folder, which the commands use."""
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))
    return tmp_path / "eval" / "runs"


def compared(runs: Path, before: Sequence[CaseRecord], after: Sequence[CaseRecord]) -> list[str]:
    made_run(runs / "20260101-1", before)
    made_run(runs / "20260102-1", after, fingerprints={"settings": "s1"})
    result = RUNNER.invoke(app, ["compare", "20260101-1", "20260102-1"])
    assert result.exit_code == 0
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_flips_and_differences_are_printed(runs: Path) -> None:
    worse = made_record("first", "wrong", kind="answerable", why=["it says [b]x"], scores={"RR": 0})
    after = [worse, *RECORDS[1:3], made_record("fifth")]

    assert compared(runs, RECORDS, after) == [
        "The runs do not share their settings.",
        "Compared are the 3 cases that both asked, not the 2 that one did (1 before, 1 after).",
        "first: right → wrong it says [b]x",
        "measure before after difference p n",
        "RR 0.750 0.250 -0.500 1.000 2",
    ]


def test_a_comparison_is_given_as_json(runs: Path) -> None:
    better = made_record("third", kind="answerable", held_out=True)
    for name, records in (("20260101-1", RECORDS), ("20260102-1", [*RECORDS[:2], better])):
        made_run(runs / name, records)

    result = RUNNER.invoke(app, ["compare", "20260101-1", "20260102-1", "--json"])

    content = json.loads(result.stdout)
    assert content["flips"] == [
        {"case_id": "third", "before": "stale", "after": "right", "why": ""}
    ]
    assert (content["shared"], content["only_before"], content["only_after"]) == (3, ["fourth"], [])
    assert (content["other_ground"], content["same_hash"]) == ([], False)
    assert content["differences"][0] == {
        **{"measure": "RR", "before": 0.75, "after": 0.75, "n": 2, "p": 1.0}
    }


def test_a_run_that_there_is_not_cannot_be_compared(runs: Path) -> None:
    made_run(runs / "20260101-1", RECORDS)

    error = failed("compare", "20260101-1", "never")

    assert isinstance(error, SettingsError)
    assert error.problem.startswith("There is no run 'never'")
