"""A clock that stands still, a loopback service, and clients for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.fetch.entrez import Entrez, ncbi
from index.fetch.http_client import HttpClient
from index.fetch.settings import FetchSettings
from index.settings import read_settings
from tests.index.fetch.bench import Bench
from tests.index.fetch.samples import FakePubMed, StillClock, records
from tests.index.fetch.web_server import WebServer, plain_transport


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def server(clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A loopback service, asked without the proxy that this machine may have."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with WebServer(clock.monotonic) as server:
        yield server


@pytest.fixture
def told() -> list[str]:
    """What a client or source told."""
    return []


@pytest.fixture
def settings(server: WebServer, tmp_path: Path) -> FetchSettings:
    """Settings that have the loopback service asked in place of NCBI and Europe PMC."""
    return read_settings(
        FetchSettings,
        ncbi_base_url=f"{server.url}/entrez/eutils",
        europepmc_base_url=f"{server.url}/rest",
        documents_dir=tmp_path / "documents",
        data_dir=tmp_path / "data",
        fetch_timeout_s=5,
    )


@pytest.fixture
def ncbi_client(
    settings: FetchSettings, clock: StillClock, told: list[str]
) -> Iterator[HttpClient]:
    with HttpClient(
        ncbi(settings), timeout_s=5, clock=clock, tell=told.append, transport=plain_transport()
    ) as client:
        yield client


@pytest.fixture
def entrez(ncbi_client: HttpClient, clock: StillClock) -> Entrez:
    return Entrez(ncbi_client, clock)


@pytest.fixture
def small_entrez(ncbi_client: HttpClient, clock: StillClock) -> Entrez:
    """For a PubMed that lists 99 records of a search at most."""
    return Entrez(ncbi_client, clock, listed_at_most=99)


@pytest.fixture
def bench(entrez: Entrez, server: WebServer, tmp_path: Path, told: list[str]) -> Bench:
    return Bench(entrez, server, tmp_path / "fetched" / "tofersen", told)


@pytest.fixture
def pubmed(server: WebServer) -> FakePubMed:
    """A PubMed of 450 records: three files."""
    pubmed = FakePubMed(records(450))
    server.answer = pubmed.answer
    return pubmed
