"""`alsqa status`: which papers were retracted or corrected, and which answers that concerns."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from index.build_paths import BuildPaths
from index.library import Library
from index.settings import read_settings
from rag.settings import RagSettings
from rag.standing import WORDS, who_says

app = typer.Typer(add_completion=False)


@app.command("status")
def status_command(
    import_file: Annotated[
        Path | None,
        typer.Option("--import", help="A Retraction Watch CSV file; it replaces an earlier one."),
    ] = None,
    affected: Annotated[
        bool, typer.Option("--affected", help="Only past answers whose papers' standing changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """List papers of the library that were retracted, corrected, updated, are preprints or in doubt.

    What is imported holds from the next answer on; no new search index is needed.
    """
    if import_file is not None and affected:
        raise typer.BadParameter("Give --import first, then --affected.")
    settings = read_settings(RagSettings)
    if import_file is not None:
        _import(settings, import_file, as_json)
    elif affected:
        _print_affected(settings, as_json)
    else:
        _print_marked(settings, as_json)


def _import(settings: RagSettings, file: Path, as_json: bool) -> None:
    from index.retraction_watch import LIST_NAME, read_retraction_watch
    from index.writer_lock import writer_lock

    path = BuildPaths(settings.data_dir).library
    with writer_lock(settings.data_dir), Library(path, writable=True) as library:
        reports = read_retraction_watch(file)
        count = library.status.replace_list(LIST_NAME, reports, now=datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps({"list": LIST_NAME, "reports": count}))
    else:
        Console().print(f"{LIST_NAME} is imported. Reports: {count:,}.", highlight=False)


def _print_marked(settings: RagSettings, as_json: bool) -> None:
    from rag.answer_json import standing_to_dict

    paths = BuildPaths(settings.data_dir)
    with Library(paths.library) as library:
        build_id = paths.live_build_id()
        versions = {one.document_id: one for one in library.builds.members(build_id)}
        marked = {
            name: standing
            for name, standing in library.status.of_build(build_id).items()
            if standing.notes
        }
        documents = list(library.documents.documents(versions[name] for name in marked))
        lists = library.status.lists()
    papers = [
        {
            "document_id": one.document_id,
            "title": one.title,
            **standing_to_dict(marked[one.document_id]),
        }
        for one in documents
    ]
    if as_json:
        typer.echo(json.dumps({"lists": lists, "papers": papers}, indent=2, ensure_ascii=False))
        return
    console = Console()
    for one in documents:
        standing = marked[one.document_id]
        line = Text.assemble(
            (f"{WORDS[standing.status]}  ", "bold"),
            f"{one.document_id}  {one.title or 'title not given'}",
            (f"  ({who_says(standing)})", "dim"),
        )
        console.print(line, soft_wrap=True)
    known = "; ".join(f"{name}, imported {when[:10]}" for name, when in lists.items())
    console.print(
        f"Papers with a notice: {len(papers):,} of {len(versions):,}. Imported lists: {known or 'none'}.",
        highlight=False,
    )


def _print_affected(settings: RagSettings, as_json: bool) -> None:
    from rag.history import History
    from rag.status_changes import find_status_changes

    history = History(settings.data_dir / "history.db")
    try:
        with Library(BuildPaths(settings.data_dir).library) as library:
            changes = list(find_status_changes(history.answers(), library.status.standing))
    finally:
        history.close()
    if as_json:
        rows = [dataclasses.asdict(change) for change in changes]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    console = Console()
    for change in changes:
        line = Text.assemble(
            (f"{change.answer_id}  ", "dim"),
            f"{change.asked_at[:10]}  {change.question}\n    [{change.n}] {change.title}: ",
            (f"{WORDS.get(change.before, change.before)} → {WORDS[change.now]}", "bold"),
            f" ({', '.join(change.sources)})" if change.sources else "",
        )
        console.print(line, soft_wrap=True)
    answers = len({change.answer_id for change in changes})
    console.print(
        f"Past answers that cite a paper whose standing has changed: {answers:,}.", highlight=False
    )
