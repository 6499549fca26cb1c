"""Errors over HTTP: every exception becomes RFC 9457 problem details, by one table."""

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.dependencies import get_reembedding
from api.headers import SECURITY_HEADERS
from index.background_reembedding import ReembeddingStatus
from index.errors import (
    AlsqaError,
    BuildError,
    DamagedBuildError,
    LibraryError,
    LockedError,
    ModelError,
    SettingsError,
    UnknownDocumentError,
)
from rag.errors import QuestionError, UnknownRecordError

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[AlsqaError], int], ...] = (
    (QuestionError, 422),
    (UnknownRecordError, 404),
    (UnknownDocumentError, 404),
    (BuildError, 503),
    (LockedError, 503),
    (LibraryError, 503),
    (ModelError, 503),
    (SettingsError, 500),
    (AlsqaError, 500),
)

_NOT_READY = "The library is not ready."
_REASONS: tuple[tuple[type[AlsqaError], str], ...] = (
    (DamagedBuildError, "The search index is damaged."),
    (ModelError, "The embedding model of the search index cannot be loaded."),
    (LockedError, "The library is being written to."),
    (LibraryError, "The library's record cannot be read."),
)

_ALL_DOCUMENTS = "GET /api/v1/documents lists those it holds."
_SEE_DOCS = "See /docs for what there is."
_NO_JSON = 'The body is not JSON in UTF-8. Send an object such as {"question": "…"}.'
_UNREADABLE_BODY = "There was an error parsing the body"
"""What FastAPI says of a body that is no text in UTF-8, or nested too deep."""

logger = logging.getLogger(__name__)


def not_ready(error: AlsqaError, reembedding: ReembeddingStatus | None = None) -> str:
    """Why nothing can be answered now and what is done about it; names no path of the machine."""
    reason = next((text for kind, text in _REASONS if isinstance(error, kind)), _NOT_READY)
    if reembedding and isinstance(error, ModelError):
        return f"{reason} {reembedding.describe()}"
    return f"{reason} {error.remedy}".strip()


def problem_body(status: int, detail: str) -> dict[str, Any]:
    """Problem details with the status's own phrase as title."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }


def problem_bytes(status: int, detail: str) -> bytes:
    """The same, encoded, for replies made outside the app."""
    return json.dumps(problem_body(status, detail)).encode()


def install_error_handlers(app: FastAPI) -> None:
    """Make every failure of a route a problem; nothing of a traceback leaves the service."""
    app.add_exception_handler(AlsqaError, _on_alsqa_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(Exception, _on_surprise)


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem_body(status, detail), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


async def _on_alsqa_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AlsqaError)  # noqa: S101 - registered for this type alone
    status = next(code for kind, code in _STATUS if isinstance(error, kind))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        logger.error("%s", error)
        return _problem(status, not_ready(error, get_reembedding(request)), {"Retry-After": "5"})
    if isinstance(error, UnknownDocumentError):
        return _problem(status, f"{error} {_ALL_DOCUMENTS}")
    return _problem(status, str(error))


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    headers = dict(error.headers or {})
    detail = str(error.detail)
    if detail == _UNREADABLE_BODY:
        detail = _NO_JSON
    elif error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"Nothing is at {request.url.path}. {_SEE_DOCS}"
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow") or headers.get("allow") or "another method"
        detail = f"{request.url.path} takes {allowed}, not {request.method}. {_SEE_DOCS}"
    return _problem(error.status_code, detail, headers)


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type alone
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _problem(400, _NO_JSON)
    if any(fault["type"] == "model_attributes_type" for fault in faults):
        return _problem(422, "Send a JSON object, with Content-Type: application/json.")
    listed = "; ".join(_described(fault) for fault in faults[:5])
    return _problem(422, f"The request cannot be read: {listed}.")


def _described(fault: dict[str, Any]) -> str:
    """Where in the request it is and what is wrong: `filters.year_from: Input should be …`."""
    source, *inner = fault["loc"]
    place = ".".join(map(str, inner)) or str(source)
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}"


async def _on_surprise(request: Request, error: Exception) -> JSONResponse:
    logger.error(
        "%s %s failed: %s", request.method, request.url.path, type(error).__name__, exc_info=error
    )
    detail = "Something went wrong in the service. Its log says what."
    return _problem(500, detail, SECURITY_HEADERS)
