from pathlib import Path

import pytest

from eval.benchmarks.models import BenchQuestion, PublicSet
from eval.benchmarks.public_sets import load_set
from index.errors import SettingsError
from tests.eval.benchmarks.tiny import QRELS, QUESTIONS, RILUZOLE, TOFERSEN, write_set


def question(data: PublicSet, question_id: str) -> BenchQuestion:
    return next(one for one in data.questions if one.question_id == question_id)


def replace_line(path: Path, number: int, line: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1] = line
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_set_is_read_with_its_distractors_behind_it(tiny: PublicSet) -> None:
    names = ["tiny-00001.txt", "tiny-00002.txt", "tiny-00003.txt", "tiny-00004.txt"]
    assert [one.name for one in tiny.records] == [*names, "noise-00001.txt", "noise-00002.txt"]
    assert [one.question_id for one in tiny.questions] == ["q1", "q2", "q3", "q4"]
    assert (tiny.label, tiny.split) == ("tiny + noise", "not stated")


def test_gold_without_a_document_is_counted_and_left_out(tiny: PublicSet) -> None:
    first = question(tiny, "q1")

    assert first.relevant == {"tiny-00001.txt": 2}
    assert first.lost == 1
    assert tiny.notes == ("1 gold ids have no document in the corpus; no recall counts them.",)


def test_snippets_name_the_records_that_they_are_quoted_from(tiny: PublicSet) -> None:
    assert [one.names for one in question(tiny, "q1").snippets] == [("tiny-00001.txt",)]
    assert [one.names for one in question(tiny, "q3").snippets] == [()]


def test_of_documents_with_one_id_the_one_that_is_the_answer_is_gold(tmp_path: Path) -> None:
    twins = [RILUZOLE | {"pmid": None}, TOFERSEN | {"id": "101"}]
    asked = QUESTIONS[0] | {"ideal_answer": [TOFERSEN["text"]], "snippets": []}
    write_set(tmp_path, "twins", twins, [asked, QUESTIONS[1]], [("q1", "101", 1), ("q2", "101", 1)])

    data = load_set(tmp_path, "twins")

    assert question(data, "q1").relevant == {"twins-00002.txt": 1}
    assert set(question(data, "q2").relevant) == {"twins-00001.txt", "twins-00002.txt"}
    assert "1 documents share an id" in data.notes[0]


def test_the_split_is_what_the_questions_say(tmp_path: Path) -> None:
    asked = [one | {"split": "train_dev"} for one in QUESTIONS]
    write_set(tmp_path, "split", [RILUZOLE], asked, QRELS)

    assert load_set(tmp_path, "split").split == "train_dev"


def test_unanswerable_questions_are_known_by_their_kind(tmp_path: Path) -> None:
    asked = [{"id": "q", "question": "Why?", "type": "unanswerable", "exact_answer": []}]
    write_set(tmp_path, "squad", [RILUZOLE], asked, [("q", "101", 0)])

    only = load_set(tmp_path, "squad").questions[0]

    assert not only.answerable
    assert only.relevant == {}


def test_a_set_without_questions_is_told_by_its_missing_file(sets: Path) -> None:
    with pytest.raises(SettingsError, match=r"noise.qrels\.tsv cannot be read"):
        load_set(sets, "noise")


@pytest.mark.parametrize(("name", "distractors"), [("absent", None), ("tiny", "absent")])
def test_a_set_that_is_not_there_is_told_with_those_that_are(
    sets: Path, name: str, distractors: str | None
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_set(sets, name, distractors=distractors)

    assert caught.value.problem == f"There is no set 'absent' in {sets}."
    assert caught.value.remedy.startswith("It holds: noise, tiny. ")
    assert "--data" in caught.value.remedy


def test_a_folder_without_sets_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"It holds no set\. Name another folder with --data"):
        load_set(tmp_path, "tiny")


@pytest.mark.parametrize("name", ["../tiny", "a/b", "", ".", ".."])
def test_a_name_that_is_a_path_is_no_set(sets: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="There is no set"):
        load_set(sets, name)


def test_a_set_is_not_its_own_distractors(sets: Path) -> None:
    with pytest.raises(SettingsError, match="tiny cannot be its own distractors"):
        load_set(sets, "tiny", distractors="tiny")


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("corpus.jsonl", "{", r"corpus\.jsonl, line 2: "),
        ("corpus.jsonl", '{"title": "No id"}', r"corpus\.jsonl, line 2: the document has no id"),
        ("corpus.jsonl", '{"id": "1", "text": 7}', r"corpus\.jsonl, line 2: text is 7, not a text"),
        ("corpus.jsonl", '{"id": "1", "doi": []}', r"corpus\.jsonl, line 2: doi is \[\], not a"),
        ("queries.jsonl", '{"id": "q"}', r"queries\.jsonl, line 2: a question needs an id and"),
        ("queries.jsonl", '{"id": "q1", "question": "?"}', "two questions have the id q1"),
        (
            "queries.jsonl",
            '{"id": "q", "question": "?", "ideal_answer": 3}',
            r"queries\.jsonl, line 2: ideal_answer has 3, not a text",
        ),
        ("qrels.tsv", "q1\t101", r"qrels\.tsv, line 2: 'q1\\t101' is not a query-id"),
    ],
)
def test_a_line_of_another_form_is_named_with_its_file(
    sets: Path, file: str, line: str, said: str
) -> None:
    replace_line(sets / "tiny" / file, 2, line)

    with pytest.raises(SettingsError, match=said):
        load_set(sets, "tiny")
