"""A benchmark's report in the terminal: every figure with the set, split, documents and n it is of."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.benchmarks.chunk_sizes import MEASURES, Cut
from eval.benchmarks.comparison import OURS, Figure
from eval.benchmarks.models import PublicSet
from eval.benchmarks.report import NOT_SCORED, SYSTEMS, BenchReport
from eval.benchmarks.typos import TyposReport
from eval.measures.score import NotScored


def print_report(console: Console, report: BenchReport) -> None:
    """A row for each measure of each system, then what must be known of them."""
    table = Table(title=f"{report.task}: {report.label}", box=None, title_justify="left")
    for column in ("measure", "system"):
        table.add_column(column)
    for column in ("figure", "95 % interval", "p vs ours"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("set")
    table.add_column("split")
    for column in ("documents", "n"):
        table.add_column(column, justify="right")
    of = (report.label, report.part, f"{report.documents:,}")
    unscored: dict[str, str] = {}
    for measure, ours in report.figures[OURS].items():
        own = [figures[measure].value for figures in report.figures.values()]
        if isinstance(ours.value, NotScored) and all(isinstance(one, NotScored) for one in own):
            unscored[measure] = ours.value.reason
            continue
        for system, figures in report.figures.items():
            style = "bold" if system == OURS else ""
            figure = figures[measure]
            table.add_row(measure, system, *_cells(figure), *of, f"{figure.n:,}", style=style)
        table.add_section()
    console.print(table)
    not_scored = [f"Not scored: {name} ({reason})." for name, reason in unscored.items()]
    systems = [f"{name}: {SYSTEMS[name]}." for name in report.figures]
    for note in (*_extra(report), *not_scored, *systems, *report.notes):
        console.print(f"• {note}", style="dim", markup=False, highlight=False)


def print_cuts(console: Console, data: PublicSet, cuts: Sequence[Cut]) -> None:
    """A row for each size and overlap; the first is what the others are tested against."""
    questions = sum(bool(one.relevant) for one in data.questions)
    label = f"{data.label} ({data.split}), {len(data.records):,} documents, {questions:,} questions"
    table = Table(title=f"chunks: {label}", box=None, title_justify="left")
    for column in ("word pieces", "overlap", "chunks", "words each"):
        table.add_column(column, justify="right")
    for column in MEASURES:
        table.add_column(column, justify="right", no_wrap=True)
        table.add_column("95 % interval, p", justify="right", no_wrap=True)
    for one in cuts:
        figures = [_cells(one.figures[measure]) for measure in MEASURES]
        cells = [cell for value, *rest in figures for cell in (value, ", ".join(rest))]
        counts = (str(one.size), str(one.overlap), f"{one.chunks:,}", f"{one.mean_words:.0f}")
        table.add_row(*counts, *cells)
    console.print(table)


def print_typos(console: Console, report: TyposReport) -> None:
    """What slips cost, and the names that were taken for slips."""
    label = f"{report.set_name}, {report.documents:,} documents, {report.questions:,} questions"
    table = Table(title=f"typos: {label}", box=None, title_justify="left")
    table.add_column("what")
    table.add_column("figure", justify="right")
    table.add_row("recall@10, clean", f"{report.clean_recall:.3f}")
    table.add_row("recall@10, misspelt", f"{report.misspelt_recall:.3f}")
    table.add_row("misspelt / clean", f"{report.share_of_clean:.1%}")
    table.add_row("slips set right", f"{report.set_right:,}")
    table.add_row("slips read as another word", f"{report.read_as_another:,}")
    table.add_row("drugs not in the library", f"{report.names_absent:,}")
    table.add_row("of them read as another word", f"{len(report.names_changed):,}")
    console.print(table)
    for one in report.names_changed:
        console.print(f"• {one.name} was read as {one.read_as}", style="dim", highlight=False)


def _cells(figure: Figure) -> tuple[str, str, str]:
    value = figure.value
    if isinstance(value, NotScored):
        return NOT_SCORED, "–", "–"
    low_high = "{:.3f}–{:.3f}".format(*figure.interval) if figure.interval else "–"
    return f"{value:.3f}", low_high, "–" if figure.p_value is None else _p(figure.p_value)


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else f"{value:.3f}"


def _extra(report: BenchReport) -> list[str]:
    """What stands beside the figures of the task abstention."""
    extra = report.extra
    if "still_answered" not in extra:
        return []
    read = extra["still_answered"]
    ceiling = (
        f"{read['share']:.0%} of the {read['read']} read, of {read['of']}"
        if isinstance(read, dict)
        else str(read)
    )
    return [
        f"{extra['unanswerable']:,} questions without their gold, {extra['answerable']:,} with it,"
        f" {extra['dropped']:,} dropped; {extra['documents_removed']:,} documents taken out.",
        f"Still answered by other documents, read by hand: {ceiling}.",
    ]
