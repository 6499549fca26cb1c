"""Stored answers composed again: identical whatever became of the library, and told what was changed."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.filters import Filters
from index.identifiers import Identifiers
from index.ingest import ingest
from index.publication_status import StatusNote
from rag.answer_json import answer_to_dict
from rag.history import History
from rag.keeping import keep_answer
from rag.pipeline import Pipeline
from rag.replay import Replay, replay, replay_to_dict
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.rag.examples import QUESTIONS, index_files, note_standing

TEXT = (
    "# Trials\n\nPMID: 1\n\nRiluzole prolongs survival in ALS by 3 months. "
    "Edaravone slows the decline of function.\n"
)
QUESTION = "Does riluzole prolong survival?"
Edit = Callable[[dict[str, Any]], None]


def replayed(history: History, answer_id: str, pipeline: Pipeline) -> Replay:
    return replay(
        history.replay(answer_id),
        peek=pipeline.live.lease,
        ask=lambda question, filters: pipeline.answer(question, filters=filters),
    )


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_files(tmp_path, {"paper.md": TEXT})


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    history = History(path)
    yield history
    history.close()


@pytest.fixture
def answer_id(pipeline: Pipeline, history: History) -> str:
    answer = pipeline.answer(QUESTION, conversation_id="con_1")
    assert answer.status == "answered"
    return str(keep_answer(history, answer)["answer_id"])


def edit_stored(path: Path, edit: Edit) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        (text,) = connection.execute("SELECT answer FROM answers").fetchone()
        answer = json.loads(text)
        edit(answer)
        connection.execute("UPDATE answers SET answer = ?", (json.dumps(answer),))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_on_the_default_library_is_composed_again_identically(
    default_pipeline: Pipeline, history: History, question: str
) -> None:
    answer = default_pipeline.answer(question, conversation_id="con_1")
    keep_answer(history, answer)

    found = replayed(history, answer.answer_id, default_pipeline)

    assert (found.state, found.faults, found.remarks) == ("identical", (), ())
    assert found.sources.found is not None
    assert found.sources.found.changes == ()
    assert found.sources.found.other_texts == ()
    assert found.live.found is not None
    assert found.live.found.difference.is_same_answer
    assert found.live.found.difference.receipt == ()


def test_an_answer_on_a_part_of_the_library_is_asked_anew_of_that_part(
    default_pipeline: Pipeline, history: History
) -> None:
    answer = default_pipeline.answer(
        "Is riluzole curative?", conversation_id="con_1", filters=Filters(year_from=2021)
    )
    keep_answer(history, answer)

    found = replayed(history, answer.answer_id, default_pipeline)

    assert found.holds
    assert found.live.found is not None
    assert found.live.found.difference.is_same_answer
    assert found.live.found.answer["filters"] == {"year_from": 2021}


def test_a_help_answer_is_composed_again(pipeline: Pipeline, history: History) -> None:
    answer = pipeline.answer("I want to kill myself", conversation_id="con_1")
    keep_answer(history, answer)

    found = replayed(history, answer.answer_id, pipeline)

    assert answer.status == "crisis"
    assert found.holds


@pytest.mark.parametrize(
    ("new", "states"),
    [
        (TEXT.replace("Riluzole", "In fact: riluzole"), ["changed"]),
        (TEXT.replace("Riluzole", "A new start. Riluzole"), ["moved"]),
        ("# Trials\n\nPMID: 2\n\nAnother paper.\n", ["gone"]),
        (TEXT + "\nMore of it.\n", []),
    ],
)
def test_a_changed_library_is_told_and_the_answer_holds(
    settings: RagSettings,
    pipeline: Pipeline,
    history: History,
    answer_id: str,
    new: str,
    states: list[str],
) -> None:
    (settings.documents_dir / "paper.md").write_text(new, encoding="utf-8")
    ingest(settings, HashingEmbedder())

    found = replayed(history, answer_id, pipeline)

    assert (found.state, found.faults) == ("identical", ())
    assert found.sources.found is not None
    assert [one.state for one in found.sources.found.changes] == states
    assert found.sources.found.other_texts == (() if states == ["gone"] else ("pmid:1",))


def test_an_answer_holds_when_the_build_is_gone(
    tmp_path: Path, history: History, answer_id: str
) -> None:
    empty = Pipeline(
        RagSettings(data_dir=tmp_path / "nothing", documents_dir=tmp_path), HashingEmbedder()
    )

    found = replayed(history, answer_id, empty)

    assert found.holds
    assert found.sources.found is None
    assert "alsqa index" in (found.sources.problem or "")
    assert found.live.found is None
    assert "alsqa index" in (found.live.problem or "")
    empty.close()


def test_other_settings_change_what_is_answered_now_not_what_was(
    settings: RagSettings, history: History, answer_id: str
) -> None:
    other = Pipeline(settings.model_copy(update={"max_sentences": 1}), HashingEmbedder())

    found = replayed(history, answer_id, other)

    assert found.holds
    assert found.live.found is not None
    assert [one.name for one in found.live.found.difference.receipt] == ["settings_hash"]
    other.close()


def test_a_retraction_since_is_told_and_the_answer_holds(
    settings: RagSettings, pipeline: Pipeline, history: History, answer_id: str
) -> None:
    note_standing(settings, StatusNote("retracted"), paper=Identifiers(pmid="1"))

    found = replayed(history, answer_id, pipeline)

    assert found.holds
    assert found.live.found is not None
    (change,) = found.live.found.difference.standings
    assert (change.name, change.before, change.now) == ("pmid:1", "not_checked", "retracted")
    assert len(found.live.found.difference.notices_new) == 1


def test_an_answer_with_a_warned_of_paper_is_composed_again(
    settings: RagSettings, pipeline: Pipeline, history: History
) -> None:
    note_standing(
        settings,
        StatusNote("retracted", Identifiers(pmid="9"), "Retracted.", "2020-01-02"),
        paper=Identifiers(pmid="1"),
    )
    answer = pipeline.answer(QUESTION, conversation_id="con_1")
    keep_answer(history, answer)

    found = replayed(history, answer.answer_id, pipeline)

    assert "standing" in [notice.kind for notice in answer.notices]
    assert found.holds


def _quote(answer: dict[str, Any]) -> None:
    span = answer["references"][0]["spans"][0]
    span["quote"] = span["quote"].replace("3 months", "9 months")


def _number(answer: dict[str, Any]) -> None:
    for one in (answer, answer["sentences"][0]):
        one["text"] = one["text"].replace("3 months", "9 months")


def _marker(answer: dict[str, Any]) -> None:
    answer["sentences"][0]["citations"][0]["n"] = 2


def _identifier(answer: dict[str, Any]) -> None:
    answer["references"][0]["pmid"] = "12345678"


def _dropped_notice(answer: dict[str, Any]) -> None:
    answer["notices"].append({"kind": "as_listed", "text": "All is well.", "url": None})


def _question(answer: dict[str, Any]) -> None:
    answer["question"] = "Is riluzole safe?"


def _shape(answer: dict[str, Any]) -> None:
    answer["references"] = [{"n": 1}]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_quote, ["reference 1, span 1, quote: stored is “Riluzole prolongs survival in ALS by 9"]),
        (
            _number,
            [
                "text: stored is “Riluzole prolongs survival in ALS by 9",
                "sentence 1, text: stored is “Riluzole prolongs survival in ALS by 9",
            ],
        ),
        (_marker, ["sentence 1, citation 1, n: stored is 2, composed again it is 1"]),
        (_identifier, ["reference 1, pmid: stored is “12345678”, composed again it is “1”"]),
        (_dropped_notice, ["notice: 1 are stored, composed again there are 0"]),
        (_question, ["Its status, sentences, notices, references and evidence are what composing"]),
    ],
    ids=["quote", "number", "marker", "identifier", "notice", "question"],
)
def test_what_was_changed_in_a_stored_answer_is_told(
    path: Path, history: History, pipeline: Pipeline, answer_id: str, edit: Edit, told: list[str]
) -> None:
    edit_stored(path, edit)

    found = replayed(history, answer_id, pipeline)

    assert found.state == "differs"
    assert found.faults[0] == "The stored answer is not, character for character, what was stored."
    assert len(found.faults) == 1 + len(told)
    for fault, beginning in zip(found.faults[1:], told, strict=True):
        assert fault.startswith(beginning)


def test_a_stored_answer_that_is_none_any_more_is_told(
    path: Path, history: History, pipeline: Pipeline, answer_id: str
) -> None:
    edit_stored(path, _shape)

    found = replayed(history, answer_id, pipeline)

    assert found.state == "differs"
    assert found.faults == ("the stored answer: references, number 1, has no document id",)


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("3 months", "9 months"), lambda _text: "{}", lambda _text: "["],
    ids=["text", "empty", "broken"],
)
def test_a_record_that_is_not_what_was_kept_is_told(
    tmp_path: Path, pipeline: Pipeline, change: Callable[[str], str]
) -> None:
    history = History(tmp_path / "other.db")
    answer = pipeline.answer(QUESTION, conversation_id="con_1")
    keep_answer(history, answer)
    record = history.replay(answer.answer_id).record or ""
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection, connection:
        connection.execute(
            "UPDATE replays SET record = ?", (zlib.compress(change(record).encode()),)
        )

    found = replayed(history, answer.answer_id, pipeline)

    assert found.state == "differs"
    assert "What was kept with the answer is not, character for character" in found.faults[0]
    assert len(found.faults) > 1
    history.close()


def test_an_answer_of_before_records_were_kept_is_asked_anew(
    history: History, pipeline: Pipeline
) -> None:
    answer = pipeline.answer(QUESTION, conversation_id="con_1")
    history.store(answer_to_dict(answer), now=answer.receipt.as_of)

    found = replayed(history, answer.answer_id, pipeline)

    assert found.state == "no_record"
    assert not found.holds
    assert "cannot be composed again" in found.remarks[0]
    assert found.sources.found is not None
    assert found.live.found is not None
    assert found.live.found.difference.is_same_answer


def test_a_replay_is_plain_json(history: History, pipeline: Pipeline, answer_id: str) -> None:
    content = replay_to_dict(replayed(history, answer_id, pipeline))

    assert json.loads(json.dumps(content, allow_nan=False))["state"] == "identical"
    assert content["difference"]["is_same_answer"] is True


def test_the_record_holds_what_composing_looked_at_not_the_whole_document(
    tmp_path: Path, history: History
) -> None:
    long = TEXT + "\n" + "\n\n".join(f"Paragraph {n} is on the weather." for n in range(2_000))
    (tmp_path / "long").mkdir()
    pipeline = Pipeline(index_files(tmp_path / "long", {"paper.md": long}), HashingEmbedder())
    answer = pipeline.answer(QUESTION, conversation_id="con_1")
    keep_answer(history, answer)
    pipeline.close()

    record = history.replay(answer.answer_id).record or ""

    assert "Riluzole prolongs survival in ALS by 3 months." in record
    assert len(record) < 10_000 < len(long)
