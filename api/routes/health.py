"""`/healthz` and `/readyz`: is the process up, can it answer."""

from fastapi import APIRouter, Response

from api.dependencies import PipelineDep, ReembeddingDep
from api.errors import not_ready
from api.schemas import HealthOut
from index.errors import AlsqaError

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process is up."""
    return HealthOut(status="ok", detail="The service is up.")


@router.get("/readyz", responses={503: {"model": HealthOut, "description": "Not ready"}})
def readyz(pipeline: PipelineDep, reembedding: ReembeddingDep, response: Response) -> HealthOut:
    """A build is open and finds what it holds; when every byte of it was checked last."""
    try:
        with pipeline.live.peek() as build:
            build.probe()
    except AlsqaError as error:
        response.status_code = 503
        return HealthOut(status="not ready", detail=not_ready(error, reembedding))
    problem = pipeline.live.problem
    detail = "The library can be searched."
    if problem:
        detail = f"A newer index cannot be opened yet. {not_ready(problem)}"
    elif reembedding:
        detail += f" {reembedding.describe()}"
    return HealthOut(
        status="ok",
        detail=detail,
        build_id=build.manifest.build_id,
        checked_at=build.checked_at,
    )
