"""`alsqa train relevance`: public sets and judgements in, a relevance model's folder out."""

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.settings import EvalSettings, pin_threads
from index.errors import SettingsError
from index.progress import show_progress
from index.settings import read_settings
from rag.stance import WEIGHTS_FILE

app = typer.Typer(help="Train the models that answering uses.", no_args_is_help=True)


@app.callback()
def train() -> None:
    """Train the models that answering uses."""


@app.command("relevance")
def relevance_command(
    out: Annotated[Path, typer.Option(help="The folder that the model is put into.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(help="Judgements of your own, a question a line; may be given again."),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="six-layers, four-layers or three-layers.")
    ] = "six-layers",
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Train no longer than that.")
    ] = None,
    pairs: Annotated[int | None, typer.Option(min=1, help="Train on no more than these.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of every draw.")] = None,
    name: Annotated[str, typer.Option(help="What answers call the model.")] = "alsqa-relevance",
) -> None:
    """Train a relevance model, or go on with a training that was stopped.

    It learns from the public sets in ALSQA_BENCH_DATA, as far as they are there, and from judgements
    of your own. Use the result with ALSQA_RERANKER=FOLDER.
    """
    from rag.training.recipe import recipe_named

    known = recipe_named(recipe)
    chosen = dataclasses.replace(
        known,
        minutes=known.minutes if minutes is None else minutes,
        pairs=known.pairs if pairs is None else pairs,
        seed=known.seed if seed is None else seed,
    )
    settings = read_settings(EvalSettings)
    pin_threads(os.cpu_count() or 1)

    from eval.relevance.making import Order, make_model
    from index.embedding_models import embedder_that_is_set

    order = Order(
        name=name,
        recipe=chosen,
        judgement_files=tuple(data or ()),
        training_folder=settings.data_dir / "training",
        model_folder=out,
    )
    with show_progress(lines=True) as show:
        record = make_model(order, settings, embedder_that_is_set(settings), show)
    console = Console()
    console.print(
        f"{record.title} lies in {out}. Use it with ALSQA_RERANKER={out}", highlight=False
    )


@app.command("stance")
def stance_command(
    out: Annotated[
        Path, typer.Option(help="The file of the weights; that of the check if left out.")
    ] = WEIGHTS_FILE,
    limit: Annotated[
        int | None, typer.Option(min=1, help="The most trials of a fold, drawn with a fixed seed.")
    ] = None,
) -> None:
    """Fit what tells support from contradiction in `alsqa check`, on trials in ALSQA_BENCH_DATA."""
    settings = read_settings(EvalSettings)
    pin_threads(os.cpu_count() or 1)

    from eval.stance_making import make_stance
    from index.embedding_models import embedder_that_is_set

    with show_progress(lines=True) as show:
        made = make_stance(
            out, settings, embedder_that_is_set(settings), limit=limit, on_progress=show
        )
    Console().print(
        f"Fitted on {made['claims_learned_from']:,} claims, thresholds set on"
        f" {made['claims_calibrated_on']:,}. The weights lie in {out}.",
        highlight=False,
    )


@app.command("card")
def card_command(
    model: Annotated[Path, typer.Argument(help="The folder of the model.")],
) -> None:
    """Measure a model on what it did not learn from: a table for its card, in Markdown."""
    settings = read_settings(EvalSettings)

    from eval.relevance.card import as_markdown, measure_model
    from index.embedding_models import embedder_that_is_set

    with show_progress(lines=True) as show:
        rows = list(
            measure_model(model, settings, embedder_that_is_set(settings), on_progress=show)
        )
    if not rows:
        raise SettingsError(
            f"{settings.bench_data} holds none of the sets that are measured.",
            "Name their folder in ALSQA_BENCH_DATA.",
        )
    typer.echo(as_markdown(rows), nl=False)
