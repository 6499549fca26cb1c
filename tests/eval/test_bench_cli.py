import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from eval.bench_cli import bench_command
from eval.benchmarks import peers
from index.errors import SettingsError
from tests.eval.benchmarks.tiny import write_tiny

app = typer.Typer()
app.command()(bench_command)


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """The command with the real weights, its libraries in the test's own folder."""
    monkeypatch.setenv("ALSQA_DATA_DIR", str(folder / "data"))
    sets = write_tiny(folder / "sets")
    return CliRunner().invoke(app, ["tiny", "--data", str(sets), *options])


def test_json_and_nothing_else_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch, "--distractors", "noise", "--limit", "3", "--json")

    content = json.loads(result.stdout)
    assert content["ours"]["recall@50"] == 1.0
    assert set(content["peers"]) == {"dense", "bm25", "llama_index"}
    assert (content["n"], content["limit"], content["distractors"]) == (3, 3, "noise")
    assert "embedding: " in result.stderr


def test_a_table_is_printed_with_what_its_figures_are_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(tmp_path, monkeypatch, "--task", "answers")

    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert any(row.startswith("citation recall ours ") for row in rows)
    assert any(row.startswith("citation recall ours+scripted ") for row in rows)
    assert sum(row.endswith(" tiny not stated 4 4") for row in rows) >= 9


def test_a_set_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(tmp_path))

    result = CliRunner().invoke(app, ["absent"])

    assert isinstance(result.exception, SettingsError)
    assert "--data or ALSQA_BENCH_DATA" in result.exception.remedy


def test_missing_packages_are_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(peers.PACKAGES, "no_such_module", "no-such-package")

    result = run(tmp_path, monkeypatch)

    assert isinstance(result.exception, SettingsError)
    assert "no-such-package" in result.exception.problem


@pytest.mark.parametrize("options", [["--task", "guessing"], ["--limit", "0"]])
def test_a_wrong_option_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    assert run(tmp_path, monkeypatch, *options).exit_code == 2


def test_a_reranker_that_cannot_be_used_is_no_benchmark_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALSQA_RERANKER", str(tmp_path))

    refused = run(tmp_path, monkeypatch)
    without = run(tmp_path, monkeypatch, "--no-rerank", "--limit", "3", "--json")

    assert isinstance(refused.exception, SettingsError)
    assert "--no-rerank" in refused.exception.remedy
    assert json.loads(without.stdout)["settings"]["reranker"] is None
