"""An OpenAI-compatible server on loopback that says what a test has written for it, over real HTTP."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted"
_PART_CHARS = 7
_HELD_S = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; the events of `parts` unless `raw` is given."""

    parts: Sequence[str] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    raw: bytes | None = None
    times: int = 1
    """How often `raw` is sent."""
    wait_s: float = 0.0
    """Before anything is sent."""
    pause_s: float = 0.0
    """Before each part but the first."""
    held_from: int | None = None
    """The part before which the server waits until the test sets `go`."""
    breaks_off: bool = False
    """True where the connection ends without an end of the reply."""


def says(text: str, **values: Any) -> Reply:
    """A reply that says the text, a few characters at a time."""
    parts = [text[at : at + _PART_CHARS] for at in range(0, len(text), _PART_CHARS)]
    return Reply(parts, **values)


class ScriptedServer:
    """What the model says, what it was asked, and where it listens.

    `answers` and `repairs` are taken in their order; the last of each stays.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.answers: list[Reply] = []
        self.repairs: list[Reply] = [says("I cannot.")]
        self.models: Reply = Reply(
            raw=json.dumps({"data": [{"id": MODEL}]}).encode(), content_type="application/json"
        )
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.go = threading.Event()
        self.stopped = threading.Event()
        self._lock = threading.Lock()

    def take(self, body: dict[str, Any]) -> Reply:
        """The next reply to that request."""
        with self._lock:
            self.asked.append(body)
            is_repair = "What is wrong:" in body["messages"][-1]["content"]
            script = self.repairs if is_repair else self.answers
            return script.pop(0) if len(script) > 1 else script[0]


@contextmanager
def scripted_llm() -> Iterator[ScriptedServer]:
    """A server for the block."""

    class Handler(_Handler):
        pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    Handler.script = ScriptedServer(f"http://127.0.0.1:{httpd.server_address[1]}/v1")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Handler.script
    finally:
        Handler.script.stopped.set()
        Handler.script.go.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    script: ScriptedServer

    def do_GET(self) -> None:
        self.script.keys.append(self.headers.get("Authorization"))
        self._send(self.script.models if self.path == "/v1/models" else Reply(status=404))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.keys.append(self.headers.get("Authorization"))
        self._send(
            self.script.take(body) if self.path == "/v1/chat/completions" else Reply(status=404)
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing on the terminal of the tests."""

    def _send(self, reply: Reply) -> None:
        try:
            self.script.stopped.wait(reply.wait_s)
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.raw is not None:
                for _ in range(reply.times):
                    self.wfile.write(reply.raw)
            elif reply.status == 200:
                self._send_events(reply)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The client has read enough.

    def _send_events(self, reply: Reply) -> None:
        for position, part in enumerate(reply.parts):
            if position:
                self.script.stopped.wait(reply.pause_s)
            if position == reply.held_from:
                self.script.go.wait(_HELD_S)
            self._event({"choices": [{"index": 0, "delta": {"content": part}}]})
        if not reply.breaks_off:
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, content: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(content)}\n\n".encode())
        self.wfile.flush()
