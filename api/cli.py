"""`alsqa serve`: the service and its page on one address.

Commands import what they need themselves, here and in the other packages, so that each starts at once.
"""

import logging
import socket
from typing import Annotated

import typer
from rich.console import Console

from api.settings import MAX_PORT, ApiSettings
from index.errors import PortInUseError, SettingsError
from index.settings import read_settings

app = typer.Typer(add_completion=False)


@app.command("serve")
def serve_command(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default ALSQA_HOST or 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; default ALSQA_PORT or 8000.")] = None,
) -> None:
    """Serve the page and the HTTP interface until stopped."""
    import uvicorn

    from api.app import create_app, start_reembedding
    from rag.pipeline import build_pipeline

    if port is not None and not 0 <= port <= MAX_PORT:
        raise SettingsError(
            f"The port {port} (--port, or else ALSQA_PORT) cannot be used.",
            f"Give one from 1 to {MAX_PORT:,}, or 0 for any that is free.",
        )
    settings = read_settings(ApiSettings, host=host, port=port)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    listener = _listen(settings.host, settings.port)
    bound_port = listener.getsockname()[1]
    console = Console()
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    pipeline = build_pipeline(settings)
    with console.status("Checking the index and loading the embedding model…"):
        pipeline.warm_up()
    pipeline.live.watch()
    reembedding = start_reembedding(settings, pipeline)
    console.print(f"alsqa is ready: http://{shown}:{bound_port}", highlight=False)
    console.print(
        f"API documentation: http://{shown}:{bound_port}/docs  (stop with Ctrl-C)",
        style="dim",
        highlight=False,
    )
    config = uvicorn.Config(
        create_app(settings, pipeline=pipeline, reembedding=reembedding),
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        if reembedding:
            reembedding.close()
        pipeline.close()


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket; raises PortInUseError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortInUseError(
            f"{host}:{port} cannot be listened on ({error.strerror}).",
            "Stop what uses it, or give another with --port.",
        ) from error
    return listener
