"""`/healthz` and `/readyz`: is the process up, can it answer."""

from fastapi import APIRouter, Response

from api.dependencies import PipelineDep
from api.errors import not_ready
from api.schemas import HealthOut
from index.errors import AlsqaError

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process is up."""
    return HealthOut(status="ok", detail="The service is up.")


@router.get("/readyz", responses={503: {"model": HealthOut, "description": "Not ready"}})
def readyz(pipeline: PipelineDep, response: Response) -> HealthOut:
    """A build is open and finds what it holds; when every byte of it was checked last."""
    try:
        with pipeline.live.peek() as build:
            build.probe()
    except AlsqaError as error:
        response.status_code = 503
        return HealthOut(status="not ready", detail=not_ready(error))
    problem = pipeline.live.problem
    return HealthOut(
        status="ok",
        detail=f"A newer index cannot be opened yet. {not_ready(problem)}"
        if problem
        else "The library can be searched.",
        build_id=build.manifest.build_id,
        checked_at=build.checked_at,
    )
