"""`alsqa index`: reads the documents folder into the library and shows what changed."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from index.embedding import MiniLMEmbedder
from index.ingest import IngestReport, ingest
from index.settings import IndexSettings, read_settings

app = typer.Typer(add_completion=False)


@app.command("index")
def index_command(
    documents: Annotated[
        Path | None, typer.Option(help="Folder to read; default ALSQA_DOCUMENTS_DIR or documents/.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Bring the library up to date with the documents folder.

    Only what changed is read and embedded. Exit code 3 where a file could not be read; the rest
    is in the library all the same.
    """
    settings = read_settings(IndexSettings, documents_dir=documents)
    errors = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        report = ingest(settings, MiniLMEmbedder(), on_progress=show)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False))
    else:
        _print_report(Console(), report, settings)
    if report.failed:
        raise typer.Exit(3)


def _print_report(console: Console, report: IngestReport, settings: IndexSettings) -> None:
    table = Table("", "added", "changed", "unchanged", "removed", "now", box=None)
    table.add_row(
        "documents",
        *(str(count) for count in (report.documents_added, report.documents_changed)),
        *(str(count) for count in (report.documents_unchanged, report.documents_removed)),
        str(report.documents),
    )
    table.add_row(
        "chunks",
        *(str(report.chunks_added), "–", str(report.chunks_unchanged)),
        *(str(report.chunks_removed), str(report.chunks)),
    )
    console.print(table)
    console.print(
        f"{report.listed_papers} papers listed in them, {report.embeddings_computed} embeddings computed, "
        f"{len(report.failed)} files failed, {len(report.ignored)} ignored.",
        highlight=False,
    )
    for note in report.ignored:
        console.print(
            f"  ignored  {note.path}: {note.reason}", style="dim", markup=False, highlight=False
        )
    for note in report.failed:
        console.print(
            f"  failed   {note.path}: {note.reason}", style="red", markup=False, highlight=False
        )
    console.print(
        f"Library: {settings.data_dir.resolve()}", style="dim", markup=False, highlight=False
    )
