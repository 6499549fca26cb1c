import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from rag.errors import LanguageModelError
from rag.llm_wire import stream_reply
from rag.timing import Deadline
from tests.scripted_llm import Reply, ScriptedServer, says, scripted_llm

BODY = {"model": "scripted", "messages": [{"role": "user", "content": "What?"}]}
TEXT = "Riluzole slows ALS – by µ [1]."


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_llm() as server:
        yield server


def ask(server: ScriptedServer, *answers: Reply, timeout_s: float = 5.0) -> list[str]:
    server.answers = list(answers)
    with httpx.Client(base_url=server.base_url) as client:
        return list(stream_reply(client, BODY, deadline=Deadline.after(timeout_s)))


def event(content: object) -> bytes:
    return f"data: {json.dumps(content)}\n\n".encode()


def test_the_parts_of_a_reply_come_as_they_are_sent(server: ScriptedServer) -> None:
    parts = ask(server, says(TEXT))

    assert "".join(parts) == TEXT
    assert len([one for one in parts if one]) > 1
    assert server.asked == [BODY]


def test_a_reply_without_streaming_is_read(server: ScriptedServer) -> None:
    whole = json.dumps({"choices": [{"message": {"content": TEXT}}]}).encode()

    assert ask(server, Reply(raw=whole, content_type="application/json")) == [TEXT]


def test_a_character_may_be_cut_between_two_packets(server: ScriptedServer) -> None:
    content = {"choices": [{"delta": {"content": TEXT}, "finish_reason": "stop"}]}
    sent = f"data: {json.dumps(content, ensure_ascii=False)}\r\n\r\n".encode()

    assert ask(server, Reply(raw=sent)) == [TEXT]


@pytest.mark.parametrize(
    "more",
    [
        b": a comment\n\n",
        b"event: ping\nid: 7\n\n",
        event({"choices": []}),
        event({"choices": [{"delta": None}]}),
        event({"choices": [{"delta": {"content": None, "tool_calls": []}}]}),
        event({"choices": [{"delta": {"reasoning_content": "Hm."}}]}),
        event({"usage": {"total_tokens": 3}}),
    ],
)
def test_events_without_words_are_passed_over(server: ScriptedServer, more: bytes) -> None:
    said = event({"choices": [{"delta": {"content": TEXT}}]})

    assert "".join(ask(server, Reply(raw=more + said + more + b"data: [DONE]\n\n"))) == TEXT


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(status=401), "refused by its server (HTTP 401)"),
        (Reply(status=404), "refused by its server (HTTP 404)"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}), "HTTP 302"),
        (Reply(raw=b"<html>Sign in</html>", content_type="text/html"), "cannot be read"),
        (Reply(raw=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), "cannot be read"),
        (Reply(raw=b'data: {"choices": [\n\n'), "cannot be read"),
        (Reply(raw=b"data: 7\n\n"), "cannot be read"),
        (Reply(raw=b"data: " + b"[" * 100_000 + b"\n\n"), "cannot be read"),
        (Reply(raw=event({"error": {"message": "no memory"}})), "cannot be read"),
        (Reply(raw=event({"choices": ["x"]})), "cannot be read"),
        (Reply(raw=event({"choices": {"0": {}}})), "cannot be read"),
        (Reply(raw=b"{", content_type="application/json"), "cannot be read"),
        (Reply(raw=b"{}", content_type="application/json"), "cannot be read"),
        (Reply(raw=b""), "broke off"),
        (says(TEXT, breaks_off=True), "broke off"),
        (says("", headers={"Content-Length": "900"}, breaks_off=True), "broke off"),
        (Reply(raw=b"data: " + b"x" * 100_000, times=1_000), "more than is read"),
        (
            Reply(raw=event({"choices": [{"delta": {"content": "x" * 9_000}}]}), times=900),
            "more than",
        ),
    ],
)
def test_a_bad_reply_says_what_it_did_and_is_not_asked_for_again(
    server: ScriptedServer, reply: Reply, problem: str
) -> None:
    with pytest.raises(LanguageModelError) as raised:
        ask(server, reply)

    assert problem in raised.value.problem
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_overloaded_server_is_asked_again(server: ScriptedServer, status: int) -> None:
    assert "".join(ask(server, Reply(status=status), says(TEXT))) == TEXT
    assert len(server.asked) == 2


def test_it_is_asked_three_times_at_most(server: ScriptedServer) -> None:
    with pytest.raises(LanguageModelError, match="HTTP 503"):
        ask(server, Reply(status=503, headers={"Retry-After": "0"}))

    assert len(server.asked) == 3


def test_it_is_left_alone_as_long_as_it_wants(server: ScriptedServer) -> None:
    begun = time.monotonic()

    ask(server, Reply(status=429, headers={"Retry-After": "1"}), says(TEXT))

    assert time.monotonic() - begun >= 1


@pytest.mark.parametrize("wait", ["3", "3600", "a date in an hour"])
def test_it_is_not_asked_again_where_that_takes_too_long(server: ScriptedServer, wait: str) -> None:
    begun = time.monotonic()
    if wait == "a date in an hour":
        wait = format_datetime(datetime.now(UTC) + timedelta(hours=1))

    with pytest.raises(LanguageModelError, match="HTTP 429"):
        ask(server, Reply(status=429, headers={"Retry-After": wait}), timeout_s=2.5)

    assert len(server.asked) == 1
    assert time.monotonic() - begun < 2


def test_it_is_not_asked_again_after_its_first_words(server: ScriptedServer) -> None:
    with pytest.raises(LanguageModelError, match="broke off"):
        ask(server, says(TEXT, breaks_off=True), says(TEXT))

    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [says(TEXT, wait_s=30), says(TEXT, pause_s=0.2)])
def test_a_server_that_hangs_or_drips_is_given_up_in_time(
    server: ScriptedServer, reply: Reply
) -> None:
    begun = time.monotonic()

    with pytest.raises(LanguageModelError, match="in time"):
        ask(server, reply, timeout_s=0.5)

    assert time.monotonic() - begun < 3


def test_a_server_that_is_down_cannot_be_reached() -> None:
    with (
        httpx.Client(base_url="http://127.0.0.1:1/v1") as client,
        pytest.raises(LanguageModelError, match="could not be reached"),
    ):
        list(stream_reply(client, BODY, deadline=Deadline.after(0.4)))
