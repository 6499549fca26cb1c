import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.faults_cli import faults_command
from rag.support import SIGNALS
from tests.eval.faults.made_replies import write_made

app = typer.Typer()
app.command()(faults_command)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("eval.faults.replies.REPLIES_FILE", write_made(tmp_path))
    return tmp_path


def test_a_table_of_every_kind_is_printed_with_what_went_wrong(made: Path) -> None:
    result = CliRunner().invoke(app, ["--data", str(made), "--show"], env={"COLUMNS": "120"})

    assert result.exit_code == 0, result.output
    assert "paraphrase" in result.stdout
    assert "≥ 0.99" in result.stdout
    assert "wrong number" in result.stdout


def test_figures_of_a_fold_are_given_as_json(made: Path) -> None:
    result = CliRunner().invoke(app, ["--data", str(made), "--fold", "tuning", "--json"])

    content = json.loads(result.stdout)
    figures = {one["kind"]: one for one in content["kinds"]}
    assert 0 <= content["calibration_error"] <= 1
    assert figures["paraphrase"]["replies"] == 1
    assert "negation dropped" not in figures


def test_the_formula_that_fits_is_printed(made: Path) -> None:
    result = CliRunner().invoke(app, ["--data", str(made), "--fit"])

    weights = json.loads(result.stdout)
    assert set(weights) == {"intercept", *SIGNALS}
    assert weights["names"] < 0
