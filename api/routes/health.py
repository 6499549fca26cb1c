"""`/healthz` and `/readyz`: is the process up, can it answer."""

from fastapi import APIRouter, Response

from api.dependencies import PipelineDep
from api.schemas import HealthOut
from index.errors import AlsqaError

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process is up."""
    return HealthOut(status="ok", detail="The service is up.")


@router.get("/readyz", responses={503: {"model": HealthOut, "description": "Not ready"}})
def readyz(pipeline: PipelineDep, response: Response) -> HealthOut:
    """A build is open and finds what it holds."""
    try:
        with pipeline.live.lease() as build:
            build.probe()
    except AlsqaError as error:
        response.status_code = 503
        return HealthOut(status="not ready", detail=error.remedy or "See the log.")
    return HealthOut(status="ok", detail="The library can be searched.")
