"""Peer: what a plain pipeline does. One vector for a document, Chroma, cosine, nothing else.

The string of a document is its title and text; the model drops what it does not read of it.
"""

import uuid
from collections.abc import Sequence

import chromadb
from chromadb.config import Settings

from eval.benchmarks.models import BenchDocument, Passage
from eval.benchmarks.peer_vectors import PeerVectors
from index.embedding import Vectors


class DensePeer:
    """Documents in a Chroma collection of this process, with Chroma's own defaults but cosine."""

    name = "dense"

    def __init__(
        self, documents: Sequence[BenchDocument], vectors: Vectors, embedder: PeerVectors
    ) -> None:
        self._texts = {one.document_id: one.whole for one in documents}
        self._embedder = embedder
        self._client = chromadb.EphemeralClient(settings=Settings(anonymized_telemetry=False))
        self._collection = self._client.create_collection(
            f"peer-{uuid.uuid4().hex}",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )
        batch = self._client.get_max_batch_size()
        ids = list(self._texts)
        for start in range(0, len(ids), batch):
            self._collection.add(
                ids=ids[start : start + batch], embeddings=vectors[start : start + batch]
            )

    def rank(self, question: str, *, k: int) -> list[str]:
        return [one.document_id for one in self.passages(question, k=k)]

    def passages(self, question: str, *, k: int) -> list[Passage]:
        """Whole documents, for there are no smaller parts."""
        found = self._collection.query(
            query_embeddings=self._embedder.embed_query(question).reshape(1, -1),
            n_results=min(k, len(self._texts)),
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return [
            Passage(document_id, self._texts[document_id], 1.0 - float(distance))
            for document_id, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def close(self) -> None:
        """Let go of the collection."""
        self._client.delete_collection(self._collection.name)
