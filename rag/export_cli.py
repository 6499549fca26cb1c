"""`alsqa export`: the references of an answer, of a search or of the library, for other programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from index.errors import BuildError, LibraryError, LockedError, ModelError, SettingsError
from index.filters import Filters
from index.safe_files import replace_text
from index.settings import read_settings
from rag.biogen import BIOGEN, write_biogen
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
from rag.reference_formats import FORMATS
from rag.reference_records import ReferenceRecord
from rag.reference_sources import answer_records, library_ids, library_records, search_records
from rag.settings import RagSettings

app = typer.Typer(add_completion=False)

_NAMES = (*FORMATS, BIOGEN)


@app.command("export")
def export_command(
    answer_id: Annotated[
        str | None, typer.Argument(help="Of a stored answer; alsqa ask ends with it.")
    ] = None,
    name: Annotated[
        str, typer.Option("--format", help=f"One of {', '.join(_NAMES)} (answers only).")
    ] = "ris",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file, which is replaced whole.")
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="The papers that alsqa search lists for this.")
    ] = None,
    library: Annotated[bool, typer.Option("--library", help="All documents.")] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="With --search: passages at most.")
    ] = 10,
    since: Since = None,
    until: Until = None,
    study_types: StudyTypes = None,
    journals: Journals = None,
    statuses: Statuses = None,
    languages: Languages = None,
    sections: Sections = None,
) -> None:
    """Export the references of exactly the papers that are cited, found or held.

    What the library says of a paper now is exported; where it no longer holds it, what is stored.
    """
    filters = make_filters(since, until, study_types, journals, statuses, languages, sections)
    if sum((answer_id is not None, search is not None, library)) != 1:
        raise typer.BadParameter("Give one of ANSWER_ID, --search and --library.")
    if name not in _NAMES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(_NAMES)}.", param_hint="--format")
    if name == BIOGEN and answer_id is None:
        raise typer.BadParameter("biogen is a format of answers.", param_hint="--format")
    if answer_id is not None and filters:
        raise typer.BadParameter("An answer has its references; filters do not go with it.")
    settings = read_settings(RagSettings)
    if answer_id is not None:
        _give(*_of_answer(settings, answer_id, name), out)
        return
    records = _of_library(settings, search, filters, limit)
    _give(FORMATS[name].write(records), len(records), out)


def _of_answer(settings: RagSettings, answer_id: str, name: str) -> tuple[str, int]:
    """The text to be exported, and how many references it has."""
    from rag.history import History

    history = History(settings.data_dir / "history.db")
    try:
        answer = history.answer(answer_id)
    finally:
        history.close()
    records = _records(settings, answer)
    text = write_biogen(answer, records) if name == BIOGEN else FORMATS[name].write(records)
    return text, len(records)


def _records(settings: RagSettings, answer: dict[str, Any]) -> Sequence[ReferenceRecord]:
    from rag.pipeline import build_pipeline

    try:
        pipeline = build_pipeline(settings)
        try:
            with pipeline.live.lease() as build:
                return answer_records(answer, build)
        finally:
            pipeline.close()
    except (BuildError, LibraryError, LockedError, ModelError) as error:
        message = f"{error.problem} The references are exported as they were stored."
        Console(stderr=True).print(message, style="yellow", soft_wrap=True)
        return answer_records(answer, None)


def _of_library(
    settings: RagSettings, question: str | None, filters: Filters, limit: int
) -> Sequence[ReferenceRecord]:
    from rag.pipeline import build_pipeline

    pipeline = build_pipeline(settings)
    try:
        found = None if question is None else pipeline.search(question, filters=filters)
        with pipeline.live.lease() as build:
            if found is not None:
                return search_records(found, build, limit=limit)
            return library_records(build, library_ids(build, filters))
    finally:
        pipeline.close()


def _give(text: str, count: int, out: Path | None) -> None:
    """Print it, or write it to the file and say so."""
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            replace_text(out, text)
        except OSError as error:
            raise SettingsError(
                f"{out} cannot be written ({error.strerror}).", "Choose another file with --out."
            ) from error
    if out is not None or not count:
        Console(stderr=True).print(f"References: {count:,}.", highlight=False)
