from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build_reader import Build
from index.filters import Filters
from index.identifiers import Identifiers
from index.ingest import ingest
from index.models import Author
from index.publication_status import StatusNote
from rag.answer_json import answer_to_dict
from rag.models import Answer
from rag.pipeline import Pipeline
from rag.reference_sources import answer_records, library_ids, library_records, search_records
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import FOREWORD_ID
from tests.rag.examples import REVIEW, index_files, note_standing

_RECORD = """PMID- 11111111
DP  - 2020 May
TI  - Riluzole in amyotrophic lateral sclerosis
VI  - 12
PG  - 335-9
AB  - Riluzole prolongs survival by three months in ALS.
FAU - Smith, John A
AU  - Smith JA
LA  - eng
PT  - Journal Article
JT  - Journal of nerves
"""
_BOOK = "Amyotrophic Lateral Sclerosis (book, Exon Publications)"
_QUESTION = "What does riluzole prolong?"


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_files(tmp_path, {"one.nbib": _RECORD})


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture
def answer(pipeline: Pipeline) -> dict[str, Any]:
    """Cites the one paper."""
    content = answer_to_dict(pipeline.answer(_QUESTION))
    assert [one["document_id"] for one in content["references"]] == ["pmid:11111111"]
    return content


def _records(answer: dict[str, Any], pipeline: Pipeline) -> Any:
    with pipeline.live.lease() as build:
        return answer_records(answer, build)


def test_full_record_of_the_library_wins_over_what_was_stored(
    answer: dict[str, Any], pipeline: Pipeline
) -> None:
    (record,) = _records(answer, pipeline)

    assert record.authors == (Author("Smith JA", family="Smith"),)
    assert (record.volume, record.pages, record.date) == ("12", "335-9", "2020-05")
    assert record.identifiers.pmid == "11111111"


@pytest.mark.parametrize("is_open", [True, False])
def test_what_was_stored_stands_where_the_paper_is_no_longer_held(
    answer: dict[str, Any], pipeline: Pipeline, settings: RagSettings, is_open: bool
) -> None:
    (settings.documents_dir / "one.nbib").write_text(
        _RECORD.replace("11111111", "2").replace("Riluzole", "Edaravone")
    )
    ingest(settings, HashingEmbedder())

    (record,) = _records(answer, pipeline) if is_open else answer_records(answer, None)

    assert (record.document_id, record.kind, record.n) == ("pmid:11111111", "article", 1)
    assert record.authors == (Author("Smith JA"),)
    assert (record.container, record.date, record.volume) == ("Journal of nerves", "2020", None)


def test_retraction_that_became_known_since_is_exported(
    answer: dict[str, Any], pipeline: Pipeline, settings: RagSettings
) -> None:
    note_standing(settings, StatusNote("retracted", Identifiers(pmid="22222222")))

    (record,) = _records(answer, pipeline)

    assert answer["references"][0]["status"] != "retracted"
    assert record.is_retracted
    assert "Notice: PMID 22222222." in record.remarks()[0]


def test_stored_retraction_stands_where_the_library_knows_of_none(
    answer: dict[str, Any], pipeline: Pipeline
) -> None:
    answer["references"][0] |= {
        "document_id": "pmid:5",
        "pmid": "5",
        "status": "retracted",
        "status_notes": [
            {
                **{"kind": "retracted", "source": "a list", "checked_at": "2026-01-01T00:00:00"},
                **{"date": None, "text": "Fake", "pmid": "6", "doi": None},
            }
        ],
    }

    (record,) = _records(answer, pipeline)

    assert record.is_retracted
    assert record.remarks() == [
        "Retracted (a list, read 2026-01-01). Notice: PMID 6.",
    ]


def test_references_that_are_one_paper_by_now_are_one_record(
    answer: dict[str, Any], pipeline: Pipeline
) -> None:
    first = answer["references"][0]
    answer["references"] += [
        first | {"n": 2},
        first | {"n": 3, "document_id": "pmid:9", "pmid": "9"},
    ]

    assert [(one.n, one.document_id) for one in _records(answer, pipeline)] == [
        (1, "pmid:11111111"),
        (3, "pmid:9"),
    ]


def test_listed_papers_are_records_with_what_their_page_says(
    citing_answer: Answer, default_build: Build
) -> None:
    content = answer_to_dict(citing_answer)

    live = answer_records(content, default_build)
    stored = answer_records(content, None)

    assert [one.identifiers.pmid for one in live] == [
        *("36536341", "37101169", "39684324", "40350531", "40565135")
    ]
    assert {one.listed_in for one in live} == {REVIEW}
    assert [one.title for one in stored] == [one.title for one in live]
    assert any(one.date and len(one.date) > 4 for one in live)


def test_search_gives_each_paper_once_best_first(
    default_pipeline: Pipeline, default_build: Build
) -> None:
    found = default_pipeline.search("Which drugs has the FDA approved for ALS?")

    records = search_records(found, default_build, limit=10)

    passages = [one.document_id for one in found.passages[:10]]
    assert len(passages) > len(records) == 2
    assert [one.document_id for one in records] == list(dict.fromkeys(passages))
    assert [one.n for one in records] == [1, 2]
    assert len(search_records(found, default_build, limit=1)) == 1


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), [FOREWORD_ID, REVIEW]),
        (Filters(journals=(_BOOK,)), [FOREWORD_ID]),
        (Filters(year_from=2022), []),
        (Filters(statuses=("retracted",)), []),
        (Filters(sections=("Abstract",)), [REVIEW]),
    ],
)
def test_library_is_what_the_filters_leave(
    default_build: Build, filters: Filters, ids: list[str]
) -> None:
    found = library_ids(default_build, filters)

    assert found == ids
    assert [one.n for one in library_records(default_build, found, first=4)] == [
        *range(4, 4 + len(ids))
    ]
