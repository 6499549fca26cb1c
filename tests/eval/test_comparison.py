from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.comparison import Comparison, Difference, Flip, compare_runs
from eval.measures.score import NotScored
from eval.records import CaseRecord
from eval.run_folder import RunFolder
from index.errors import SettingsError
from tests.eval.made_runs import HEAD, made_record, made_run

RECORDS = (
    made_record("first", scores={"RR": 1.0, "nDCG@10": NotScored("no quotes")}),
    made_record("second", scores={"RR": 0.5, "nDCG@10": 0.25}),
    made_record("third", "wrong", why=["it claims something"]),
)


def compared(folder: Path, before: Sequence[CaseRecord], after: Sequence[CaseRecord]) -> Comparison:
    return compare_runs(made_run(folder / "before", before), made_run(folder / "after", after))


def test_runs_that_are_the_same_differ_in_nothing(tmp_path: Path) -> None:
    comparison = compared(tmp_path, RECORDS, RECORDS)

    assert (comparison.other_ground, comparison.same_hash, comparison.flips) == ((), True, ())
    assert comparison.differences == (
        Difference("RR", 0.75, 0.75, n=2, p=1.0),
        Difference("nDCG@10", 0.25, 0.25, n=1, p=1.0),
    )


def test_a_case_that_another_verdict_befell_is_listed_with_why(tmp_path: Path) -> None:
    worse = made_record("first", "wrong", why=["it came to crisis", "and more"])
    better = made_record("third")

    comparison = compared(tmp_path, RECORDS, [worse, RECORDS[1], better])

    assert comparison.flips == (
        Flip("first", "right", "wrong", "it came to crisis"),
        Flip("third", "wrong", "right", ""),
    )
    assert not comparison.same_hash


def test_a_case_that_one_run_did_not_ask_is_no_flip(tmp_path: Path) -> None:
    new = made_record("fourth", "stale", why=["it is gone"])

    comparison = compared(tmp_path, RECORDS, [*RECORDS[:2], new])

    assert comparison.flips == ()
    assert comparison.shared == 2
    assert (comparison.only_before, comparison.only_after) == (("third",), ("fourth",))
    assert not comparison.same_hash


def test_runs_without_a_case_in_common_cannot_be_compared(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="before and after have no case in common"):
        compared(tmp_path, RECORDS[:1], RECORDS[1:])


def test_a_measure_is_compared_over_the_cases_that_both_runs_scored(tmp_path: Path) -> None:
    after = [
        made_record("first", scores={"RR": 0.5, "nDCG@10": 1.0}),
        made_record("second", scores={"RR": NotScored("no quotes"), "nDCG@10": 0.75}),
        made_record("fourth", scores={"RR": 0.0}),
    ]

    comparison = compared(tmp_path, RECORDS, after)

    # one pair that differs can be swapped or not: p is 1
    assert comparison.differences == (
        Difference("RR", 1.0, 0.5, n=1, p=1.0),
        Difference("nDCG@10", 0.25, 0.75, n=1, p=1.0),
    )


def test_a_difference_of_many_cases_is_significant(tmp_path: Path) -> None:
    before = [made_record(f"case-{number}", scores={"RR": 0.5}) for number in range(10)]
    after = [made_record(f"case-{number}", scores={"RR": 1.0}) for number in range(10)]

    (difference,) = compared(tmp_path, before, after).differences

    assert (difference.before, difference.after, difference.n) == (0.5, 1.0, 10)
    assert difference.p == pytest.approx(2 / 2**10)


def test_a_measure_that_one_run_has_not_is_left_out(tmp_path: Path) -> None:
    after = [made_record("first", scores={"MRR": 1.0}), *RECORDS[1:]]

    names = [one.measure for one in compared(tmp_path, RECORDS, after).differences]

    assert names == ["RR", "nDCG@10"]


def test_grounds_that_the_runs_do_not_share_are_named(tmp_path: Path) -> None:
    before = made_run(tmp_path / "before", RECORDS)
    after = made_run(tmp_path / "after", RECORDS, fingerprints={"corpus": "c1", "settings": "s1"})

    comparison = compare_runs(before, after)

    assert comparison.other_ground == ("corpus", "settings")
    assert not comparison.same_hash


def test_runs_that_were_interrupted_are_compared_and_never_the_same(tmp_path: Path) -> None:
    folders = []
    for name in ("before", "after"):
        folder = RunFolder(tmp_path / name)
        folder.begin(replace(HEAD, run_id=name))
        folder.append(RECORDS[0])
        folders.append(folder)

    comparison = compare_runs(*folders)

    assert (comparison.same_hash, comparison.flips) == (False, ())


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no run"):
        compare_runs(made_run(tmp_path / "before", RECORDS), RunFolder(tmp_path / "none"))
