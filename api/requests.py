"""JSON in: pydantic models of what is sent to the HTTP interface."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.filters import Filters
from index.publication_status import StandingName
from index.study_types import StudyType

_MAX_PAGE = 1_000

LibraryFormat = Literal["ris", "bibtex", "csl-json", "nbib", "vancouver"]
AnswerFormat = Literal[LibraryFormat, "biogen"]


class RequestModel(BaseModel):
    """What is sent has no other names than these; one that has is told them."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _tell_names(cls, data: Any) -> Any:
        given = data if isinstance(data, dict) else {}
        unknown = [f"{name!r:.80}" for name in given if name not in cls.model_fields]
        if unknown:
            known = ", ".join(cls.model_fields)
            raise ValueError(f"not known here: {', '.join(unknown[:5])}; the names are: {known}")
        return data


class FiltersIn(RequestModel):
    """Which part of the library is searched; what is left out asks for nothing."""

    year_from: int | None = Field(default=None, ge=0, le=9_999)
    year_to: int | None = Field(default=None, ge=0, le=9_999)
    study_types: tuple[StudyType, ...] = Field(
        default=(), description="Any of these kinds of study."
    )
    journals: tuple[str, ...] = Field(
        default=(), max_length=50, description="Any of these, by full name."
    )
    statuses: tuple[StandingName, ...] = ()
    languages: tuple[str, ...] = Field(
        default=(), max_length=50, description="ISO 639-2 codes: eng."
    )
    sections: tuple[str, ...] = Field(
        default=(), max_length=50, description="Names of sections, or of a part: Methods."
    )

    @model_validator(mode="after")
    def _check_years(self) -> Self:
        first, last = self.year_from, self.year_to
        if first is not None and last is not None and first > last:
            raise ValueError(f"since is after until: year_from is {first}, year_to is {last}")
        return self

    def to_filters(self) -> Filters:
        """The filters of the library."""
        return Filters(**self.model_dump())


class AnswerIn(RequestModel):
    """A question, and the conversation that it goes on with."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "Which drugs has the FDA approved for ALS?"}]},
    )

    question: str = Field(description="What to ask, in plain words.")
    conversation_id: str | None = Field(
        default=None, max_length=100, description="From an earlier answer; left out to begin anew."
    )
    filters: FiltersIn = Field(default_factory=FiltersIn)


class SearchIn(RequestModel):
    """What to look for, and where."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "riluzole survival", "limit": 5}]},
    )

    question: str = Field(description="What to look for, in plain words.")
    filters: FiltersIn = Field(default_factory=FiltersIn)
    limit: int = Field(default=10, ge=1, le=100, description="Sentences at most.")


class ReferencesIn(FiltersIn):
    """Which documents of the library are exported, and how they are written."""

    format: LibraryFormat
    limit: int = Field(default=_MAX_PAGE, ge=1, le=_MAX_PAGE, description="Documents at most.")
    cursor: str | None = Field(
        default=None, description="From the address of the next page; left out for the first one."
    )

    def to_filters(self) -> Filters:
        """The filters of the library."""
        return Filters(**self.model_dump(exclude={"format", "limit", "cursor"}))


class PageIn(RequestModel):
    """Which documents of the list are asked for."""

    limit: int = Field(default=100, ge=1, le=_MAX_PAGE, description="Documents at most.")
    cursor: str | None = Field(
        default=None, description="next_cursor of the page before; left out for the first page."
    )
