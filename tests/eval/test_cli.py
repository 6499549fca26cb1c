from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from eval.cli import _print, app
from eval.speed import SpeedReport
from index.errors import NoBuildError

REPORT = SpeedReport(
    cold_first_answer_ms=5_000.0,
    cold_runs=3,
    warm_answer_ms=25.0,
    warm_answer_p95_ms=31.25,
    warm_runs=100,
    embed_share=0.4,
    stages_ms={"embed_question": 10.0, "total": 25.0},
    machine="x86_64, Python 3.11.9",
    cores=8,
    load=0.5,
)


def printed(report: SpeedReport) -> list[str]:
    out = StringIO()
    _print(Console(file=out, width=200), report)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_a_report_is_printed_as_a_table() -> None:
    assert printed(REPORT) == [
        "what figure",
        "process start to first answer 5,000 ms (median of 3)",
        "warm answer 25.0 ms (median of 100; p95 31.2 ms)",
        "of it, embedding the question 40%",
        "first answer / warm answer 200 times",
        "embed_question 10.00 ms",
        "total 25.00 ms",
        "x86_64, Python 3.11.9, 8 cores, load 0.50 at start",
    ]


def test_another_report_gives_another_table() -> None:
    assert "of it, embedding the question 75%" in printed(replace(REPORT, embed_share=0.75))


@pytest.mark.parametrize("option", ["--cold-runs", "--rounds"])
def test_fewer_than_one_run_is_a_usage_error(option: str) -> None:
    assert CliRunner().invoke(app, ["speed", option, "0"]).exit_code == 2


def test_eval_alone_shows_its_commands() -> None:
    result = CliRunner().invoke(app, [])

    assert result.exit_code == 2
    assert "speed" in result.output


def test_speed_without_an_index_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))

    result = CliRunner().invoke(app, ["speed"])

    assert result.exit_code == 1
    assert isinstance(result.exception, NoBuildError)
