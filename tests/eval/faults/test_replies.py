import json
from pathlib import Path

import pytest

from eval.faults.planting import OPPOSITES
from eval.faults.replies import REPLIES_FILE, Fold, Swap, load_replies
from index.errors import SettingsError
from tests.eval.faults.made_replies import QUOTES, write_made


def test_replies_come_with_their_quotes_without_markup(tmp_path: Path) -> None:
    replies = load_replies(tmp_path, write_made(tmp_path))

    assert [one.quote for one in replies] == list(QUOTES[:3])
    assert [one.fold for one in replies] == [Fold.TUNING, Fold.HELD_OUT, Fold.HELD_OUT]
    assert replies[0].swap == Swap("riluzole", "edaravone")
    assert replies[2].swap is None


def test_a_quote_that_is_another_one_is_told(tmp_path: Path) -> None:
    file = write_made(tmp_path)
    corpus = tmp_path / "made" / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace("lowered", "raised"), "utf-8")

    with pytest.raises(SettingsError, match="not the one that reply 3 was written after"):
        load_replies(tmp_path, file)


def test_a_set_that_is_missing_is_named(tmp_path: Path) -> None:
    file = write_made(tmp_path)

    with pytest.raises(SettingsError, match=r"made/corpus\.jsonl is not there"):
        load_replies(tmp_path / "elsewhere", file)


def test_replies_that_come_with_alsqa_are_whole() -> None:
    lines = [json.loads(line) for line in REPLIES_FILE.read_text(encoding="utf-8").splitlines()]

    assert len(lines) >= 275
    assert len({line["n"] for line in lines}) == len(lines)
    assert {line["opposite_kind"] for line in lines} == set(OPPOSITES)
