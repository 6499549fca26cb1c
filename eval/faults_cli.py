"""`alsqa eval faults`: planted faults caught and sound replies refused, in the terminal."""

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.faults.replies import Fold
from eval.measures.score import NotScored, score_to_json
from eval.settings import EvalSettings
from index.progress import show_progress
from index.settings import read_settings

if TYPE_CHECKING:
    from eval.faults.measure import KindFigure, Outcome

_SHOWN = 10


def faults_command(
    data: Annotated[
        Path | None,
        typer.Option(help="The folder that holds the public sets. Default: ALSQA_BENCH_DATA."),
    ] = None,
    fold: Annotated[
        Fold | None, typer.Option(help="Only the replies that are for that. Default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the faults that are planted by chance.")] = 0,
    fit: Annotated[
        bool, typer.Option("--fit", help="Print the formula of the support score that fits best.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Show what went wrong too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure whether faults of a language model are caught, and what is sound is let through."""
    from eval.faults.calibration import fit_score, score_error
    from eval.faults.measure import figures_of, judged
    from eval.faults.planting import plant
    from eval.faults.replies import load_replies

    settings = read_settings(EvalSettings, bench_data=data)
    planted = plant(load_replies(settings.bench_data), seed=seed)
    replies = [one for one in planted if fold in (None, one.source.fold)]
    if fit:
        typer.echo(json.dumps(fit_score(replies).to_dict(), indent=2))
        return
    with show_progress() as progress:
        outcomes = judged(replies, lambda done: progress("judging replies", done, len(replies)))
    figures = figures_of(outcomes)
    error = score_error(replies)
    if as_json:
        kinds = [one.to_dict() for one in figures]
        content = {"kinds": kinds, "calibration_error": score_to_json(error)}
        typer.echo(json.dumps(content, indent=2))
        return
    console = Console()
    _print(console, figures)
    if not isinstance(error, NotScored):
        console.print(f"\nExpected calibration error of the support score: {error:.3f}")
    if show:
        _print_wrong(console, outcomes)


def _print(console: Console, figures: "Sequence[KindFigure]") -> None:
    from eval.faults.planting import SOUND

    for title, is_sound in (("sound replies", True), ("replies with a fault", False)):
        table = Table(
            title,
            "replies",
            "refused" if is_sound else "caught",
            "share",
            "95 %",
            "to reach",
            "",
            box=None,
        )
        for one in figures:
            if (one.kind in SOUND) is is_sound:
                sign = "≤" if is_sound else "≥"
                table.add_row(
                    str(one.kind),
                    f"{one.replies:,}",
                    f"{one.stopped:,}",
                    f"{one.share:.3f}",
                    f"{one.low:.3f}–{one.high:.3f}",
                    "–" if one.required is None else f"{sign} {one.required:.2f}",
                    {True: "yes", False: "no", None: ""}[one.is_reached],
                )
        console.print(table)


def _print_wrong(console: Console, outcomes: "Sequence[Outcome]") -> None:
    from eval.faults.planting import SOUND, Kind

    for kind in Kind:
        own = (one for one in outcomes if one.planted.kind is kind)
        wrong = (one for one in own if one.is_caught is (kind in SOUND))
        for one in islice(wrong, _SHOWN):
            console.print(f"\n{kind}: {one.planted.text}", markup=False, soft_wrap=True)
            console.print(f"  quote: {one.planted.source.quote}", markup=False, soft_wrap=True)
            for fault in one.faults:
                console.print(f"  {fault}", markup=False, soft_wrap=True)
