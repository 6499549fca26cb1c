from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.examples_cli import examples_command
from index.errors import SettingsError
from rag.settings import RagSettings

app = typer.Typer()
app.command()(examples_command)


def test_every_question_has_an_answer_with_its_references_and_a_second_page_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, default_settings: RagSettings
) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(default_settings.data_dir))
    questions = tmp_path / "questions.yaml"
    questions.write_text(
        "- Does riluzole cure ALS?\n- Does vitamin E slow ALS?\n", encoding="utf-8"
    )
    command = ["--questions", str(questions)]

    result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "page.md")])

    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert page.count("\n## ") == 2
    assert '<a id="answer-1-1"></a>1. ' in page
    assert "No answer was found in the library" in page
    assert CliRunner().invoke(app, command).stdout == page


@pytest.mark.parametrize("content", ["question: one", "- [a, b]", "- 'open"])
def test_a_file_that_lists_no_questions_is_told(tmp_path: Path, content: str) -> None:
    questions = tmp_path / "questions.yaml"
    questions.write_text(content, encoding="utf-8")

    result = CliRunner().invoke(app, ["--questions", str(questions)])

    assert isinstance(result.exception, SettingsError)
