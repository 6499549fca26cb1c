"""`alsqa eval run | compare | report`: ask the questions, hold two runs side by side, picture one."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from eval.dataset import QUESTIONS_FOLDER, load_cases, select_cases
from eval.packages import require_packages
from eval.settings import QUESTION_TIMEOUT_S, JudgeSettings, pin_threads
from index.progress import show_progress
from index.settings import read_settings
from rag.settings import RagSettings

if TYPE_CHECKING:
    from eval.run_folder import RunFolder

_INTERRUPTED = 130
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help="A kind of question, tuning or held_out; may be given again."),
]
Questions = Annotated[Path, typer.Option(help="Folder of question files.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds that one question may take.")]
Run = Annotated[str | None, typer.Argument(help="Id, tag or folder of a run; default: the newest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def run_command(
    sets: Sets = None,
    tag: Annotated[str | None, typer.Option(help="A name for the run.")] = None,
    resume: Annotated[
        str | None, typer.Option(help="Let an interrupted run go on: its id, tag or folder.")
    ] = None,
    questions: Questions = QUESTIONS_FOLDER,
    timeout: Timeout = QUESTION_TIMEOUT_S,
    as_json: AsJson = False,
) -> None:
    """Ask the hand-written questions and write a folder with every answer and its measures."""
    if resume and (sets or tag):
        raise typer.BadParameter(
            "a run that goes on keeps its sets and its tag", param_hint="resume"
        )
    folder = run_questions(
        sets=sets or (), tag=tag, resume=resume, questions=questions, timeout_s=timeout
    )
    from eval.run_tables import print_run

    if as_json:
        content = {"folder": str(folder.path)} | folder.head().to_dict() | folder.measures()
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        print_run(Console(), folder)


def run_questions(
    *,
    sets: Sequence[str] = (),
    tag: str | None = None,
    resume: str | None = None,
    questions: Path = QUESTIONS_FOLDER,
    timeout_s: float = QUESTION_TIMEOUT_S,
) -> "RunFolder":
    """Run, or go on with, the questions on the live build; progress is shown on stderr.

    Raises:
        SettingsError: a case or a setting is wrong, or the run to go on with is another one.
        BuildError: nothing is indexed, or the index is damaged.
    """
    every = load_cases(questions)
    cases = select_cases(every, sets)
    settings = read_settings(RagSettings)
    pin_threads(1)

    from eval.evaluation import begin_run, go_on, make_pipeline, runs_folder
    from eval.gold_papers import check_gold_papers
    from eval.judge import make_judge
    from eval.run_folder import find_run

    judge_settings = read_settings(JudgeSettings)
    judge = make_judge(judge_settings)
    folder = find_run(runs_folder(settings), resume, whole=False) if resume else None
    with closing(make_pipeline(settings)) as pipeline:
        if folder:
            cases = select_cases(every, folder.head().sets)
        with pipeline.live.lease() as build:
            warning = check_gold_papers(cases, build, questions=questions)
        if warning:
            typer.echo(f"Warning: {warning}", err=True)
        if not folder:
            folder = begin_run(
                settings, pipeline, cases, sets=sets, tag=tag, judge=judge_settings.judge_model
            )
        try:
            with show_progress(lines=True) as show:
                go_on(
                    folder,
                    settings,
                    pipeline,
                    cases,
                    timeout_s=timeout_s,
                    judge=judge,
                    on_progress=lambda done, total: show("asking", done, total),
                )
        except KeyboardInterrupt:
            typer.echo(
                f"Interrupted; go on with: alsqa eval run --resume {folder.path.name}", err=True
            )
            raise typer.Exit(_INTERRUPTED) from None
    return folder


def compare_command(
    before: Annotated[str, typer.Argument(help="Id, tag or folder of a run.")],
    after: Annotated[str, typer.Argument(help="Id, tag or folder of another.")],
    as_json: AsJson = False,
) -> None:
    """List the cases that two runs judge differently, and what became of each measure."""
    from dataclasses import asdict

    from eval.comparison import compare_runs
    from eval.evaluation import runs_folder
    from eval.run_folder import find_run
    from eval.run_tables import print_comparison

    runs = runs_folder(read_settings(RagSettings))
    comparison = compare_runs(find_run(runs, before), find_run(runs, after))
    if as_json:
        typer.echo(json.dumps(asdict(comparison), indent=2, ensure_ascii=False))
    else:
        print_comparison(Console(), comparison)


def report_command(
    run: Run = None,
    out: Annotated[
        Path | None, typer.Option(help="The page; default: report.html in the run's folder.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="What to show differences to; default: the committed one.")
    ] = None,
) -> None:
    """Write one page of a run: measures, plots, and every case with answer, evidence and gold."""
    require_packages({"jinja2": "jinja2", "matplotlib": "matplotlib"}, purpose="A report")

    from eval.baseline import BASELINE_FILE, read_baseline
    from eval.evaluation import runs_folder
    from eval.report.page import write_report
    from eval.run_folder import find_run

    folder = find_run(runs_folder(read_settings(RagSettings)), run)
    target = out or folder.path / "report.html"
    path = baseline or BASELINE_FILE
    known = read_baseline(path).to_dict() if baseline or path.exists() else None
    write_report(folder.path, target, baseline=known)
    typer.echo(f"Wrote {target}")
