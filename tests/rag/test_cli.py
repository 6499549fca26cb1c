import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.embedding_models import load_embedder
from index.errors import NoBuildError, SettingsError
from index.ingest import ingest
from index.settings import read_settings
from rag.answer_json import answer_to_dict
from rag.cli import app
from rag.errors import QuestionError
from rag.history import History
from rag.models import Answer
from rag.settings import RagSettings
from tests.index.samples import RILUZOLE, write_files
from tests.rag.examples import CITING_QUESTION, FDA_QUESTION

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})


@pytest.fixture
def default_library(monkeypatch: pytest.MonkeyPatch, default_settings: RagSettings) -> RagSettings:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(default_settings.data_dir))
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", str(default_settings.documents_dir))
    return default_settings


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.usefixtures("default_library")
def test_ask_prints_sentences_references_and_quotes(fda_answer: Answer) -> None:
    result = RUNNER.invoke(app, ["ask", FDA_QUESTION])

    printed = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert printed.startswith("Answered ")
    for n, sentence in enumerate(fda_answer.sentences, start=1):
        assert f"{sentence.text} [{n}]" in printed
        assert f"“{sentence.text}”" in printed
    assert "PMID 34372914, PMCID PMC8353789, DOI 10.1186/s40035-021-00250-5" in printed
    assert "authors not given. A perspective on therapies" in printed
    assert "2021 (added). PMID not given" in printed
    assert "year added from: the last part of the chapter's own DOI" in printed
    assert printed.count("status: not checked for retraction") == 2
    assert "https://pubmed.ncbi.nlm.nih.gov/34372914/" in printed


@pytest.mark.usefixtures("default_library")
def test_ask_prints_records_as_a_list_and_says_where_they_are_listed() -> None:
    result = RUNNER.invoke(app, ["ask", CITING_QUESTION])

    assert result.exit_code == 0
    assert result.stdout.count("• ") == 5
    assert result.stdout.count("listed on pmid:34372914; its text is not in the library") == 5
    assert "there may be others." in result.stdout


@pytest.mark.usefixtures("default_library")
def test_ask_says_what_is_not_in_the_library_and_exits_0() -> None:
    result = RUNNER.invoke(app, ["ask", "What is the dose of riluzole?"])

    assert result.exit_code == 0
    assert result.stdout.strip().startswith("No answer found in the library")
    assert "https://pubmed.ncbi.nlm.nih.gov/?term=dose+riluzole" in result.stdout
    assert "References" not in result.stdout


def test_ask_ends_with_the_id_under_which_the_answer_is_stored(
    default_library: RagSettings,
) -> None:
    result = RUNNER.invoke(app, ["ask", FDA_QUESTION])

    label, answer_id = result.stdout.splitlines()[-1].split()
    history = History(default_library.data_dir / "history.db")
    stored = history.answer(answer_id)
    history.close()
    assert label == "answer"
    assert stored["question"] == FDA_QUESTION


def test_ask_json_prints_the_answer_that_is_stored(
    default_library: RagSettings, fda_answer: Answer
) -> None:
    result = RUNNER.invoke(app, ["ask", "--json", FDA_QUESTION])

    content = json.loads(result.stdout)
    history = History(default_library.data_dir / "history.db")
    stored = history.answer(content["answer_id"])
    history.close()
    assert result.exit_code == 0
    assert stored == content
    assert content["conversation_id"].startswith("con_")
    assert content["sentences"] == answer_to_dict(fda_answer)["sentences"]


@pytest.mark.usefixtures("no_library")
def test_ask_without_an_index_fails_and_says_to_index() -> None:
    result = RUNNER.invoke(app, ["ask", FDA_QUESTION])

    assert result.exit_code == 1
    assert isinstance(result.exception, NoBuildError)
    assert "alsqa index" in str(result.exception)


@pytest.mark.usefixtures("default_library")
def test_ask_refuses_an_empty_question() -> None:
    result = RUNNER.invoke(app, ["ask", " "])

    assert result.exit_code == 1
    assert isinstance(result.exception, QuestionError)


@pytest.mark.usefixtures("default_library")
@pytest.mark.parametrize(
    ("option", "told"),
    [
        (["--journal", "nosuch"], "No document is left by: journal nosuch."),
        (["--section", "nosuch"], "No section is left by: section nosuch."),
    ],
)
def test_search_says_that_the_filters_leave_nothing(option: list[str], told: str) -> None:
    result = RUNNER.invoke(app, ["search", "riluzole", *option])

    assert result.exit_code == 0
    assert f"Nothing is found. {told}" in result.stdout


