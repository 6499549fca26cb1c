"""`alsqa fetch`: literature from PubMed and Europe PMC, brought into the documents folder.

Nothing else in alsqa asks another machine for documents; which host is asked is printed first.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.fetch.clock import SystemClock
from index.fetch.settings import FetchSettings
from index.settings import read_settings

if TYPE_CHECKING:
    from index.fetch.command_run import CommandRun
    from index.fetch.identifier_list import AskedPapers

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Bring literature into the documents folder, from PubMed or Europe PMC.",
)

Most = Annotated[int | None, typer.Option("--max", min=1, help="So many records at most.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a large download.")]
Into = Annotated[Path | None, typer.Option(help="Folder for the files; default documents/fetched.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
RunIndex = Annotated[bool, typer.Option("--index", help="Run alsqa index afterwards.")]


@app.command("pubmed")
def pubmed_command(
    context: typer.Context,
    query_or_ids: Annotated[
        list[str] | None,
        typer.Argument(help="A query as PubMed reads it, in quotes; or PMIDs and DOIs."),
    ] = None,
    ids: Annotated[
        Path | None, typer.Option(help="A file of PMIDs and DOIs, one on each line; - is stdin.")
    ] = None,
    most: Most = None,
    yes: Yes = False,
    into: Into = None,
    as_json: AsJson = False,
    run_index: RunIndex = False,
) -> None:
    """Fetch records of PubMed, as XML: all of a query, or those of PMIDs and DOIs.

    A run that was stopped goes on where it was when it is called again. Exit code 3 where
    something was not found; the rest is there all the same.
    """
    from index.fetch.fetch_folder import folder_name
    from index.fetch.progress_file import Progress

    run = _run(context, into, yes, as_json, run_index)
    asked = query_or_ids or []
    papers = _papers(asked, ids)
    if papers is None:
        query = _query(asked[0])
        begun = Progress(source="pubmed", query=query, most=most)
        run.one(folder_name("pubmed", query, query), begun)
        return
    if most is not None:
        raise typer.BadParameter("--max is for queries, not for identifiers.")
    begun = Progress(
        source="pubmed-identifiers", pmids=list(papers.pmids), dois=dict.fromkeys(papers.dois)
    )
    words = f"ids {ids.stem}" if ids and str(ids) != "-" else "ids"
    run.one(folder_name("pubmed", words, " ".join(sorted(papers.pmids + papers.dois))), begun)


@app.command("europepmc")
def europepmc_command(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A query as Europe PMC reads it, in quotes.")],
    most: Most = None,
    yes: Yes = False,
    into: Into = None,
    as_json: AsJson = False,
    run_index: RunIndex = False,
) -> None:
    """Fetch open-access full texts of Europe PMC, as one JATS file for each article.

    A run that was stopped goes on where it was when it is called again. Exit code 3 where an
    article has no full text there; the rest is there all the same.
    """
    from index.fetch.fetch_folder import folder_name
    from index.fetch.progress_file import Progress

    run = _run(context, into, yes, as_json, run_index)
    query = _query(query)
    begun = Progress(source="europepmc", query=query, most=most)
    run.one(folder_name("europepmc", query, query), begun)


@app.command("new")
def new_command(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="From that day; default the last search."),
    ] = None,
    yes: Yes = False,
    into: Into = None,
    as_json: AsJson = False,
    run_index: RunIndex = False,
) -> None:
    """Fetch what PubMed and Europe PMC took in since the earlier queries were last asked.

    Records of PubMed that are there and have changed since, as where a paper was retracted or
    corrected, are fetched again.
    """
    run = _run(context, into, yes, as_json, run_index)
    run.new(since.date() if since else None)


def _run(
    context: typer.Context, into: Path | None, yes: bool, as_json: bool, run_index: bool
) -> "CommandRun":
    from index.fetch.command_run import CommandRun, Options

    settings = read_settings(FetchSettings)
    options = Options(into, yes=yes, as_json=as_json, run_index=run_index)
    return CommandRun(settings, options, context.obj or SystemClock())


def _papers(asked: list[str], ids: Path | None) -> "AskedPapers | None":
    """The papers that are asked for by name; None where it is a query."""
    from index.fetch.identifier_list import is_meant_as_identifier, read_identifiers

    if (ids is None) == (not asked):
        raise typer.BadParameter("Give a query, or PMIDs and DOIs, or --ids with a file of them.")
    if ids is not None:
        return read_identifiers(_lines(ids), source="stdin" if str(ids) == "-" else ids.name)
    others = [one for one in asked if not is_meant_as_identifier(one)]
    if not others:
        return read_identifiers(asked, source="the command", unit="argument")
    if len(asked) == 1:
        return None
    raise typer.BadParameter(
        f"{others[0]!r} is neither a PMID nor a DOI. A query of several words stands in quotes."
    )


def _query(text: str) -> str:
    query = " ".join(text.split())
    if not query:
        raise typer.BadParameter("The query is empty.")
    return query


def _lines(file: Path) -> list[str]:
    from index.fetch.errors import FetchError

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise FetchError(f"{file} cannot be read ({error.strerror}).", "Check its name.") from error
    except UnicodeDecodeError as error:
        raise FetchError(f"{file} is no text file in UTF-8.", "Save it as plain text.") from error
