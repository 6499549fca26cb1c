import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.settings import read_settings
from rag.doctor import examine
from rag.model_server import place_of, probe
from rag.settings import RagSettings
from tests.scripted_llm import MODEL, Reply, ScriptedServer, scripted_llm


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_llm() as server:
        yield server


def settings_of(base_url: str, **values: object) -> RagSettings:
    return read_settings(RagSettings, llm_model=MODEL, llm_base_url=base_url, **values)


def listing(*names: str) -> Reply:
    body = json.dumps({"data": [{"id": name} for name in names]})
    return Reply(raw=body.encode(), content_type="application/json")


@pytest.mark.parametrize(
    ("reply", "ok", "said"),
    [
        (listing("a", MODEL), True, "answers and has it"),
        (listing("a", "b", "c", "d"), True, "it lists other models: a, b, c"),
        (listing(), True, "it lists other models: none"),
        (
            Reply(status=404),
            True,
            "answers (HTTP 404 where models are listed; most addresses end in /v1)",
        ),
        (Reply(status=401), False, "refuses the key (HTTP 401); set ALSQA_LLM_API_KEY"),
        (Reply(raw=b"<html>"), False, "not as an OpenAI-compatible server"),
        (Reply(raw=b'{"data": 7}'), False, "not as an OpenAI-compatible server"),
        (Reply(raw=b"x" * 100_000, times=1_000), False, "not as an OpenAI-compatible server"),
    ],
)
def test_what_the_server_says_of_itself_is_told(
    server: ScriptedServer, reply: Reply, ok: bool, said: str
) -> None:
    server.models = reply

    state = probe(settings_of(server.base_url))

    assert (state.ok, said in state.detail) == (ok, True)
    assert "127.0.0.1:" in state.detail


def test_the_key_goes_with_the_question_for_models(server: ScriptedServer) -> None:
    probe(settings_of(server.base_url, llm_api_key="secret-key"))

    assert server.keys == ["Bearer secret-key"]


def test_a_server_that_is_down_is_told() -> None:
    state = probe(settings_of("http://127.0.0.1:1/v1"))

    assert not state.ok
    assert "127.0.0.1:1 does not answer (ConnectError)" in state.detail


@pytest.mark.parametrize(
    ("base_url", "place"),
    [
        ("http://127.0.0.1:11434/v1", "this machine"),
        ("http://127.8.8.8/v1", "this machine"),
        ("http://[::1]:8080/v1", "this machine"),
        ("http://localhost:8080/v1", "this machine"),
        ("http://10.0.0.7:8000/v1", "10.0.0.7"),
        ("https://localhost.example.org/v1", "localhost.example.org"),
        ("https://api.example.org/v1", "api.example.org"),
    ],
)
def test_where_the_model_runs_is_read_off_its_address(base_url: str, place: str) -> None:
    assert place_of(base_url) == place


def test_doctor_says_whether_it_answers_and_that_text_stays_here(
    server: ScriptedServer, tmp_path: Path
) -> None:
    finding = examine(settings_of(server.base_url, data_dir=tmp_path)).findings[-1]

    assert finding.ok
    assert finding.detail.startswith(f"{MODEL}: 127.0.0.1:")
    assert finding.detail.endswith("question and evidence stay on this machine")


def test_doctor_names_the_host_that_text_leaves_for(tmp_path: Path) -> None:
    settings = settings_of("http://127.0.0.1.invalid/v1", data_dir=tmp_path)

    finding = examine(settings).findings[-1]

    assert not finding.ok
    assert "leave this machine for 127.0.0.1.invalid" in finding.detail
    assert finding.detail.endswith("until it answers, answers are verbatim sentences")
