"""`alsqa eval same-work`: how well records of one paper are brought together, in the terminal."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from eval.performance.same_work import SameWorkScore

_HALVES = ("one half", "other half")


def same_work_command(
    table: Annotated[Path, typer.Argument(help="A CSV table of records, duplicates labelled.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=COLUMN where the name does not say it; may be given again."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the split into two halves.")] = 0,
    errors: Annotated[bool, typer.Option("--errors", help="Show the wrong pairs too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure how well records of one paper are brought together, by pairs of rows."""
    from eval.performance.labelled_table import read_labelled
    from eval.performance.same_work import in_halves, measure_same_work

    given = dict(pair.partition("=")[::2] for pair in column or [])
    rows = read_labelled(table, columns=given)
    parts = zip(_HALVES, in_halves(rows, seed=seed), strict=True)
    scores = {"whole": measure_same_work(rows)} | {
        name: measure_same_work(part) for name, part in parts
    }
    if as_json:
        typer.echo(json.dumps({name: one.to_dict() for name, one in scores.items()}, indent=2))
        return
    console = Console()
    _print(console, scores)
    for pair in scores["whole"].wrong if errors else ():
        verdict = "missed" if pair.step == "none" else f"wrongly joined by {pair.step}"
        console.print(f"\n{verdict}: {' / '.join(pair.record_ids)}", markup=False)
        for title in pair.titles:
            console.print(f"  {title}", markup=False, soft_wrap=True)


def _print(console: Console, scores: "Mapping[str, SameWorkScore]") -> None:
    table = Table(
        "part", "rows", "works", "pairs", "found", "right", "precision", "recall", box=None
    )
    for name, one in scores.items():
        counts = (one.rows, one.works, one.labelled_pairs, one.found_pairs, one.right_pairs)
        shares = ("–" if share is None else f"{share:.4f}" for share in (one.precision, one.recall))
        table.add_row(name, *(f"{count:,}" for count in counts), *shares)
    console.print(table)
