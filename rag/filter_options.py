"""The filters of `alsqa ask` and `alsqa search` as options of the command line."""

from typing import Annotated, TypeVar, get_args

import typer

from index.filters import Filters
from index.parsers.languages import language_code
from index.publication_status import StandingName
from index.study_types import STUDY_TYPES

Name = TypeVar("Name", bound=str)
STANDINGS: tuple[StandingName, ...] = get_args(StandingName)

Since = Annotated[int | None, typer.Option("--since", help="Only papers from this year on.")]
Until = Annotated[int | None, typer.Option("--until", help="Only papers up to this year.")]
StudyTypes = Annotated[
    list[str] | None,
    typer.Option("--study", help=f"Only this kind of study: {', '.join(STUDY_TYPES)}."),
]
Journals = Annotated[list[str] | None, typer.Option("--journal", help="Only this journal or book.")]
Statuses = Annotated[
    list[str] | None,
    typer.Option("--status", help=f"Only papers of this standing: {', '.join(STANDINGS)}."),
]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="Only this language: English, en or eng.")
]
Sections = Annotated[
    list[str] | None, typer.Option("--section", help="Only this section, such as Methods.")
]


def make_filters(
    since: int | None,
    until: int | None,
    study_types: list[str] | None,
    journals: list[str] | None,
    statuses: list[str] | None,
    languages: list[str] | None,
    sections: list[str] | None,
) -> Filters:
    """The filters that were given; raises typer.BadParameter where a value is not one.

    So it does where no year can be since `since` and until `until`.
    """
    if since is not None and until is not None and since > until:
        raise typer.BadParameter(
            f"since is after until: {since}, {until}.", param_hint="--since, --until"
        )
    return Filters(
        year_from=since,
        year_to=until,
        study_types=tuple(_one_of(value, STUDY_TYPES, "--study") for value in study_types or ()),
        journals=tuple(journals or ()),
        statuses=tuple(_one_of(value, STANDINGS, "--status") for value in statuses or ()),
        languages=tuple(map(_language, languages or ())),
        sections=tuple(sections or ()),
    )


def _one_of(value: str, names: tuple[Name, ...], option: str) -> Name:
    wanted = value.strip().casefold().replace(" ", "_").replace("-", "_")
    for name in names:
        if name == wanted:
            return name
    raise typer.BadParameter(f"{value!r} is none of {', '.join(names)}.", param_hint=option)


def _language(value: str) -> str:
    code = language_code(value)
    if code is None:
        raise typer.BadParameter(
            f"{value!r} is no language that is known.", param_hint="--language"
        )
    return code
