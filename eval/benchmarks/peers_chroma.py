"""Peer: LlamaIndex's default retriever over a Chroma collection that holds our chunks and vectors."""

from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from index.embedding import Vectors
from index.library_rows import StoredChunk

Encode = Callable[[list[str]], Vectors]
_BATCH = 2_000


class EncoderAdapter(BaseEmbedding):
    """Strings in, vectors out, as LlamaIndex asks for it."""

    _encode: Encode = PrivateAttr()

    def __init__(self, encode: Encode) -> None:
        super().__init__(model_name="given")
        self._encode = encode

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(one) for one in self._encode([query])[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_query_embedding(text)


class LlamaIndexRetriever:
    """`VectorStoreIndex.as_retriever` over a persistent collection, as LlamaIndex documents it.

    Args:
        chunks: what is searched; their vectors are not computed again.
        vectors: theirs, in the same order.
        encode: embeds a question.
        folder: where Chroma keeps its files.
        on_progress: told how many chunks are added, of how many.
    """

    def __init__(
        self,
        chunks: Sequence[StoredChunk],
        vectors: Vectors,
        encode: Encode,
        *,
        folder: Path,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self._client = chromadb.PersistentClient(
            path=str(folder), settings=Settings(anonymized_telemetry=False)
        )
        collection = self._client.create_collection(
            "peer", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        store: BasePydanticVectorStore = ChromaVectorStore(chroma_collection=collection)
        for start in range(0, len(chunks), _BATCH):
            end = min(len(chunks), start + _BATCH)
            pairs = zip(chunks[start:end], vectors[start:end], strict=True)
            store.add([_node(one, vector) for one, vector in pairs])
            on_progress(end, len(chunks))
        self._index = VectorStoreIndex.from_vector_store(store, embed_model=EncoderAdapter(encode))

    def chunk_ids(self, question: str, *, k: int | None = None) -> list[str]:
        """The nearest chunks, with their texts fetched, nearest first; by default LlamaIndex's two."""
        given = {} if k is None else {"similarity_top_k": k}
        return [one.node.node_id for one in self._index.as_retriever(**given).retrieve(question)]

    def close(self) -> None:
        """Let go of Chroma's files."""
        self._client.close()  # type: ignore[attr-defined]


def _node(stored: StoredChunk, vector: Vectors) -> TextNode:
    return TextNode(
        id_=stored.chunk.chunk_id,
        text=stored.chunk.text,
        embedding=vector.tolist(),
        metadata={"document_id": stored.chunk.document_id, "section": stored.chunk.section},
    )
