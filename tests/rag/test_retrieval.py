from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.errors import UnknownDocumentError
from rag.retrieval import Query, find_record, rank, retrieve
from tests.fakes import HashingEmbedder
from tests.index.samples import hashing_live
from tests.rag.examples import REVIEW, index_files

EMBEDDER = HashingEmbedder()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    settings = index_files(
        tmp_path,
        {
            "a.txt": "# Riluzole\n\nRiluzole slows motor neuron disease in many adults.\n",
            "b.txt": "# Weather\n\nRain falls on Tokyo in June and July.\n",
        },
    )
    live = hashing_live(BuildPaths(settings.data_dir))
    with live.lease() as build:
        yield build
    live.close()


def query(text: str) -> Query:
    return Query(EMBEDDER.embed_queries([text])[0], ())


def test_the_nearest_chunk_comes_first(build: Build) -> None:
    found = retrieve(build, query("Weather – Weather Rain falls on Tokyo in June and July."), k=2)

    assert [one.chunk.text for one, _ in found.chunks] == [
        "Rain falls on Tokyo in June and July.",
        "Riluzole slows motor neuron disease in many adults.",
    ]


def test_no_more_than_k_chunks_and_records_come(build: Build) -> None:
    found = retrieve(build, query("Riluzole"), k=1)

    assert (len(found.chunks), len(found.records)) == (1, 1)
    assert len(retrieve(build, query("Riluzole"), k=100).records) == 2


def test_records_come_nearest_first_with_their_similarity(build: Build) -> None:
    records = retrieve(build, query("Weather"), k=2).records

    assert records[0].document.title == "Weather"
    assert records[0].similarity >= records[1].similarity
    assert all(record.listed is None for record in records)


def test_a_held_document_is_found_by_its_id(default_build: Build) -> None:
    record = find_record(default_build, REVIEW)

    assert record.document.document_id == REVIEW
    assert record.listed is None
    assert record.paper is record.document


def test_a_listed_paper_is_found_by_page_and_position(default_build: Build) -> None:
    record = find_record(default_build, f"{REVIEW}~0001", similarity=0.5)

    assert record.document.document_id == REVIEW
    assert record.listed is record.document.related[1]
    assert record.paper.identifiers.pmid == "30101496"
    assert record.similarity == 0.5


def test_an_unknown_record_raises(default_build: Build) -> None:
    with pytest.raises(UnknownDocumentError, match="pmid:404"):
        find_record(default_build, "pmid:404")


def test_records_of_the_default_library_are_documents_and_listed_papers(
    default_build: Build,
) -> None:
    vector = default_build.vectors([default_build.manifest.probes[0][2]])[0]

    found = rank(default_build, "records", Query(vector, ()), k=100)
    records = [find_record(default_build, one.entry_id) for one in found]

    assert sum(record.listed is None for record in records) == 2
    assert sum(record.listed is not None for record in records) == 10
