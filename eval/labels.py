"""Where the labelled words of a case stand in the documents that are searched now.

Labels are keyed by paper and words, never by chunk, so they survive another way of chunking. Words
that no longer stand in the document make the label stale.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.dataset import Case, Gold
from index.build_reader import Build
from index.errors import UnknownDocumentError
from index.models import Document

_MOSTLY = 0.5
"""Share of the shorter of two stretches that both have to have in common."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's canonical text, `end` excluded."""

    document_id: str
    start: int
    end: int

    @property
    def passage(self) -> str:
        """Its name in runs and qrels."""
        return f"{self.document_id}:{self.start}-{self.end}"

    def meets(self, other: "Place") -> bool:
        """True where the two have at least half of the shorter one in common."""
        if self.document_id != other.document_id:
            return False
        common = min(self.end, other.end) - max(self.start, other.start)
        return common >= _MOSTLY * min(self.end - self.start, other.end - other.start)


@dataclass(frozen=True, slots=True)
class Labels:
    """The places of a case's quotes, in their order, and what is wrong with those that have none."""

    places: tuple[Place | None, ...]
    stale: tuple[str, ...]

    @property
    def found(self) -> list[Place]:
        return [place for place in self.places if place]


def locate(case: Case, build: Build) -> Labels:
    """Find the case's quotes in the build; blanks and line breaks count alike."""
    places: list[Place | None] = []
    stale: list[str] = []
    for gold in case.gold:
        try:
            document = build.document(gold.source)
        except UnknownDocumentError:
            places.append(None)
            stale.append(f"{gold.source} is not in the library")
            continue
        place = _place(gold, document)
        places.append(place)
        if place is None:
            stale.append(f"{gold.source} does not say {gold.quote!r} any more")
    return Labels(tuple(places), tuple(stale))


def share_met(places: Sequence[Place], among: Sequence[Place]) -> float:
    """Share of `places`, one or more, that some place of `among` meets."""
    return sum(any(place.meets(one) for one in among) for place in places) / len(places)


def _place(gold: Gold, document: Document) -> Place | None:
    words = r"\s+".join(re.escape(word) for word in gold.quote.split())
    found = re.search(words, document.text)
    return Place(document.document_id, *found.span()) if found else None
