"""`alsqa eval bench | chunks | typos`: a public set in, figures in the terminal out."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.benchmarks.models import Task
from eval.settings import EvalSettings, pin_threads
from index.errors import SettingsError
from index.progress import show_progress
from index.settings import read_settings
from rag.training.judgements import Fold

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
    sub_library: Annotated[
        int | None,
        typer.Option(min=2, help="Draw libraries of so many documents from the set (retrieval)."),
    ] = None,
    rerank: Annotated[
        bool, typer.Option(help="With the reranker of ALSQA_RERANKER, beside ours without it.")
    ] = True,
    fold: Annotated[
        Fold | None,
        typer.Option(help="Ask only what training the relevance model used for that."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure ours against plain Chroma, BM25 and LlamaIndex on a public set."""
    if sub_library and (task is not Task.RETRIEVAL or limit):
        raise typer.BadParameter("it goes with --task retrieval alone", param_hint="--sub-library")
    settings = read_settings(EvalSettings, bench_data=data)
    pin_threads(os.cpu_count() or 1)

    from eval.benchmarks.bench import Bench
    from eval.benchmarks.peers import require_peers
    from eval.benchmarks.public_sets import load_set
    from eval.benchmarks.table import print_report
    from index.embedding_models import embedder_that_is_set
    from rag.rerankers import NO_RERANKING, reranking_that_is_set
    from rag.settings import RagSettings

    require_peers()
    public_set = load_set(settings.bench_data, name, distractors=distractors)
    embedder = embedder_that_is_set(settings)
    reranking = reranking_that_is_set(read_settings(RagSettings)) if rerank else NO_RERANKING
    if reranking.problem:
        raise SettingsError(reranking.problem, "Mend it, or measure with --no-rerank.")
    with show_progress(lines=True) as show:
        bench = Bench(public_set, settings, embedder, show, reranking, fold)
        report = bench.run_small(sub_library) if sub_library else bench.run(task, limit=limit)
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
        return
    print_report(_console(), report)


def chunks_command(
    name: Annotated[str, typer.Argument(help="The set; long texts tell most.")],
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds the sets. Default: ALSQA_BENCH_DATA."),
    ] = None,
    size: Annotated[
        list[int] | None, typer.Option(min=16, help="Word pieces; may be given again.")
    ] = None,
    overlap: Annotated[
        list[int] | None, typer.Option(min=0, help="Sentences; may be given again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Cut a public set's texts at several sizes and overlaps, and see what is found in them."""
    settings = read_settings(EvalSettings, bench_data=data)
    pin_threads(os.cpu_count() or 1)

    from eval.benchmarks.chunk_sizes import OVERLAPS, SIZES, measure_chunk_sizes
    from eval.benchmarks.library import bench_folder
    from eval.benchmarks.peer_vectors import PeerVectors
    from eval.benchmarks.public_sets import load_set
    from eval.benchmarks.table import print_cuts
    from index.embedding_models import embedder_that_is_set

    public_set = load_set(settings.bench_data, name)
    embedder = embedder_that_is_set(settings)
    vectors = PeerVectors(bench_folder(settings) / "peer_vectors.db", embedder)
    with show_progress(lines=True) as show:
        cuts = measure_chunk_sizes(
            public_set,
            vectors,
            embedder.tokens,
            sizes=size or SIZES,
            overlaps=overlap or OVERLAPS,
            on_progress=show,
        )
    if as_json:
        rows = [one.to_dict() for one in cuts]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    print_cuts(_console(), public_set, cuts)


def typos_command(
    name: Annotated[str, typer.Argument(help="The set.")],
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds the sets. Default: ALSQA_BENCH_DATA."),
    ] = None,
    questions: Annotated[int, typer.Option(min=1, help="How many are misspelt.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Plant slips of the keyboard in a set's questions, and ask for drugs that it does not have."""
    settings = read_settings(EvalSettings, bench_data=data)
    pin_threads(os.cpu_count() or 1)

    from eval.benchmarks.public_sets import load_set
    from eval.benchmarks.table import print_typos
    from eval.benchmarks.typos import measure_typos
    from index.embedding_models import embedder_that_is_set

    public_set = load_set(settings.bench_data, name)
    embedder = embedder_that_is_set(settings)
    with show_progress(lines=True) as show:
        report = measure_typos(
            public_set, settings, embedder, questions=questions, on_progress=show
        )
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
        return
    print_typos(_console(), report)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)
