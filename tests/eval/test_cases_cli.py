import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from eval.cli import app
from eval.dataset import load_cases
from eval.records import CaseRecord, record_of, unasked_record
from eval.run_folder import RunFolder
from index.errors import AlsqaError, SettingsError
from index.settings import read_settings
from rag.answer_json import answer_to_dict
from rag.errors import UnknownRecordError
from rag.history import History
from rag.models import Notice
from rag.settings import RagSettings
from tests.eval.made_runs import HEAD, made_record, made_run
from tests.eval.samples import (
    ELSEWHERE,
    GOLD,
    RILUZOLE,
    SLOWS,
    Said,
    answer,
    asked,
    case,
    entry,
    search,
    unlabelled,
    write_cases,
)

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
STORED = "ans_1"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs of an empty data folder, which the commands use."""
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "eval" / "runs"


def failed(*arguments: str) -> AlsqaError:
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, AlsqaError)
    return result.exception


def shown(*arguments: str) -> list[str]:
    """What is printed, blanks at the ends of lines left out."""
    result = RUNNER.invoke(app, ["show", *arguments])
    assert result.exit_code == 0
    return [line.rstrip() for line in result.stdout.splitlines()]


@pytest.fixture
def records() -> list[CaseRecord]:
    given = answer(
        Said("Edaravone is new.", ELSEWHERE),
        notices=[Notice("not_advice", "This is [bold]not[/bold] advice.")],
    )
    wrong = case(papers=(RILUZOLE,), required=(r"\b1995\b",), forbidden=("[b]cure",))
    bell = unlabelled("bell", "a\x07\x1b[31mb", kind="attack", outcomes=frozenset({"refused"}))
    return [
        record_of(wrong, asked(given, search=search(ELSEWHERE, GOLD))),
        record_of(bell, asked(None, gold=())),
        unasked_record(unlabelled("slow", "What is slow?", held_out=True), "no answer within 1 s"),
    ]


def test_a_case_is_shown_with_what_is_right_and_what_was_answered(
    runs: Path, records: list[CaseRecord]
) -> None:
    made_run(runs / "20260101-1", records)

    assert shown("riluzole-slows") == [
        "wrong  riluzole-slows",
        "answerable, tuning, confidence 1.0",
        "  it cites none of the words that answer",
        r"  it does not show '\\b1995\\b'",
        "Question: Does riluzole slow ALS?",
        f"Gold, {RILUZOLE}: {SLOWS}",
        f"Papers: {RILUZOLE}",
        "Status: answered, partial",
        r"Required: \b1995\b",
        "Forbidden: [b]cure",
        "Answer (answered): Edaravone is new. [1]",
        "Notice (not_advice): This is [bold]not[/bold] advice.",
        f"[1]: Notes on {RILUZOLE} · 2021 · 11111111",
        " rank  score  sentence",
        " 1     1.000    …",
        " 2     0.500  ● …",
    ]


def test_control_characters_of_a_question_do_not_reach_the_terminal(
    runs: Path, records: list[CaseRecord]
) -> None:
    made_run(runs / "20260101-1", records)

    assert r"Question: a\x07\x1b[31mb" in shown("bell")


def test_a_case_is_shown_with_how_many_quotes_it_needs_and_that_no_paper_may_be_cited(
    runs: Path,
) -> None:
    twice = case(gold=(*case().gold, *case().gold), needs="any", papers=())
    made_run(runs / "20260101-1", [record_of(twice, asked(None, gold=()))])

    lines = shown("riluzole-slows")

    assert "Needs: any of the quotes" in lines
    assert "Papers: none may be cited" in lines


def test_a_case_that_was_not_scored_is_shown_with_its_reason(
    runs: Path, records: list[CaseRecord]
) -> None:
    made_run(runs / "20260101-1", records)

    assert shown("slow")[:3] == [
        "not_scored  slow",
        "unanswerable, held out, confidence None",
        "  no answer within 1 s",
    ]


def test_a_case_is_shown_as_json(runs: Path, records: list[CaseRecord]) -> None:
    made_run(runs / "20260101-1", records)

    result = RUNNER.invoke(app, ["show", "riluzole-slows", "--json"])

    assert json.loads(result.stdout) == records[0].to_dict()


def test_the_newest_run_is_shown_unless_another_is_named(runs: Path) -> None:
    made_run(runs / "20260101-1", [made_record("dose")])
    made_run(runs / "20260102-1", [made_record("dose", "wrong")])

    verdicts = [
        json.loads(RUNNER.invoke(app, ["show", "dose", "--json", *more]).stdout)["verdict"]
        for more in ([], ["--run", "20260101-1"], ["--run", str(runs / "20260102-1")])
    ]

    assert verdicts == ["wrong", "right", "wrong"]


def test_a_case_of_an_interrupted_run_is_shown(runs: Path, records: list[CaseRecord]) -> None:
    folder = RunFolder(runs / "20260101-1")
    folder.begin(replace(HEAD, run_id="20260101-1"))
    folder.append(records[0])

    assert shown("riluzole-slows")[0] == "wrong  riluzole-slows"


def test_an_unknown_case_is_told_with_those_near_it_of_the_run_and_of_the_questions(
    runs: Path, questions: Path
) -> None:
    made_run(runs / "20260101-1", [made_record("riluzole-dose"), made_record("capital")])

    error = failed("show", "riluzol-slow", "--questions", str(questions))

    assert error.problem == "Run 20260101-1 has no case 'riluzol-slow'."
    assert error.remedy == "Near it are: riluzole-slow-als, riluzole-dose."


def test_a_case_that_the_run_did_not_ask_is_told_with_what_it_asked(
    runs: Path, questions: Path
) -> None:
    made_run(runs / "20260101-1", [made_record("riluzole-slow")], sets=["attack", "tuning"])

    error = failed("show", "riluzole-slow-als", "--questions", str(questions))

    assert error.problem == (
        "Run 20260101-1 did not ask 'riluzole-slow-als': it asked only attack, tuning."
    )
    assert "alsqa eval run --set off_topic" in error.remedy
    assert "Near" not in error.remedy


def test_a_case_that_is_near_to_none_is_told_with_where_they_are_listed(runs: Path) -> None:
    made_run(runs / "20260101-1", [made_record("dose")], sets=["unanswerable"])

    error = failed("show", "xyz")

    assert error.problem == "Run 20260101-1 has no case 'xyz'; it asked only unanswerable."
    assert "eval/questions/" in error.remedy


def test_an_abstention_is_shown_once(runs: Path) -> None:
    given = answer(status="insufficient_evidence", notices=[Notice("searched", "Nothing is said.")])
    record = record_of(unlabelled("dose", "What dose?"), asked(given, gold=()))
    made_run(runs / "20260101-1", [record])

    lines = shown("dose")

    assert lines.count("Answer (insufficient_evidence): –") == 1
    assert [line for line in lines if "Nothing is said." in line] == [
        "Notice (searched): Nothing is said."
    ]


@pytest.mark.parametrize("more", [[], ["--run", "20260101-1"]])
def test_where_nothing_was_run_that_is_told(runs: Path, more: list[str]) -> None:
    error = failed("show", "dose", *more)

    assert "There is no run" in error.problem
    assert str(runs) in error.problem


@pytest.fixture
def history(runs: Path) -> Iterator[History]:
    """A history with one answer in it."""
    settings = read_settings(RagSettings)
    assert settings.data_dir == runs.parent.parent
    given = answer(Said(SLOWS, GOLD), question="Does riluzole slow ALS?")
    with closing(History(settings.data_dir / "history.db")) as history:
        content = answer_to_dict(given) | {"conversation_id": history.open_conversation(None)}
        history.store(content, now=datetime(2026, 1, 1, tzinfo=UTC))
        yield history


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A folder with one case, whose id the draft would take."""
    write_cases(tmp_path / "questions" / "a.yaml", "off_topic", entry("riluzole-slow-als"))
    return tmp_path / "questions"


