"""The form of a file of cases: a path in; its entries, checked one by one, out.

The form is described in eval/questions/README.md. Every error names the file and the line.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from eval.yaml_lines import LinedYaml, read_yaml
from index.errors import DocumentError, SettingsError
from index.identifiers import normalise_doi, normalise_pmcid, normalise_pmid
from rag.models import Status

SEE_FORM = "See eval/questions/README.md for the form of a case."
TODO = "TODO"
"""Beginning of an intent that nobody has put into words yet; such a case is refused."""

Kind = Literal[
    "answerable",
    "bibliographic",
    "unanswerable",
    "false_premise",
    "off_topic",
    "personal",
    "attack",
]
Form = Literal[
    "single_fact",
    "list",
    "yes_no",
    "number",
    "who",
    "when",
    "why",
    "both_documents",
    "plain_words",
    "typo",
    "abbreviation",
]
Outcome = Literal[Status, "refused"]
"""What a question comes to: an answer's status, or `refused` where it is turned down as bad input."""

_NORMALISE = {"pmid": normalise_pmid, "pmcid": normalise_pmcid, "doi": normalise_doi}
_OF_CONTENT = re.compile(r"sha256:[0-9a-f]{64}")
"""The id of a document that gives no identifier."""
_SAID = {
    "extra_forbidden": "there is no such field",
    "missing": "it is missing",
    "model_type": "it must map names to values",
    "tuple_type": "it must be a list",
    "too_short": "it is empty",
}
"""Of a file that has another form, by pydantic's name for what is wrong."""


def _paper_name(value: str) -> str:
    name, _, identifier = value.partition(":")
    if _OF_CONTENT.fullmatch(value):
        return value
    if name not in _NORMALISE:
        raise ValueError(
            "write a paper as pmid:12345678, pmcid:PMC1234567, doi:10.… or, where it has none of"
            " them, sha256:… as its document_id says"
        )
    try:
        return f"{name}:{_NORMALISE[name](identifier)}"
    except DocumentError as error:
        raise ValueError(error.problem.rstrip(".")) from error


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError) as error:
        raise ValueError(f"no regular expression: {error}") from error
    return value


def _in_words(value: str) -> str:
    if value.startswith(TODO):
        raise ValueError("say what is asked, in a few words")
    return value


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
_Paper = Annotated[str, AfterValidator(_paper_name)]
_Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _GoldEntry(_Entry):
    source: _Paper
    quote: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]


class CaseEntry(_Entry):
    """One case as it is written."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    question: str
    intent: Annotated[_Text, AfterValidator(_in_words)]
    form: Form | None = None
    gold: tuple[_GoldEntry, ...] = ()
    needs: Literal["all", "any"] = "all"
    papers: tuple[_Paper, ...] | None = None
    status: Annotated[tuple[Outcome, ...], Field(min_length=1)] | None = None
    required: tuple[_Pattern, ...] = ()
    forbidden: tuple[_Pattern, ...] = ()
    note: _Text | None = None


class CaseFile(_Entry):
    """A file of cases, all of one kind."""

    kind: Kind
    cases: Annotated[tuple[CaseEntry, ...], Field(min_length=1)]


def read_case_file(path: Path) -> tuple[CaseFile, LinedYaml]:
    """The entries of a file, and where each stands in it.

    Raises:
        SettingsError: the file cannot be read, or has another form.
    """
    file = read_yaml(path)
    if file.content is None:
        raise SettingsError(f"{path} is empty.", SEE_FORM)
    try:
        return CaseFile.model_validate(file.content), file
    except ValidationError as error:
        raise SettingsError(_first_error(file, error), SEE_FORM) from error


def _first_error(file: LinedYaml, error: ValidationError) -> str:
    first = error.errors()[0]
    place = first["loc"]
    said = _SAID.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    found = f", found {first['input']!r}" if isinstance(first["input"], str) else ""
    return f"{file.where(place)}: {_named(file, place)}: {said}{found}."


def _named(file: LinedYaml, place: Sequence[int | str]) -> str:
    """What lies at `place`, in words: which case, and which field of it."""
    case = ""
    match place:
        case ("cases", int(number), *rest):
            entry = file.content["cases"][number]
            case_id = entry.get("id") if isinstance(entry, dict) else None
            case, place = f"case {case_id!r}" if case_id else f"case {number + 1}", rest
    field = ".".join(map(str, place))
    return ", ".join(part for part in (case, field) if part) or "the file"
