"""Two runs in; which cases flipped, and by how much each measure differs, out."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from eval.statistics import paired_randomisation
from index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Flip:
    """A case whose verdict differs; `why` is the first reason why it is not right after."""

    case_id: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure over the `n` cases that both runs scored; `p` by paired randomisation."""

    measure: str
    before: float
    after: float
    n: int
    p: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs in the cases that both asked.

    `other_ground` names fingerprints that they do not share.
    """

    other_ground: tuple[str, ...]
    same_hash: bool
    shared: int
    only_before: tuple[str, ...]
    """Cases that the other run did not ask."""
    only_after: tuple[str, ...]
    flips: tuple[Flip, ...]
    differences: tuple[Difference, ...]


def compare_runs(before: RunFolder, after: RunFolder) -> Comparison:
    """Compare case by case, over the cases that both asked.

    Raises:
        SettingsError: a folder holds no run, or there is no such case.
    """
    first, second = before.head(), after.head()
    old = {record.case_id: record for record in before.records()}
    new = {record.case_id: record for record in after.records()}
    shared = [name for name in old if name in new]
    if not shared:
        raise SettingsError(
            f"Runs {first.run_id} and {second.run_id} have no case in common.",
            "Compare runs that asked the same sets.",
        )
    return Comparison(
        other_ground=tuple(
            name
            for name, value in first.fingerprints.items()
            if second.fingerprints.get(name) != value
        ),
        same_hash=first.hash is not None and first.hash == second.hash,
        shared=len(shared),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        flips=tuple(_flips([(old[name], new[name]) for name in shared])),
        differences=tuple(_differences(old, new, shared)),
    )


def _flips(pairs: Sequence[tuple[CaseRecord, CaseRecord]]) -> list[Flip]:
    return [
        Flip(after.case_id, before.verdict, after.verdict, next(iter(after.why), ""))
        for before, after in pairs
        if before.verdict != after.verdict
    ]


def _differences(
    old: dict[str, CaseRecord], new: dict[str, CaseRecord], shared: Sequence[str]
) -> list[Difference]:
    measures = dict.fromkeys(name for case_id in shared for name in old[case_id].scores)
    found: list[Difference] = []
    for measure in measures:
        pairs = [_pair(old[name], new[name], measure) for name in shared]
        scored = [pair for pair in pairs if pair]
        if scored:
            found.append(_difference(measure, [a for a, _ in scored], [b for _, b in scored]))
    return found


def _pair(before: CaseRecord, after: CaseRecord, measure: str) -> tuple[float, float] | None:
    first = before.scores.get(measure, NotScored("absent"))
    second = after.scores.get(measure, NotScored("absent"))
    if isinstance(first, NotScored) or isinstance(second, NotScored):
        return None
    return first, second


def _difference(measure: str, before: Sequence[float], after: Sequence[float]) -> Difference:
    test = paired_randomisation(before, after)
    return Difference(
        measure=measure,
        before=sum(before) / len(before),
        after=sum(after) / len(after),
        n=len(before),
        p=test.p_value if test else None,
    )
