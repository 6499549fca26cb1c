"""`alsqa index`, `alsqa backup`, `alsqa restore`: the library, filled, looked after, kept safe."""

import dataclasses
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.errors import SettingsError
from index.progress import show_progress
from index.settings import IndexSettings, read_settings

if TYPE_CHECKING:
    from index.health import Finding
    from index.ingest_report import IngestReport

app = typer.Typer(add_completion=False)

_INTERRUPTED = 130
_NOTES_SHOWN = 30
"""Files and records of one kind; a file of references may hold hundreds that are left out."""


@app.command("index")
def index_command(
    documents: Annotated[
        Path | None, typer.Option(help="Folder to read; default ALSQA_DOCUMENTS_DIR or documents/.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the search index anew from stored vectors.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only look: is every byte as it was written?")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Only remove old search indexes and unused texts.")
    ] = False,
    allow_empty: Annotated[
        bool,
        typer.Option("--allow-empty", help="Empty the library where the folder holds nothing."),
    ] = False,
) -> None:
    """Bring the library up to date with the documents folder, and take out what is gone from it.

    Only what changed is read and embedded. Exit code 3 where a file could not be read; the rest
    is in the library all the same. A run that was stopped goes on where it was.
    """
    if rebuild + verify + prune > 1:
        raise typer.BadParameter("Give one of --rebuild, --verify and --prune.")
    settings = read_settings(IndexSettings, documents_dir=documents)
    if verify:
        _verify(settings, as_json)
    elif prune:
        _prune(settings, as_json)
    else:
        _ingest(settings, as_json, rebuild, allow_empty)


@app.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
) -> None:
    """Write library and history into one file; search indexes are left out, they are derived."""
    from index.backup import back_up

    settings = read_settings(IndexSettings)
    with show_progress() as show:
        content = back_up(settings.data_dir, file, now=datetime.now(UTC), on_progress=show)
    sizes = ", ".join(f"{name} {size:,} bytes" for name, size in content.databases.items())
    Console().print(f"{file}: {sizes}.", markup=False, highlight=False)


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that alsqa backup wrote.")],
) -> None:
    """Put library and history back, and make the search index of them; what was there is kept aside."""
    from index.build_paths import BuildPaths
    from index.library import Library
    from index.repair import rebuild
    from index.restoring import restore
    from index.writer_lock import writer_lock

    settings = read_settings(IndexSettings)
    paths = BuildPaths(settings.data_dir)
    console = Console()
    with writer_lock(settings.data_dir):
        report = restore(settings.data_dir, file, now=datetime.now(UTC))
        names = " and ".join(report.content.databases)
        console.print(
            f"Restored {names} as of {report.content.created_at:%Y-%m-%d %H:%M} UTC."
            + (f" What was there is kept in {report.replaced}." if report.replaced else ""),
            markup=False,
            highlight=False,
        )
        with Library(paths.library, writable=True) as library:
            if library.builds.newest() is None:
                console.print("Nothing was indexed in it. Run: alsqa index.")
                return
            manifest = rebuild(paths, library, now=datetime.now(UTC))
    counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
    console.print(f"The search index was made again: {counts}.", highlight=False)


def _ingest(settings: IndexSettings, as_json: bool, rebuild: bool, allow_empty: bool) -> None:
    from index.writer_lock import writer_lock

    folder = settings.documents_dir
    refuse_file(folder, "Give the folder it lies in, with --documents or ALSQA_DOCUMENTS_DIR.")
    with writer_lock(settings.data_dir):
        pass  # A second writer is told at once, before anything is loaded.

    from index.embedding_models import embedder_that_is_set
    from index.ingest import ingest
    from index.shrinking import loss_of

    embedder = embedder_that_is_set(settings)
    try:
        with show_progress() as show:
            report = ingest(
                settings, embedder, rebuild=rebuild, allow_empty=allow_empty, on_progress=show
            )
    except KeyboardInterrupt:
        Console(stderr=True).print(
            "Stopped. What was read and embedded is kept; alsqa index goes on from there."
        )
        raise typer.Exit(_INTERRUPTED) from None
    if loss := loss_of(report, folder):
        Console(stderr=True).print(Text(f"Warning: {loss}", style="yellow"), soft_wrap=True)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2, ensure_ascii=False))
    else:
        _print_report(Console(), report, settings)
    if report.failed:
        raise typer.Exit(3)


def _verify(settings: IndexSettings, as_json: bool) -> None:
    from index.build_paths import BuildPaths
    from index.health import check_library

    findings = check_library(BuildPaths(settings.data_dir))
    if as_json:
        rows = [dataclasses.asdict(finding) for finding in findings]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print_findings(Console(), findings)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _prune(settings: IndexSettings, as_json: bool) -> None:
    from index.pruning import prune

    report = prune(settings, now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2))
    else:
        Console().print(
            f"{len(report.builds)} search indexes removed, {report.bytes_freed:,} bytes freed.",
            highlight=False,
        )


def refuse_file(folder: Path, remedy: str) -> None:
    """Raise SettingsError where a file stands in the place of a folder."""
    if folder.is_file():
        raise SettingsError(f"{folder} is a file, not a folder.", remedy)


def print_findings(console: Console, findings: "Iterable[Finding]") -> None:
    """A line for each finding, with a mark that says whether it is well, and one for each item."""
    for finding in findings:
        mark = ("✓ ", "green") if finding.ok else ("✗ ", "red")
        if finding.ok and finding.warning:
            mark = ("! ", "yellow")
        line = Text.assemble(mark, (finding.name, "bold"), "  ", finding.detail)
        console.print(line, soft_wrap=True)
        for item in finding.items[:_NOTES_SHOWN]:
            console.print(Text(f"    {item}", style="dim"), soft_wrap=True)
        if finding.items[_NOTES_SHOWN:]:
            more = f"    {len(finding.items) - _NOTES_SHOWN:,} more; see --json"
            console.print(Text(more, style="dim"))


def _print_report(console: Console, report: "IngestReport", settings: IndexSettings) -> None:
    from index.notes import summarise

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
        f"{len(report.failed)} files or records in quarantine, {len(report.merged)} merged, "
        f"{len(report.ignored)} ignored.",
        highlight=False,
    )
    for word, style, notes in (
        ("ignored", "dim", report.ignored),
        ("merged", "dim", report.merged),
        ("failed", "red", report.failed),
    ):
        lines = summarise(notes)
        for note in lines[:_NOTES_SHOWN]:
            console.print(
                f"  {word:8} {note.path}: {note.reason}", style=style, markup=False, highlight=False
            )
        if lines[_NOTES_SHOWN:]:
            more = f"  {word:8} {len(lines) - _NOTES_SHOWN:,} more; see alsqa index --json"
            console.print(more, style=style, highlight=False)
    for warning in report.warnings:
        console.print(warning, style="yellow", markup=False, highlight=False)
    console.print(
        f"Library: {settings.data_dir.resolve()}", style="dim", markup=False, highlight=False
    )
