"""The FastAPI app: settings and a pipeline in, the service out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from api.errors import install_error_handlers
from api.routes import answers, claims, diagnostics, health, library, references, search
from api.routes.pages import mount_pages
from api.security import Doors
from api.settings import ApiSettings
from index.background_reembedding import BackgroundReembedding
from index.settings import read_settings
from rag.history import History
from rag.pipeline import Pipeline, build_pipeline

_DESCRIPTION = (
    "Answers about amyotrophic lateral sclerosis from the literature that the library holds. Every "
    "sentence comes with the PMID or DOI and the exact words it rests on; where the library gives "
    "no answer, the status says so."
)


def create_app(
    settings: ApiSettings | None = None,
    *,
    pipeline: Pipeline | None = None,
    reembedding: BackgroundReembedding | None = None,
) -> FastAPI:
    """The service.

    Args:
        settings: read from the environment where left out.
        pipeline: made (and closed) by the app's lifespan where left out.
        reembedding: the same; none is made for a pipeline that is passed.
    """
    settings = settings or read_settings(ApiSettings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings = settings
        app.state.pipeline = pipeline or build_pipeline(settings)
        app.state.reembedding = reembedding
        if pipeline is None:
            app.state.pipeline.warm_up()
            app.state.pipeline.live.watch()
            app.state.reembedding = start_reembedding(settings, app.state.pipeline)
        app.state.history = History(settings.data_dir / "history.db")
        try:
            yield
        finally:
            app.state.history.close()
            if pipeline is None:
                if app.state.reembedding:
                    app.state.reembedding.close()
                app.state.pipeline.close()

    app = FastAPI(
        title="alsqa",
        version=version("alsqa"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(
        Doors, host_names=settings.host_names(), max_body_bytes=settings.max_body_bytes
    )
    install_error_handlers(app)
    for module in (answers, search, claims, library, references, diagnostics, health):
        app.include_router(module.router)
    mount_pages(app)
    return app


def start_reembedding(settings: ApiSettings, pipeline: Pipeline) -> BackgroundReembedding | None:
    """Have the library go over to the model that is set; None where the settings say not to."""
    if not settings.reembed:
        return None
    reembedding = BackgroundReembedding(settings, pipeline.live)
    reembedding.start()
    return reembedding
