"""`alsqa eval bench`: a public set in, figures of ours and its peers in the terminal out."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.benchmarks.models import Task
from eval.settings import EvalSettings, pin_threads
from index.progress import show_progress
from index.settings import read_settings

_WIDTH = 160
"""Of the table where the output is no terminal."""


def bench_command(
    name: Annotated[str, typer.Argument(help="The set: a folder with corpus, queries and qrels.")],
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds the sets. Default: ALSQA_BENCH_DATA."),
    ] = None,
    task: Annotated[Task, typer.Option(help="What is measured.")] = Task.RETRIEVAL,
    distractors: Annotated[
        str | None, typer.Option(help="Another set whose documents are searched too.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="The most questions, drawn with a fixed seed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure ours against plain Chroma, BM25 and LlamaIndex on a public set."""
    settings = read_settings(EvalSettings, bench_data=data)
    pin_threads(os.cpu_count() or 1)

    from eval.benchmarks.bench import Bench
    from eval.benchmarks.peers import require_peers
    from eval.benchmarks.public_sets import load_set
    from eval.benchmarks.table import print_report
    from index.embedding_models import embedder_that_is_set

    require_peers()
    public_set = load_set(settings.bench_data, name, distractors=distractors)
    embedder = embedder_that_is_set(settings)
    with show_progress(lines=True) as show:
        report = Bench(public_set, settings, embedder, show).run(task, limit=limit)
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
        return
    console = Console()
    print_report(console if console.is_terminal else Console(width=_WIDTH), report)
