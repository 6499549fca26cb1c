"""What a benchmark came to: one object out as JSON, with everything a figure needs beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

from eval.benchmarks.comparison import (
    ALWAYS,
    BEST,
    NOT_RERANKED,
    OURS,
    PLAIN,
    SEED,
    Figure,
    Figures,
)
from eval.measures.score import NotScored

NOT_SCORED = "not scored"
_DIGITS = 6
_PACKAGES = ("chromadb", "llama-index-core", "bm25s", "pystemmer", "torch")

SYSTEMS = {
    "ours": "the pipeline with its own settings over a library indexed by its own ingest",
    NOT_RERANKED: "the same, passages in the order of retrieval",
    ALWAYS: "ours, quoting what comes nearest where nothing answers",
    PLAIN: "the three sentences that ours read which come nearest by cosine and terms",
    BEST: "up to five of the same sentences, chosen knowing what is right",
    "ours+scripted": "the scripted model on our two best sentences",
    "dense": "one vector a document (title and text, cut by the model), Chroma, cosine",
    "bm25": "bm25s over title and text, English stemmer and stop words, k1 0.9, b 0.4",
    "llama_index": "VectorStoreIndex with its default splitter and store; answers by"
    " CitationQueryEngine and the scripted model",
    "majority": "the commonest verdict, always",
    "words": "the words for a direction in the claim and in the passage that the check shows first",
}
"""What each is; all search the same documents with vectors of the same model."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Figures of ours and the peers, and what they are of."""

    task: str
    set_name: str
    distractors: str | None
    split: str
    limit: int | None
    documents: int
    """In the index that was searched."""
    n: int
    """Questions asked."""
    figures: Figures
    notes: tuple[str, ...]
    extra: Mapping[str, Any]
    embedding: str
    """Fingerprint of the model that ours and the peers search with."""
    settings: Mapping[str, Any]
    """Of ours."""

    @property
    def label(self) -> str:
        return f"{self.set_name} + {self.distractors}" if self.distractors else self.set_name

    @property
    def part(self) -> str:
        """The split, and what was drawn of it."""
        return f"{self.split}, {self.limit} drawn" if self.limit else self.split

    def to_dict(self) -> dict[str, Any]:
        """A JSON object. What has no value is "not scored", and `not_scored` says why."""
        figures = self.figures
        peers = [name for name in figures if name != OURS]
        return {
            "task": self.task,
            "set": self.set_name,
            "distractors": self.distractors,
            "split": self.split,
            "limit": self.limit,
            "documents": self.documents,
            "n": self.n,
            "ours": self._of(OURS, value_of),
            "peers": {name: self._of(name, value_of) for name in peers},
            "ci": {name: self._of(name, interval_of) for name in figures},
            "p": {name: self._of(name, p_value_of) for name in peers},
            "scored": {name: self._of(name, lambda one: one.n) for name in figures},
            "not_scored": {
                measure: figure.value.reason
                for measure, figure in figures[OURS].items()
                if isinstance(figure.value, NotScored)
            },
            **self.extra,
            "systems": {name: SYSTEMS[name] for name in figures},
            "notes": list(self.notes),
            "embedding": self.embedding,
            "settings": dict(self.settings),
            "seed": SEED,
            "packages": {name: version(name) for name in _PACKAGES},
        }

    def _of(self, system: str, part: Callable[[Figure], T | None]) -> dict[str, T]:
        """One part of every figure of the system that has it."""
        return parts_of(self.figures[system], part)


def parts_of(figures: Mapping[str, Figure], part: Callable[[Figure], T | None]) -> dict[str, T]:
    """One part of every figure that has it, by measure."""
    parts = {measure: part(figure) for measure, figure in figures.items()}
    return {measure: one for measure, one in parts.items() if one is not None}


def value_of(figure: Figure) -> float | str:
    value = figure.value
    return NOT_SCORED if isinstance(value, NotScored) else round(value, _DIGITS)


def interval_of(figure: Figure) -> list[float] | None:
    return [round(one, _DIGITS) for one in figure.interval] if figure.interval else None


def p_value_of(figure: Figure) -> float | None:
    return None if figure.p_value is None else round(figure.p_value, _DIGITS)
