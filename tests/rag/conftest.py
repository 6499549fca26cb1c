"""What the tests of answering share: the default build, the real word pieces, a small page."""

from collections.abc import Iterator

import pytest

from index.build_reader import Build
from index.embedding import SPECIAL_TOKENS
from index.embedding_models import load_embedder
from rag.models import Answer
from rag.pipeline import Pipeline
from rag.question import QuestionAnalyser
from rag.synonyms import load_synonyms
from tests.rag.examples import CITING_QUESTION, FDA_QUESTION


@pytest.fixture(scope="session")
def analyser() -> QuestionAnalyser:
    """With the default words, and the word pieces of the embedding model."""
    embedder = load_embedder()
    return QuestionAnalyser(
        load_synonyms(), count_pieces=lambda word: embedder.count_tokens(word) - SPECIAL_TOKENS
    )


@pytest.fixture(scope="session")
def default_build(default_pipeline: Pipeline) -> Iterator[Build]:
    with default_pipeline.live.lease() as build:
        yield build


@pytest.fixture(scope="session")
def fda_answer(default_pipeline: Pipeline) -> Answer:
    """Two claims, each from another document."""
    return default_pipeline.answer(FDA_QUESTION)


@pytest.fixture(scope="session")
def citing_answer(default_pipeline: Pipeline) -> Answer:
    """Five records of papers that the review's page lists."""
    return default_pipeline.answer(CITING_QUESTION)
