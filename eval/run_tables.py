"""A run, or what differs between two, in; tables for the terminal out."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.comparison import Comparison
from eval.run_folder import RunFolder

_NAMED = 5
"""Cases that a line names at most."""


def print_run(console: Console, folder: RunFolder) -> None:
    """The measures of a whole run."""
    head, measures = folder.head(), folder.measures()
    console.print(kinds_table(measures["parts"]))
    _print_stale(console, folder)
    table = _measures_table(measures["parts"]["all"]["measures"])
    if table.row_count:
        console.print(table)
    for line in _decisions(measures["parts"]):
        console.print(line, highlight=False)
    broken = {name: count for name, count in measures["invariants"].items() if count}
    console.print(f"Invariants broken: {broken or 'none'}.", highlight=False)
    total = measures["latency_ms"].get("total")
    if total:
        text = f"An answer takes {total['median']:.0f} ms (median; p95 {total['p95']:.0f} ms)."
        console.print(text, highlight=False)
    console.print(f"Run {head.run_id}, hash {head.hash}, in {folder.path}", style="dim")


def kinds_table(parts: Mapping[str, Any]) -> Table:
    """How many cases of each kind are right, held-out ones apart."""
    names = ("kind", "right", "share", "held out", "share", "wrong", "not scored", "stale")
    table = Table(*names, box=None)
    for kind, every in parts["all"]["kinds"].items():
        row = [kind]
        for part in ("tuning", "held_out"):
            own = parts[part]["kinds"].get(kind)
            share = "–" if own is None or own["share"] is None else f"{own['share']:.0%}"
            row += [f"{own['right']} of {own['n']}" if own else "–", share]
        table.add_row(*row, *(str(every[name]) for name in ("wrong", "not_scored", "stale")))
    return table


def _print_stale(console: Console, folder: RunFolder) -> None:
    stale = [record.case_id for record in folder.records() if record.verdict == "stale"]
    if stale:
        labels = "1 stale label" if len(stale) == 1 else f"{len(stale)} stale labels"
        rest = f" and {len(stale) - _NAMED} more" if len(stale) > _NAMED else ""
        console.print(
            f"{labels}: {', '.join(stale[:_NAMED])}{rest}; neither right nor wrong, so no share"
            f" counts them. See: alsqa eval show {stale[0]} --run {folder.head().run_id}",
            style="yellow",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _measures_table(measures: Mapping[str, Any]) -> Table:
    table = Table("measure", "mean", "95 % interval", "n", "not scored", box=None)
    for name, one in measures.items():
        if one["mean"] is not None:
            interval = f"{one['ci'][0]:.3f}–{one['ci'][1]:.3f}" if one["ci"] else "–"
            values = (f"{one['mean']:.3f}", interval, str(one["n"]), str(one["not_scored"]))
            table.add_row(name, *values)
    return table


def _decisions(parts: Mapping[str, Any]) -> Iterator[str]:
    """A line for each part, of what it has cases for."""
    for part in ("tuning", "held_out"):
        one = parts[part]["answerability"]
        found = []
        if one["unanswerable"]:
            found.append(f"{one['false_answers']} false answers in {one['unanswerable']}")
        if one["answerable"]:
            found.append(f"{one['false_abstentions']} false abstentions in {one['answerable']}")
        if one["auc"] is not None:
            found.append(f"AUC {one['auc']:.3f}")
        if found:
            yield f"{part}: {', '.join(found)}."


def print_comparison(console: Console, comparison: Comparison) -> None:
    for name in comparison.other_ground:
        console.print(f"The runs do not share their {name}.", style="yellow")
    if comparison.same_hash:
        console.print("The runs are the same, case by case.")
    before, after = len(comparison.only_before), len(comparison.only_after)
    if before or after:
        console.print(
            f"Compared are the {comparison.shared} cases that both asked, not the {before + after} "
            f"that one did ({before} before, {after} after).",
            highlight=False,
        )
    for flip in comparison.flips:
        text = f"  {flip.case_id}: {flip.before} → {flip.after}"
        console.print(f"{text}  {flip.why}", markup=False, highlight=False)
    if not comparison.flips and not comparison.same_hash:
        console.print("No verdict differs.")
    if not comparison.differences:
        return
    table = Table("measure", "before", "after", "difference", "p", "n", box=None)
    for one in comparison.differences:
        p = "–" if one.p is None else f"{one.p:.3f}"
        row = (f"{one.before:.3f}", f"{one.after:.3f}", f"{one.after - one.before:+.3f}", p)
        table.add_row(one.measure, *row, str(one.n))
    console.print(table)
