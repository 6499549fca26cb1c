"""`alsqa eval speed | ingest | memory`: time and memory in the terminal."""

import dataclasses
import functools
import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.performance.printing import (
    print_answers,
    print_ingest,
    print_library,
    print_memory,
    print_reranking,
    print_set,
)
from eval.settings import EvalSettings, pin_threads
from index.progress import show_progress
from index.settings import read_settings
from rag.settings import RagSettings

_QUESTIONS = 300


def speed_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    cold_runs: Annotated[int, typer.Option(min=1, help="Processes started anew.")] = 3,
    rounds: Annotated[
        int, typer.Option(min=1, help="Times that each question is asked warm.")
    ] = 20,
    set_name: Annotated[
        str | None,
        typer.Option("--set", help="Time retrieval over this public set, against LlamaIndex."),
    ] = None,
    questions_of: Annotated[
        str | None,
        typer.Option(help="Time retrieval from the library that is set by this set's questions."),
    ] = None,
    questions: Annotated[
        int, typer.Option(min=1, help="The most questions of a set, a seeded sample.")
    ] = _QUESTIONS,
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds the sets. Default: ALSQA_BENCH_DATA."),
    ] = None,
    rerank: Annotated[
        bool, typer.Option("--rerank", help="With --set: time the reranker of ALSQA_RERANKER.")
    ] = False,
) -> None:
    """Time a first and a warm answer; or retrieval step by step, over a set or a large library."""
    if set_name and questions_of:
        raise typer.BadParameter("--set and --questions-of exclude each other")
    if rerank and not set_name:
        raise typer.BadParameter("--rerank goes with --set")
    if set_name and rerank:
        _time_reranker(set_name, data, questions, as_json=as_json)
        return
    if set_name:
        _time_set(set_name, data, questions, as_json=as_json)
        return
    if questions_of:
        _time_library(questions_of, data, questions, as_json=as_json)
        return
    from eval.performance.speed import measure_speed

    settings = read_settings(RagSettings)
    with Console(stderr=True).status("Measuring…"):
        report = measure_speed(settings, cold_runs=cold_runs, rounds=rounds)
    if as_json:
        _echo(dataclasses.asdict(report))
    else:
        print_answers(Console(), report)


def _time_set(name: str, data: Path | None, questions: int, *, as_json: bool) -> None:
    settings = read_settings(EvalSettings, bench_data=data)
    pin_threads(1)

    from eval.benchmarks.public_sets import load_set
    from eval.performance.set_speed import measure_set
    from index.embedding_models import embedder_that_is_set, encoder_that_is_set

    public_set = load_set(settings.bench_data, name)
    embedder = embedder_that_is_set(settings)
    with show_progress(lines=True) as show:
        report = measure_set(
            public_set,
            settings,
            embedder,
            functools.partial(encoder_that_is_set, settings),
            questions=questions,
            on_progress=show,
        )
    if as_json:
        _echo(report.to_dict())
    else:
        print_set(Console(), report)


def _time_reranker(name: str, data: Path | None, questions: int, *, as_json: bool) -> None:
    settings = read_settings(EvalSettings, bench_data=data)

    from eval.benchmarks.public_sets import load_set
    from eval.performance.rerank_speed import measure_reranking
    from index.embedding_models import embedder_that_is_set

    public_set = load_set(settings.bench_data, name)
    embedder = embedder_that_is_set(settings)
    with show_progress(lines=True) as show:
        report = measure_reranking(
            public_set,
            settings,
            read_settings(RagSettings),
            embedder,
            questions=questions,
            on_progress=show,
        )
    if as_json:
        _echo(dataclasses.asdict(report))
    else:
        print_reranking(Console(), report)


def _time_library(name: str, data: Path | None, questions: int, *, as_json: bool) -> None:
    bench = read_settings(EvalSettings, bench_data=data).bench_data
    pin_threads(1)

    from eval.benchmarks.public_sets import load_set
    from eval.performance.graph_recall import measure_library

    texts = [one.text for one in load_set(bench, name).questions]
    settings = read_settings(RagSettings)
    with show_progress(lines=True) as show:
        report = measure_library(settings, name, texts, questions=questions, on_progress=show)
    if as_json:
        _echo(dataclasses.asdict(report))
    else:
        print_library(Console(), report)


def _echo(figures: object) -> None:
    typer.echo(json.dumps(figures, indent=2))


def ingest_command(
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="A public set; may be given again. Default: als_corpus."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="The most documents.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Time an ingest against embedding alone, one of the unchanged folder, and a rebuild."""
    settings = read_settings(EvalSettings)
    pin_threads(os.cpu_count() or 1)

    from eval.performance.ingest_speed import SETS, measure_ingest
    from index.embedding_models import embedder_that_is_set, encoder_that_is_set

    embedder = embedder_that_is_set(settings)
    make_encoder = functools.partial(encoder_that_is_set, settings)
    with show_progress(lines=True) as show:
        report = measure_ingest(
            settings, embedder, make_encoder, sets=sets or SETS, limit=limit, on_progress=show
        )
    if as_json:
        _echo(report.to_dict())
    else:
        print_ingest(Console(), report)


def memory_command(
    documents: Annotated[int, typer.Option(min=1, help="How many are ingested.")] = 20_000,
    as_records: Annotated[
        bool, typer.Option("--records", help="As files of PubMed XML, 10,000 records each.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="A new folder where the library stays; then set ALSQA_DATA_DIR to its data."
        ),
    ] = None,
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
            keep=keep,
            on_progress=show,
        )
    if as_json:
        _echo(dataclasses.asdict(report))
    else:
        print_memory(Console(), report)
