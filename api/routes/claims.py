"""`/api/v1/claims`: what the library holds for and against a claim."""

from typing import Any

from fastapi import APIRouter

from api.claim_schemas import ClaimCheckOut, ClaimIn
from api.dependencies import PipelineDep, Reader
from api.schemas import PROBLEMS
from rag.claim_check import ClaimChecker
from rag.claim_json import claim_to_dict

router = APIRouter(
    prefix="/api/v1/claims", tags=["claims"], dependencies=[Reader], responses=PROBLEMS
)


@router.post("/check", response_model=ClaimCheckOut)
def check_claim(body: ClaimIn, pipeline: PipelineDep) -> dict[str, Any]:
    """Passages for and against each sentence of a claim, and a verdict; nothing is stored."""
    return claim_to_dict(
        ClaimChecker(pipeline).check(body.claim, filters=body.filters.to_filters())
    )
