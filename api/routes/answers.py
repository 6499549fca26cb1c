"""`/api/v1/answers`: ask, and read an answer again."""

import dataclasses
import logging
from typing import Any

from fastapi import APIRouter

from api.dependencies import HistoryDep, PipelineDep, Reader, ReembeddingDep
from api.errors import not_ready
from api.requests import AnswerIn
from api.schemas import PROBLEMS, AnswerOut, ReplayOut, StoredAnswerOut
from index.errors import AlsqaError, BuildError, LibraryError, LockedError, ModelError
from rag.errors import QuestionError
from rag.keeping import keep_answer
from rag.replay import replay, replay_to_dict
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
    return keep_answer(history, answer)


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


@router.post("/{answer_id}/replay", response_model=ReplayOut)
def replay_answer(
    answer_id: str, history: HistoryDep, pipeline: PipelineDep, reembedding: ReembeddingDep
) -> dict[str, Any]:
    """Compose a stored answer again from what was kept with it, then ask its question anew.

    Nothing is stored.
    """

    def tell(error: AlsqaError) -> str:
        return str(error) if isinstance(error, QuestionError) else not_ready(error, reembedding)

    found = replay(
        history.replay(answer_id),
        peek=pipeline.live.peek,
        ask=lambda question, filters: pipeline.answer(question, filters=filters),
        tell=tell,
    )
    return replay_to_dict(found)
