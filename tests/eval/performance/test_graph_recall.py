from collections.abc import Iterator

import pytest

from eval.benchmarks.library import make_library
from eval.benchmarks.models import PublicSet
from eval.performance.graph_recall import graph_recall
from eval.settings import EvalSettings
from index.build_reader import Build
from index.dense import Hit
from index.embedding import Vectors
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder

QUESTIONS = ("How long was trial 3?", "Which trial was of tofersen?")


@pytest.fixture
def build(twenty: PublicSet, bench_settings: EvalSettings) -> Iterator[Build]:
    embedder = HashingEmbedder()
    pipeline = Pipeline(make_library(twenty.records, bench_settings, embedder).settings, embedder)
    with pipeline.live.lease() as build:
        yield build
    pipeline.close()


class Forgetful:
    """A build whose graph gives only the nearest entries of those that it is asked for."""

    def __init__(self, build: Build, *, kept: int) -> None:
        self._build = build
        self._kept = kept
        self.similarities = build.similarities
        self.lexical = build.lexical
        self.asks_graph = build.asks_graph

    def query_graph(self, collection: str, vector: Vectors, *, k: int) -> list[Hit]:
        every = self._build.query(collection, vector, k=k)
        return every if k > 10 else every[: self._kept]


def test_a_graph_of_twenty_finds_all(build: Build) -> None:
    recall = graph_recall(build, HashingEmbedder().embed_queries(QUESTIONS), asked_k=200)

    assert (recall.asked_for_ten, recall.asked_for_k) == (1.0, 1.0)
    assert recall.asked_k == 200
    assert not recall.is_asked


def test_what_the_graph_misses_is_not_counted(build: Build) -> None:
    graph = Forgetful(build, kept=7)
    vectors = HashingEmbedder().embed_queries(QUESTIONS)

    recall = graph_recall(graph, vectors, asked_k=200)  # type: ignore[arg-type]

    assert recall.asked_for_ten == pytest.approx(0.7)
    assert recall.asked_for_k == 1.0
