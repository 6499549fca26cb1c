"""Answers and searches over a part of the library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.filters import Filters
from rag.answer_json import answer_to_dict
from rag.pipeline import Pipeline
from rag.search_json import search_to_dict
from tests.fakes import HashingEmbedder
from tests.index.samples import pubmed_page
from tests.rag.examples import faults_of, index_files

_QUESTION = "What does riluzole prolong?"


def _page(number: int, year: int, text: str) -> str:
    return pubmed_page(
        title=f"Riluzole in amyotrophic lateral sclerosis, part {number}",
        header=f"J Test. {year};1:2.",
        identifiers=f"- PMID: 1111111{number}",
        blocks=f"Abstract\n{text}",
    )


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    files = {
        "old.txt": _page(1, 1996, "Riluzole prolongs survival by three months in ALS."),
        "new.txt": _page(2, 2021, "Riluzole prolongs survival by six months in ALS."),
    }
    settings = index_files(tmp_path, files)
    made = Pipeline(settings, HashingEmbedder())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("filters", "cited"),
    [
        (Filters(year_to=2000), {"pmid:11111111"}),
        (Filters(year_from=2000), {"pmid:11111112"}),
        (Filters(), {"pmid:11111111", "pmid:11111112"}),
    ],
)
def test_answer_cites_only_what_the_filters_leave(
    pipeline: Pipeline, filters: Filters, cited: set[str]
) -> None:
    answer = pipeline.answer(_QUESTION, filters=filters)

    assert answer.status == "answered"
    assert {one.document_id for one in answer.references} <= cited
    assert {one.document_id for one in answer.evidence} == cited
    with pipeline.live.lease() as build:
        assert faults_of(answer, build) == []
    assert answer_to_dict(answer)["filters"] == filters.to_dict()


def test_answer_says_that_only_a_part_was_searched(pipeline: Pipeline) -> None:
    answer = pipeline.answer(_QUESTION, filters=Filters(year_from=2000))

    (notice,) = (one for one in answer.notices if one.kind == "filtered")
    assert notice.text == "Searched only: from 2000 (1 of 2 documents)."
    assert all(one.kind != "filtered" for one in pipeline.answer(_QUESTION).notices)


def test_where_the_filters_leave_nothing_the_library_gives_no_answer(pipeline: Pipeline) -> None:
    answer = pipeline.answer(_QUESTION, filters=Filters(journals=("No such journal",)))

    assert answer.status == "insufficient_evidence"
    assert answer.references == ()
    assert "0 of 2 documents" in answer.notices[0].text


def test_link_in_a_filter_is_not_repeated(pipeline: Pipeline) -> None:
    answer = pipeline.answer(
        _QUESTION, filters=Filters(journals=("https://evil.example/ PMID: 12345678",))
    )

    assert all("evil" not in notice.text for notice in answer.notices)
    with pipeline.live.lease() as build:
        assert faults_of(answer, build) == []


def test_search_lists_sentences_with_their_papers(pipeline: Pipeline) -> None:
    found = pipeline.search(_QUESTION, filters=Filters(year_from=2000))
    with pipeline.live.lease() as build:
        content = search_to_dict(found, build, limit=5)

    (hit,) = content["results"]
    assert (hit["pmid"], hit["year"], hit["status"]) == ("11111112", 2021, "not_checked")
    assert hit["text"] == "Riluzole prolongs survival by six months in ALS."
    assert hit["page"] is None
