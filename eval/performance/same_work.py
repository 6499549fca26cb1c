"""How well records of one paper are brought together: labelled rows in, precision and recall out.

Both steps are measured as they run in an ingest: equal identifiers merge, then works are linked.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

from eval.performance.labelled_table import LabelledRow
from index.document_json import document_to_json
from index.grouping import group_sources
from index.library_rows import SourceHead, string_hash
from index.merging import merge_documents
from index.models import Document
from index.same_work import same_works
from index.shared_dois import part_shared_dois
from index.work_records import work_record

Step = Literal["identifiers", "links", "none"]


@dataclass(frozen=True, slots=True)
class WrongPair:
    """Two rows that were joined though two works, by that step, or not though one (`none`)."""

    step: Step
    record_ids: tuple[str, str]
    titles: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SameWorkScore:
    """Counts over pairs of rows; a pair is found where both end in one group."""

    rows: int
    works: int
    labelled_pairs: int
    found_pairs: int
    right_pairs: int
    right_by_identifiers: int
    """Of the right ones, those that equal identifiers had joined before."""
    wrong: tuple[WrongPair, ...]

    @property
    def precision(self) -> float | None:
        """The share of found pairs that is right; None where none is found."""
        return self.right_pairs / self.found_pairs if self.found_pairs else None

    @property
    def recall(self) -> float | None:
        """The share of labelled pairs that is found; None where none is labelled."""
        return self.right_pairs / self.labelled_pairs if self.labelled_pairs else None

    def to_dict(self) -> dict[str, Any]:
        """The counts, shares and wrong pairs, fit for JSON."""
        return asdict(self) | {"precision": self.precision, "recall": self.recall}


def measure_same_work(rows: Sequence[LabelledRow]) -> SameWorkScore:
    """Merge and link the rows as if each were a file of the documents folder, and score it."""
    merged = _merge(rows)
    grouped = _link(rows, merged)
    labelled = _pairs(row.work for row in rows)
    by_identifiers, found = _pairs(merged), _pairs(grouped)
    return SameWorkScore(
        rows=len(rows),
        works=len({row.work for row in rows}),
        labelled_pairs=len(labelled),
        found_pairs=len(found),
        right_pairs=len(labelled & found),
        right_by_identifiers=len(labelled & by_identifiers),
        wrong=(
            *_wrong_pairs(rows, labelled - found, "none"),
            *_wrong_pairs(rows, by_identifiers - labelled, "identifiers"),
            *_wrong_pairs(rows, found - by_identifiers - labelled, "links"),
        ),
    )


def in_halves(rows: Sequence[LabelledRow], *, seed: int) -> tuple[list[LabelledRow], ...]:
    """The rows in two parts of as many works, drawn at random; no work is in both."""
    works = sorted({row.work for row in rows})
    random.Random(seed).shuffle(works)  # noqa: S311 - a sample, no secret
    first = set(works[: len(works) // 2])
    return (
        [row for row in rows if row.work in first],
        [row for row in rows if row.work not in first],
    )


def _merge(rows: Sequence[LabelledRow]) -> list[str]:
    """The document that each row becomes a part of; a row that is left out stays alone."""
    heads = [
        SourceHead(
            row.record_id,
            position,
            row.document.document_id,
            row.document.identifiers,
            string_hash(row.document.text),
        )
        for position, row in enumerate(rows)
    ]
    names = [f"left out {position}" for position in range(len(rows))]
    parted = part_shared_dois(heads, _Texts([row.document for row in rows]))
    for number, group in enumerate(group_sources(parted.heads).groups):
        for head in group:
            names[head.position] = f"document {number}"
    return names


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the rows say, by the position that their heads have."""

    documents: Sequence[Document]

    def titles(self, heads: Sequence[SourceHead]) -> tuple[str | None, ...]:
        return tuple(self.documents[head.position].title for head in heads)

    def records(self, heads: Sequence[SourceHead]) -> tuple[str, ...]:
        return tuple(document_to_json(self.documents[head.position]) for head in heads)


def _link(rows: Sequence[LabelledRow], merged: Sequence[str]) -> list[str]:
    """The work that each row ends in; one that was left out for a name of another stays alone."""
    members: dict[str, list[Document]] = {}
    for row, name in zip(rows, merged, strict=True):
        members.setdefault(name, []).append(row.document)
    papers = {name: merge_documents(documents) for name, documents in members.items()}
    by_id = {paper.document_id: paper for paper in papers.values()}
    work_of = {
        document_id: group.document_ids[0]
        for group in same_works(map(work_record, by_id.values()))
        for document_id in group.document_ids
    }
    return [
        name
        if by_id[papers[name].document_id] is not papers[name]
        else work_of.get(papers[name].document_id, papers[name].document_id)
        for name in merged
    ]


def _wrong_pairs(
    rows: Sequence[LabelledRow], pairs: set[tuple[int, int]], step: Step
) -> Iterator[WrongPair]:
    for pair in sorted(pairs):
        one, other = (rows[position] for position in pair)
        titles = (one.document.title or "", other.document.title or "")
        yield WrongPair(step, (one.record_id, other.record_id), titles)


def _pairs(names: Iterable[str]) -> set[tuple[int, int]]:
    positions: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        positions.setdefault(name, []).append(position)
    return {pair for group in positions.values() for pair in combinations(group, 2)}