@pytest.mark.usefixtures("no_library")
@pytest.mark.parametrize("command", ["ask", "search"])
def test_years_that_leave_none_are_a_usage_error(command: str) -> None:
    result = RUNNER.invoke(app, [command, "riluzole", "--since", "2025", "--until", "2000"])

    assert result.exit_code == 2
    assert "since is after until" in result.stderr


def test_ask_without_a_question_is_a_usage_error() -> None:
    assert RUNNER.invoke(app, ["ask"]).exit_code == 2


@pytest.mark.usefixtures("default_library")
def test_doctor_of_a_healthy_library_exits_0() -> None:
    result = RUNNER.invoke(app, ["doctor"])

    assert result.exit_code == 0
    assert "✗" not in result.stdout
    assert "✓ index" in result.stdout


@pytest.mark.usefixtures("default_library")
def test_doctor_json_of_a_healthy_library_exits_0() -> None:
    result = RUNNER.invoke(app, ["doctor", "--json"])

    diagnosis = json.loads(result.stdout)
    assert result.exit_code == 0
    assert diagnosis["ok"] is True
    assert all(finding["ok"] for finding in diagnosis["findings"])


def test_doctor_lists_the_quarantine_as_a_warning_and_exits_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents"
    write_files(documents, {"riluzole.md": RILUZOLE, "[a].txt": "", "b.txt": ""})
    settings = read_settings(RagSettings, data_dir=tmp_path / "data", documents_dir=documents)
    ingest(settings, load_embedder())
    monkeypatch.setenv("ALSQA_DATA_DIR", str(settings.data_dir))

    result = RUNNER.invoke(app, ["doctor"])

    lines = result.stdout.splitlines()
    head = "! quarantine  2 files or records of 2 files could not be read as they are"
    place = lines.index(head)
    assert result.exit_code == 0
    assert [line.split(": ")[0] for line in lines[place + 1 : place + 3]] == [
        "    [a].txt",
        "    b.txt",
    ]


def test_doctor_parse_lists_what_is_ignored_and_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {"riluzole.md": RILUZOLE, "table.csv": "a,b\n"})
    (tmp_path / "link.pdf").symlink_to(tmp_path / "nowhere.pdf")

    result = RUNNER.invoke(app, ["doctor", "--parse", str(tmp_path)])

    assert result.exit_code == 0
    assert "ignored table.csv: no reader for .csv" in result.stdout
    assert "refused link.pdf: it cannot be read" in result.stdout


@pytest.mark.parametrize(
    ("files", "told"), [({}, "No files are here"), ({"a.csv": "a"}, "No file here can be read")]
)
def test_doctor_parse_of_nothing_says_so(tmp_path: Path, files: dict[str, str], told: str) -> None:
    write_files(tmp_path, files)

    result = RUNNER.invoke(app, ["doctor", "--parse", str(tmp_path)])

    assert result.exit_code == 0
    assert result.stdout.startswith(told)


@pytest.mark.parametrize(
    ("name", "told"), [("a.md", "is a file, not a folder"), ("none", "does not exist")]
)
def test_doctor_parse_of_no_folder_is_an_error(tmp_path: Path, name: str, told: str) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})

    result = RUNNER.invoke(app, ["doctor", "--parse", str(tmp_path / name)])

    assert result.exit_code == 1
    assert isinstance(result.exception, SettingsError)
    assert told in str(result.exception)


def test_doctor_of_a_missing_library_exits_1_and_says_to_index(no_library: Path) -> None:
    result = RUNNER.invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert f"✗ library  There is no library at {no_library / 'library.db'}." in result.stdout
    assert "alsqa index" in result.stdout


@pytest.mark.usefixtures("no_library")
def test_doctor_json_of_a_missing_library_exits_1() -> None:
    result = RUNNER.invoke(app, ["doctor", "--json"])

    diagnosis = json.loads(result.stdout)
    failed = [finding["name"] for finding in diagnosis["findings"] if not finding["ok"]]
    assert result.exit_code == 1
    assert diagnosis["ok"] is False
    assert failed == ["library"]
