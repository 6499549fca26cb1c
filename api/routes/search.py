"""`/api/v1/search`: sentences near to a question, before anything is composed of them."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import PipelineDep, Reader
from api.schemas import PROBLEMS, SearchIn, SearchOut
from rag.search_json import search_to_dict

router = APIRouter(
    prefix="/api/v1/search", tags=["search"], dependencies=[Reader], responses=PROBLEMS
)


@router.post("", response_model=SearchOut)
def search(body: SearchIn, pipeline: PipelineDep) -> dict[str, Any]:
    """The sentences that come nearest to the question, best first; nothing is stored."""
    found = pipeline.search(body.question, filters=body.filters.to_filters())
    with pipeline.live.lease() as build:
        return search_to_dict(found, build, limit=body.limit)
