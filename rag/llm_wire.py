"""One request to an OpenAI-compatible server: messages out, the parts of the reply in.

What is read is bounded in bytes and in time, and whatever the server sends becomes text or a
`LanguageModelError`. The format is that of OpenAI's "Create chat completion", streamed as
server-sent events; a server that does not stream and answers with one JSON object is read too.
"""

import codecs
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from rag.errors import LanguageModelError
from rag.language_model import TOO_LATE, TOO_LONG, UNREADABLE
from rag.timing import Deadline

_CONNECT_S = 10.0
_MOST_BYTES = 4_000_000
_MOST_LINE = 200_000
_RETRIES = 2
_LONGEST_WAIT_S = 10.0
_FIRST_WAIT_S = 0.5
_OK = 200
_TOO_MANY = 429
_SERVER_FAULT = 500


def stream_reply(
    client: httpx.Client, body: dict[str, Any], *, deadline: Deadline
) -> Iterator[str]:
    """The parts of a reply; asked again, twice at most, where it did not begin and that may help.

    Args:
        client: knows the server's address and the key.
        body: of the request.
        deadline: when the reply has to be read.

    Raises:
        LanguageModelError: there is no reply, it cannot be read, or it stopped before its end.
    """
    for retry in range(_RETRIES + 1):
        parts = _ask(client, body, deadline)
        try:
            first = next(parts, None)
        except LanguageModelError as error:
            wait_s = max(error.retry_after_s or 0.0, _FIRST_WAIT_S * 2**retry)
            hopeless = wait_s > min(_LONGEST_WAIT_S, deadline.left_s)
            if not error.retryable or retry == _RETRIES or hopeless:
                raise
            time.sleep(wait_s)
            continue
        if first is not None:
            yield first
            yield from parts
        return


def _ask(client: httpx.Client, body: dict[str, Any], deadline: Deadline) -> Iterator[str]:
    timeout = httpx.Timeout(deadline.left_s, connect=min(_CONNECT_S, deadline.left_s))
    try:
        with client.stream("POST", "chat/completions", json=body, timeout=timeout) as response:
            _check(response)
            lines = _lines(response, deadline)
            if response.headers.get("content-type", "").startswith("application/json"):
                yield _whole("\n".join(lines))
            else:
                yield from _events(lines)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise LanguageModelError("could not be reached", retryable=True) from error
    except httpx.TimeoutException as error:
        raise LanguageModelError(TOO_LATE) from error
    except (httpx.TransportError, httpx.StreamError) as error:
        raise LanguageModelError("broke off") from error


def _check(response: httpx.Response) -> None:
    code = response.status_code
    if code != _OK:
        raise LanguageModelError(
            f"was refused by its server (HTTP {code})",
            retryable=code == _TOO_MANY or code >= _SERVER_FAULT,
            retry_after_s=_retry_after(response.headers.get("retry-after", "")),
        )
    kind = response.headers.get("content-type", "text/event-stream").partition(";")[0].strip()
    packed = response.headers.get("content-encoding", "identity") != "identity"
    if packed or kind not in ("text/event-stream", "application/json", "text/plain"):
        raise LanguageModelError(UNREADABLE)


def _retry_after(value: str) -> float | None:
    """Seconds, from a number of them or a date (RFC 9110, 10.2.3); None where it is neither."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _lines(response: httpx.Response, deadline: Deadline) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    line, room = "", _MOST_BYTES
    for chunk in response.iter_raw():
        room -= len(chunk)
        if room < 0 or len(line) > _MOST_LINE:
            raise LanguageModelError(TOO_LONG)
        if not deadline.left_s:
            raise LanguageModelError(TOO_LATE)
        *ended, line = (line + decoder.decode(chunk)).split("\n")
        yield from (one.rstrip("\r") for one in ended)
    yield line


def _events(lines: Iterator[str]) -> Iterator[str]:
    is_ended = False
    for line in lines:
        name, _, data = line.partition(":")
        if name != "data":
            continue
        if data.strip() == "[DONE]":
            return
        choice = _choice(_parsed(data))
        yield _text(choice.get("delta"))
        # Some servers close without [DONE], and some send the usage after the end.
        is_ended = is_ended or choice.get("finish_reason") is not None
    if not is_ended:
        raise LanguageModelError("broke off")


def _whole(text: str) -> str:
    choice = _choice(_parsed(text))
    if not choice:
        raise LanguageModelError(UNREADABLE)
    return _text(choice.get("message"))


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LanguageModelError(UNREADABLE) from error
    if not isinstance(found, dict) or found.get("error"):
        raise LanguageModelError(UNREADABLE)
    return found


def _choice(reply: dict[str, Any]) -> dict[str, Any]:
    """The first choice; empty where there is none, as in an event that tells of usage."""
    choices = reply.get("choices") or [{}]
    first = choices[0] if isinstance(choices, list) else None
    if not isinstance(first, dict):
        raise LanguageModelError(UNREADABLE)
    return first


def _text(holder: object) -> str:
    """What a delta or a message says; nothing where it calls a tool or has no words."""
    content = holder.get("content") if isinstance(holder, dict) else None
    return content if isinstance(content, str) else ""
