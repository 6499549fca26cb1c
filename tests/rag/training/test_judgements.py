"""Judged questions, their folds and their file."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.errors import SettingsError
from rag.training.judgements import Fold, fold_of, read_judgements

_TEXT = "Riluzole slows ALS. It was approved in 1995."


def _file(folder: Path, *lines: Any) -> Path:
    path = folder / "judged.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return path


def _line(**passage: Any) -> dict[str, Any]:
    return {"question": "When?", "passages": [{"text": _TEXT, "relevant": True} | passage]}


def test_evidence_tells_which_sentence_answers(tmp_path: Path) -> None:
    (question,) = read_judgements(_file(tmp_path, _line(evidence=["approved in 1995"])))
    (passage,) = question.passages
    assert passage.sentences == (False, True)
    assert passage.answers is True
    assert passage.passage.sentences == ((0, 19), (20, 44))


def test_without_evidence_nobody_said_which_sentence_it_is(tmp_path: Path) -> None:
    lines = [_line(), _line(relevant=False)]
    first, second = read_judgements(_file(tmp_path, *lines))
    assert first.passages[0].sentences == (None, None)
    assert second.passages[0].sentences == (False, False)
    assert second.passages[0].answers is False


def test_a_relevant_passage_need_not_answer(tmp_path: Path) -> None:
    (question,) = read_judgements(_file(tmp_path, _line(answers=False)))
    assert question.passages[0].relevant
    assert question.passages[0].answers is False


def test_a_group_of_its_own_or_the_one_given(tmp_path: Path) -> None:
    lines = [_line(), _line() | {"group": "a paper"}, "", _line()]
    found = [one.group for one in read_judgements(_file(tmp_path, *lines))]
    assert found == ["judged.jsonl:1", "a paper", "judged.jsonl:4"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: this is no JSON"),
        ("[]", "line 2: this is no JSON object"),
        ({"passages": []}, "line 2: question is missing"),
        ({"question": "When?", "passages": []}, r"line 2: passages is \[\]"),
        (_line(relevant="yes"), "line 2: relevant is 'yes'"),
        (_line(text=""), "line 2: text is ''"),
        (_line(evidence=["in 1996"]), "line 2: the evidence 'in 1996' does not stand in the text"),
    ],
    ids=["no JSON", "no object", "no question", "no passages", "ill typed", "empty", "not there"],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, line: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_judgements(_file(tmp_path, _line(), line))


def test_a_file_that_teaches_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no question with a relevant passage"):
        read_judgements(_file(tmp_path, _line(relevant=False)))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_judgements(tmp_path / "absent.jsonl")


def test_folds_are_drawn_by_group_and_stay() -> None:
    counts = Counter(fold_of(f"group {number}") for number in range(5_000))
    assert counts[Fold.HELD_BACK] / 5_000 == pytest.approx(0.2, abs=0.02)
    assert counts[Fold.VALIDATION] / 5_000 == pytest.approx(0.1, abs=0.02)
    assert [fold_of(one) for one in ("a", "b", "c", "d")] == [
        Fold.TRAINING,
        Fold.TRAINING,
        Fold.TRAINING,
        Fold.HELD_BACK,
    ]
