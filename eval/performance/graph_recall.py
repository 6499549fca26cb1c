"""A library of any size: how fast it retrieves, and how much of what is nearest its graph finds."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from eval.benchmarks.models import Progress
from eval.performance.machine import Machine, one_thread_each, this_machine
from eval.performance.retrieval_speed import RetrievalSpeed, draw_questions, time_retrieval
from index.build_reader import Build
from index.embedding import Vectors
from rag.pipeline import build_pipeline
from rag.retrieval import CANDIDATES
from rag.settings import RagSettings

_NEAREST = 10
_SAME = 1e-6
"""Similarities that differ by less are one: which of equals comes is chance."""


@dataclass(frozen=True, slots=True)
class GraphRecall:
    """Of the ten chunks nearest to each question, by comparing all, the mean share that is found."""

    asked_for_ten: float
    """Where the graph is asked for ten."""
    asked_k: int
    """For how many a search asks it."""
    asked_for_k: float
    """The ten first of those that come then."""
    is_asked: bool
    """False where searches compare every vector, since the library is small."""


@dataclass(frozen=True, slots=True)
class LibrarySpeedReport:
    """Of the library that is set, with the questions of a public set."""

    questions_of: str
    documents: int
    chunks: int
    retrieval: RetrievalSpeed
    graph: GraphRecall
    machine: Machine


def measure_library(
    settings: RagSettings,
    questions_of: str,
    texts: Iterable[str],
    *,
    questions: int,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> LibrarySpeedReport:
    """Ask a seeded sample of the questions, then compare the graph with all vectors.

    Raises:
        BuildError: there is nothing to search.
        SettingsError: there are too few questions.
    """
    asked = draw_questions(texts, n=questions, max_chars=settings.max_question_chars)
    machine = this_machine()
    alone = settings.model_copy(update={"reranker": "none"})
    with one_thread_each(), closing(build_pipeline(alone)) as pipeline:
        speed, _ = time_retrieval(pipeline, asked, on_progress=on_progress)
        with pipeline.live.lease() as build:
            vectors = build.embedder.embed_queries(asked.timed)
            width = max(CANDIDATES, settings.candidate_k)
            return LibrarySpeedReport(
                questions_of=questions_of,
                documents=len(build.members),
                chunks=build.manifest.counts["chunks"],
                retrieval=speed,
                graph=graph_recall(build, vectors, asked_k=width),
                machine=machine,
            )


def graph_recall(
    build: Build, vectors: Sequence[Vectors] | Vectors, *, asked_k: int
) -> GraphRecall:
    """Compare the graph's nearest chunks to each vector with the nearest of all."""
    by_ten = [_recall(build, one, k=_NEAREST) for one in vectors]
    by_k = [_recall(build, one, k=asked_k) for one in vectors]
    return GraphRecall(
        asked_for_ten=float(np.mean(by_ten)),
        asked_k=asked_k,
        asked_for_k=float(np.mean(by_k)),
        is_asked=build.asks_graph("chunks"),
    )


def _recall(build: Build, vector: Vectors, *, k: int) -> float:
    exact = build.similarities("chunks", None, vector)
    most = min(_NEAREST, len(exact))
    lowest = np.partition(exact, -most)[-most] - _SAME
    rows = build.lexical.rows("chunks")
    found = build.query_graph("chunks", vector, k=k)[:most]
    return sum(bool(exact[rows[one.entry_id]] >= lowest) for one in found) / most
