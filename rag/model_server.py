"""The server of the language model: its address in, a client for it and whether it answers out."""

import ipaddress
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from rag.settings import RagSettings
from rag.written import RUNS_ON

_PROBE_S = 3.0
_MOST_BYTES = 1_000_000
_NAMES_SHOWN = 3
_OK = 200
_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class ServerState:
    """Whether the server answers, and what is to be said of it."""

    ok: bool
    detail: str


def server_client(settings: RagSettings) -> httpx.Client:
    """A client for the server that is set; it follows no redirect, for a key goes with it."""
    base_url = settings.llm_base_url or ""
    headers = {"Accept-Encoding": "identity"}
    if settings.llm_api_key:
        headers["Authorization"] = f"Bearer {settings.llm_api_key.get_secret_value()}"
    # A proxy of the environment is for other machines.
    return httpx.Client(base_url=base_url, headers=headers, trust_env=place_of(base_url) != RUNS_ON)


def place_of(base_url: str) -> str:
    """The host of the address, or "this machine" where it is that."""
    host = urlsplit(base_url).hostname or ""
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost" or host.endswith(".localhost")
    return RUNS_ON if is_here else host


def probe(settings: RagSettings) -> ServerState:
    """Ask the server which models it has, for a few seconds at most; no text is sent."""
    host = urlsplit(settings.llm_base_url or "").netloc
    try:
        with (
            server_client(settings) as client,
            client.stream("GET", "models", timeout=_PROBE_S) as response,
        ):
            code = response.status_code
            names = _names(response) if code == _OK else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return ServerState(False, f"{host} does not answer ({type(error).__name__})")
    if code in _REFUSED:
        return ServerState(False, f"{host} refuses the key (HTTP {code}); set ALSQA_LLM_API_KEY")
    if code != _OK:
        # Not every server lists its models; more often the path is missing.
        hint = f"HTTP {code} where models are listed; most addresses end in /v1"
        return ServerState(True, f"{host} answers ({hint})")
    if names is None:
        return ServerState(False, f"{host} answers, but not as an OpenAI-compatible server")
    if settings.llm_model in names:
        return ServerState(True, f"{host} answers and has it")
    listed = ", ".join(names[:_NAMES_SHOWN]) or "none"
    return ServerState(True, f"{host} answers; it lists other models: {listed}")


def _names(response: httpx.Response) -> list[str] | None:
    """Of the models that are listed; None where the reply is no list of models."""
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > _MOST_BYTES:
            return None
    try:
        listed = json.loads(body)["data"]
        return [str(one["id"])[:80] for one in listed]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
