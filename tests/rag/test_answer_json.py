"""The snapshot is made anew by deleting snapshots/fda_answer.json and running this file twice."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.answer_json import answer_to_dict
from rag.models import Answer
from rag.pipeline import Pipeline
from tests.rag.examples import QUESTIONS

SNAPSHOT = Path(__file__).parent / "snapshots" / "fda_answer.json"
_CHANGING = ("build_id", "corpus_fingerprint", "embedding_fingerprint", "as_of", "timings_ms")


def steady(content: dict[str, Any]) -> dict[str, Any]:
    """The answer without what differs from run to run: ids, times, scores and the model's vectors."""
    receipt = {name: value for name, value in content["receipt"].items() if name not in _CHANGING}
    evidence = [
        {name: value for name, value in one.items() if name != "score"}
        for one in content["evidence"]
    ]
    kept = {name: value for name, value in content.items() if name != "answer_id"}
    return kept | {"receipt": receipt, "evidence": evidence}


def values(content: object) -> Iterator[object]:
    yield content
    if isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from values(value)
    elif isinstance(content, list):
        for value in content:
            yield from values(value)


def test_a_whole_answer_is_as_it_was(fda_answer: Answer) -> None:
    content = steady(answer_to_dict(fda_answer))
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(
            json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        pytest.fail(f"{SNAPSHOT.name} was missing and is written; look at it and run again")

    assert content == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_value_is_plain_json(default_pipeline: Pipeline, question: str) -> None:
    content = answer_to_dict(default_pipeline.answer(question, conversation_id="con_1"))

    for value in values(content):
        assert type(value) in (dict, list, str, int, float, bool, type(None))
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_what_differs_from_run_to_run_is_there(fda_answer: Answer) -> None:
    content = answer_to_dict(fda_answer)

    assert content["answer_id"].startswith("ans_")
    assert content["receipt"]["as_of"] == fda_answer.receipt.as_of.isoformat()
    assert content["receipt"]["build_id"] == fda_answer.receipt.build_id
    assert content["receipt"]["timings_ms"].keys() == fda_answer.receipt.timings_ms.keys()


def test_what_a_model_wrote_is_there_only_where_one_was_asked(fda_answer: Answer) -> None:
    asked = replace(fda_answer, model_output=("Riluzole [1].", "Better [1]."))

    assert "model_output" not in answer_to_dict(fda_answer)
    assert answer_to_dict(asked)["model_output"] == ["Riluzole [1].", "Better [1]."]


def test_text_and_sentences_are_those_of_the_answer(fda_answer: Answer) -> None:
    content = answer_to_dict(replace(fda_answer, conversation_id="con_7"))

    assert content["text"] == fda_answer.text
    assert content["conversation_id"] == "con_7"
    for shown, sentence in zip(content["sentences"], fda_answer.sentences, strict=True):
        (citation,) = shown["citations"]
        reference = content["references"][citation["n"] - 1]
        spans = [
            span
            for span in reference["spans"]
            if (span["start"], span["end"]) == (citation["start"], citation["end"])
        ]
        assert [span["quote"] for span in spans] == [sentence.text]
