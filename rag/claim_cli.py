"""`alsqa check`: the passages for and against a claim, in the terminal."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from index.publication_status import WARNED_OF
from index.settings import read_settings
from rag.claim_json import VERDICT_WORDS, claim_to_biogen, claim_to_dict
from rag.claims import CheckedSentence, ClaimCheck, ClaimPassage, Verdict
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
from rag.settings import RagSettings
from rag.standing import WORDS

app = typer.Typer(add_completion=False)

_STYLES: dict[Verdict, str] = {
    "supported": "green",
    "contradicted": "red",
    "mixed": "magenta",
    "not_judged": "yellow",
    "nothing_found": "yellow",
}


class OutputFormat(StrEnum):
    """How the check is printed."""

    TEXT = "text"
    JSON = "json"
    BIOGEN = "biogen"


@app.command("check")
def check_command(
    claim: Annotated[
        str, typer.Argument(help="One to a few sentences to check, in quotation marks.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the check as JSON.")] = False,
    output: Annotated[
        OutputFormat,
        typer.Option("--format", help="biogen: as a run of TREC BioGen's task A."),
    ] = OutputFormat.TEXT,
    since: Since = None,
    until: Until = None,
    study_types: StudyTypes = None,
    journals: Journals = None,
    statuses: Statuses = None,
    languages: Languages = None,
    sections: Sections = None,
) -> None:
    """Show what the library holds for and against a claim, with PMIDs and verbatim quotes."""
    from rag.claim_check import ClaimChecker
    from rag.pipeline import build_pipeline

    filters = make_filters(since, until, study_types, journals, statuses, languages, sections)
    pipeline = build_pipeline(read_settings(RagSettings))
    try:
        check = ClaimChecker(pipeline).check(claim, filters=filters)
    finally:
        pipeline.close()
    if output is OutputFormat.BIOGEN:
        typer.echo(json.dumps(claim_to_biogen(check), indent=2, ensure_ascii=False))
    elif as_json or output is OutputFormat.JSON:
        typer.echo(json.dumps(claim_to_dict(check), indent=2, ensure_ascii=False))
    else:
        print_check(Console(), check)


def print_check(console: Console, check: ClaimCheck) -> None:
    """The verdict, then each sentence with its quotes, then what must be known of them."""
    console.print(_verdict("Claim: ", check.verdict))
    for sentence in check.sentences:
        _print_sentence(console, sentence, is_alone=len(check.sentences) == 1)
    for notice in check.quoted.notices:
        console.print(
            Text(f"{notice.text}{f' {notice.url}' if notice.url else ''}", style="yellow")
        )


def _print_sentence(console: Console, sentence: CheckedSentence, *, is_alone: bool) -> None:
    console.print()
    console.print(Text(sentence.text, style="bold"))
    if not is_alone:
        console.print(_verdict("", sentence.verdict))
    for words, style, passages in (
        ("for", "green", sentence.supporting),
        ("against", "red", sentence.contradicting),
        ("not judged", "dim", sentence.not_judged),
    ):
        for passage in passages:
            _print_passage(console, passage, words, style)


def _print_passage(console: Console, passage: ClaimPassage, words: str, style: str) -> None:
    reference = passage.reference
    pmid = reference.identifiers.pmid
    head = Text.assemble(
        (f"{words} ", f"{style} bold"),
        (f"PMID {pmid}" if pmid else reference.document_id, "cyan"),
        f" ({reference.year or 'year not given'}) {reference.title or 'title not given'}",
    )
    if reference.standing.status in WARNED_OF:
        head.append(f" [{WORDS[reference.standing.status]}]", style="red bold")
    console.print(Padding(head, (0, 2)))
    console.print(Padding(Text(f"“{passage.span.quote}”"), (0, 4)))


def _verdict(before: str, verdict: Verdict) -> Text:
    return Text.assemble(before, (VERDICT_WORDS[verdict], f"{_STYLES[verdict]} bold"))
