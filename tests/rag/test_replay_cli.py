import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.embedding_models import load_embedder
from index.ingest import ingest
from index.settings import read_settings
from rag.cli import app as rag_app
from rag.errors import UnknownRecordError
from rag.replay_cli import app
from rag.settings import RagSettings
from tests.index.samples import RILUZOLE, write_files

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
QUESTION = "Does riluzole prolong survival?"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RagSettings:
    documents = tmp_path / "documents"
    write_files(documents, {"riluzole.md": RILUZOLE})
    settings = read_settings(RagSettings, data_dir=tmp_path / "data", documents_dir=documents)
    ingest(settings, load_embedder())
    monkeypatch.setenv("ALSQA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", str(documents))
    return settings


@pytest.fixture
def answer_id(settings: RagSettings) -> str:
    assert settings.data_dir.is_dir()
    result = RUNNER.invoke(rag_app, ["ask", "--json", QUESTION])
    assert result.exit_code == 0
    return str(json.loads(result.stdout)["answer_id"])


def test_an_answer_is_composed_again_and_asked_anew(answer_id: str) -> None:
    result = RUNNER.invoke(app, [answer_id])

    assert result.exit_code == 0
    assert "✓ Composed again from what was kept with it: identical" in result.stdout
    assert "= Every quote stands where the answer says." in result.stdout
    assert "= The library gives the same answer." in result.stdout


def test_json_has_what_is_printed(answer_id: str) -> None:
    result = RUNNER.invoke(app, [answer_id, "--json"])

    content = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (content["state"], content["faults"]) == ("identical", [])
    assert content["answer"]["answer_id"] == answer_id
    assert content["difference"]["is_same_answer"] is True


def test_a_library_that_answers_otherwise_by_now_is_told_and_exits_0(
    settings: RagSettings, answer_id: str
) -> None:
    write_files(settings.documents_dir, {"riluzole.md": "# Weather\n\nPMID: 9\n\nIt rains.\n"})
    ingest(settings, load_embedder())

    result = RUNNER.invoke(app, [answer_id])

    assert result.exit_code == 0
    assert "The source has been taken out of the library since" in result.stdout
    assert "~ status: answered → " in result.stdout
    assert "~ build id: " in result.stdout


def test_a_changed_answer_is_told_and_exits_1(settings: RagSettings, answer_id: str) -> None:
    with closing(sqlite3.connect(settings.data_dir / "history.db")) as connection, connection:
        connection.execute(
            "UPDATE answers SET answer = replace(answer, 'not_checked', 'no_notice')"
        )

    result = RUNNER.invoke(app, [answer_id])

    assert result.exit_code == 1
    assert "✗ Does not hold against what was kept with it" in result.stdout
    assert "reference 1, status: stored is “no_notice”, composed again it is “not_checked”" in (
        result.stdout
    )


def test_an_answer_of_before_records_were_kept_says_so_and_exits_1(
    settings: RagSettings, answer_id: str
) -> None:
    with closing(sqlite3.connect(settings.data_dir / "history.db")) as connection, connection:
        connection.execute("DELETE FROM replays")

    result = RUNNER.invoke(app, [answer_id])

    assert result.exit_code == 1
    assert "it cannot be composed again" in " ".join(result.stdout.split())
    assert "= The library gives the same answer." in result.stdout


def test_an_answer_holds_though_no_model_can_be_loaded(
    monkeypatch: pytest.MonkeyPatch, answer_id: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALSQA_RERANKER", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ALSQA_SYNONYMS", str(tmp_path / "nowhere.yaml"))

    result = RUNNER.invoke(app, [answer_id])

    assert result.exit_code == 0
    assert "? The question cannot be asked: " in result.stdout


@pytest.mark.usefixtures("settings")
def test_an_unknown_answer_is_an_error() -> None:
    result = RUNNER.invoke(app, ["ans_unknown"])

    assert result.exit_code == 1
    assert isinstance(result.exception, UnknownRecordError)
