"""Two runs in; which cases flipped, and by how much each measure differs, out."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from eval.statistics import paired_randomisation


@dataclass(frozen=True, slots=True)
class Flip:
    """A case whose verdict differs; None where a run did not ask it.

    `why` is the first reason why it is not right after.
    """

    case_id: str
    before: str | None
    after: str | None
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
    """What differs between two runs; `other_ground` names fingerprints that they do not share."""

    other_ground: tuple[str, ...]
    same_hash: bool
    flips: tuple[Flip, ...]
    differences: tuple[Difference, ...]


def compare_runs(before: RunFolder, after: RunFolder) -> Comparison:
    """Compare case by case.

    Raises:
        SettingsError: a folder holds no run.
    """
    first, second = before.head(), after.head()
    old = {record.case_id: record for record in before.records()}
    new = {record.case_id: record for record in after.records()}
    return Comparison(
        other_ground=tuple(
            name
            for name, value in first.fingerprints.items()
            if second.fingerprints.get(name) != value
        ),
        same_hash=first.hash is not None and first.hash == second.hash,
        flips=tuple(_flips(old, new)),
        differences=tuple(_differences(old, new)),
    )


def _flips(old: dict[str, CaseRecord], new: dict[str, CaseRecord]) -> list[Flip]:
    flips: list[Flip] = []
    for case_id in dict.fromkeys((*old, *new)):
        before, after = old.get(case_id), new.get(case_id)
        verdicts = (before.verdict if before else None, after.verdict if after else None)
        if verdicts[0] != verdicts[1]:
            why = after.why if after else ()
            flips.append(Flip(case_id, *verdicts, why[0] if why else ""))
    return flips


def _differences(old: dict[str, CaseRecord], new: dict[str, CaseRecord]) -> list[Difference]:
    shared = [name for name in old if name in new]
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
