"""Every test runs without network, without `ALSQA_*` settings of the machine, on its own folders."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as property_settings

from index.embedding_models import load_embedder
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder, InProcessPool

PROJECT = Path(__file__).resolve().parent.parent
KEPT_VARIABLES = ("ALSQA_BENCH_DATA", "ALSQA_REQUIRE_BROWSER")
# What a property is tried on is the same in every run, so that a change alone can break it;
# `make check-properties` draws anew, and more. No deadline: machines are shared.
property_settings.register_profile("repeatable", derandomize=True, deadline=None)
property_settings.register_profile("wide", max_examples=2_000, deadline=None)
property_settings.load_profile("repeatable")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _no_network_no_settings() -> Iterator[None]:
    """Refuse connections to other machines, keep hubs offline, forget the machine's settings."""
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]!r}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", loopback_only)
        patch.setenv("HF_HUB_OFFLINE", "1")
        for name in os.environ:
            if name.startswith("ALSQA_") and name not in KEPT_VARIABLES:
                patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _few_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ingest reads its files in the test's own process, but where the test is marked otherwise.

    Starting workers takes longer than all else that an ingest of a few files does.
    """
    if request.node.get_closest_marker("worker_processes") is None:
        monkeypatch.setattr("index.ingest.WorkerPool", InProcessPool)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """An empty documents folder."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


@pytest.fixture
def index_settings(tmp_path: Path, documents: Path) -> IndexSettings:
    """Settings with data and documents under the test's own folder."""
    return read_settings(IndexSettings, data_dir=tmp_path / "data", documents_dir=documents)


@pytest.fixture
def hashing_embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture(scope="session")
def default_settings(tmp_path_factory: pytest.TempPathFactory) -> RagSettings:
    """The default documents, indexed once with the real weights."""
    settings = read_settings(
        RagSettings,
        data_dir=tmp_path_factory.mktemp("default") / "data",
        documents_dir=PROJECT / "documents",
    )
    ingest(settings, load_embedder())
    return settings


@pytest.fixture(scope="session")
def default_pipeline(default_settings: RagSettings) -> Iterator[Pipeline]:
    """The pipeline over the default documents, with the real weights."""
    pipeline = Pipeline(default_settings, load_embedder())
    yield pipeline
    pipeline.close()
