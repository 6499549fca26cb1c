"""`alsqa eval …`: measurements in the terminal."""

import dataclasses
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.speed import SpeedReport, measure_speed
from index.settings import read_settings
from rag.settings import RagSettings

app = typer.Typer(help="Measure the service.", no_args_is_help=True)


@app.callback()
def eval_group() -> None:
    """Keeps `speed` a sub-command while it is the only one."""


@app.command("speed")
def speed_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    cold_runs: Annotated[int, typer.Option(min=1, help="Processes started anew.")] = 3,
    rounds: Annotated[
        int, typer.Option(min=1, help="Times that each question is asked warm.")
    ] = 20,
) -> None:
    """Time a first and a warm answer, and the share that embedding the question takes."""
    settings = read_settings(RagSettings)
    with Console(stderr=True).status("Measuring…"):
        report = measure_speed(settings, cold_runs=cold_runs, rounds=rounds)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2))
    else:
        _print(Console(), report)


def _print(console: Console, report: SpeedReport) -> None:
    table = Table("what", "figure", box=None)
    table.add_row(
        "process start to first answer",
        f"{report.cold_first_answer_ms:,.0f} ms (median of {report.cold_runs})",
    )
    table.add_row(
        "warm answer",
        f"{report.warm_answer_ms:.1f} ms (median of {report.warm_runs}; p95 {report.warm_answer_p95_ms:.1f} ms)",
    )
    table.add_row("of it, embedding the question", f"{report.embed_share:.0%}")
    table.add_row(
        "first answer / warm answer",
        f"{report.cold_first_answer_ms / report.warm_answer_ms:,.0f} times",
    )
    for name, value in report.stages_ms.items():
        table.add_row(f"  {name}", f"{value:.2f} ms")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, load {report.load:.2f} at start", style="dim"
    )
