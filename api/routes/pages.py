"""`/`, `/docs` and `/ui/…`: the page, the API description's viewer, and their files."""

import importlib.util
from pathlib import Path

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

UI_FOLDER = Path(__file__).resolve().parent.parent / "ui"
_SWAGGER_PACKAGE = "fastapi_offline"
_SWAGGER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")

router = APIRouter(include_in_schema=False)


@router.get("/")
def read_page() -> FileResponse:
    return FileResponse(UI_FOLDER / "index.html")


@router.get("/docs")
def read_docs() -> FileResponse:
    return FileResponse(UI_FOLDER / "docs.html")


@router.get("/ui/vendor/{name}")
def read_vendor_file(name: str) -> FileResponse:
    """Swagger UI's files, from the package that ships them."""
    spec = importlib.util.find_spec(_SWAGGER_PACKAGE)
    if name not in _SWAGGER_FILES or spec is None or spec.origin is None:
        raise HTTPException(404, "No such file.")
    return FileResponse(Path(spec.origin).parent / "static" / name)


def mount_pages(app: FastAPI) -> None:
    """Add the pages and the folder that they load from."""
    app.include_router(router)
    app.mount("/ui", StaticFiles(directory=UI_FOLDER), name="ui")
