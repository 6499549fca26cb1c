"""`alsqa status`: papers with a notice, an imported list, past answers that are concerned."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alsqa import app
from index.errors import LockedError, NoBuildError, SettingsError
from index.identifiers import Identifiers
from index.publication_status import StatusNote
from index.writer_lock import writer_lock
from rag.answer_json import answer_to_dict
from rag.history import History
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_riluzole_page, note_standing

_HEAD = (
    "OriginalPaperPubMedID,OriginalPaperDOI,RetractionPubMedID,RetractionDOI,RetractionNature,"
    "RetractionDate,Reason\n"
)
_ROW = "11111111,,22222222,,Retraction,7/12/2023 0:00,+Fake data;\n"


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_riluzole_page(tmp_path)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list that says that the paper is retracted."""
    file = tmp_path / "list.csv"
    file.write_text(_HEAD + _ROW, encoding="utf-8")
    return file


def _run(settings: RagSettings, *arguments: str) -> Result:
    environment = {"ALSQA_DATA_DIR": str(settings.data_dir), "COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner(env=environment).invoke(app, ["status", *arguments])


def _ask(settings: RagSettings) -> str:
    """Ask and store the answer; its id."""
    pipeline = Pipeline(settings, HashingEmbedder())
    history = History(settings.data_dir / "history.db")
    try:
        answer = pipeline.answer(
            "What does riluzole prolong?", conversation_id=history.open_conversation(None)
        )
        history.store(answer_to_dict(answer), now=answer.receipt.as_of)
    finally:
        pipeline.close()
        history.close()
    return answer.answer_id


def test_list_is_imported_and_the_paper_is_listed_with_who_says_so(
    settings: RagSettings, listed: Path
) -> None:
    before = _run(settings)
    imported = _run(settings, "--import", str(listed))
    after = _run(settings)

    assert before.stdout == "Papers with a notice: 0 of 1. Imported lists: none.\n"
    assert imported.stdout == "Retraction Watch is imported. Reports: 1.\n"
    assert after.stdout.startswith(
        "retracted  pmid:11111111  Riluzole in amyotrophic lateral sclerosis"
        "  (Retraction Watch, read 20"
    )
    assert "Papers with a notice: 1 of 1. Imported lists: Retraction Watch, imported 20" in (
        after.stdout
    )


def test_json_lists_papers_and_imported_lists(settings: RagSettings, listed: Path) -> None:
    imported = _run(settings, "--import", str(listed), "--json")
    content = json.loads(_run(settings, "--json").stdout)

    assert json.loads(imported.stdout) == {"list": "Retraction Watch", "reports": 1}
    assert content["lists"].keys() == {"Retraction Watch"}
    (paper,) = content["papers"]
    (note,) = paper["status_notes"]
    assert (paper["document_id"], paper["status"]) == ("pmid:11111111", "retracted")
    assert paper["status_checked_at"] == content["lists"]["Retraction Watch"]
    assert note == {
        "kind": "retracted",
        "source": "Retraction Watch",
        "checked_at": paper["status_checked_at"],
        "date": "2023-07-12",
        "text": "Fake data",
        "pmid": "22222222",
        "doi": None,
    }


def test_list_that_cannot_be_read_leaves_the_one_before(
    settings: RagSettings, listed: Path, tmp_path: Path
) -> None:
    _run(settings, "--import", str(listed))
    (tmp_path / "empty.csv").write_text(_HEAD, encoding="utf-8")

    for name in ("empty.csv", "gone.csv"):
        failed = _run(settings, "--import", str(tmp_path / name))
        assert isinstance(failed.exception, SettingsError)
        assert name in str(failed.exception)

    assert "1 of 1" in _run(settings).stdout


def test_list_is_not_imported_while_another_process_writes(
    settings: RagSettings, listed: Path
) -> None:
    with writer_lock(settings.data_dir):
        failed = _run(settings, "--import", str(listed))

    assert isinstance(failed.exception, LockedError)


def test_import_and_affected_together_are_a_usage_error(
    settings: RagSettings, listed: Path
) -> None:
    assert _run(settings, "--import", str(listed), "--affected").exit_code == 2


def test_papers_that_are_not_in_the_library_are_not_listed(settings: RagSettings) -> None:
    note_standing(settings, StatusNote("retracted"), paper=Identifiers(pmid="99"))

    assert _run(settings).stdout == (
        "Papers with a notice: 0 of 1. Imported lists: a list, imported 2026-05-04.\n"
    )


def test_past_answers_are_listed_once_the_standing_changes(settings: RagSettings) -> None:
    answer_id = _ask(settings)

    note_standing(settings)  # the list was asked, and knows of nothing
    assert _run(settings, "--affected").stdout == (
        "Past answers that cite a paper whose standing has changed: 0.\n"
    )
    note_standing(settings, StatusNote("retracted"))
    _ask(settings)
    printed = _run(settings, "--affected").stdout
    (change,) = json.loads(_run(settings, "--affected", "--json").stdout)

    assert f"{answer_id}  20" in printed
    assert "What does riluzole prolong?" in printed
    assert "[1] Riluzole in amyotrophic lateral sclerosis: " in printed
    assert "not checked for retraction → retracted (a list)" in printed
    assert printed.endswith("Past answers that cite a paper whose standing has changed: 1.\n")
    assert (change["answer_id"], change["before"], change["now"], change["sources"]) == (
        *(answer_id, "not_checked", "retracted"),
        ["a list"],
    )


def test_list_may_come_before_the_first_document(tmp_path: Path, listed: Path) -> None:
    empty = RagSettings(data_dir=tmp_path / "data", documents_dir=tmp_path / "documents")

    imported = _run(empty, "--import", str(listed))
    status = _run(empty)
    settings = index_riluzole_page(tmp_path)

    assert imported.exit_code == 0
    assert isinstance(status.exception, NoBuildError)
    assert "1 of 1" in _run(settings).stdout
