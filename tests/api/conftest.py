"""The service over the default library, without a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from index.settings import read_settings
from rag.pipeline import Pipeline
from rag.settings import RagSettings

READER_KEY = "reader-key-0123456789"
ADMIN_KEY = "admin-key-01234567890"


@pytest.fixture(scope="session")
def api_settings(default_settings: RagSettings) -> ApiSettings:
    return read_settings(
        ApiSettings,
        data_dir=default_settings.data_dir,
        documents_dir=default_settings.documents_dir,
    )


@pytest.fixture
def client(api_settings: ApiSettings, default_pipeline: Pipeline) -> Iterator[TestClient]:
    """A client of the service without keys."""
    app = create_app(api_settings, pipeline=default_pipeline)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def keyed_client(api_settings: ApiSettings, default_pipeline: Pipeline) -> Iterator[TestClient]:
    """A client of the service with a reader's and an admin's key."""
    settings = api_settings.model_copy(
        update={"api_keys": f"reader:{READER_KEY},admin:{ADMIN_KEY}"}
    )
    app = create_app(settings, pipeline=default_pipeline)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def empty_client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service whose library was never made."""
    settings = read_settings(ApiSettings, data_dir=tmp_path / "nothing")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client
