"""`/api/v1/diagnostics`: what `alsqa doctor` says, for administrators."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Admin, SettingsDep
from api.schemas import PROBLEMS
from rag.doctor import examine

router = APIRouter(
    prefix="/api/v1/diagnostics", tags=["diagnostics"], dependencies=[Admin], responses=PROBLEMS
)


@router.get("")
def read_diagnostics(settings: SettingsDep) -> dict[str, Any]:
    """Versions, paths, and the health of library and build."""
    return examine(settings).to_dict()
