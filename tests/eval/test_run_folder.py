import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.score import NotScored, Score
from eval.records import CaseRecord, record_of
from eval.run_folder import RunFolder, check_tag, find_run, run_hash
from eval.scoring import JUDGED
from index.errors import SettingsError
from tests.eval.made_runs import HEAD, made_record, made_run
from tests.eval.samples import ELSEWHERE, GOLD, Said, answer, asked, case, search

RECORDS = (
    made_record("first", why=["¿Qué? 目 \u2028\u0085\r\n"]),
    made_record("second", "wrong", scores={"RR": 0.5, "support rate": NotScored("not judged")}),
    made_record("third", held_out=True),
)


def begun(path: Path, records: Sequence[CaseRecord] = RECORDS) -> RunFolder:
    """A run that was interrupted after those records."""
    folder = RunFolder(path)
    folder.begin(replace(HEAD, run_id=path.name))
    for record in records:
        folder.append(record)
    return folder


def cut(folder: RunFolder, size: int) -> None:
    """Leave the first `size` bytes of the records, as an interruption might."""
    path = folder.path / "records.jsonl"
    path.write_bytes(path.read_bytes()[:size])


def test_what_a_run_was_made_of_comes_back(tmp_path: Path) -> None:
    head = replace(HEAD, sets=("tuning", "attack"), tag="é", finished_at="then", hash="abc")

    folder = RunFolder(tmp_path / "runs" / "one")
    folder.begin(head)

    assert folder.head() == head
    assert json.loads((folder.path / "run.json").read_text(encoding="utf-8"))["schema"] == 1


def test_a_folder_without_a_run_is_told_with_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        RunFolder(tmp_path).head()

    assert caught.value.problem.startswith(f"{tmp_path} holds no run (")
    assert "alsqa eval run" in caught.value.remedy


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "3", "null", '{"schema": 1}', '{"schema": 1, "sets": [], "x": 1}']
)
def test_a_damaged_head_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=tmp_path.name):
        RunFolder(tmp_path).head()


def test_a_run_of_another_version_is_told(tmp_path: Path) -> None:
    content = HEAD.to_dict() | {"schema": 2}
    (tmp_path / "run.json").write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(SettingsError, match="written by another version"):
        RunFolder(tmp_path).head()


def test_records_come_back_in_their_order(tmp_path: Path) -> None:
    assert begun(tmp_path / "run").records() == list(RECORDS)


def test_a_run_does_not_begin_in_the_folder_of_another(tmp_path: Path) -> None:
    folder = begun(tmp_path / "run")

    with pytest.raises(SettingsError, match="is there already"):
        folder.begin(HEAD)

    assert folder.records() == list(RECORDS)


def test_a_run_that_has_just_begun_has_no_records(tmp_path: Path) -> None:
    folder = begun(tmp_path / "run", [])

    folder.drop_torn_line()

    assert folder.records() == []


def test_a_torn_line_is_told_with_how_to_go_on(tmp_path: Path) -> None:
    folder = begun(tmp_path / "run")
    cut(folder, (folder.path / "records.jsonl").stat().st_size - 5)

    with pytest.raises(SettingsError) as caught:
        folder.records()

    assert caught.value.problem.startswith(f"{folder.path}/records.jsonl:3: no record of a case: ")
    assert "--resume run" in caught.value.remedy


def test_a_line_that_is_torn_in_the_middle_of_a_letter_is_told(tmp_path: Path) -> None:
    folder = begun(tmp_path / "run")
    content = (folder.path / "records.jsonl").read_bytes()
    cut(folder, content.index("目".encode()) + 1)

    with pytest.raises(SettingsError, match=r"records\.jsonl:1: no record of a case"):
        folder.records()


