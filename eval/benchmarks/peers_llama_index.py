"""Peer: LlamaIndex as its documentation begins, `VectorStoreIndex` and `CitationQueryEngine`.

Every default but the models: its splitter, its store in memory, two sources for an answer. Titles
are metadata, which LlamaIndex embeds with the text. Its global `Settings` are never touched.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import Document, MetadataMode, NodeWithScore
from pydantic import PrivateAttr

from eval.benchmarks.models import BenchDocument, GivenAnswer, Passage
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.scripted_model import read_answer, scripted_answer

_BATCH = 256
_WIDER = 4
_CONTEXT_TOKENS = 16_384
_SOURCE_LINE = "Source {}:\n"


class EmbedderAdapter(BaseEmbedding):
    """Our embedder as LlamaIndex asks for one."""

    _vectors: PeerVectors = PrivateAttr()

    def __init__(self, vectors: PeerVectors) -> None:
        super().__init__(model_name="alsqa", embed_batch_size=_BATCH)
        self._vectors = vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(one) for one in self._vectors.embed_query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows = self._vectors.embed_documents(texts)
        return [[float(one) for one in row] for row in rows]


class ScriptedModel(CustomLLM):
    """The scripted model as LlamaIndex asks for one."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=_CONTEXT_TOKENS, model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        del formatted, kwargs
        return CompletionResponse(text=scripted_answer(prompt))

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        yield self.complete(prompt, formatted, **kwargs)


class LlamaIndexPeer:
    """Documents in a `VectorStoreIndex`.

    Args:
        documents: what is indexed.
        embedder: gives the vectors.
        on_progress: told how many new strings are embedded, of how many.
    """

    name = "llama_index"

    def __init__(
        self,
        documents: Sequence[BenchDocument],
        embedder: PeerVectors,
        *,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        splitter = SentenceSplitter()
        nodes = splitter([_document(one) for one in documents])
        strings = [node.get_content(MetadataMode.EMBED) for node in nodes]
        embedder.embed_documents(strings, on_progress=on_progress)
        self._index = VectorStoreIndex(
            nodes, embed_model=EmbedderAdapter(embedder), transformations=[splitter]
        )
        self._nodes = len(nodes)
        self._engine = CitationQueryEngine.from_args(self._index, llm=ScriptedModel())

    def rank(self, question: str, *, k: int) -> list[str]:
        """Documents by their best node; so many nodes are asked for that `k` documents come."""
        wanted = k
        while True:
            found = dict.fromkeys(one.document_id for one in self.passages(question, k=wanted))
            if len(found) >= k or wanted >= self._nodes:
                return list(found)[:k]
            wanted *= _WIDER

    def passages(self, question: str, *, k: int) -> list[Passage]:
        """Nodes, which are up to 1,024 tokens long."""
        retriever = self._index.as_retriever(similarity_top_k=min(k, self._nodes))
        return [_passage(one) for one in retriever.retrieve(question)]

    def answer(self, question: str) -> GivenAnswer:
        """What `CitationQueryEngine` gives with the scripted model."""
        response = self._engine.query(question)
        sources = [
            _passage(one, without=_SOURCE_LINE.format(n))
            for n, one in enumerate(response.source_nodes, start=1)
        ]
        return read_answer(str(response), sources)


def _document(document: BenchDocument) -> Document:
    has_both = document.title and document.text
    return Document(
        id_=document.document_id,
        text=document.text if has_both else document.whole,
        metadata={"title": document.title} if has_both else {},
    )


def _passage(found: NodeWithScore, *, without: str = "") -> Passage:
    text = found.node.get_content(MetadataMode.NONE).removeprefix(without)
    return Passage(found.node.ref_doc_id or "", text, float(found.score or 0.0))
