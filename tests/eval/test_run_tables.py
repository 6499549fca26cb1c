from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.comparison import compare_runs
from eval.measures.score import NotScored
from eval.run_folder import RunFolder
from eval.run_tables import kinds_table, print_comparison, print_run
from eval.summary import summarise
from tests.eval.made_runs import made_record, made_run

RECORDS = (
    made_record("first", kind="answerable", scores={"RR": 1.0, "support rate": NotScored("x")}),
    made_record("second", "wrong", kind="answerable", scores={"RR": 0.5}),
    made_record("third", "stale", kind="answerable", held_out=True, scores={"RR": NotScored("x")}),
    made_record("fourth", "not_scored"),
)


def lines(console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def printed(folder: RunFolder) -> list[str]:
    console = Console(file=StringIO(), width=200)
    print_run(console, folder)
    return lines(console)


def test_a_run_is_printed_with_kinds_measures_and_decisions(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "one", RECORDS)

    assert printed(folder) == [
        "kind right share held out share wrong not scored stale",
        "answerable 1 of 2 50% 0 of 1 – 1 0 1",
        "unanswerable 0 of 1 – – – 0 1 0",
        "1 stale label: third; neither right nor wrong, so no share counts them. "
        "See: alsqa eval show third --run one",
        "measure mean 95 % interval n not scored",
        "RR 0.750 0.500–1.000 2 1",
        "tuning: 0 false answers in 1, 2 false abstentions in 2, AUC 0.500.",
        "held_out: 1 false abstentions in 1.",
        "Invariants broken: none.",
        "An answer takes 12 ms (median; p95 12 ms).",
        f"Run one, hash {folder.head().hash}, in {folder.path}",
    ]


def test_broken_invariants_are_printed_by_name(tmp_path: Path) -> None:
    broken = made_record("first", "wrong", broken={"quotes": ["x", "y"]})

    assert "Invariants broken: {'quotes': 2}." in printed(made_run(tmp_path / "one", [broken]))


def test_a_run_without_times_is_printed(tmp_path: Path) -> None:
    refused = replace(made_record("first"), timings_ms={})

    lines = printed(made_run(tmp_path / "one", [refused]))

    assert not any("An answer takes" in line for line in lines)


def test_kinds_that_were_only_held_out_are_listed() -> None:
    console = Console(file=StringIO(), width=200)

    console.print(kinds_table(summarise([made_record("first", held_out=True)])["parts"]))

    assert lines(console)[1:] == ["unanswerable – – 1 of 1 100% 0 0 0"]


def test_stale_labels_are_named_with_how_to_see_them(tmp_path: Path) -> None:
    stale = [made_record(f"case-{number}", "stale") for number in range(7)]

    said = printed(made_run(tmp_path / "one", stale))[2]

    assert said.startswith("7 stale labels: case-0, case-1, case-2, case-3, case-4 and 2 more; ")
    assert said.endswith("See: alsqa eval show case-0 --run one")


@pytest.mark.parametrize(
    ("kind", "decisions"),
    [("off_topic", ["tuning: 0 false answers in 1."]), ("attack", [])],
)
def test_what_has_no_value_is_not_printed(tmp_path: Path, kind: str, decisions: list[str]) -> None:
    record = made_record("first", kind=kind, scores={"RR": NotScored("nothing is relevant")})
    folder = made_run(tmp_path / "one", [record])

    assert printed(folder)[1:] == [
        f"{kind} 1 of 1 100% – – 0 0 0",
        *decisions,
        "Invariants broken: none.",
        "An answer takes 12 ms (median; p95 12 ms).",
        f"Run one, hash {folder.head().hash}, in {folder.path}",
    ]


def test_runs_of_other_sets_that_differ_in_nothing_are_told_so(tmp_path: Path) -> None:
    before = made_run(tmp_path / "before", RECORDS[3:])
    console = Console(file=StringIO(), width=200)

    print_comparison(console, compare_runs(before, made_run(tmp_path / "after", RECORDS)))

    assert lines(console) == [
        "Compared are the 1 cases that both asked, not the 3 that one did (0 before, 3 after).",
        "No verdict differs.",
    ]
