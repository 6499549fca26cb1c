from pathlib import Path

import pytest

from eval.benchmarks.still_answered import StillAnswered, read_still_answered
from index.errors import SettingsError


def written(folder: Path, text: str) -> Path:
    file = folder / "still_answered.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_share_is_of_the_questions_that_were_read_and_asked(tmp_path: Path) -> None:
    file = written(tmp_path, "tiny:\n  q1: yes\n  q2: no\n  q3: 'no'\n  other: yes\n")

    read = read_still_answered("tiny", {"q1", "q2", "q3", "q4"}, file=file)

    assert read == StillAnswered(share=1 / 3, read=3, of=4)


@pytest.mark.parametrize("text", ["", "another:\n  q1: yes\n", "tiny:\n", "tiny:\n  q9: yes\n"])
def test_what_nobody_read_is_not_read(tmp_path: Path, text: str) -> None:
    assert read_still_answered("tiny", {"q1"}, file=written(tmp_path, text)) is None


def test_without_the_file_nothing_is_read(tmp_path: Path) -> None:
    assert read_still_answered("tiny", {"q1"}, file=tmp_path / "absent.yaml") is None


@pytest.mark.parametrize(
    "text", ["tiny: [q1]", "tiny:\n  q1: perhaps\n", "tiny:\n  q1: [1]\n", "- a", "a: ["]
)
def test_another_form_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"still_answered\.yaml"):
        read_still_answered("tiny", {"q1"}, file=written(tmp_path, text))
