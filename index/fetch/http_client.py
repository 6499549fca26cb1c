"""A service on the web, asked at its pace, within limits, and again where a fault may pass.

Calls follow each other: the next goes out only when a set time has passed since the last was
answered, so that a service never sees two of them closer together than that, whatever the
network does to them on their way.
"""

import random
from collections.abc import Callable, Mapping
from contextlib import closing
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx

from index.fetch.clock import Clock
from index.fetch.errors import GO_ON, FetchError, PassingFault, ReplyError
from index.fetch.http_faults import fault_of, passing_status
from index.fetch.service import Reply, Service

T = TypeVar("T")

TRIES = 5
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 120.0
_CONNECT_S = 10.0
_WHOLE_ANSWER_TIMES = 10
_MOST_REDIRECTS = 3


class HttpClient:
    """Calls to one service.

    Args:
        service: whom to ask.
        timeout_s: how long it may send nothing.
        clock: waits between calls, and before a call is made again.
        tell: is told when a call is made again, and why.
        transport: in place of the network, for tests.

    Raises:
        FetchError: the environment names a proxy or certificates that cannot be used.
    """

    def __init__(
        self,
        service: Service,
        *,
        timeout_s: float,
        clock: Clock,
        tell: Callable[[str], None],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.service = service
        self._clock = clock
        self._tell = tell
        self._whole_s = timeout_s * _WHOLE_ANSWER_TIMES
        self._answered_at: float | None = None
        self._reached = False
        try:
            self._http = httpx.Client(
                headers={"User-Agent": "alsqa"},
                timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S)),
                follow_redirects=False,
                transport=transport,
            )
        except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
            raise FetchError(
                "The proxy or the certificates that the environment names cannot be used "
                f"({type(error).__name__}).",
                "Check HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        read: Callable[[Reply], T],
        *,
        most_bytes: int,
    ) -> T:
        """What `read` makes of the answer to a GET.

        Args:
            path: below the base address.
            params: follow it in the address.
            read: raises PassingFault where the answer is not what it should be; then it is asked
                again, a few times.
            most_bytes: an answer of more is refused.

        Raises:
            FetchError: it cannot be asked, or its answers stay of no use (ReplyError).
        """
        url = f"{self.service.base_url}/{path}"
        return self._ask(self._http.build_request("GET", url, params=params), read, most_bytes)

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        read: Callable[[Reply], T],
        *,
        most_bytes: int,
    ) -> T:
        """What `read` makes of the answer to a POST, as for `get`.

        Fields of any length go in the body, where no log of addresses shows them.
        """
        url = f"{self.service.base_url}/{path}"
        data = {**fields, **self.service.fields}
        return self._ask(self._http.build_request("POST", url, data=data), read, most_bytes)

    def _ask(self, request: httpx.Request, read: Callable[[Reply], T], most_bytes: int) -> T:
        for attempt in range(1, TRIES + 1):
            kind: type[FetchError] = FetchError
            try:
                reply = self._follow(request, most_bytes)
                kind = ReplyError
                return read(reply)
            except PassingFault as fault:
                wait_s = self._wait_s(fault, attempt)
                if attempt == TRIES or wait_s > _LONGEST_WAIT_S:
                    raise self._given_up(fault, kind, attempt, wait_s) from fault
                self._tell(
                    f"{self.service.name} {fault.said}. "
                    f"It is asked again in {wait_s:.0f} s ({attempt + 1} of {TRIES})."
                )
                self._clock.sleep(wait_s)
        raise AssertionError("unreachable")

    def _wait_s(self, fault: PassingFault, attempt: int) -> float:
        if fault.retry_after_s is not None:
            return max(fault.retry_after_s, _FIRST_WAIT_S)
        jitter = 1 + random.random() / 2  # noqa: S311 - it parts clients, it keeps no secret
        return _FIRST_WAIT_S * float(2 ** (attempt - 1)) * jitter

    def _given_up(
        self, fault: PassingFault, kind: type[FetchError], attempt: int, wait_s: float
    ) -> FetchError:
        if wait_s > _LONGEST_WAIT_S:
            times = f", and asks to wait {wait_s / 60:.0f} minutes"
        else:
            times = f", {attempt} times in a row"
        return kind(f"{self.service} {fault.said}{times}.", GO_ON)

    def _follow(self, request: httpx.Request, most_bytes: int) -> Reply:
        """The answer, after redirects within the host."""
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                response = self._send(request)
                with closing(response):
                    if not response.has_redirect_location:
                        return self._reply(response, most_bytes)
                    target = request.url.join(response.headers["Location"])
            except httpx.InvalidURL as error:
                raise FetchError(f"{self.service} redirects to no address.", GO_ON) from error
            except httpx.HTTPError as error:
                raise fault_of(error, service=str(self.service), reached=self._reached) from error
            if not _is_same_place(request.url, target):
                raise FetchError(
                    f"{self.service} redirects to another place ({target.host}), which is not asked.",
                    "If the service has moved, give its address in ALSQA_NCBI_BASE_URL or "
                    "ALSQA_EUROPEPMC_BASE_URL.",
                )
            request = self._http.build_request(
                request.method, target, content=request.read(), headers=_content_type(request)
            )
        raise FetchError(f"{self.service} redirects in a circle.", GO_ON)

    def _send(self, request: httpx.Request) -> httpx.Response:
        if self._answered_at is not None:
            pause = self._answered_at + self.service.seconds_between - self._clock.monotonic()
            if pause > 0:
                self._clock.sleep(pause)
        try:
            response = self._http.send(request, stream=True)
        finally:
            self._answered_at = self._clock.monotonic()
        self._reached = True
        return response

    def _reply(self, response: httpx.Response, most_bytes: int) -> Reply:
        if said := passing_status(response.status_code):
            raise PassingFault(said, retry_after_s=self._retry_after_s(response))
        body = bytearray()
        latest = self._clock.monotonic() + self._whole_s
        for piece in response.iter_bytes():
            body += piece
            if len(body) > most_bytes:
                raise FetchError(
                    f"{self.service} sent more than {most_bytes:,} bytes in one answer.",
                    "That is no answer to what was asked. Check its address in the settings.",
                )
            if self._clock.monotonic() > latest:
                raise PassingFault(f"took more than {self._whole_s:.0f} s for one answer")
        content = bytes(body)
        if self.service.secret:
            content = content.replace(self.service.secret.encode(), b"(key)")
        return Reply(response.status_code, content)

    def _retry_after_s(self, response: httpx.Response) -> float | None:
        """Seconds in its header, given as such or as a date (RFC 9110, section 10.2.3)."""
        value = response.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            return (parsedate_to_datetime(value) - self._clock.now()).total_seconds()
        except (TypeError, ValueError):
            return None


def _is_same_place(here: httpx.URL, there: httpx.URL) -> bool:
    """Whether it is the same host and port, or its encrypted twin."""
    is_upgrade = (here.scheme, there.scheme) == ("http", "https")
    same_port = here.port == there.port or (is_upgrade and there.port is None)
    return here.host == there.host and same_port and (here.scheme == there.scheme or is_upgrade)


def _content_type(request: httpx.Request) -> dict[str, str]:
    value = request.headers.get("Content-Type")
    return {"Content-Type": value} if value else {}
