"""A library goes over to another embedding model and back: never a mixture, never embedded twice."""

from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from index.embedding_models import load_embedder
from index.ingest import ingest
from index.settings import read_settings
from rag.pipeline import build_pipeline
from rag.settings import RagSettings
from tests.conftest import PROJECT
from tests.faults.waiting import until
from tests.rag.examples import FDA_QUESTION
from tests.tiny_models import save_base_model, save_model


def test_another_model_makes_a_new_build_and_the_old_one_serves_until_it_is_live(
    tmp_path: Path,
) -> None:
    settings = read_settings(
        RagSettings, data_dir=tmp_path / "data", documents_dir=PROJECT / "documents"
    )
    tiny_folder = save_model(save_base_model(tmp_path / "base"), tmp_path / "tiny")
    first, tiny = load_embedder(), load_embedder(str(tiny_folder))
    whole = ingest(settings, first)
    pipeline = build_pipeline(settings)
    while_embedding: list[str] = []

    def ask(stage: str, _done: int, _total: int) -> None:
        if stage == "building" and not while_embedding:
            while_embedding.append(pipeline.answer(FDA_QUESTION).receipt.embedding_fingerprint)

    there = ingest(settings, tiny, on_progress=ask)
    after = pipeline.answer(FDA_QUESTION).receipt
    back = ingest(settings, first)
    answer = pipeline.answer(FDA_QUESTION)
    pipeline.close()

    assert while_embedding == [first.fingerprint]
    assert there.embeddings_computed >= whole.embeddings_computed / 2
    assert (after.build_id, after.embedding_fingerprint) == (there.build_id, tiny.fingerprint)
    assert back.embeddings_computed == 0
    assert answer.receipt.embedding_fingerprint == first.fingerprint
    assert answer.status == "answered"


def test_service_embeds_its_library_with_the_model_that_is_set(tmp_path: Path) -> None:
    tiny_folder = save_model(save_base_model(tmp_path / "base"), tmp_path / "tiny")
    first, tiny = load_embedder(), load_embedder(str(tiny_folder), runtime="torch")
    settings = read_settings(
        ApiSettings,
        data_dir=tmp_path / "data",
        documents_dir=PROJECT / "documents",
        embedding_model=str(tiny_folder),
        embedding_runtime="torch",
    )
    ingest(settings, first)
    gone = settings.model_copy(update={"documents_dir": tmp_path / "gone"})
    asked: list[str] = []

    with TestClient(create_app(gone), base_url="http://127.0.0.1") as client:

        def is_on_the_model_that_is_set() -> bool:
            reply = client.post("/api/v1/answers", json={"question": FDA_QUESTION})
            assert reply.status_code == 200
            asked.append(reply.json()["receipt"]["embedding_fingerprint"])
            return asked[-1] == tiny.fingerprint

        until(is_on_the_model_that_is_set, limit_s=120)
        until(lambda: client.get("/api/v1/library").json()["reembedding"] is None)

    assert asked[0] == first.fingerprint
    assert sorted(set(asked)) == sorted((first.fingerprint, tiny.fingerprint))
