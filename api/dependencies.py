"""What routes need: the pipeline, the history, and who is asking."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.settings import ApiSettings
from index.background_reembedding import BackgroundReembedding, ReembeddingStatus
from rag.history import History
from rag.pipeline import Pipeline

_bearer = HTTPBearer(auto_error=False, description="An API key, where the service has keys.")


def get_settings(request: Request) -> ApiSettings:
    settings: ApiSettings = request.app.state.settings
    return settings


def get_pipeline(request: Request) -> Pipeline:
    pipeline: Pipeline = request.app.state.pipeline
    return pipeline


def get_history(request: Request) -> History:
    history: History = request.app.state.history
    return history


def get_reembedding(request: Request) -> ReembeddingStatus | None:
    """How far the library is on its way to another embedding model, where it is on one."""
    reembedding: BackgroundReembedding | None = getattr(request.app.state, "reembedding", None)
    return reembedding.status if reembedding else None


def require_reader(
    settings: Annotated[ApiSettings, Depends(get_settings)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let in any known key; everybody where no keys are set."""
    if settings.api_keys and (credentials is None or not settings.role_of(credentials.credentials)):
        raise HTTPException(
            401,
            "This needs an API key. Send it as: Authorization: Bearer KEY.",
            {"WWW-Authenticate": "Bearer"},
        )


def require_admin(
    settings: Annotated[ApiSettings, Depends(get_settings)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Let in an admin's key; everybody where no keys are set."""
    require_reader(settings, credentials)
    if settings.api_keys and credentials and settings.role_of(credentials.credentials) != "admin":
        raise HTTPException(403, "This needs an admin's API key.")


SettingsDep = Annotated[ApiSettings, Depends(get_settings)]
PipelineDep = Annotated[Pipeline, Depends(get_pipeline)]
ReembeddingDep = Annotated[ReembeddingStatus | None, Depends(get_reembedding)]
HistoryDep = Annotated[History, Depends(get_history)]
Reader = Depends(require_reader)
Admin = Depends(require_admin)
