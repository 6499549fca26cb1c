"""`alsqa eval show | add`: one case of a run looked at, and a new case drafted."""

import difflib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.dataset import QUESTIONS_FOLDER, load_cases
from eval.run_cli import AsJson, Questions
from index.errors import SettingsError
from index.settings import read_settings
from rag.settings import RagSettings

if TYPE_CHECKING:
    from eval.records import CaseRecord
    from eval.run_folder import RunFolder

_STYLES = {"right": "green", "wrong": "red", "stale": "red", "not_scored": "yellow"}
_SHOWN = 8


def show_command(
    case: Annotated[str, typer.Argument(help="Id of a case.")],
    run: Annotated[
        str | None, typer.Option(help="Id, tag or folder of a run; default: the newest.")
    ] = None,
    questions: Questions = QUESTIONS_FOLDER,
    as_json: AsJson = False,
) -> None:
    """Show what a case asks, what was answered, and why that is right or wrong."""
    from eval.evaluation import runs_folder
    from eval.run_folder import find_run

    folder = find_run(runs_folder(read_settings(RagSettings)), run, whole=False)
    records = {record.case_id: record for record in folder.records()}
    if case not in records:
        kinds = {one.case_id: one.kind for one in load_cases(questions)}
        raise _not_shown(case, folder, kinds, records)
    if as_json:
        typer.echo(json.dumps(records[case].to_dict(), indent=2, ensure_ascii=False))
    else:
        _print(Console(), records[case])


def add_command(
    answer: Annotated[str, typer.Option("--from", help="Id of a stored answer: ans_….")],
    to: Annotated[
        Path | None, typer.Option(help="File to add the draft to; default: print it.")
    ] = None,
    questions: Questions = QUESTIONS_FOLDER,
) -> None:
    """Draft a case from an answer that was given; read it and mend it before it counts."""
    from eval.drafting import add_draft, draft_case
    from rag.history import History

    settings = read_settings(RagSettings)
    with closing(History(settings.data_dir / "history.db")) as history:
        stored = history.answer(answer)
    kind, text = draft_case(stored, taken=[case.case_id for case in load_cases(questions)])
    if to is None:
        typer.echo(f"# eval/questions/{kind}.yaml\n{text}", nl=False)
        return
    add_draft(to, kind, text)
    typer.echo(f"Added a draft to {to}; put its intent into words and check its labels.")


def _not_shown(
    case: str, folder: "RunFolder", kinds: Mapping[str, str], asked_cases: Iterable[str]
) -> SettingsError:
    """Why a run does not have the case; `kinds` are those of all cases of the question files."""
    head = folder.head()
    asked = f"it asked only {', '.join(head.sets)}" if head.sets else ""
    if case in kinds:
        return SettingsError(
            f"Run {folder.path.name} did not ask {case!r}" + (f": {asked}." if asked else "."),
            f"Ask it: alsqa eval run --set {kinds[case]}; or name another run with --run.",
        )
    near = ", ".join(difflib.get_close_matches(case, {*kinds, *asked_cases}, n=3))
    return SettingsError(
        f"Run {folder.path.name} has no case {case!r}" + (f"; {asked}." if asked else "."),
        f"Near it are: {near}." if near else "The files of eval/questions/ list the cases.",
    )


def _print(console: Console, record: "CaseRecord") -> None:
    case = record.case
    head = Text.assemble((record.verdict, f"bold {_STYLES[record.verdict]}"), f"  {record.case_id}")
    console.print(head)
    part = "held out" if record.held_out else "tuning"
    console.print(f"{record.kind}, {part}, confidence {record.confidence}", style="dim")
    for reason in record.why:
        console.print(f"  {reason}", style="red", markup=False, highlight=False)
    _print_text(console, "Question", repr(case["question"])[1:-1])
    for gold in case["gold"]:
        _print_text(console, f"Gold, {gold['source']}", gold["quote"])
    if len(case["gold"]) > 1:
        _print_text(console, "Needs", f"{case['needs']} of the quotes")
    if case["papers"] is not None:
        _print_text(console, "Papers", ", ".join(case["papers"]) or "none may be cited")
    for name in ("status", "required", "forbidden"):
        if case[name]:
            _print_text(console, name.capitalize(), ", ".join(case[name]))
    if record.answer:
        _print_answer(console, record.answer)
    table = Table("rank", "score", "sentence", box=None)
    for rank, hit in enumerate(record.ranking[:_SHOWN], start=1):
        mark = "● " if hit["passage"] in record.relevant else "  "
        table.add_row(str(rank), f"{hit['score']:.3f}", Text(mark + hit["text"]))
    console.print(table)


def _print_answer(console: Console, answer: Mapping[str, Any]) -> None:
    # The text of an answer without sentences is its notices, which follow.
    said = answer["text"] if answer["sentences"] else ""
    _print_text(console, f"Answer ({answer['status']})", said or "–")
    for notice in answer["notices"]:
        _print_text(console, f"Notice ({notice['kind']})", notice["text"])
    for reference in answer["references"]:
        names = (reference[name] for name in ("title", "container", "year", "pmid", "doi"))
        line = " · ".join(str(name) for name in names if name)
        _print_text(console, f"[{reference['n']}]", line)


def _print_text(console: Console, name: str, text: str) -> None:
    console.print(Text.assemble((f"{name}: ", "bold"), text))
