"""What the service says while its library goes over to another embedding model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app, start_reembedding
from api.settings import ApiSettings
from index.background_reembedding import BackgroundReembedding, ReembeddingStatus
from index.embedding import EmbeddingIdentity
from index.errors import ModelError, SettingsError
from index.settings import read_settings
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_riluzole_page

_STATUS = ReembeddingStatus("embedding", "384-mean-0", 512, 15_313)
_SAID = "It is being embedded again with 384-mean-0: 512 of about 15,313 strings."


class _OnItsWay(BackgroundReembedding):
    """Never starts, and is always half way."""

    @property
    def status(self) -> ReembeddingStatus:
        return _STATUS


@contextmanager
def _service(folder: Path, embedder: HashingEmbedder) -> Iterator[TestClient]:
    """A service over one page of the default hashing embedder, where only `embedder` can be loaded."""

    def load(_identity: EmbeddingIdentity) -> HashingEmbedder:
        raise ModelError("/secret/folder is gone.", "Put it back.")

    given = index_riluzole_page(folder)
    settings = read_settings(
        ApiSettings, data_dir=given.data_dir, documents_dir=given.documents_dir
    )
    pipeline = Pipeline(settings, embedder, load_embedder=load)
    app = create_app(settings, pipeline=pipeline, reembedding=_OnItsWay(settings, pipeline.live))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
    pipeline.close()


def test_service_is_ready_and_says_how_far_it_is(tmp_path: Path) -> None:
    with _service(tmp_path, HashingEmbedder()) as client:
        ready = client.get("/readyz")
        library = client.get("/api/v1/library").json()

    assert ready.status_code == 200
    assert ready.json()["detail"] == f"The library can be searched. {_SAID}"
    assert library["reembedding"] == {
        **{"state": "embedding", "fingerprint": "384-mean-0", "done": 512, "total": 15_313},
        "detail": _SAID,
    }


def test_service_whose_model_is_gone_says_that_it_is_being_mended(tmp_path: Path) -> None:
    with _service(tmp_path, HashingEmbedder("another-model")) as client:
        ready = client.get("/readyz")
        answer = client.post("/api/v1/answers", json={"question": "Does riluzole help?"})

    assert (ready.status_code, answer.status_code) == (503, 503)
    for reply in (ready, answer):
        assert reply.json()["detail"] == (
            f"The embedding model of the search index cannot be loaded. {_SAID}"
        )


def test_it_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, default_pipeline: Pipeline, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALSQA_REEMBED", "off")

    assert start_reembedding(read_settings(ApiSettings), default_pipeline) is None

    monkeypatch.setenv("ALSQA_REEMBED", "perhaps")
    with pytest.raises(SettingsError, match="ALSQA_REEMBED"):
        read_settings(ApiSettings)
    monkeypatch.delenv("ALSQA_REEMBED")
    started = start_reembedding(read_settings(ApiSettings, data_dir=tmp_path), default_pipeline)
    assert started is not None
    started.close()
