"""A language model behind an OpenAI-compatible server, driven through LlamaIndex's `LLM` interface.

LlamaIndex's own client for such servers is not used: the SDK below it takes keys and an
organisation's name from the environment, which then go to whatever host is set, and it bounds
neither what it reads nor how long a reply may drip.
"""

from collections.abc import Generator, Sequence
from typing import Any

import httpx
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.custom import CustomLLM
from llama_index.core.llms.llm import LLM

from rag.language_model import Message
from rag.llm_wire import stream_reply
from rag.model_server import place_of, server_client
from rag.settings import RagSettings
from rag.timing import Deadline


class OpenAICompatibleLLM(CustomLLM):
    """A chat model on a server; every method raises `LanguageModelError`, and nothing else.

    Attributes:
        model: its name on the server.
        context_window: word pieces that it reads and writes at once.
        max_tokens: word pieces of a reply.
        timeout_s: how long one reply may take, retries included.
    """

    model: str
    context_window: int
    max_tokens: int
    timeout_s: float
    _client: httpx.Client = PrivateAttr()

    def __init__(self, *, client: httpx.Client, **values: Any) -> None:
        super().__init__(**values)
        self._client = client

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=True,
            model_name=self.model,
        )

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:  # noqa: ARG002 -- LlamaIndex's interface
        text = "".join(self._parts(messages))
        return ChatResponse(message=ChatMessage(role="assistant", content=text))

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:  # noqa: ARG002
        return self._responses(messages)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:  # noqa: ARG002
        return CompletionResponse(text="".join(self._parts([ChatMessage(content=prompt)])))

    @llm_completion_callback()
    def stream_complete(
        self,
        prompt: str,
        formatted: bool = False,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> CompletionResponseGen:
        return self._completions([ChatMessage(content=prompt)])

    def _responses(self, messages: Sequence[ChatMessage]) -> ChatResponseGen:
        text = ""
        for part in self._parts(messages):
            text += part
            message = ChatMessage(role="assistant", content=text)
            yield ChatResponse(message=message, delta=part)

    def _completions(self, messages: Sequence[ChatMessage]) -> CompletionResponseGen:
        text = ""
        for part in self._parts(messages):
            text += part
            yield CompletionResponse(text=text, delta=part)

    def _parts(self, messages: Sequence[ChatMessage]) -> Generator[str, None, None]:
        body = {
            "model": self.model,
            "messages": [{"role": one.role.value, "content": one.content} for one in messages],
            "max_tokens": self.max_tokens,
            "temperature": 0,
            "stream": True,
        }
        yield from stream_reply(self._client, body, deadline=Deadline.after(self.timeout_s))


class LlamaIndexModel:
    """Any LlamaIndex chat model as the composer wants it.

    Args:
        llm: the model.
        runs_on: the host that gets question and evidence, or "this machine".
        client: what is to be closed with it.
    """

    def __init__(self, llm: LLM, *, runs_on: str, client: httpx.Client | None = None) -> None:
        self._llm = llm
        self._client = client
        self.name = llm.metadata.model_name
        self.runs_on = runs_on

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The parts of a reply; see `rag.language_model.LanguageModel`."""
        said = [ChatMessage(role=one.role, content=one.text) for one in messages]
        for response in self._llm.stream_chat(said):
            yield response.delta or ""

    def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            self._client.close()


def open_model(settings: RagSettings, max_tokens: int) -> LlamaIndexModel:
    """The model that the settings name; nothing is sent yet."""
    client = server_client(settings)
    llm = OpenAICompatibleLLM(
        client=client,
        model=settings.llm_model,
        context_window=settings.llm_context_tokens,
        max_tokens=max_tokens,
        timeout_s=settings.answer_timeout_s,
    )
    return LlamaIndexModel(llm, runs_on=place_of(settings.llm_base_url or ""), client=client)
