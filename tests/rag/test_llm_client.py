import subprocess
import sys
from collections.abc import Iterator

import pytest
from llama_index.core.llms import ChatMessage
from llama_index.core.llms.llm import LLM

from index.settings import read_settings
from rag.language_model import Message
from rag.llm_client import LlamaIndexModel, OpenAICompatibleLLM, open_model
from rag.model_server import server_client
from rag.settings import RagSettings
from tests.scripted_llm import MODEL, ScriptedServer, says, scripted_llm

TEXT = "Riluzole slows ALS."


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_llm() as server:
        server.answers = [says(TEXT)]
        yield server


@pytest.fixture
def settings(server: ScriptedServer) -> RagSettings:
    return read_settings(
        RagSettings, llm_model=MODEL, llm_base_url=server.base_url, llm_api_key="secret-key"
    )


@pytest.fixture
def model(settings: RagSettings) -> Iterator[LlamaIndexModel]:
    model = open_model(settings, 200)
    yield model
    model.close()


def test_a_chat_is_asked_for_with_the_key_and_the_length(
    model: LlamaIndexModel, server: ScriptedServer
) -> None:
    said = model.stream([Message("system", "Be short."), Message("user", "What?")])

    assert "".join(said) == TEXT
    assert server.keys == ["Bearer secret-key"]
    (body,) = server.asked
    assert body == {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": "What?"},
        ],
        "max_tokens": 200,
        "temperature": 0,
        "stream": True,
    }


def test_it_is_named_and_said_to_run_here(model: LlamaIndexModel) -> None:
    assert (model.name, model.runs_on) == (MODEL, "this machine")


def test_it_is_a_llama_index_model_in_every_way_of_asking(settings: RagSettings) -> None:
    with server_client(settings) as client:
        llm: LLM = OpenAICompatibleLLM(
            client=client, model=MODEL, context_window=4_096, max_tokens=200, timeout_s=5
        )

        assert llm.chat([ChatMessage(content="What?")]).message.content == TEXT
        assert llm.complete("What?").text == TEXT
        assert [one.text for one in llm.stream_complete("What?")][-1] == TEXT
        *_, last = llm.stream_chat([ChatMessage(content="What?")])
        assert last.message.content == TEXT
        assert llm.metadata.is_chat_model
        assert llm.metadata.context_window == 4_096


def test_no_key_is_sent_where_none_is_set(
    server: ScriptedServer, settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-another-service")
    model = open_model(settings.model_copy(update={"llm_api_key": None}), 200)

    list(model.stream([Message("user", "What?")]))
    model.close()

    assert server.keys == [None]


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    model: LlamaIndexModel, settings: RagSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    model = open_model(settings, 200)

    assert "".join(model.stream([Message("user", "What?")])) == TEXT
    model.close()


def test_an_answer_without_a_model_does_not_load_llama_index() -> None:
    code = "import sys, rag.pipeline, rag.doctor; print('llama_index.core' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
