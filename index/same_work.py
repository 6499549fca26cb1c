"""Documents that are probably one work though they share no identifier: records in, groups out.

A RIS record without a DOI and PubMed's record of the same paper stay two documents; a group says
that they are one work and why, and can be dropped again without a trace in either.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from index.same_work_features import WorkFeatures, features_of
from index.same_work_rules import compare, contradiction
from index.work_records import WorkRecord

_Key = tuple[str | int, ...]
_LARGE_BLOCK = 60
_KEY_LETTERS = 60


@dataclass(frozen=True, slots=True)
class WorkLink:
    """Two documents that are one work; the more points, the surer. `reasons` are for people."""

    document_id: str
    other_id: str
    points: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameWork:
    """The documents of one work, two or more, sorted, and the links that join them, surest first."""

    document_ids: tuple[str, ...]
    links: tuple[WorkLink, ...]


def same_works(records: Iterable[WorkRecord]) -> tuple[SameWork, ...]:
    """Groups of documents that are one work, by first id; a document is in one group at most.

    The order of the records does not matter. A link that would bring two records together that
    contradict each other, if through a third, is left out, the weakest first.

    Raises:
        ValueError: two records have one document id.
    """
    works = sorted(map(features_of, records), key=lambda work: work.document_id)
    for before, after in pairwise(works):
        if before.document_id == after.document_id:
            raise ValueError(f"the document {after.document_id!r} is given twice")
    links = sorted(_links(works), key=lambda link: (-link[0], link[1], link[2]))
    groups = _Groups(works)
    kept = [link for link in links if groups.join(link[1], link[2])]
    return _as_groups(works, groups, kept)


_Link = tuple[int, int, int, tuple[str, ...]]
"""Points, positions of the two works, reasons."""


def _links(works: Sequence[WorkFeatures]) -> Iterator[_Link]:
    """Every pair that the rules link, once, of those that share a key."""
    seen: set[tuple[int, int]] = set()
    for keys in _KEYS:
        for first, second in _pairs(works, keys):
            if (first, second) in seen:
                continue
            verdict = compare(works[first], works[second])
            if verdict and verdict.is_link:
                seen.add((first, second))
                yield verdict.points, first, second, verdict.reasons


def _pairs(
    works: Sequence[WorkFeatures], keys: Callable[[WorkFeatures], Iterable[_Key]]
) -> Iterator[tuple[int, int]]:
    blocks: dict[_Key, list[int]] = {}
    for position, work in enumerate(works):
        for key in keys(work):
            blocks.setdefault(key, []).append(position)
    for block in blocks.values():
        if len(block) > 1:
            yield from _within(works, block)


def _within(works: Sequence[WorkFeatures], block: list[int]) -> Iterator[tuple[int, int]]:
    """Every pair of a block; of a large one, only those of the same first author and year or page."""
    if len(block) <= _LARGE_BLOCK:
        yield from combinations(block, 2)
        return
    parts: dict[_Key, list[int]] = {}
    for position in block:
        for key in _fine_keys(works[position]):
            parts.setdefault(key, []).append(position)
    for part in parts.values():
        if len(part) <= _LARGE_BLOCK:
            yield from combinations(part, 2)
        else:
            yield from pairwise(part)


def _title_keys(work: WorkFeatures) -> Iterator[_Key]:
    for letters in {work.title.letters, work.title.main_letters}:
        if letters:
            yield (letters,)


def _cut_title_keys(work: WorkFeatures) -> Iterator[_Key]:
    if len(work.title.letters) >= _KEY_LETTERS:
        yield (work.title.letters[:_KEY_LETTERS],)


def _place_keys(work: WorkFeatures) -> Iterator[_Key]:
    for page in work.first_pages if work.volume else ():
        yield (work.volume, page)


def _author_keys(work: WorkFeatures) -> Iterator[_Key]:
    for name in work.people[0].names if work.people else ():
        for page in work.first_pages:
            yield (name, page)


def _abstract_keys(work: WorkFeatures) -> Iterator[_Key]:
    if work.abstract:
        yield (work.abstract[:_KEY_LETTERS],)


_KEYS = (_title_keys, _cut_title_keys, _place_keys, _author_keys, _abstract_keys)


def _fine_keys(work: WorkFeatures) -> Iterator[_Key]:
    for name in work.people[0].names if work.people else ("",):
        yield ("author", name, work.year or 0)
        if work.year:
            yield ("author", name, work.year + 1)
    for page in work.first_pages:
        yield ("page", page, work.volume)


class _Groups:
    """A union-find that joins no two works that contradict each other."""

    def __init__(self, works: Sequence[WorkFeatures]) -> None:
        self._works = works
        self._parents = list(range(len(works)))
        self._members: dict[int, list[int]] = {}

    def root(self, position: int) -> int:
        parents = self._parents
        while parents[position] != position:
            parents[position] = parents[parents[position]]
            position = parents[position]
        return position

    def join(self, first: int, second: int) -> bool:
        """Join the groups of both; False where a work of one contradicts a work of the other."""
        one, other = sorted((self.root(first), self.root(second)))
        if one == other:
            return True
        here = self._members.get(one, [one])
        there = self._members.get(other, [other])
        if any(contradiction(self._works[a], self._works[b]) for a in here for b in there):
            return False
        self._members[one] = here + there
        self._members.pop(other, None)
        self._parents[other] = one
        return True


def _as_groups(
    works: Sequence[WorkFeatures], groups: _Groups, links: Iterable[_Link]
) -> tuple[SameWork, ...]:
    by_root: dict[int, list[WorkLink]] = {}
    for points, first, second, reasons in links:
        link = WorkLink(works[first].document_id, works[second].document_id, points, reasons)
        by_root.setdefault(groups.root(first), []).append(link)
    found = [
        SameWork(
            tuple(sorted({name for link in links for name in (link.document_id, link.other_id)})),
            tuple(links),
        )
        for links in by_root.values()
    ]
    return tuple(sorted(found, key=lambda group: group.document_ids))
