"""Doors: which Host and Origin are answered, how large a body may be, which headers go out.

A plain ASGI middleware in front of everything, so that nothing is read of a request that is refused.
"""

from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import MEDIA_TYPE, problem_bytes
from api.headers import SECURITY_HEADERS

_READING = ("GET", "HEAD", "OPTIONS")
_FOREIGN_SITES = ("cross-site", "same-site")


class _BodyTooLargeError(Exception):
    """The request's body is over the limit."""


class Doors:
    """Refuses foreign hosts, foreign origins and large bodies; sets security headers."""

    def __init__(self, app: ASGIApp, *, host_names: Collection[str], max_body_bytes: int) -> None:
        self._app = app
        self._host_names = host_names
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal:
            await _refuse(send, *refusal)
            return
        await self._guarded(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name(f"//{host}") not in self._host_names:
            return 421, "This service does not answer to that Host. Add it to ALSQA_ALLOWED_HOSTS."
        if scope["method"] not in _READING:
            origin = headers.get("origin")
            if origin is not None and _place(origin) != host.lower():
                return 403, "Writes from pages of another origin are refused."
            if headers.get("sec-fetch-site") in _FOREIGN_SITES:
                return 403, "Writes from pages of another site are refused."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._max_body_bytes:
            return 413, self._too_large()
        return None

    def _too_large(self) -> str:
        return f"The body is over {self._max_body_bytes:,} bytes. Send less."

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with the body counted as it comes and the headers set as they go.

        A body that turns out too large ends in a 413 whatever the app makes of its broken reading.
        """
        received = 0
        started = False
        too_large = False

        async def counted_receive() -> Message:
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_body_bytes:
                too_large = True
                raise _BodyTooLargeError
            return message

        async def dressed_send(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if too_large and not started:
                return
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", []), *_encoded()]
            await send(message)

        try:
            await self._app(scope, counted_receive, dressed_send)
        except _BodyTooLargeError:
            if started:
                raise
        if too_large and not started:
            await _refuse(send, 413, self._too_large())


def _name(address: str) -> str | None:
    try:
        name = urlsplit(address).hostname
    except ValueError:
        return None
    return name.lower() if name else None


def _encoded() -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = problem_bytes(status, detail)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *_encoded(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
