"""`/api/v1/search`: passages found for a question, before anything is composed of them."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import PipelineDep, Reader
from api.requests import SearchIn
from api.schemas import PROBLEMS, SearchOut
from rag.search_json import search_to_dict

router = APIRouter(
    prefix="/api/v1/search", tags=["search"], dependencies=[Reader], responses=PROBLEMS
)


@router.post("", response_model=SearchOut)
def search(body: SearchIn, pipeline: PipelineDep) -> dict[str, Any]:
    """The passages found for the question, best first, and why; nothing is stored."""
    found = pipeline.search(body.question, filters=body.filters.to_filters())
    with pipeline.live.lease() as build:
        return search_to_dict(found, build, limit=body.limit)
