"""`alsqa eval gate | accept | baseline`: hold a run against what was accepted before."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from eval.acceptance import accept
from eval.baseline import BASELINE_FILE, baseline_of, read_baseline, write_baseline
from eval.dataset import QUESTIONS_FOLDER, load_cases
from eval.run_cli import AsJson, Questions, Timeout, run_questions
from eval.run_tables import kinds_table
from eval.settings import QUESTION_TIMEOUT_S
from index.errors import SettingsError
from index.settings import read_settings
from rag.settings import RagSettings

if TYPE_CHECKING:
    from eval.gate import GateReport
    from eval.run_folder import RunFolder

_STYLES = {"fail": "red bold", "warn": "yellow", "note": "dim"}
File = Annotated[Path, typer.Option("--baseline", help="What was accepted.")]
OfRun = Annotated[
    str | None, typer.Option("--run", help="Id, tag or folder of a run; default: the newest.")
]
Why = Annotated[str, typer.Option(help="Why this is right; kept in the baseline.")]


def gate_command(
    run: Annotated[
        str | None, typer.Option(help="Judge this run; default: ask all questions now.")
    ] = None,
    baseline: File = BASELINE_FILE,
    questions: Questions = QUESTIONS_FOLDER,
    timeout: Timeout = QUESTION_TIMEOUT_S,
    summary: Annotated[Path | None, typer.Option(help="Also write a Markdown summary.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask all questions and compare with the baseline.

    Exit code 0: nothing got worse. 1: something did, or changed and was not accepted. 3: somebody
    should look.
    """
    from eval.gate import check_run
    from eval.gate_summary import markdown_summary

    known = read_baseline(baseline)
    if summary and not summary.parent.is_dir():
        raise SettingsError(
            f"The summary cannot be written to {summary}: there is no folder {summary.parent}.",
            "Make the folder, or name another place.",
        )
    folder = _find(run) if run else run_questions(questions=questions, timeout_s=timeout)
    report = check_run(folder, known)
    (folder.path / "gate.json").write_text(json.dumps(report.to_dict(), indent=2), encoding="utf-8")
    (folder.path / "gate.md").write_text(markdown_summary(report), encoding="utf-8")
    if summary:
        summary.write_text(markdown_summary(report), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
    else:
        _print(Console(), report)
    raise typer.Exit(report.exit_code)


def accept_command(
    names: Annotated[list[str], typer.Argument(help="Cases or measures, as the gate names them.")],
    why: Why,
    run: OfRun = None,
    baseline: File = BASELINE_FILE,
    questions: Questions = QUESTIONS_FOLDER,
) -> None:
    """Accept what the newest run gave for a case or a measure, and say why."""
    folder = _find(run)
    known = read_baseline(baseline)
    cases = load_cases(questions)
    distinct = list(dict.fromkeys(names))
    for name in distinct:
        known = accept(known, folder, name, why=why, questions=cases)
    write_baseline(known, baseline)
    typer.echo(f"Accepted {', '.join(distinct)} in {baseline}; commit it with your change.")


def baseline_command(why: Why, run: OfRun = None, baseline: File = BASELINE_FILE) -> None:
    """Take a whole run as the new baseline: other documents, another model, other settings."""
    folder = _find(run)
    write_baseline(baseline_of(folder, why=why), baseline)
    typer.echo(f"{baseline} holds run {folder.path.name} now; commit it with your change.")


def _find(run: str | None) -> "RunFolder":
    from eval.evaluation import runs_folder
    from eval.run_folder import find_run

    return find_run(runs_folder(read_settings(RagSettings)), run)


def _print(console: Console, report: "GateReport") -> None:
    console.print(kinds_table({part: {"kinds": kinds} for part, kinds in report.kinds.items()}))
    for finding in report.findings:
        line = f"{finding.level}: {finding.name}: {finding.text}"
        console.print(line, style=_STYLES[finding.level], markup=False, highlight=False)
    if report.exit_code:
        console.print(
            "What is meant: alsqa eval accept NAME --why '…'. What is not: "
            "alsqa eval show CASE says what was answered.",
            highlight=False,
        )
    else:
        console.print("The gate is passed: nothing differs from the baseline.", style="green")
