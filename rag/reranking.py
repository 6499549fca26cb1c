"""The first candidates read again beside the question: retrieved chunks in, a better order out.

Each is given the probability that it is relevant, from what retrieval and the model say of it; what
was not read stays behind those that were, in the order of retrieval.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Protocol

from index.models import Chunk
from rag.logistic import Logistic
from rag.relevance_input import Passage
from rag.relevance_model import Relevance, RelevanceScorer

BLOCK = 8
"""Candidates read between two looks at the clock and at the order."""
SETTLED = 10
"""Reading ends with a block of which nothing comes among so many first."""
MIXED = ("retrieval", "relevance", "answers")
"""What a candidate's probability to be relevant is made of: its score, and logits of the model."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that was retrieved."""

    chunk_id: str
    passage: Passage
    score: float
    """What retrieval gave it, at most 1."""


@dataclass(frozen=True, slots=True)
class Reranked:
    """What was read of the candidates, and the order that came of it."""

    order: tuple[str, ...]
    """Ids of all candidates, best first."""
    probabilities: Mapping[str, float]
    """By id, of those that were read: that it is relevant."""
    relevances: Mapping[str, Relevance]
    """By id, of those that were read."""
    out_of_time: int = 0
    """Candidates that there was no time for."""
    settled: int = 0
    """Candidates that were not read, for the order of the first was settled."""

    @property
    def cut(self) -> int:
        """Candidates that were too long to be read whole."""
        return sum(one.is_cut for one in self.relevances.values())


class Reranker(Protocol):
    """Puts candidates in a better order."""

    @property
    def name(self) -> str:
        """Names what scores, and its version."""

    def rerank(self, question: str, candidates: Sequence[Candidate]) -> Reranked:
        """Candidates are best first, as they were retrieved."""


class ModelReranker:
    """By a relevance model and its formula.

    Args:
        name: of the model.
        scorer: it.
        mixing: the formula that was fitted for it, of the values in `MIXED`.
        budget_s: how long it may take; what was begun is ended.
    """

    def __init__(
        self, name: str, scorer: RelevanceScorer, mixing: Logistic, *, budget_s: float
    ) -> None:
        self.name = name
        self._scorer = scorer
        self._mixing = mixing
        self._budget_s = budget_s

    def rerank(self, question: str, candidates: Sequence[Candidate]) -> Reranked:
        started = time.perf_counter()
        relevances: dict[str, Relevance] = {}
        probabilities: dict[str, float] = {}
        is_settled = False
        for first in range(0, len(candidates), BLOCK):
            block = candidates[first : first + BLOCK]
            is_late = time.perf_counter() - started > self._budget_s
            if is_settled or (relevances and is_late):
                break
            for one, found in zip(
                block, self._scorer.score(question, [one.passage for one in block]), strict=True
            ):
                relevances[one.chunk_id] = found
                probabilities[one.chunk_id] = self._mixing.probability(mixed(one.score, found))
            best = nlargest(SETTLED, probabilities, key=probabilities.__getitem__)
            is_settled = not any(one.chunk_id in best for one in block)
        unread = len(candidates) - len(relevances)
        return Reranked(
            order=best_first(candidates, probabilities),
            probabilities=probabilities,
            relevances=relevances,
            out_of_time=0 if is_settled else unread,
            settled=unread if is_settled else 0,
        )


def mixed(score: float, found: Relevance) -> dict[str, float]:
    """The values in `MIXED`, of a candidate with that score."""
    return dict(zip(MIXED, (score, found.relevance, found.answers), strict=True))


def passage_of(chunk: Chunk, title: str | None) -> Passage:
    """A chunk as the model reads it."""
    return Passage(
        chunk.text,
        title or "",
        tuple((start - chunk.start, end - chunk.start) for start, end in chunk.sentences),
    )


def best_first(
    candidates: Sequence[Candidate], probabilities: Mapping[str, float]
) -> tuple[str, ...]:
    """Those with a probability by it, then the others as they come."""
    names = [one.chunk_id for one in candidates]
    return tuple(
        sorted(names, key=lambda name: (name not in probabilities, -probabilities.get(name, 0.0)))
    )
