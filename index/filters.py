"""Which part of the library is searched: by year, kind of study, journal, standing, language, section."""

import re
from dataclasses import dataclass, fields
from typing import Any

from index.publication_status import StandingName
from index.study_types import StudyType

_PATH = re.compile(r": | – ")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document must be to be searched; empty fields ask for nothing.

    Of several values of one field any will do; every field that is given must hold. Journals are
    compared without regard to case, sections by each part of their name: `Methods` finds
    `Abstract: Methods`. A document that does not give what is asked for is left out.
    """

    year_from: int | None = None
    year_to: int | None = None
    study_types: tuple[StudyType, ...] = ()
    journals: tuple[str, ...] = ()
    statuses: tuple[StandingName, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) not in (None, ()) for field in fields(self))

    def to_dict(self) -> dict[str, Any]:
        """The fields that are given, as JSON types."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, ())
        }

    def describe(self) -> str:
        """What is asked for, in words: `from 2020; trial or review; journal Brain`."""
        years = {
            (True, True): f"{self.year_from}"
            if self.year_from == self.year_to
            else f"{self.year_from} to {self.year_to}",
            (True, False): f"from {self.year_from}",
            (False, True): f"until {self.year_to}",
        }
        parts = [
            years.get((self.year_from is not None, self.year_to is not None), ""),
            _any_of(self.study_types),
            _any_of(self.journals, "journal "),
            _any_of(self.statuses, "status "),
            _any_of(self.languages, "language "),
            _any_of(self.sections, "section "),
        ]
        return "; ".join(part for part in parts if part)

    def takes_section(self, name: str) -> bool:
        """True where the section's name, or a part of it, is asked for."""
        wanted = {one.casefold() for one in self.sections}
        return not wanted or bool(wanted & {name.casefold(), *_PATH.split(name.casefold())})


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Scope:
    """What filters leave of one build: ids of its documents, and names of their sections."""

    documents: frozenset[str]
    sections: frozenset[str]


def _any_of(values: tuple[str, ...], label: str = "") -> str:
    words = " or ".join(value.replace("_", " ") for value in values)
    return f"{label}{words}" if words else ""
