"""`/api/v1/answers`: ask, and read an answer again."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import HistoryDep, PipelineDep, Reader
from api.schemas import PROBLEMS, AnswerIn, AnswerOut
from rag.answer_json import answer_to_dict

router = APIRouter(
    prefix="/api/v1/answers", tags=["answers"], dependencies=[Reader], responses=PROBLEMS
)


@router.post("", response_model=AnswerOut)
def create_answer(body: AnswerIn, pipeline: PipelineDep, history: HistoryDep) -> dict[str, Any]:
    """Ask a question; the answer is stored under its id."""
    conversation_id = history.open_conversation(body.conversation_id)
    answer = pipeline.answer(body.question, conversation_id=conversation_id)
    content = answer_to_dict(answer)
    history.store(content, now=answer.receipt.as_of)
    return content


@router.get("/{answer_id}", response_model=AnswerOut)
def read_answer(answer_id: str, history: HistoryDep) -> dict[str, Any]:
    """A stored answer, as it was sent."""
    return history.answer(answer_id)
