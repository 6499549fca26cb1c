"""A service on the loopback address that answers as a test has it, and notes what it is asked."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx


@dataclass(frozen=True)
class Call:
    """What was asked, and when by the clock of this machine and by the clock of the test."""

    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    at: float
    at_of_test: float


@dataclass(frozen=True)
class Answer:
    """What comes back; `ends` is how: whole, cut off in the middle, or not at all for a while."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    ends: str = "whole"


def plain_transport() -> httpx.BaseTransport:
    """Calls without encryption: made quickly, as no certificates are loaded for it."""
    return httpx.HTTPTransport(verify=False)


class WebServer:
    """Answers of `answer`, but first those of `queue`, one each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.answer: Callable[[Call], Answer] = lambda _: Answer(b"{}")
        self.queue: deque[Answer | Callable[[Call], Answer]] = deque()
        self.calls: list[Call] = []
        self._clock = clock
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def called(self, end: str) -> list[Call]:
        """The calls to paths that end so."""
        return [call for call in self.calls if call.path.endswith(end)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _next(self, call: Call) -> Answer:
        self.calls.append(call)
        if not self.queue:
            return self.answer(call)
        first = self.queue.popleft()
        return first if isinstance(first, Answer) else first(call)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5
            wbufsize = 65_536

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                self._answer(self.rfile.read(size).decode())

            def log_message(self, *_: Any) -> None:
                pass

            def _answer(self, body: str) -> None:
                parts = urlsplit(self.path)
                fields = dict(parse_qsl(parts.query) + parse_qsl(body))
                headers = {name.lower(): value for name, value in self.headers.items()}
                now = time.monotonic()
                call = Call(self.command, parts.path, fields, headers, now, server._clock())
                answer = server._next(call)
                if answer.ends == "hang":
                    self.close_connection = True
                    server._ended.wait(3)
                    return
                if answer.ends == "reset":
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                size = len(answer.body) * (2 if answer.ends == "cut" else 1)
                for name, value in ({"Content-Length": str(size)} | answer.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                if answer.ends == "cut":
                    self.close_connection = True

        return Handler
