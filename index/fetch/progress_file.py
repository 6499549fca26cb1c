"""How far a fetch has come, as JSON beside its files: enough to go on after any fault."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.fetch.date_range import DateRange

SourceName = Literal["pubmed", "pubmed-identifiers", "europepmc"]


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Part(_Stored):
    """One file of a fetch.

    Args:
        file: its name.
        ids: the records that it holds, or is to hold.
        size: its bytes; None while it is not there.
        span: the days of the search whose result holds these records; None is all days.
        place: where in that result they begin; None where they stand in no row there.
        is_last_try: its records were asked for once before and not sent.
    """

    file: str
    ids: list[str]
    size: int | None = None
    span: DateRange | None = None
    place: int | None = None
    is_last_try: bool = False


class Plan(_Stored):
    """What a search found, and the files that its records are to come in.

    Args:
        count: how many records the service has.
        not_found: what was asked for by name and cannot be had, with the reason.
        remarks: what is to be said of the search.
        changed: records that are held and that the service has changed since; the files that hold
            them are to come again.
    """

    count: int
    searched_at: datetime
    parts: list[Part]
    not_found: dict[str, str] = Field(default_factory=dict)
    remarks: list[str] = Field(default_factory=list)
    changed: list[str] = Field(default_factory=list)

    @property
    def records(self) -> int:
        """How many are to be downloaded that are not held."""
        return sum(len(part.ids) for part in self.parts)


class Progress(_Stored):
    """A fetch: what was asked, what was found, what is there.

    Args:
        query: in the service's own language; "" for a list of identifiers.
        pmids: those that the user gave.
        dois: those that the user gave, with the PMIDs that PubMed has for each; None is not asked.
        most: how many records at most were asked for.
        searched_at: when the service was last searched.
        count: how many records it had then.
        not_found: what cannot be had, with the reason.
    """

    version: Literal[1] = 1
    source: SourceName
    query: str = ""
    pmids: list[str] = Field(default_factory=list)
    dois: dict[str, list[str] | None] = Field(default_factory=dict)
    most: int | None = None
    searched_at: datetime | None = None
    count: int = 0
    parts: list[Part] = Field(default_factory=list)
    not_found: dict[str, str] = Field(default_factory=dict)

    def held(self) -> set[str]:
        """The records that its files hold."""
        return {record for part in self.parts if part.size is not None for record in part.ids}

    def planned(self) -> set[str]:
        """The records that its files hold or are to hold."""
        return {record for part in self.parts for record in part.ids}

    def pending(self) -> list[Part]:
        """The files that are still to come."""
        return [part for part in self.parts if part.size is None]

    def holding(self, records: Iterable[str]) -> list[Part]:
        """The files that hold one or more of those records."""
        wanted = frozenset(records)
        return [
            part for part in self.parts if part.size is not None and not wanted.isdisjoint(part.ids)
        ]

    def next_number(self) -> int:
        """The number of the next file, where they are numbered."""
        numbers = [int(part.file.partition(".")[0]) for part in self.parts]
        return max(numbers, default=0) + 1

    def begin(self, plan: Plan, *, afresh: bool) -> None:
        """Take a plan over; `afresh` where it is for all there is, not just for what is new.

        A file that is to come again stays as it is until it has.
        """
        if afresh:
            self.not_found = {}
        self.count = plan.count if afresh else self.count + plan.records
        for part in self.holding(plan.changed):
            part.size = part.span = part.place = None
            part.is_last_try = False
        self.parts += plan.parts
        self.not_found |= plan.not_found
        self.searched_at = plan.searched_at
