"""`alsqa eval speed | ingest | memory`: time and memory in the terminal."""

import dataclasses
import functools
import json
import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.settings import EvalSettings, pin_threads
from index.progress import show_progress
from index.settings import read_settings
from rag.settings import RagSettings

if TYPE_CHECKING:
    from eval.performance.ingest_memory import MemoryReport
    from eval.performance.ingest_speed import IngestSpeedReport
    from eval.performance.speed import SpeedReport


def speed_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    cold_runs: Annotated[int, typer.Option(min=1, help="Processes started anew.")] = 3,
    rounds: Annotated[
        int, typer.Option(min=1, help="Times that each question is asked warm.")
    ] = 20,
) -> None:
    """Time a first and a warm answer, and the share that embedding the question takes."""
    from eval.performance.speed import measure_speed

    settings = read_settings(RagSettings)
    with Console(stderr=True).status("Measuring…"):
        report = measure_speed(settings, cold_runs=cold_runs, rounds=rounds)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2))
    else:
        _print(Console(), report)


def ingest_command(
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="A public set; may be given again. Default: als_corpus."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The most documents.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Time an ingest against the embedder alone, one of the unchanged folder, and a rebuild."""
    settings = read_settings(EvalSettings)
    pin_threads(os.cpu_count() or 1)

    from eval.performance.ingest_speed import SETS, measure_ingest
    from index.embedding_models import embedder_that_is_set

    embedder = embedder_that_is_set(settings)
    with show_progress(lines=True) as show:
        report = measure_ingest(
            settings, embedder, sets=sets or SETS, limit=limit, on_progress=show
        )
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2))
    else:
        _print_ingest(Console(), report)


def memory_command(
    documents: Annotated[int, typer.Option(min=1, help="How many are ingested.")] = 20_000,
    as_records: Annotated[
        bool, typer.Option("--records", help="As files of PubMed XML, 10,000 records each.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Watch the memory of a large ingest, in a process of its own; takes half an hour or more."""
    from eval.performance.ingest_memory import measure_memory
    from index.embedding_models import embedder_that_is_set

    settings = read_settings(EvalSettings)
    make_embedder = functools.partial(embedder_that_is_set, settings)
    with show_progress(lines=True) as show:
        report = measure_memory(
            settings,
            make_embedder,
            documents=documents,
            as_records=as_records,
            on_progress=show,
        )
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), indent=2))
    else:
        _print_memory(Console(), report)


def _print(console: Console, report: "SpeedReport") -> None:
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


def _print_ingest(console: Console, report: "IngestSpeedReport") -> None:
    table = Table("what", "figure", "aim", box=None)
    counts = f"{report.documents:,} documents, {report.chunks:,} chunks, "
    table.add_row(", ".join(report.sets), f"{counts}{report.strings_embedded:,} strings embedded")
    first = report.strings_embedded / report.first_ingest_seconds
    table.add_row("first ingest", f"{report.first_ingest_seconds:,.1f} s ({first:,.0f} strings/s)")
    for name, seconds in report.first_ingest_stages_seconds.items():
        table.add_row(f"  {name}", f"{seconds:,.1f} s")
    alone = report.embedder_alone_strings / report.embedder_alone_seconds
    table.add_row(
        "the embedder alone", f"{report.embedder_alone_seconds:,.1f} s ({alone:,.0f} strings/s)"
    )
    table.add_row("ingest / embedder, in throughput", f"{report.embedder_share:.1%}", "85% or more")
    table.add_row(
        "second ingest, nothing changed",
        f"{report.second_ingest_seconds:.2f} s, {report.second_ingest_strings_embedded} strings embedded",
    )
    table.add_row("second / first", f"{report.second_ingest_share:.2%}", "under 5%")
    table.add_row(
        "search index from stored vectors",
        f"{report.rebuild_chunks_per_second:,.0f} chunks/s "
        f"({report.rebuild_entries_per_second:,.0f} entries/s, {report.rebuild_seconds:.2f} s)",
        "500 chunks/s",
    )
    table.add_row("peak memory of the process", f"{report.process_peak_mb:,.0f} MB")
    if report.workers_peak_mb is not None:
        table.add_row("peak memory of its workers", f"{report.workers_peak_mb:,.0f} MB")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, as many threads for the embedder, "
        f"load {report.load:.2f} at start",
        style="dim",
    )


def _print_memory(console: Console, report: "MemoryReport") -> None:
    table = Table("what", "figure", box=None)
    counts = f"{report.documents:,} documents, {report.chunks:,} chunks, "
    table.add_row(", ".join(report.sets), f"{counts}{report.strings_embedded:,} strings embedded")
    table.add_row("ingest", f"{report.seconds:,.0f} s, embedding {report.embedding_seconds:,.0f} s")
    table.add_row("peak of the process", f"{report.main_peak_mb:,.0f} MB")
    table.add_row("peak with its workers", f"{report.main_and_workers_peak_mb:,.0f} MB")
    medians = [f"{one:,.0f}" if one else "–" for one in report.embedding_medians_mb]
    table.add_row("median in each fifth of embedding", f"{', '.join(medians)} MB")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, load {report.load:.2f} at start", style="dim"
    )