@pytest.mark.parametrize("line", ["no json", "{}", "[]", "3", '{"case": {}}', "\x00\x00"])
def test_a_damaged_line_is_told_and_that_the_run_is_lost(tmp_path: Path, line: str) -> None:
    folder = begun(tmp_path / "run", RECORDS[:1])
    with (folder.path / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    with pytest.raises(SettingsError) as caught:
        folder.records()

    assert caught.value.problem.startswith(f"{folder.path}/records.jsonl:2: no record of a case: ")
    assert "Begin another one" in caught.value.remedy


@given(data=st.data())
def test_wherever_records_are_cut_whole_lines_are_kept(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = begun(tmp_path_factory.mktemp("runs") / "run")
    content = (folder.path / "records.jsonl").read_bytes()
    size = data.draw(st.integers(0, len(content)))
    cut(folder, size)

    folder.drop_torn_line()

    assert folder.records() == list(RECORDS[: content[:size].count(b"\n")])


def test_after_a_torn_line_the_next_record_is_a_line_of_its_own(tmp_path: Path) -> None:
    folder = begun(tmp_path / "run")
    cut(folder, (folder.path / "records.jsonl").stat().st_size - 1)

    folder.drop_torn_line()
    folder.append(RECORDS[2])

    assert folder.records() == list(RECORDS)


def test_a_whole_run_has_measures_and_says_that_it_is_whole(tmp_path: Path) -> None:
    folder = made_run(tmp_path / "one", RECORDS)

    assert folder.head().finished_at
    assert folder.head().hash == run_hash(HEAD, RECORDS)
    assert folder.measures()["parts"]["all"]["kinds"]["unanswerable"]["n"] == 3


def test_an_interrupted_run_has_no_measures_and_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        begun(tmp_path / "one").measures()

    assert "interrupted" in caught.value.problem
    assert caught.value.remedy == "Let it go on: alsqa eval run --resume one."


def test_the_ranking_is_written_as_trec_eval_reads_it(tmp_path: Path) -> None:
    given = asked(answer(Said("It is.", GOLD)), search=search(ELSEWHERE, GOLD))
    records = [record_of(case(), given), made_record("second")]

    folder = made_run(tmp_path / "one", records)

    assert (folder.path / "retrieval.run").read_text(encoding="utf-8").splitlines() == [
        "riluzole-slows Q0 pmid:11111111:300-400 1 1.0 made-up",
        "riluzole-slows Q0 pmid:11111111:100-200 2 0.5 made-up",
    ]
    assert (folder.path / "qrels.txt").read_text(encoding="utf-8").splitlines() == [
        "riluzole-slows 0 pmid:11111111:100-200 1"
    ]


@given(
    st.permutations(RECORDS),
    st.dictionaries(st.sampled_from(["total", "verify"]), st.floats(0, 1e6)),
    st.dictionaries(st.sampled_from(JUDGED), st.just(0.5) | st.just(NotScored("not judged"))),
)
def test_neither_order_nor_times_nor_judgements_enter_the_hash(
    records: list[CaseRecord], timings: dict[str, float], judged: dict[str, Score]
) -> None:
    changed = [replace(one, timings_ms=timings, scores={**one.scores, **judged}) for one in records]
    head = replace(
        HEAD, run_id="other", tag=None, started_at="later", versions={}, machine={}, settings={}
    )

    assert run_hash(head, changed) == run_hash(HEAD, RECORDS)


@pytest.mark.parametrize(
    "change",
    [
        {"case": {"id": "first", "kind": "off_topic", "held_out": False}},
        {"verdict": "stale"},
        {"why": ("because",)},
        {"outcome": "out_of_scope"},
        {"broken": {"quotes": ["x"]}},
        {"scores": {"RR": 1.0}},
        {"scores": {"RR": NotScored("x")}},
        {"confidence": 0.25},
        {"answer": {}},
        {"places": [None]},
        {"ranking": [{}]},
        {"relevant": ["a"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_everything_else_of_a_record_enters_the_hash(change: dict[str, object]) -> None:
    changed = replace(RECORDS[0], **change)  # type: ignore[arg-type]

    assert run_hash(HEAD, [changed, *RECORDS[1:]]) != run_hash(HEAD, RECORDS)


@pytest.mark.parametrize("name", HEAD.fingerprints)
def test_every_fingerprint_enters_the_hash(name: str) -> None:
    head = replace(HEAD, fingerprints={**HEAD.fingerprints, name: "another"})

    assert run_hash(head, RECORDS) != run_hash(HEAD, RECORDS)


def test_a_case_that_is_missing_or_there_twice_changes_the_hash() -> None:
    hashes = {run_hash(HEAD, some) for some in (RECORDS, RECORDS[1:], [*RECORDS, RECORDS[0]])}

    assert len(hashes) == 3


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three runs: two whole ones, tagged, and a newer one that was interrupted and has no tag."""
    runs = tmp_path / "runs"
    for run_id, tag in (("20260101-1", "old"), ("20260102-1", "new")):
        head = replace(HEAD, run_id=run_id, tag=tag)
        folder = RunFolder(runs / run_id)
        folder.begin(head)
        folder.finish(replace(head, finished_at="then", hash="abc"), {})
    folder = RunFolder(runs / "20260103-1")
    folder.begin(replace(HEAD, run_id="20260103-1", tag=None))
    return runs


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("20260101-1", "20260101-1"),
        ("old", "20260101-1"),
        ("20260103-1", "20260103-1"),
        (None, "20260102-1"),
        ("", "20260102-1"),
    ],
)
def test_a_run_is_found_by_id_or_tag_else_it_is_the_newest_whole_one(
    runs: Path, name: str | None, found: str
) -> None:
    assert find_run(runs, name).path.name == found


def test_the_newest_run_may_be_one_that_was_interrupted(runs: Path) -> None:
    assert find_run(runs, None, whole=False).path.name == "20260103-1"


def test_of_two_runs_with_one_tag_the_newer_is_found(runs: Path) -> None:
    RunFolder(runs / "20260104-1").begin(replace(HEAD, run_id="20260104-1", tag="old"))

    assert find_run(runs, "old").path.name == "20260104-1"


def test_a_run_is_found_by_its_folder_wherever_it_lies(runs: Path, tmp_path: Path) -> None:
    folder = made_run(tmp_path / "elsewhere", RECORDS)

    assert find_run(runs, str(folder.path)).path == folder.path


def test_an_unknown_run_is_told_with_those_that_there_are(runs: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        find_run(runs, "none")

    assert caught.value.problem == f"There is no run 'none' in {runs}."
    assert caught.value.remedy == "The newest are: 20260103-1, 20260102-1, 20260101-1."


@pytest.mark.parametrize("name", [None, "old"])
def test_where_there_is_no_run_that_is_told(tmp_path: Path, name: str | None) -> None:
    with pytest.raises(SettingsError, match="There is no run"):
        find_run(tmp_path / "runs", name)


def test_a_run_of_another_version_is_passed_over_unless_it_is_named(runs: Path) -> None:
    (runs / "20270101-1").mkdir()
    (runs / "20270101-1" / "run.json").write_text('{"schema": 99}', encoding="utf-8")

    assert find_run(runs, None).path.name == "20260102-1"
    assert find_run(runs, "old").path.name == "20260101-1"
    with pytest.raises(SettingsError, match="another version"):
        find_run(runs, "20270101-1")


@pytest.mark.parametrize("tag", ["new-2", "v1.0_b", "7"])
def test_a_tag_of_letters_digits_and_a_few_marks_can_be_given(runs: Path, tag: str) -> None:
    check_tag(runs, tag)


@pytest.mark.parametrize("tag", ["", " ", "a/b ../c", "..", "-x", "é", "a\n", "[red]"])
def test_a_tag_of_other_characters_is_refused(runs: Path, tag: str) -> None:
    with pytest.raises(SettingsError, match="cannot be a tag") as caught:
        check_tag(runs, tag)

    assert "letters" in caught.value.remedy


@pytest.mark.parametrize("tag", ["old", "20260101-1"])
def test_a_tag_that_names_a_run_already_is_refused_with_that_run(runs: Path, tag: str) -> None:
    with pytest.raises(SettingsError, match=f"Run 20260101-1 has the tag or the id '{tag}'"):
        check_tag(runs, tag)


def test_a_damaged_run_has_no_tag(runs: Path) -> None:
    (runs / "20260101-1" / "run.json").write_text("{", encoding="utf-8")

    check_tag(runs, "old")
