"""The history of earlier versions is brought to the present schema, and nothing of it is lost."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import LibraryError
from rag.history import History
from rag.history_schema import SCHEMA_VERSION

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OLD = Path(__file__).with_name("history_without_version.sql")
"""What the first version wrote."""
STORED = {"answer_id": "ans_1", "conversation_id": "con_1", "text": "“β”"}
OPEN = "import sys; from pathlib import Path; from rag.history import History; History(Path(sys.argv[1])).close()"


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    return path


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_file_without_a_version_keeps_its_answers(old_file: Path) -> None:
    with closing(History(old_file)) as history:
        assert history.answer("ans_1") == STORED
        assert history.open_conversation("con_1") == "con_1"
        assert [answer for _, answer in history.answers()] == [STORED]

    assert version_of(old_file) == SCHEMA_VERSION


def test_an_answer_of_a_file_without_a_version_has_no_record(old_file: Path) -> None:
    with closing(History(old_file)) as history:
        kept = history.replay("ans_1")

    assert (kept.answer, kept.record, kept.is_kept) == (STORED, None, False)


def test_a_file_without_a_version_takes_answers_with_records(old_file: Path) -> None:
    answer = {"answer_id": "ans_2", "conversation_id": "con_1"}
    with closing(History(old_file)) as history:
        history.store(answer, now=NOW, replay='{"β": 1}')

    with closing(History(old_file)) as history:
        kept = history.replay("ans_2")
    assert (kept.answer, kept.record, kept.is_kept) == (answer, '{"β": 1}', True)
    assert (kept.answer_is_intact, kept.record_is_intact) == (True, True)


def test_a_new_file_bears_the_version(tmp_path: Path) -> None:
    History(tmp_path / "history.db").close()

    assert version_of(tmp_path / "history.db") == SCHEMA_VERSION


def test_a_file_of_a_newer_schema_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(LibraryError) as caught:
        History(path)

    assert "schema 99" in caught.value.problem
    assert "Use the alsqa that wrote it" in caught.value.remedy
    assert version_of(path) == 99


def test_a_migration_that_cannot_be_finished_leaves_the_file_as_it_was(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection, connection:
        connection.execute("CREATE TABLE ix_answers_conversation_id (no_index INTEGER)")
        before = list(connection.iterdump())

    with pytest.raises(LibraryError):
        History(old_file)

    with closing(sqlite3.connect(old_file)) as connection:
        assert list(connection.iterdump()) == before
    assert version_of(old_file) == 0


def test_processes_that_open_an_old_file_at_once_all_bring_it_up_to_date(old_file: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(old_file)], cwd=Path.cwd())
        for _ in range(3)
    ]

    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert version_of(old_file) == SCHEMA_VERSION


def test_changed_rows_are_told(old_file: Path) -> None:
    answer = {"answer_id": "ans_2", "conversation_id": "con_1", "text": "60 %"}
    with closing(History(old_file)) as history:
        history.store(answer, now=NOW, replay="{}")
    with closing(sqlite3.connect(old_file)) as connection, connection:
        connection.execute("UPDATE answers SET answer = replace(answer, '60', '90')")
        connection.execute("UPDATE replays SET record = x'00'")

    with closing(History(old_file)) as history:
        kept = history.replay("ans_2")

    assert (kept.answer_is_intact, kept.record_is_intact, kept.record) == (False, False, None)
    assert kept.is_kept
