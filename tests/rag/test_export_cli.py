"""`alsqa export`: what it prints, what it writes, and how it says no."""

import json
from pathlib import Path

import pytest
import rispy
from typer.testing import CliRunner, Result

from alsqa import app
from index.errors import NoBuildError, SettingsError
from rag.answer_json import answer_to_dict
from rag.errors import UnknownRecordError
from rag.history import History
from rag.models import Answer
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.rag.examples import FDA_QUESTION


@pytest.fixture
def answer(default_settings: RagSettings, default_pipeline: Pipeline) -> Answer:
    """Stored in the history of the default library."""
    history = History(default_settings.data_dir / "history.db")
    try:
        conversation_id = history.open_conversation(None)
        answer = default_pipeline.answer(FDA_QUESTION, conversation_id=conversation_id)
        history.store(answer_to_dict(answer), now=answer.receipt.as_of)
    finally:
        history.close()
    return answer


def _run(settings: RagSettings, *arguments: str) -> Result:
    environment = {
        "ALSQA_DATA_DIR": str(settings.data_dir),
        "ALSQA_DOCUMENTS_DIR": str(settings.documents_dir),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }
    return CliRunner(env=environment).invoke(app, ["export", *arguments])


def test_references_of_an_answer_are_printed_in_its_order(
    default_settings: RagSettings, answer: Answer
) -> None:
    entries = rispy.loads(_run(default_settings, answer.answer_id).stdout)
    lines = _run(default_settings, answer.answer_id, "--format", "vancouver").stdout.splitlines()

    assert [one["id"] for one in entries] == [one.document_id for one in answer.references]
    assert [line.split(".")[0] for line in lines] == [str(one.n) for one in answer.references]


def test_biogen_has_the_sentences_of_the_answer(
    default_settings: RagSettings, answer: Answer
) -> None:
    run = json.loads(_run(default_settings, answer.answer_id, "--format", "biogen").stdout)

    assert run["metadata"]["topic_id"] == answer.answer_id
    assert len(run["responses"]) == len(answer.sentences)


def test_file_is_replaced_whole_and_its_size_is_told(
    default_settings: RagSettings, tmp_path: Path
) -> None:
    file = tmp_path / "refs.json"
    file.write_text("old", encoding="utf-8")

    result = _run(default_settings, "--library", "--format", "csl-json", "--out", str(file))

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "References: 2.\n"
    assert [one["type"] for one in json.loads(file.read_text(encoding="utf-8"))] == [
        "chapter",
        "article-journal",
    ]
    assert list(tmp_path.iterdir()) == [file]


def test_search_and_library_take_filters(default_settings: RagSettings) -> None:
    found = _run(default_settings, "--search", FDA_QUESTION, "--limit", "1")
    book = "Amyotrophic Lateral Sclerosis (book, Exon Publications)"
    chapters = _run(default_settings, "--library", "--journal", book)
    none = _run(default_settings, "--library", "--status", "retracted", "--format", "nbib")

    assert len(rispy.loads(found.stdout)) == 1
    assert [one["type_of_reference"] for one in rispy.loads(chapters.stdout)] == ["CHAP"]
    assert (none.exit_code, none.stdout, none.stderr) == (0, "", "References: 0.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("ans_1", "--library"),
        ("--library", "--search", "x"),
        ("--library", "--format", "word"),
        ("--library", "--format", "biogen"),
        ("ans_1", "--since", "2020"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(
    default_settings: RagSettings, arguments: tuple[str, ...]
) -> None:
    result = _run(default_settings, *arguments)

    assert result.exit_code == 2


def test_unknown_format_is_told_which_there_are(default_settings: RagSettings) -> None:
    result = _run(default_settings, "--library", "--format", "word")

    assert "ris, bibtex, csl-json, nbib, vancouver, biogen" in " ".join(result.stderr.split())


def test_unknown_answer_and_file_that_cannot_be_written_are_told(
    default_settings: RagSettings, tmp_path: Path
) -> None:
    unknown = _run(default_settings, "ans_unknown")
    nowhere = _run(default_settings, "--library", "--out", str(tmp_path / "no" / "refs.ris"))

    assert isinstance(unknown.exception, UnknownRecordError)
    assert isinstance(nowhere.exception, SettingsError)
    assert "refs.ris" in str(nowhere.exception)


def test_answer_is_exported_as_it_was_stored_where_there_is_no_library(
    tmp_path: Path, fda_answer: Answer
) -> None:
    settings = RagSettings(data_dir=tmp_path / "data", documents_dir=tmp_path)
    history = History(settings.data_dir / "history.db")
    content = answer_to_dict(fda_answer) | {"conversation_id": history.open_conversation(None)}
    history.store(content, now=fda_answer.receipt.as_of)
    history.close()

    stored = _run(settings, fda_answer.answer_id)
    library = _run(settings, "--library")

    assert [one["id"] for one in rispy.loads(stored.stdout)] == [
        one.document_id for one in fda_answer.references
    ]
    assert "exported as they were stored" in stored.stderr
    assert isinstance(library.exception, NoBuildError)
