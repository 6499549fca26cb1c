"""`alsqa eval …`: measurements in the terminal."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.question_run import DEVELOPMENT_FILE, load_cases, run_cases
from eval.speed import SpeedReport, measure_speed
from index.settings import read_settings
from rag.pipeline import build_pipeline
from rag.settings import RagSettings

app = typer.Typer(help="Measure the service.", no_args_is_help=True)


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


@app.command("questions")
def questions_command(
    file: Annotated[Path, typer.Argument(help="A file of questions.")] = DEVELOPMENT_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Ask the questions of a file and count, by kind, how many are answered or abstained from rightly."""
    cases = load_cases(file)
    pipeline = build_pipeline(read_settings(RagSettings))
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("asking", total=len(cases))
        results = list(
            run_cases(pipeline, cases, on_progress=lambda done, _: bar.update(task, completed=done))
        )
    pipeline.close()
    if as_json:
        rows = [dataclasses.asdict(one) for one in results]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    console = Console()
    table = Table("kind", "right", "of", "share", box=None)
    for kind in dict.fromkeys(one.case.kind for one in results):
        own = [one.right for one in results if one.case.kind == kind]
        table.add_row(kind, str(sum(own)), str(len(own)), f"{sum(own) / len(own):.2f}")
    console.print(table)
    for one in results:
        if not one.right:
            text = f"  {one.case.kind}, {one.status}: {one.case.question}"
            console.print(text, style="dim", markup=False, highlight=False)


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
