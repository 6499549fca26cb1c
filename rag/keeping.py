"""Keeps an answer: what is sent, and beside it the record that it can be composed again of."""

from typing import Any

from rag.answer_json import answer_to_dict
from rag.history import History
from rag.models import Answer
from rag.replay_json import record_to_json
from rag.replay_record import make_record


def keep_answer(history: History, answer: Answer) -> dict[str, Any]:
    """Store the answer with its record; gives it as it is sent."""
    content = answer_to_dict(answer)
    history.store(content, now=answer.receipt.as_of, replay=record_to_json(make_record(answer)))
    return content
