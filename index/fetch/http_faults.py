"""What went wrong between this machine and a service, in words: faults of httpx in, ours out."""

import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from index.fetch.errors import GO_ON, FetchError, PassingFault

_WORKS_WITHOUT = (
    "Connect this machine to the network, then run the same command again. All else in alsqa "
    "works without a network."
)
_STATUS_WORDS = {
    408: "it waited too long",
    429: "too many requests",
    500: "a fault of its own",
    502: "a fault of its own",
    503: "out of service for now",
    504: "a fault of its own",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MOST_QUOTED = 200


def passing_status(status: int) -> str | None:
    """What a status says that may be another the next time; else None."""
    words = _STATUS_WORDS.get(status)
    return f"answers {status} ({words})" if words else None


def quoted(text: str) -> str:
    """Text of a service as it can stand in a message: on one line, short, nothing but characters."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= _MOST_QUOTED else f"{line[:_MOST_QUOTED]}…"


def fault_of(error: httpx.HTTPError, *, service: str, reached: bool) -> Exception:
    """What to raise for it: a PassingFault where asking again may help, else a FetchError.

    Args:
        error: what httpx raised.
        service: name and host of the service.
        reached: whether it has answered before. A network that was never there is told at once.
    """
    causes = list(_causes(error))
    if isinstance(error, httpx.ConnectTimeout):
        return PassingFault("cannot be reached: no connection came about in time")
    if isinstance(error, httpx.TimeoutException):
        return PassingFault("sent nothing for too long")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return FetchError(
            f"{service} shows a certificate that cannot be trusted.",
            "If a proxy stands between, have SSL_CERT_FILE name its certificate.",
        )
    if isinstance(error, httpx.ProxyError):
        return FetchError(
            f"The proxy does not let calls to {service} through.",
            "Check HTTPS_PROXY and NO_PROXY, then run the same command again.",
        )
    if isinstance(error, httpx.ConnectError):
        words = _why_unreachable(causes)
        if reached:
            return PassingFault(f"cannot be reached any more: {words}")
        return FetchError(f"{service} cannot be reached: {words}.", _WORKS_WITHOUT)
    if isinstance(error, httpx.DecodingError):
        return PassingFault("sent data that cannot be unpacked")
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return PassingFault("broke the connection off")
    return FetchError(f"{service} could not be asked ({type(error).__name__}).", GO_ON)


def _why_unreachable(causes: list[BaseException]) -> str:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "its name is not known here, so there is no network or no name service"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "the connection is refused"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "no encrypted connection comes about"
    return "there is no way to it from here"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
