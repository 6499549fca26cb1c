from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from eval.dataset import QUESTIONS_FOLDER, Case, Gold
from eval.gold_papers import check_gold_papers
from index.errors import SettingsError
from rag.pipeline import Pipeline
from tests.eval.samples import CASES, case, small_library, unlabelled
from tests.fakes import HashingEmbedder

ABSENT = case(gold=(Gold("pmid:33333333", "Words of a paper that is not there."),))


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    settings = small_library(tmp_path_factory.mktemp("library"))
    with closing(Pipeline(settings, HashingEmbedder())) as pipeline:
        yield pipeline


def checked(pipeline: Pipeline, *cases: Case, questions: Path = Path("mine")) -> str | None:
    with pipeline.live.lease() as build:
        return check_gold_papers(cases, build, questions=questions)


def test_a_library_that_has_every_gold_paper_is_not_warned_of(pipeline: Pipeline) -> None:
    assert checked(pipeline, *CASES) is None


def test_cases_without_gold_need_no_paper(pipeline: Pipeline) -> None:
    assert checked(pipeline, unlabelled("capital", "What is the capital of France?")) is None


def test_papers_that_are_not_there_are_counted_once_each(pipeline: Pipeline) -> None:
    warning = checked(pipeline, *CASES, ABSENT, ABSENT)

    assert warning is not None
    assert warning.startswith("the library lacks 1 of 3 gold papers: the questions are for other")


def test_the_committed_questions_are_for_the_default_documents(pipeline: Pipeline) -> None:
    warning = checked(pipeline, *CASES, ABSENT, questions=QUESTIONS_FOLDER)

    assert warning is not None
    assert "the default documents (documents/)" in warning


def test_a_library_without_any_gold_paper_is_an_error(pipeline: Pipeline) -> None:
    with pytest.raises(SettingsError, match="None of the 1 gold papers") as caught:
        checked(pipeline, ABSENT)

    assert "another ALSQA_DATA_DIR" in caught.value.remedy
    assert "--questions FOLDER" in caught.value.remedy
