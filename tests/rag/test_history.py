from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import LibraryError
from rag.answer_json import answer_to_dict
from rag.errors import UnknownRecordError
from rag.history import History, new_id
from rag.models import Answer

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "data" / "history.db")
    yield history
    history.close()


def stored(
    history: History, answer_id: str, conversation_id: str, **more: object
) -> dict[str, object]:
    content = {"answer_id": answer_id, "conversation_id": conversation_id, **more}
    history.store(content, now=NOW)
    return content


def test_a_stored_answer_comes_back_equal(history: History, fda_answer: Answer) -> None:
    content = answer_to_dict(fda_answer) | {"conversation_id": history.open_conversation(None)}

    history.store(content, now=NOW)

    assert history.answer(fda_answer.answer_id) == content


def test_characters_of_any_script_come_back(history: History) -> None:
    content = stored(history, "ans_1", "con_1", text="“β-目”\n\u2028\x1f")

    assert history.answer("ans_1") == content


def test_a_conversation_exists_once_it_has_an_answer(history: History) -> None:
    conversation_id = history.open_conversation(None)
    with pytest.raises(UnknownRecordError):
        history.open_conversation(conversation_id)

    stored(history, "ans_1", conversation_id)

    assert history.open_conversation(conversation_id) == conversation_id


def test_a_conversation_takes_several_answers(history: History) -> None:
    first = stored(history, "ans_1", "con_1", n=1)
    second = stored(history, "ans_2", "con_1", n=2)

    assert history.answer("ans_1") == first
    assert history.answer("ans_2") == second


def test_an_unknown_conversation_raises(history: History) -> None:
    with pytest.raises(UnknownRecordError) as caught:
        history.open_conversation("con_unknown")

    assert "Leave conversation_id out" in caught.value.remedy


def test_an_unknown_answer_raises(history: History) -> None:
    with pytest.raises(UnknownRecordError, match="No answer has that id"):
        history.answer("ans_unknown")


def test_answers_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    first = History(path)
    content = stored(first, "ans_1", "con_1")
    first.close()

    second = History(path)

    assert second.answer("ans_1") == content
    second.close()


def test_a_damaged_file_raises_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"this is no database, " * 500)

    with pytest.raises(LibraryError) as caught:
        History(path)

    assert str(path) in caught.value.problem
    assert caught.value.remedy == "Move it away."
    assert path.read_bytes() == b"this is no database, " * 500


def test_new_ids_bear_their_prefix_and_differ() -> None:
    ids = {new_id("ans") for _ in range(100)}

    assert len(ids) == 100
    assert all(one.startswith("ans_") and len(one) == 36 for one in ids)
