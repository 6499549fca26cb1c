"""Bars of long work in the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

ShowProgress = Callable[[str, int, int], None]
"""Called with the name of the stage, how much is done and of how much."""


class _RateColumn(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextmanager
def show_progress(*, lines: bool = False) -> Iterator[ShowProgress]:
    """Bars on stderr where it is a terminal, one for each stage, with rate and time left.

    Elsewhere nothing is shown, or with `lines` a line at each tenth of a stage.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        tasks: dict[str, TaskID] = {}
        tenths: dict[str, int] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)
            tenth = 10 * done // max(1, total)
            if lines and not console.is_terminal and tenths.get(stage) != tenth:
                tenths[stage] = tenth
                console.print(f"{stage}: {done:,} of {total:,}", markup=False, highlight=False)

        yield show
