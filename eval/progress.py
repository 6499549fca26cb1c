"""How far a long measurement is: a bar on a terminal, elsewhere a line at each tenth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Each stage on stderr: a bar on a terminal, elsewhere a line at each tenth."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {}
        tenths = dict[str, int]()

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)
            tenth = 10 * done // max(1, total)
            if not console.is_terminal and tenths.get(stage) != tenth:
                tenths[stage] = tenth
                console.print(f"{stage}: {done:,} of {total:,}", markup=False, highlight=False)

        yield show
