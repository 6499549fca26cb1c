"""Answers that a language model writes, over HTTP; what it wrote unchecked is never sent."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from index.settings import read_settings
from rag.generative import model_that_is_set
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_files
from tests.scripted_llm import MODEL, ScriptedServer, says, scripted_llm

WRITTEN = "ALS is slowed by riluzole [1]. See PMID 99999999 for more [1]."


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_llm() as server:
        server.answers = [says(WRITTEN)]
        yield server


@pytest.fixture
def client(tmp_path: Path, server: ScriptedServer) -> Iterator[TestClient]:
    given = index_files(
        tmp_path,
        {"a.txt": "# Notes\n\nRiluzole slows ALS.\n"},
        llm_model=MODEL,
        llm_base_url=server.base_url,
    )
    pipeline = Pipeline(given, HashingEmbedder(), writer=model_that_is_set(given))
    settings = read_settings(ApiSettings, data_dir=given.data_dir)
    app = create_app(settings, pipeline=pipeline)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client
    pipeline.close()


def test_what_a_model_wrote_is_stored_and_not_sent(client: TestClient, tmp_path: Path) -> None:
    sent = client.post("/api/v1/answers", json={"question": "Does riluzole slow ALS?"}).json()

    read = client.get(f"/api/v1/answers/{sent['answer_id']}").json()
    with sqlite3.connect(tmp_path / "data" / "history.db") as history:
        ((stored,),) = history.execute("SELECT answer FROM answers").fetchall()
    assert sent["text"] == "ALS is slowed by riluzole. [1]"
    assert sent["receipt"]["composer"] == f"model {MODEL}"
    assert json.loads(stored)["model_output"][0] == WRITTEN
    assert "99999999" not in json.dumps([sent, read])
