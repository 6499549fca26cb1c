from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.errors import UnknownDocumentError
from index.lexical import LexicalIndex, QueryTerm, write_lexical
from rag.retrieval import Query, Ranking, documents_of, find_record, rank, retrieve
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


def _lexical(folder: Path) -> LexicalIndex:
    """Documents a with two chunks, b with one, c with a title alone."""
    write_lexical(
        folder,
        {
            "chunks": [("a#0000", "one"), ("a#0001", "two"), ("b#0000", "three")],
            "documents": [("a", "one two"), ("b", "three"), ("c", "four")],
            "records": [("a", "one"), ("b", "three"), ("c", "four"), ("c~0000", "five")],
        },
    )
    return LexicalIndex(folder)


def _ranking(*entries: tuple[int, float, float], asked: Sequence[int] = ()) -> Ranking:
    """Of rows with what each leg gives them."""
    rows = np.array([row for row, _, _ in entries], dtype=np.int64)
    similarities = np.array([one for _, one, _ in entries], dtype=np.float32)
    lexical = np.array([one for _, _, one in entries], dtype=np.float32)
    none = np.zeros(len(rows), dtype=np.int64)
    scores = 0.4 * similarities + 0.6 * lexical
    return Ranking((), rows, scores, similarities, lexical, none, none, np.isin(rows, asked))


TERMS = [QueryTerm("word", (("word",),))]


def test_a_document_has_the_best_that_each_leg_gives_any_of_its_chunks(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path / "lexical")
    chunks = _ranking((2, 0.6, 0.6), (1, 0.0, 0.9), (0, 0.9, 0.0))

    assert documents_of(lexical, TERMS, chunks, _ranking()) == ("a", "b")
    assert documents_of(lexical, [], chunks, _ranking()) == ("a", "b")


def test_a_document_that_is_asked_for_comes_first(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path / "lexical")
    chunks = _ranking((0, 0.9, 0.9), (2, 0.1, 0.1), asked=[2])

    assert documents_of(lexical, TERMS, chunks, _ranking()) == ("b", "a")


def test_a_document_without_chunks_has_its_record_and_no_listed_paper_is_a_document(
    tmp_path: Path,
) -> None:
    lexical = _lexical(tmp_path / "lexical")
    records = _ranking((0, 1.0, 1.0), (3, 1.0, 1.0), (2, 0.5, 0.5))

    assert documents_of(lexical, TERMS, _ranking((2, 0.6, 0.6)), records) == ("b", "c")


def test_found_documents_and_records_are_those_of_its_chunks_and_records(build: Build) -> None:
    found = retrieve(build, query("Rain falls on Tokyo in June and July."), k=1)

    (chunk,) = found.stored
    assert list(found.documents) == [chunk.chunk.document_id]
    assert found.document_names == {chunk.chunk.document_id}
    papers = {one.document.document_id for one in found.records}
    assert found.document_names == {chunk.chunk.document_id, *papers}
    assert found.within("pmid:404").documents == {}
