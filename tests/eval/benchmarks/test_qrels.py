from pathlib import Path

import pytest

from eval.benchmarks.qrels import read_qrels
from index.errors import SettingsError


def written(folder: Path, text: str) -> Path:
    path = folder / "qrels.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_grades_are_kept_and_what_has_no_document_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "query-id\tcorpus-id\tscore\nq\ta\t2\nq\tb\t0\nq\tx\t1\nr\tx\t0\n")

    qrels = read_qrels(path, {"a", "b"})

    assert qrels.grades == {"q": {"a": 2, "b": 0}}
    assert qrels.lost == {"q": 1}
    assert qrels.judged == {"q", "r"}


def test_a_line_that_is_said_twice_counts_once_with_its_higher_grade(tmp_path: Path) -> None:
    path = written(tmp_path, "q\ta\t1\nq\ta\t2\nq\tx\t1\nq\tx\t1\n")

    qrels = read_qrels(path, {"a"})

    assert qrels.grades == {"q": {"a": 2}}
    assert qrels.lost == {"q": 1}


@pytest.mark.parametrize("line", ["q a 1", "q\ta", "q\ta\tyes", "q\t0\ta\t1"])
def test_a_line_of_another_form_is_named(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, f"query-id\tcorpus-id\tscore\n{line}\n")

    with pytest.raises(SettingsError, match=r"qrels\.tsv, line 2"):
        read_qrels(path, {"a"})
