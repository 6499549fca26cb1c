"""`alsqa replay`: is a stored answer what it was composed of, and what would be answered now?"""

import json
from collections.abc import Callable
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from index.errors import AlsqaError
from index.settings import read_settings
from rag.answer_difference import AnswerDifference, Change
from rag.replay import LiveAnswer, Replay, Seen, SourcesNow, replay, replay_to_dict
from rag.settings import RagSettings

app = typer.Typer(add_completion=False)

_HEADS = {
    "identical": ("✓ Composed again from what was kept with it: identical", "green"),
    "differs": ("✗ Does not hold against what was kept with it", "red"),
    "no_record": ("! Cannot be composed again", "yellow"),
}


@app.command("replay")
def replay_command(
    answer_id: Annotated[str, typer.Argument(help="Of a stored answer; alsqa ask prints it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what came of it as JSON.")] = False,
) -> None:
    """Compose a stored answer again from what was kept with it, then ask its question anew.

    Exit code 0 where it is composed again identically, whatever the library would answer now; 1
    where anything in it is not what was stored, or nothing was kept that it could be composed of.
    """
    found = _replayed(answer_id)
    if as_json:
        typer.echo(json.dumps(replay_to_dict(found), indent=2, ensure_ascii=False))
    else:
        _print(Console(), found)
    raise typer.Exit(0 if found.holds else 1)


def _replayed(answer_id: str) -> Replay:
    from rag.history import History
    from rag.pipeline import build_pipeline

    settings = read_settings(RagSettings)
    history = History(settings.data_dir / "history.db")
    try:
        kept = history.replay(answer_id)
    finally:
        history.close()
    try:
        pipeline = build_pipeline(settings)
    except AlsqaError as error:
        return replay(kept, peek=_raising(error), ask=_raising(error))
    try:
        return replay(
            kept,
            peek=pipeline.live.lease,
            ask=lambda question, filters: pipeline.answer(question, filters=filters),
        )
    finally:
        pipeline.close()


def _raising(error: AlsqaError) -> Callable[..., NoReturn]:
    """Stands in for what cannot be asked."""

    def ask(*_args: object) -> NoReturn:
        raise error

    return ask


def _print(console: Console, found: Replay) -> None:
    answer = found.answer
    given = answer.get("receipt", {}).get("as_of", "")
    console.print(Text(f"{answer.get('question')}", style="bold"), soft_wrap=True)
    console.print(Text(f"{answer.get('answer_id')}, answered {given}", style="dim"), soft_wrap=True)
    words, style = _HEADS[found.state]
    console.print(Text(f"\n{words}", style=style))
    for line in (*found.faults, *found.remarks):
        _line(console, "-", line)
    _print_sources(console, found.sources)
    _print_live(console, found.live)


def _print_sources(console: Console, sources: Seen[SourcesNow]) -> None:
    console.print("\n[bold]Its sources in the library now[/]")
    if sources.found is None:
        _line(console, "?", f"They cannot be looked at: {sources.problem}")
        return
    for change in sources.found.changes:
        _line(console, "~", f"[{change.n}] {change.document_id}: {change.text}")
    told = {change.document_id for change in sources.found.changes}
    for name in sources.found.other_texts:
        if name not in told:
            _line(console, "~", f"{name}: The source has changed since; every quote stands in it.")
    if not sources.found.changes and not sources.found.other_texts:
        _line(console, "=", "Every quote stands where the answer says.")


def _print_live(console: Console, live: Seen[LiveAnswer]) -> None:
    console.print("\n[bold]Asked anew[/]")
    if live.found is None:
        _line(console, "?", f"The question cannot be asked: {live.problem}")
        return
    difference = live.found.difference
    if difference.is_same_answer:
        _line(console, "=", "The library gives the same answer.")
    else:
        _print_difference(console, difference)
    for change in difference.receipt:
        _line(console, "~", f"{change.name.replace('_', ' ')}: {_arrow(change)}", "dim")


def _print_difference(console: Console, difference: AnswerDifference) -> None:
    if difference.status:
        _line(console, "~", f"status: {_arrow(difference.status)}")
    gone = (*difference.sentences_gone, *difference.notices_gone)
    new = (*difference.sentences_new, *difference.notices_new)
    for text in gone:
        _line(console, "-", text, "red")
    for text in new:
        _line(console, "+", text, "green")
    for one in difference.references_gone:
        _line(console, "-", f"[{one.n}] {one.document_id} {one.title or ''}", "red")
    for one in difference.references_new:
        _line(console, "+", f"[{one.n}] {one.document_id} {one.title or ''}", "green")
    for change in difference.standings:
        _line(console, "~", f"{change.name}: {_arrow(change)}")


def _arrow(change: Change) -> str:
    return f"{change.before or 'none'} → {change.now or 'none'}"


def _line(console: Console, mark: str, text: str, style: str = "") -> None:
    console.print(Padding(Text(f"{mark} {text}", style=style), (0, 2)))
