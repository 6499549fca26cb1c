"""Which sources are one paper: only equal identifiers join, and no paper gets two of one kind."""

from collections.abc import Iterable
from dataclasses import dataclass

from index.identifiers import OF_A_PAPER
from index.library_rows import SourceHead, SourceKey

_Handle = tuple[str, str]
"""A kind of identifier and its value, or `content` and the id of a source that has none."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A source that is left out; `reason` is shown after the file's name."""

    key: SourceKey
    reason: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """Papers by first key, each with its sources by key; and the sources that are left out."""

    groups: tuple[tuple[SourceHead, ...], ...]
    conflicts: tuple[Conflict, ...]


def group_sources(sources: Iterable[SourceHead]) -> Grouping:
    """Join the sources that share an identifier of a paper, or their content if they have none.

    A source that would give a paper two values of one identifier is left out, and what it says
    joins nothing: of sources that contradict each other, the first by key stands.
    """
    papers = _Papers()
    conflicts: list[Conflict] = []
    for source in sorted(sources, key=lambda source: source.key):
        reason = papers.add(source)
        if reason:
            conflicts.append(Conflict(source.key, reason))
    return Grouping(papers.groups(), tuple(conflicts))


class _Papers:
    """A union-find over the sources taken in so far; each root knows its paper's identifiers."""

    def __init__(self) -> None:
        self._sources: list[SourceHead] = []
        self._parents: list[int] = []
        self._values: list[dict[str, str]] = []
        self._first: dict[_Handle, int] = {}
        """The source that gave each handle first."""

    def add(self, source: SourceHead) -> str | None:
        """Take the source in; or do nothing and return why it cannot be."""
        handles = _handles(source)
        known = [handle for handle in handles if handle in self._first]
        roots = sorted({self._root(self._first[handle]) for handle in known})
        values = dict(handles)
        for root in roots:
            for kind, held in self._values[root].items():
                if values.setdefault(kind, held) != held:
                    return self._reason(source, known, (kind, values[kind]), (kind, held))
        node = len(self._sources)
        self._sources.append(source)
        self._parents.append(node)
        self._values.append({})
        top = min([node, *roots])
        self._values[top] = values
        for root in (node, *roots):
            self._parents[root] = top
        for handle in handles:
            self._first.setdefault(handle, node)
        return None

    def groups(self) -> tuple[tuple[SourceHead, ...], ...]:
        """The sources of each paper, in the order in which they came."""
        groups: dict[int, list[SourceHead]] = {}
        for node, source in enumerate(self._sources):
            groups.setdefault(self._root(node), []).append(source)
        return tuple(map(tuple, groups.values()))

    def _reason(
        self, source: SourceHead, known: list[_Handle], value: _Handle, held: _Handle
    ) -> str:
        """Why a source cannot join the papers of `known`: one would have both values."""
        giver = self._sources[self._first[held]]
        shared = next((one for one in known if one in _handles(giver)), None)
        if shared and value in _handles(source):
            where = _place(giver, source)
            return (
                f"it gives {_name(shared)} the {_name(value)}, which {where} gives the"
                f" {_name(held)}. Correct one of the two files."
            )
        other = source if value in _handles(source) else self._sources[self._first[value]]
        return (
            f"with it, the paper with {' and '.join(map(_name, known))} would have the"
            f" {_name(value)} ({_place(other, source)}) and the {_name(held)}"
            f" ({_place(giver, source)}). Correct one of these files."
        )

    def _root(self, node: int) -> int:
        parents = self._parents
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node


def _handles(source: SourceHead) -> list[_Handle]:
    pairs = [pair for pair in source.identifiers.items() if pair[0] in OF_A_PAPER]
    return pairs or [("content", source.document_id)]


def _name(handle: _Handle) -> str:
    return f"{handle[0].upper()} {handle[1]}"


def _place(giver: SourceHead, source: SourceHead) -> str:
    if giver is source:
        return "this file"
    same_file = giver.key.path == source.key.path
    return "another record of this file" if same_file else giver.key.path
