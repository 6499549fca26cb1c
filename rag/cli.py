"""`alsqa ask` and `alsqa doctor`: an answer, or the state of things, in the terminal."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from index.cli import print_findings
from index.parse_cli import check_folder
from index.publication_status import Standing
from index.settings import read_settings
from rag.answer_markdown import answer_to_markdown
from rag.filter_options import (
    Journals,
    Languages,
    Sections,
    Since,
    Statuses,
    StudyTypes,
    Until,
    make_filters,
)
from rag.models import Answer, Reference
from rag.settings import RagSettings
from rag.standing import WORDS, who_says

app = typer.Typer(add_completion=False)

_FIELD_WORDS = {"title": "title", "container": "journal or book", "year": "year"}
_STATUS_WORDS = {
    "answered": ("Answered", "green"),
    "partial": ("Partly answered", "yellow"),
    "insufficient_evidence": ("No answer found in the library", "yellow"),
    "out_of_scope": ("Probably outside this library's field", "yellow"),
    "personal_medical": ("Personal medical question", "magenta"),
    "crisis": ("Get help now", "red"),
}


@app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="What to ask, in quotation marks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the answer as Markdown.")
    ] = False,
    since: Since = None,
    until: Until = None,
    study_types: StudyTypes = None,
    journals: Journals = None,
    statuses: Statuses = None,
    languages: Languages = None,
    sections: Sections = None,
) -> None:
    """Answer a question from the library, every sentence with its source."""
    if as_json and as_markdown:
        raise typer.BadParameter("choose one of --json and --markdown", param_hint="--markdown")
    from rag.history import History
    from rag.keeping import keep_answer
    from rag.pipeline import build_pipeline

    filters = make_filters(since, until, study_types, journals, statuses, languages, sections)
    settings = read_settings(RagSettings)
    pipeline = build_pipeline(settings)
    history = History(settings.data_dir / "history.db")
    try:
        answer = pipeline.answer(
            question, conversation_id=history.open_conversation(None), filters=filters
        )
        content = keep_answer(history, answer)
    finally:
        history.close()
        pipeline.close()
    if as_json:
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
    elif as_markdown:
        typer.echo(answer_to_markdown(content), nl=False)
    else:
        console = Console()
        print_answer(console, answer)
        # It is stored: alsqa eval add --from and GET /api/v1/answers/{id} take the id.
        console.print(Text(f"\nanswer {answer.answer_id}", style="dim"))


@app.command("search")
def search_command(
    question: Annotated[str, typer.Argument(help="What to look for, in quotation marks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what is found as JSON.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Passages at most.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each why it was found.")
    ] = False,
    since: Since = None,
    until: Until = None,
    study_types: StudyTypes = None,
    journals: Journals = None,
    statuses: Statuses = None,
    languages: Languages = None,
    sections: Sections = None,
) -> None:
    """List the passages found for a question, best first, with their papers."""
    from rag.pipeline import build_pipeline
    from rag.search_json import search_to_dict

    filters = make_filters(since, until, study_types, journals, statuses, languages, sections)
    pipeline = build_pipeline(read_settings(RagSettings))
    try:
        found = pipeline.search(question, filters=filters)
        with pipeline.live.lease() as build:
            content = search_to_dict(found, build, limit=limit)
    finally:
        pipeline.close()
    if as_json:
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    console = Console()
    for one in content["corrections"]:
        console.print(f"{one['written']}: searched for {one['read_as']}", style="yellow")
    for one in content["also_searched"]:
        also = f"{one['written']}: also searched for {', '.join(one['words'])}"
        console.print(Text(also, style="dim"), soft_wrap=True)
    for rank, hit in enumerate(content["results"], start=1):
        head = f"{hit['title'] or 'title not given'}, {hit['year'] or 'year not given'}"
        console.print(
            Text.assemble((f"{rank:2} ", "cyan bold"), (hit["document_id"], "dim"), f"  {head}")
        )
        console.print(Padding(Text(f"“{hit['text']}”"), (0, 3)))
        if explain:
            console.print(Padding(Text(_why(hit), style="dim"), (0, 3)))
        if hit["same_work"]:
            same = f"probably the same work: {', '.join(hit['same_work'])}"
            console.print(Padding(Text(same, style="dim"), (0, 3)))
    if not content["results"]:
        nothing = f"Nothing is found. {content['nothing_left'] or ''}".rstrip()
        console.print(Text(nothing, style="yellow"), soft_wrap=True)


def _why(hit: dict[str, Any]) -> str:
    """Score, ranks and terms of a hit, on one line."""
    found_by = hit["found_by"]
    legs = [
        f"{name} {leg['score']:.3f} ({'rank ' + str(leg['rank']) if leg['rank'] else 'not among its first'})"
        for name, leg in (("vectors", found_by["dense"]), ("words", found_by["lexical"]))
    ]
    terms = ", ".join(found_by["terms"]) or "none"
    return f"score {hit['score']:.3f} = {'; '.join(legs)}; terms: {terms}"


@app.command("doctor")
def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    parse: Annotated[
        Path | None,
        typer.Option("--parse", help="Only read every file of this folder and say what it gave."),
    ] = None,
) -> None:
    """Say what is installed, where data lies, whether the index is healthy. Exit code 1 if not.

    With --parse: exit code 0 where every file was read or refused with a reason.
    """
    from rag.doctor import examine

    if parse is not None:
        check_folder(parse, as_json=as_json)
        return
    diagnosis = examine(read_settings(RagSettings))
    if as_json:
        typer.echo(json.dumps(diagnosis.to_dict(), indent=2))
    else:
        print_findings(Console(), diagnosis.findings)
    raise typer.Exit(0 if diagnosis.ok else 1)


def print_answer(console: Console, answer: Answer) -> None:
    """Status, sentences with markers, notices, then the references with their quotes."""
    word, style = _STATUS_WORDS[answer.status]
    console.print(f"\n[{style} bold]{word}[/]")
    for sentence in answer.sentences:
        markers = "".join(f"[{n}]" for n in dict.fromkeys(one.n for one in sentence.citations))
        bullet = "• " if sentence.kind == "record" else ""
        console.print(Text.assemble(bullet, sentence.text, " ", (markers, "cyan bold")))
    for notice in answer.notices:
        console.print(
            Text(f"{notice.text}{f' {notice.url}' if notice.url else ''}", style="yellow")
        )
    if not answer.sentences and answer.evidence:
        nearest = answer.evidence[0]
        console.print(
            Padding(Text(f"{nearest.document_id}: “{nearest.text}”", style="dim"), (0, 2))
        )
    if answer.references:
        console.print("\n[bold]References[/]")
    for reference in answer.references:
        _print_reference(console, reference)


def _standing_line(standing: Standing) -> str:
    said_by = who_says(standing)
    return f"status: {WORDS[standing.status]}" + (f" ({said_by})" if said_by else "")


def _print_reference(console: Console, reference: Reference) -> None:
    added = {field.name: field.source for field in reference.added}

    def given(name: str, value: object) -> str:
        return (
            f"{value}{' (added)' if name in added else ''}"
            if value
            else f"{_FIELD_WORDS[name]} not given"
        )

    authors = ", ".join(author.name for author in reference.authors) or "authors not given"
    ids = ", ".join(
        f"{label} {getattr(reference.identifiers, name) or 'not given'}"
        for name, label in (("pmid", "PMID"), ("pmcid", "PMCID"), ("doi", "DOI"))
    )
    lines = [
        f"{authors}. {given('title', reference.title)}",
        f"{given('container', reference.container)}, {given('year', reference.year)}. {ids}",
        _standing_line(reference.standing),
    ]
    if reference.listed_in:
        lines.append(f"listed on {reference.listed_in}; its text is not in the library")
    lines += [f"{name} added from: {source}" for name, source in added.items()]
    lines += [link.url for link in reference.links]
    head = Text(f"[{reference.n}] ", style="cyan bold")
    console.print(head + Text("\n    ".join(lines)), soft_wrap=True)
    for span in reference.spans:
        console.print(Padding(Text(f"“{span.quote}”", style="dim"), (0, 4)))
