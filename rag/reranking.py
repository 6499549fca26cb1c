"""The first candidates read again beside the question: retrieved chunks in, a better order out.

Each is given the probability that it is relevant, from what retrieval and the model say of it; what
was not read stays behind those that were, in the order of retrieval.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Protocol, Self

import numpy as np

from index.errors import ModelError
from index.models import Chunk
from rag.relevance_input import Passage
from rag.relevance_model import Relevance, RelevanceScorer

BLOCK = 8
"""Candidates read between two looks at the clock and at the order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that was retrieved."""

    chunk_id: str
    passage: Passage
    score: float
    """What retrieval gave it, at most 1."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """The formula of a candidate's probability to be relevant: a logistic regression."""

    intercept: float
    retrieval: float
    relevance: float
    answers: float

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> Self:
        """The weights by name; ModelError for anything else."""
        names = {one.name for one in fields(cls)}
        if set(data) != names:
            raise ModelError(
                f"A relevance model mixes {', '.join(sorted(data)) or 'nothing'}.",
                f"It has to mix exactly: {', '.join(sorted(names))}.",
            )
        return cls(**data)

    def to_dict(self) -> dict[str, float]:
        """The weights by name."""
        return asdict(self)

    def probability(self, score: float, found: Relevance) -> float:
        """For what retrieval and the model say."""
        logit = (
            self.intercept
            + self.retrieval * score
            + self.relevance * found.relevance
            + self.answers * found.answers
        )
        return float(1 / (1 + np.exp(-logit)))


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
        mixing: the formula that was fitted for it.
        budget_s: how long it may take; what was begun is ended.
    """

    def __init__(
        self, name: str, scorer: RelevanceScorer, mixing: Mixing, *, budget_s: float
    ) -> None:
        self.name = name
        self._scorer = scorer
        self._mixing = mixing
        self._budget_s = budget_s

    def rerank(self, question: str, candidates: Sequence[Candidate]) -> Reranked:
        started = time.perf_counter()
        relevances: dict[str, Relevance] = {}
        probabilities: dict[str, float] = {}
        for first in range(0, len(candidates), BLOCK):
            block = candidates[first : first + BLOCK]
            if relevances and time.perf_counter() - started > self._budget_s:
                break
            for one, found in zip(
                block, self._scorer.score(question, [one.passage for one in block]), strict=True
            ):
                relevances[one.chunk_id] = found
                probabilities[one.chunk_id] = self._mixing.probability(one.score, found)
        return Reranked(
            order=best_first(candidates, probabilities),
            probabilities=probabilities,
            relevances=relevances,
            out_of_time=len(candidates) - len(relevances),
        )


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