def add(questions: Path, *arguments: str) -> list[str]:
    return ["add", "--from", STORED, "--questions", str(questions), *arguments]


@pytest.mark.usefixtures("history")
def test_a_draft_is_printed_with_the_file_that_it_belongs_to(questions: Path) -> None:
    result = RUNNER.invoke(app, add(questions))

    assert result.exit_code == 0
    assert result.stdout.startswith("# eval/questions/answerable.yaml\n- id: ")
    (draft,) = yaml.safe_load(result.stdout)
    assert draft["question"] == "Does riluzole slow ALS?"
    assert draft["gold"] == [{"source": RILUZOLE, "quote": SLOWS}]
    assert draft["id"] == "riluzole-slow-als-2"


@pytest.mark.usefixtures("history")
def test_a_draft_that_is_added_counts_once_its_intent_is_put_into_words(questions: Path) -> None:
    path = questions / "answerable.yaml"

    result = RUNNER.invoke(app, add(questions, "--to", str(path)))

    assert result.exit_code == 0
    assert f"Added a draft to {path}" in result.stdout.replace("\n", " ")
    with pytest.raises(SettingsError, match="intent: say what is asked"):
        load_cases(questions)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("TODO: what is asked, in a few words", "effect"), encoding="utf-8")
    assert [one.case_id for one in load_cases(questions)] == [
        "riluzole-slow-als",
        "riluzole-slow-als-2",
    ]


@pytest.mark.usefixtures("history")
def test_a_draft_goes_into_no_file_of_another_kind(questions: Path) -> None:
    path = questions / "a.yaml"

    error = failed(*add(questions, "--to", str(path)))

    assert error.problem == f"{path} holds no cases of kind answerable."


@pytest.mark.usefixtures("runs")
def test_an_answer_that_was_not_stored_is_told(questions: Path) -> None:
    error = failed(*add(questions))

    assert isinstance(error, UnknownRecordError)


@pytest.mark.usefixtures("history")
def test_a_faulty_file_of_questions_is_told_before_anything_is_drafted(questions: Path) -> None:
    (questions / "a.yaml").write_text("kind: odd\n", encoding="utf-8")

    assert failed(*add(questions)).problem.startswith(f"{questions / 'a.yaml'}:1: kind: ")


def test_an_answer_to_draft_from_has_to_be_named() -> None:
    assert RUNNER.invoke(app, ["add"]).exit_code == 2
