"""Fakes that satisfy the product's Protocols, so that tests are fast and need no weights."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from index.embedding import SPECIAL_TOKENS, EmbeddingIdentity, Vectors
from index.worker_pool import Batch
from index.worker_process import failure_text
from rag.relevance_input import Passage
from rag.relevance_model import Relevance

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class WordCounter:
    """A token counter that takes words and marks for word pieces."""

    max_tokens: int = 40

    def count_tokens(self, text: str) -> int:
        return len(_WORD.findall(text)) + SPECIAL_TOKENS


class InProcessPool:
    """Does the tasks of an ingest in this process: without limits, and without waiting for another."""

    def __init__(self, work: Callable[[Any], Iterable[Any]], **_settings: object) -> None:
        self._work = work

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, tasks: Iterable[Any]) -> Iterator[Batch[Any, Any]]:
        for task in tasks:
            try:
                batch = Batch(task, tuple(self._work(task)))
            except Exception as error:
                batch = Batch(task, (), failure_text(error))
            yield batch


class HashingEmbedder:
    """Bags of hashed words: texts that share words are near, without any model.

    Another `fingerprint` is another model; it goes into the identity, whose own fingerprint is a
    hash. `embedded` records every string in order, so that a test can see what was embedded anew.
    """

    dimension = 64
    tokens = WordCounter()
    max_tokens = tokens.max_tokens

    def __init__(self, fingerprint: str = "hashing-64") -> None:
        digest = hashlib.sha256(fingerprint.encode()).hexdigest()
        self.identity = EmbeddingIdentity(
            name=fingerprint,
            weights_sha256=digest,
            runtime="hashing",
            precision="fp32",
            artefact_sha256=digest,
            dimension=self.dimension,
            pooling="sum",
            normalised=True,
            query_prefix="",
            document_prefix="",
            max_tokens=self.max_tokens,
        )
        self.fingerprint = self.identity.fingerprint
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return self.tokens.count_tokens(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            vectors[row, -1] += 0.01
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / norms, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class OverlapScorer:
    """A relevance model that counts the words which question and passage share."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[Relevance]:
        asked = set(_WORD.findall(question.lower()))

        def shared(text: str) -> float:
            return float(len(asked & set(_WORD.findall(text.lower()))))

        return [
            Relevance(
                relevance=shared(one.text),
                answers=shared(one.text) - len(asked) / 2,
                sentences=np.array(
                    [shared(one.text[start:end]) for start, end in one.sentences], dtype=np.float32
                ),
                is_cut=False,
            )
            for one in passages
        ]
