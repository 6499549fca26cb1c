import gzip
import logging
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import httpx
import pytest

from index.fetch.clock import SystemClock
from index.fetch.errors import FetchError, PassingFault, ReplyError
from index.fetch.http_client import TRIES, HttpClient
from index.fetch.service import Reply, Service
from tests.index.fetch.samples import START, StillClock
from tests.index.fetch.web_server import Answer, WebServer, plain_transport

PASSING = [
    Answer(status=429),
    Answer(status=500),
    Answer(status=502),
    Answer(status=503),
    Answer(status=504),
    Answer(ends="reset"),
    Answer(b"half of what is said", ends="cut"),
    Answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
]


def _body(reply: Reply) -> bytes:
    return reply.body


def _client(
    server: WebServer,
    clock: StillClock | SystemClock,
    *,
    told: list[str] | None = None,
    seconds_between: float = 0.36,
    timeout_s: float = 5,
    secret: str | None = None,
    fields: dict[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> HttpClient:
    service = Service("NCBI", server.url, seconds_between, fields or {}, secret)
    tell = (told if told is not None else []).append
    return HttpClient(
        service,
        timeout_s=timeout_s,
        clock=clock,
        tell=tell,
        transport=transport or plain_transport(),
    )


def test_calls_keep_their_distance_by_the_clock_of_the_server(server: WebServer) -> None:
    """With real time: 3 calls a second are allowed, and the server never sees a third of one."""
    with _client(server, SystemClock()) as client:
        for _ in range(4):
            client.post("efetch", {}, _body, most_bytes=100)

    moments = [call.at for call in server.calls]
    assert all(after - before > 1 / 3 for before, after in pairwise(moments))


def test_no_second_holds_more_than_three_calls_even_where_calls_are_made_again(
    server: WebServer, clock: StillClock
) -> None:
    with _client(server, clock) as client:
        for number in range(20):
            if number % 5 == 0:
                server.queue += [Answer(status=429, headers={"Retry-After": "0"})]
            client.post("efetch", {}, _body, most_bytes=100)

    moments = [call.at_of_test for call in server.calls]
    assert len(moments) == 24
    for moment in moments:
        assert sum(moment <= other < moment + 1 for other in moments) <= 3


@pytest.mark.parametrize("fault", PASSING)
def test_fault_that_may_pass_is_asked_again_after_a_growing_wait(
    server: WebServer, clock: StillClock, told: list[str], fault: Answer
) -> None:
    server.queue += [fault, fault, Answer(b"well")]

    with _client(server, clock, told=told, seconds_between=0) as client:
        assert client.get("x", {}, _body, most_bytes=100) == b"well"

    first, second = clock.slept
    assert 1 <= first <= 1.5
    assert 2 <= second <= 3
    assert len(told) == 2
    assert told[0].startswith("NCBI ")
    assert "(2 of 5)" in told[0]


@pytest.mark.parametrize("fault", PASSING)
def test_fault_that_stays_ends_in_a_message_and_not_in_an_answer(
    server: WebServer, clock: StillClock, fault: Answer
) -> None:
    server.answer = lambda _: fault

    with _client(server, clock) as client, pytest.raises(FetchError) as caught:
        client.get("x", {}, _body, most_bytes=100)

    assert len(server.calls) == TRIES
    assert caught.value.problem.startswith("NCBI (127.0.0.1) ")
    assert caught.value.problem.endswith("5 times in a row.")
    assert "same command" in caught.value.remedy


def test_service_that_hangs_is_left_after_the_timeout(server: WebServer, clock: StillClock) -> None:
    server.answer = lambda _: Answer(ends="hang")

    with (
        _client(server, clock, timeout_s=0.05) as client,
        pytest.raises(FetchError, match="sent nothing for too long, 5 times in a row"),
    ):
        client.get("x", {}, _body, most_bytes=100)


def test_answer_that_never_ends_is_left_after_ten_times_the_timeout(
    server: WebServer,
) -> None:
    class SlowClock(StillClock):
        def monotonic(self) -> float:
            self.seconds += 60
            return self.seconds

    server.answer = lambda _: Answer(b"drip")

    with (
        _client(server, SlowClock()) as client,
        pytest.raises(FetchError, match="took more than 50 s for one answer"),
    ):
        client.get("x", {}, _body, most_bytes=100)


def test_wait_that_the_service_asks_for_is_kept(server: WebServer, clock: StillClock) -> None:
    date = format_datetime(START + timedelta(seconds=30))
    server.queue += [
        Answer(status=429, headers={"Retry-After": "7"}),
        Answer(status=503, headers={"Retry-After": date}),
        Answer(status=503, headers={"Retry-After": "soon"}),
    ]

    with _client(server, clock, seconds_between=0) as client:
        client.get("x", {}, _body, most_bytes=100)

    assert clock.slept[:2] == [7, 23]
    assert 4 <= clock.slept[2] <= 6


def test_wait_that_is_far_too_long_is_told_and_not_waited(
    server: WebServer, clock: StillClock
) -> None:
    server.answer = lambda _: Answer(status=429, headers={"Retry-After": "3600"})

    with (
        _client(server, clock) as client,
        pytest.raises(FetchError, match="asks to wait 60 minutes"),
    ):
        client.get("x", {}, _body, most_bytes=100)
    assert clock.slept == []


def test_answer_that_cannot_be_read_is_asked_for_again_and_then_a_reply_error(
    server: WebServer, clock: StillClock
) -> None:
    def read(reply: Reply) -> bytes:
        if reply.body == b"bad":
            raise PassingFault("sent something bad")
        return reply.body

    server.queue += [Answer(b"bad"), Answer(b"good")]
    with _client(server, clock) as client:
        assert client.get("x", {}, read, most_bytes=100) == b"good"
        server.answer = lambda _: Answer(b"bad")
        with pytest.raises(ReplyError, match="sent something bad, 5 times in a row"):
            client.get("x", {}, read, most_bytes=100)


def test_answer_is_unpacked_and_bounded(server: WebServer, clock: StillClock) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    server.answer = lambda _: Answer(bomb, headers={"Content-Encoding": "gzip"})

    with _client(server, clock) as client:
        assert len(client.get("x", {}, _body, most_bytes=5_000_000)) == 5_000_000
        with pytest.raises(FetchError, match="sent more than 1,000,000 bytes"):
            client.get("x", {}, _body, most_bytes=1_000_000)
    assert "gzip" in server.calls[0].headers["accept-encoding"]


def test_redirect_within_the_host_is_followed_with_all_fields(
    server: WebServer, clock: StillClock
) -> None:
    server.queue += [Answer(status=301, headers={"Location": "/elsewhere"}), Answer(b"there")]

    with _client(server, clock, fields={"tool": "alsqa"}) as client:
        assert client.post("here", {"id": "1"}, _body, most_bytes=100) == b"there"

    assert server.calls[1].path == "/elsewhere"
    assert server.calls[1].method == "POST"
    assert server.calls[1].fields == {"id": "1", "tool": "alsqa"}


@pytest.mark.parametrize(
    "target", ["http://localhost:{port}/x", "https://example.org/", "http://127.0.0.1:9/x"]
)
def test_redirect_to_another_place_is_not_followed(
    server: WebServer, clock: StillClock, target: str
) -> None:
    port = server.url.rpartition(":")[2]
    server.answer = lambda _: Answer(status=302, headers={"Location": target.format(port=port)})

    with _client(server, clock) as client, pytest.raises(FetchError, match="another place"):
        client.post("x", {"api_key": "secret"}, _body, most_bytes=100)
    assert len(server.calls) == 1


def test_redirects_in_a_circle_end(server: WebServer, clock: StillClock) -> None:
    server.answer = lambda _: Answer(status=307, headers={"Location": "/x"})

    with _client(server, clock) as client, pytest.raises(FetchError, match="in a circle"):
        client.get("x", {}, _body, most_bytes=100)


def _raising(make: Callable[[], Exception]) -> httpx.MockTransport:
    def handle(_: httpx.Request) -> httpx.Response:
        error = httpx.ConnectError("no way")
        error.__cause__ = make()
        raise error

    return httpx.MockTransport(handle)


def test_missing_network_is_told_at_once_in_plain_words(
    server: WebServer, clock: StillClock
) -> None:
    transport = _raising(lambda: socket.gaierror(-3, "Temporary failure in name resolution"))

    with (
        _client(server, clock, transport=transport) as client,
        pytest.raises(FetchError, match="there is no network or no name service") as caught,
    ):
        client.get("x", {}, _body, most_bytes=100)

    assert "works without a network" in caught.value.remedy
    assert clock.slept == []


def test_refused_connection_is_told_at_once(clock: StillClock, told: list[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        service = Service("NCBI", f"http://127.0.0.1:{unused.getsockname()[1]}", 0)
        with (
            HttpClient(service, timeout_s=1, clock=clock, tell=told.append) as client,
            pytest.raises(FetchError, match=r"cannot be reached: the connection is refused\."),
        ):
            client.get("x", {}, _body, most_bytes=100)
    assert clock.slept == []


def test_network_that_goes_away_in_between_is_waited_for(
    server: WebServer, clock: StillClock
) -> None:
    answers = iter([None, OSError(101, "Network is unreachable"), None])

    def handle(_: httpx.Request) -> httpx.Response:
        if fault := next(answers):
            raise httpx.ConnectError("no way") from fault
        return httpx.Response(200, content=b"here")

    with _client(server, clock, transport=httpx.MockTransport(handle)) as client:
        client.get("x", {}, _body, most_bytes=100)
        assert client.get("x", {}, _body, most_bytes=100) == b"here"


def test_key_is_sent_but_stands_in_no_log_no_message_and_no_answer(
    server: WebServer, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    server.queue += [Answer(status=503), Answer(b"your key s3cr3t is fine")]
    fields = {"api_key": "s3cr3t"}

    with _client(server, clock, told=told, secret="s3cr3t", fields=fields) as client:
        body = client.post("x", {"term": "a question"}, _body, most_bytes=100)

    assert server.calls[1].fields["api_key"] == "s3cr3t"
    assert body == b"your key (key) is fine"
    assert "s3cr3t" not in caplog.text + "".join(told) + repr(client.service)
    assert "question" not in caplog.text


def test_real_clock_goes_forward() -> None:
    clock = SystemClock()
    before = clock.monotonic()

    clock.sleep(0.001)

    assert clock.monotonic() > before
    assert abs(clock.now().timestamp() - time.time()) < 5


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "no proxy://"), ("ALL_PROXY", "socks9://h"), ("SSL_CERT_FILE", "/no/such")],
)
def test_proxy_or_certificates_that_cannot_be_used_are_told(
    clock: StillClock, told: list[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(FetchError, match="cannot be used") as caught:
        HttpClient(Service("NCBI", "https://h", 1), timeout_s=1, clock=clock, tell=told.append)
    assert name in caught.value.remedy
