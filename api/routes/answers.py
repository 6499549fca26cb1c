"""`/api/v1/answers`: ask, and read an answer again."""

import dataclasses
import logging
from typing import Any

from fastapi import APIRouter

from api.dependencies import HistoryDep, PipelineDep, Reader
from api.requests import AnswerIn
from api.schemas import PROBLEMS, AnswerOut, StoredAnswerOut
from index.errors import BuildError, LibraryError, LockedError, ModelError
from rag.answer_json import answer_to_dict
from rag.source_changes import find_changes

logger = logging.getLogger(__name__)

router = APIRouter(
    prefix="/api/v1/answers", tags=["answers"], dependencies=[Reader], responses=PROBLEMS
)


@router.post("", response_model=AnswerOut)
def create_answer(body: AnswerIn, pipeline: PipelineDep, history: HistoryDep) -> dict[str, Any]:
    """Ask a question; the answer is stored under its id."""
    conversation_id = history.open_conversation(body.conversation_id)
    answer = pipeline.answer(
        body.question, conversation_id=conversation_id, filters=body.filters.to_filters()
    )
    content = answer_to_dict(answer)
    history.store(content, now=answer.receipt.as_of)
    return content


@router.get("/{answer_id}", response_model=StoredAnswerOut)
def read_answer(answer_id: str, history: HistoryDep, pipeline: PipelineDep) -> dict[str, Any]:
    """A stored answer as it was sent, and what has changed in its sources since."""
    content = history.answer(answer_id)
    try:
        with pipeline.live.peek() as build:
            changes = [dataclasses.asdict(change) for change in find_changes(content, build)]
    except (BuildError, LibraryError, LockedError, ModelError) as error:
        logger.warning("the sources of a stored answer cannot be looked at: %s", error.problem)
        return content | {"changes_since": None}
    return content | {"changes_since": changes}
