from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.publication_status import StatusNote
from rag.passages import found_passages
from rag.retrieval import Query, retrieve
from rag.search_query import FieldSynonyms, Group
from tests.fakes import HashingEmbedder
from tests.index.samples import hashing_live
from tests.rag.examples import index_files, index_riluzole_page, note_standing

_SYNONYMS = FieldSynonyms([Group(("riluzole", "rilutek"), "a label")])
_EMBEDDER = HashingEmbedder()
_FILES = {
    "a.txt": "# Riluzole\n\nRiluzole slows the disease. Its price fell. Nausea is its commonest harm.\n",
    "b.txt": "# Weather\n\nRain falls on Tokyo in June. Snow covers Sapporo.\n",
    "c.txt": "# Costs\n\nWho pays for Rilutek in Tokyo?\n",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    folder = tmp_path_factory.mktemp("passages")
    live = hashing_live(BuildPaths(index_files(folder, _FILES).data_dir))
    with live.lease() as build:
        yield build
    live.close()


def _query(text: str) -> Query:
    return Query(_EMBEDDER.embed_queries([text])[0], _SYNONYMS.expand(text).terms)


def test_a_passage_is_the_sentence_of_the_chunk_that_comes_nearest(build: Build) -> None:
    found = retrieve(build, _query("Nausea is its commonest harm"), k=1)

    (passage,) = found_passages(build, found, ())

    assert passage.text == "Nausea is its commonest harm."


def test_a_passage_stands_where_its_document_says_it(build: Build) -> None:
    passages = found_passages(build, retrieve(build, _query("rain in Tokyo"), k=10), ())

    assert len(passages) == 3
    for one in passages:
        assert build.document(one.document_id).text[one.start : one.end] == one.text
        assert one.chunk_id.startswith(f"{one.document_id}#")


def test_passages_are_the_chunks_in_the_order_of_their_ranking(build: Build) -> None:
    found = retrieve(build, _query("Who pays for snow?"), k=2)

    passages = found_passages(build, found, ())

    assert len(found.ranking) == 2
    assert [one.chunk_id for one in passages] == [one.entry_id for one in found.ranking]
    assert [one.score for one in passages] == sorted((p.score for p in passages), reverse=True)


def test_a_passage_has_what_each_leg_gave_its_chunk(build: Build) -> None:
    found = retrieve(build, _query("Tokyo"), k=3)

    for passage, ranked in zip(found_passages(build, found, ()), found.ranking, strict=True):
        assert passage.score == ranked.score
        assert passage.similarity == ranked.similarity
        assert passage.lexical == ranked.lexical
        assert passage.dense_rank == ranked.dense_rank
        assert passage.lexical_rank == ranked.lexical_rank


def test_matched_names_the_words_of_the_question_whatever_the_text_says(build: Build) -> None:
    passages = found_passages(build, retrieve(build, _query("riluzole in Tokyo"), k=3), ())

    matched = {build.document(one.document_id).title: one.matched for one in passages}
    assert matched == {
        "Riluzole": ("riluzole",),
        "Weather": ("tokyo",),
        "Costs": ("riluzole", "tokyo"),
    }


def test_a_word_of_the_title_alone_is_matched(build: Build) -> None:
    passages = found_passages(build, retrieve(build, _query("costs"), k=3), ())

    assert passages[0].matched == ("costs",)
    assert "ost" not in passages[0].text


def test_a_question_of_stop_words_matches_nothing(build: Build) -> None:
    passages = found_passages(build, retrieve(build, _query("what is it?"), k=3), ())

    assert [one.matched for one in passages] == [(), (), ()]
    assert [one.lexical_rank for one in passages] == [None] * 3


def test_nothing_found_gives_no_passages(build: Build) -> None:
    assert found_passages(build, retrieve(build, _query("Tokyo"), k=0), ()) == ()


def test_a_retracted_paper_that_is_left_out_gives_no_passage(tmp_path: Path) -> None:
    settings = index_riluzole_page(tmp_path)
    note_standing(settings, StatusNote("retracted"))
    live = hashing_live(BuildPaths(settings.data_dir))
    with live.lease() as build:
        query = _query("riluzole")
        kept = retrieve(build, query, k=5)
        left_out = retrieve(build, query, k=5, with_retracted=False)

        assert len(found_passages(build, kept, ())) == 1
        assert found_passages(build, left_out, ()) == ()
    live.close()
