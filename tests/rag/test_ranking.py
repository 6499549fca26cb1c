"""How `rag.retrieval.rank` puts nearness of vectors and shared terms together."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.filters import Filters
from rag.retrieval import Query, rank, retrieve
from rag.search_query import FieldSynonyms, Group
from tests.fakes import HashingEmbedder
from tests.index.samples import hashing_live
from tests.rag.examples import index_files

_SYNONYMS = FieldSynonyms([Group(("tofersen", "qalsody"), "a label")])
_EMBEDDER = HashingEmbedder()
_LEG = 200
"""Entries that each leg puts forward."""
_FILES = {
    "a.md": (
        "# Riluzole\n\n## Survival\n\nRiluzole slows the disease in many adults.\n\n"
        "## Safety\n\nThe liver is watched with tofersen and without.\n"
    ),
    "b.md": (
        "# Weather\n\n## Survival\n\nNobody drowns while rain falls on Tokyo.\n\n"
        "## Notes\n\nThe same words stand here.\n\n## Notes\n\nThe same words stand here.\n"
    ),
    "c.md": "# Prices\n\n## Costs\n\nQalsody costs more than most can pay in a year.\n",
}


def _open(folder: Path, files: dict[str, str]) -> Iterator[Build]:
    live = hashing_live(BuildPaths(index_files(folder, files).data_dir))
    with live.lease() as build:
        yield build
    live.close()


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Six chunks of three documents."""
    yield from _open(tmp_path_factory.mktemp("small"), _FILES)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """More chunks than a leg puts forward; one alone names tofersen, far from the others."""
    # Other words in each, for Chroma loses entries among vectors that are nearly equal.
    days = (" ".join(f"w{number}x{other}" for other in range(8)) for number in range(_LEG + 20))
    sections = "\n\n".join(
        f"## Day {number}\n\nRain rain rain {words}." for number, words in enumerate(days)
    )
    files = {
        "weather.md": f"# Weather\n\n{sections}\n",
        "drug.md": "# Elsewhere\n\n## Other\n\nNobody has seen tofersen here.\n",
    }
    yield from _open(tmp_path_factory.mktemp("large"), files)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Build]:
    yield from _open(tmp_path, {})


def _query(text: str, *, near: str | None = None) -> Query:
    """Searched for by the terms of `text`, and by the vector of it or of another text."""
    vector = _EMBEDDER.embed_queries([near or text])[0]
    return Query(vector, _SYNONYMS.expand(text).terms)


def _titles(build: Build, ids: list[str]) -> list[str | None]:
    return [build.document(one.partition("#")[0]).title for one in ids]


def test_a_chunk_that_only_shares_a_rare_term_is_found_though_its_vector_is_far(
    large: Build,
) -> None:
    found = rank(large, "chunks", _query("tofersen", near="rain rain rain"), k=100)

    (drug,) = [one for one in found if one.lexical_rank is not None]
    assert _titles(large, [drug.entry_id]) == ["Elsewhere"]
    assert drug.dense_rank is None
    assert drug.lexical_rank == 1
    assert drug.similarity < min(one.similarity for one in found if one is not drug)


def test_a_rare_term_leads_in_any_of_its_forms(build: Build) -> None:
    query = _query("tofersen")

    found = rank(build, "chunks", query, k=10)

    matched = [build.lexical.matched("chunks", one.row, query.terms) for one in found]
    assert matched == [["tofersen"], ["tofersen"], [], [], [], []]
    # The one says "tofersen", the other "Qalsody".
    assert set(_titles(build, [one.entry_id for one in found[:2]])) == {"Riluzole", "Prices"}


def test_scores_are_weighted_sums_of_both_legs(build: Build) -> None:
    found = rank(build, "chunks", _query("riluzole in adults"), k=10)

    for one in found:
        assert one.score == pytest.approx(0.4 * one.similarity + 0.6 * one.lexical, abs=1e-6)
        assert 0 <= one.lexical <= 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_similarity_is_the_cosine_of_the_chunk(build: Build) -> None:
    query = _query("Riluzole in Tokyo")
    cosines = {hit.entry_id: hit.similarity for hit in build.query("chunks", query.vector, k=10)}

    found = rank(build, "chunks", query, k=10)

    assert {one.entry_id: one.similarity for one in found} == pytest.approx(cosines, abs=1e-5)


def test_ranks_of_a_leg_count_from_one_in_its_own_order(build: Build) -> None:
    found = rank(build, "chunks", _query("survival of adults"), k=10)

    dense = sorted(found, key=lambda one: one.dense_rank or 0)
    lexical = sorted(
        (one for one in found if one.lexical_rank), key=lambda one: one.lexical_rank or 0
    )
    assert [one.dense_rank for one in dense] == [1, 2, 3, 4, 5, 6]
    assert [one.similarity for one in dense] == sorted(
        (one.similarity for one in found), reverse=True
    )
    assert [one.lexical_rank for one in lexical] == list(range(1, len(lexical) + 1))
    assert [one.lexical for one in lexical] == sorted(
        (one.lexical for one in lexical), reverse=True
    )
    assert all((one.lexical_rank is None) == (one.lexical == 0) for one in found)


def test_half_of_a_chunks_lexical_score_is_its_documents(build: Build) -> None:
    query = _query("liver")
    chunks = build.lexical.scores("chunks", query.terms)
    documents = build.lexical.scores("documents", query.terms)

    for one in rank(build, "chunks", query, k=10):
        whole = documents[build.lexical.document_rows[one.row]]
        assert one.lexical == pytest.approx(0.5 * chunks[one.row] + 0.5 * whole)
    # A chunk of the document that does not say it is found for its neighbour's sake.
    found = rank(build, "chunks", query, k=2)
    assert [build.lexical.matched("chunks", one.row, query.terms) for one in found] == [
        ["liver"],
        [],
    ]
    assert _titles(build, [one.entry_id for one in found]) == ["Riluzole", "Riluzole"]


def test_a_record_is_found_by_its_own_terms_and_those_of_its_document(build: Build) -> None:
    query = _query("weather tofersen")
    own = build.lexical.scores("records", query.terms)
    whole = build.lexical.scores("documents", query.terms)

    found = rank(build, "records", query, k=10)

    assert len(found) == 3
    assert _titles(build, [found[0].entry_id]) == ["Weather"]
    for one in found:
        assert one.lexical == pytest.approx(0.5 * own[one.row] + 0.5 * whole[one.row])


@pytest.mark.parametrize("near", ["Riluzole slows the disease", "rain falls on Tokyo"])
def test_both_legs_keep_to_the_scope(build: Build, near: str) -> None:
    scope = build.scope(Filters(sections=("Survival",)))

    found = rank(build, "chunks", _query("tofersen riluzole rain", near=near), k=10, scope=scope)
    inside = build.rows_within("chunks", scope)

    assert {one.row for one in found} == set(inside.tolist())
    assert len(found) == 2
    assert sorted(one.dense_rank or 0 for one in found) == [1, 2]
    assert sorted(one.lexical_rank or 0 for one in found) == [1, 2]


def test_ranks_within_a_scope_are_ranks_in_the_scope(large: Build) -> None:
    scope = large.scope(Filters(sections=("Other",)))

    (found,) = rank(large, "chunks", _query("tofersen", near="rain"), k=10, scope=scope)

    assert (found.dense_rank, found.lexical_rank) == (1, 1)


def test_a_score_is_the_same_in_a_scope_and_without_it(build: Build) -> None:
    query = _query("survival with riluzole")
    scope = build.scope(Filters(sections=("Safety", "Costs")))
    everywhere = {one.entry_id: one.score for one in rank(build, "chunks", query, k=10)}

    for one in rank(build, "chunks", query, k=10, scope=scope):
        assert one.score == pytest.approx(everywhere[one.entry_id], abs=1e-6)


def test_a_scope_that_holds_nothing_finds_nothing(build: Build) -> None:
    scope = build.scope(Filters(sections=("Nowhere",)))

    assert rank(build, "chunks", _query("riluzole"), k=10, scope=scope) == []


def test_what_is_asked_for_by_name_comes_first(build: Build) -> None:
    query = _query("riluzole")
    usual = [one.entry_id for one in rank(build, "chunks", query, k=10)]

    found = rank(build, "chunks", query, k=10, first=[usual[-2], usual[-1]])

    assert [one.entry_id for one in found] == [*usual[-2:], *usual[:-2]]
    assert found[0].score < found[2].score


def test_what_is_asked_for_by_name_comes_though_it_is_out_of_scope_or_not_found(
    large: Build,
) -> None:
    scope = large.scope(Filters(sections=("Other",)))
    inside = large.rows_within("chunks", scope).tolist()
    outside = next(one for row, one in enumerate(large.lexical.ids("chunks")) if row not in inside)
    query = _query("zzzz", near="tofersen")

    within = rank(large, "chunks", query, k=10, scope=scope, first=[outside])

    assert within[0].entry_id == outside
    assert (within[0].dense_rank, within[0].lexical_rank) == (None, None)
    assert len(within) == 2


def test_first_is_cut_to_k_too(build: Build) -> None:
    ids = build.lexical.ids("chunks")

    found = rank(build, "chunks", _query("riluzole"), k=2, first=ids[:4])

    assert len(found) == 2
    assert {one.entry_id for one in found} <= set(ids[:4])


@pytest.mark.parametrize(("k", "expected"), [(-1, 0), (0, 0), (1, 1), (6, 6), (1_000_000, 6)])
def test_at_most_k_entries_come(build: Build, k: int, expected: int) -> None:
    found = rank(build, "chunks", _query("riluzole"), k=k)

    assert len(found) == expected
    assert len({one.entry_id for one in found}) == expected


def test_fewer_entries_are_the_first_of_more(build: Build) -> None:
    query = _query("survival in Tokyo")

    assert rank(build, "chunks", query, k=3) == rank(build, "chunks", query, k=1_000)[:3]


@pytest.mark.parametrize("text", ["what is it and why?", "?!", ""])
def test_without_terms_the_vectors_decide_alone(build: Build, text: str) -> None:
    found = rank(build, "chunks", _query(text, near="Rain falls on Tokyo"), k=10)

    assert _titles(build, [found[0].entry_id]) == ["Weather"]
    assert [one.score for one in found] == [one.similarity for one in found]
    assert [one.dense_rank for one in found] == [1, 2, 3, 4, 5, 6]
    assert all(one.lexical_rank is None and one.lexical == 0 for one in found)


def test_terms_that_the_library_does_not_have_leave_the_order_to_the_vectors(build: Build) -> None:
    near = "Rain falls on Tokyo"
    alone = rank(build, "chunks", _query("?", near=near), k=10)

    found = rank(build, "chunks", _query("zzzz", near=near), k=10)

    assert [one.entry_id for one in found] == [one.entry_id for one in alone]
    assert [one.score for one in found] == pytest.approx([0.4 * one.score for one in alone])


def test_equal_scores_come_in_the_order_of_the_record(build: Build) -> None:
    found = rank(build, "chunks", _query("The same words stand here"), k=10)

    assert found[0].score == found[1].score
    assert found[0].row + 1 == found[1].row
    assert [build.chunks([one.entry_id])[0].chunk.text for one in found[:2]] == [
        "The same words stand here."
    ] * 2


def test_all_scores_equal_is_the_order_of_the_record(build: Build) -> None:
    scope = build.scope(Filters())
    nowhere = Query(np.zeros(_EMBEDDER.dimension, dtype=np.float32), ())

    found = rank(build, "chunks", nowhere, k=4, scope=scope)

    assert [one.row for one in found] == [0, 1, 2, 3]
    assert [one.dense_rank for one in found] == [1, 2, 3, 4]


def test_the_best_of_two_documents_does_not_score_one_unless_it_deserves_it(
    tmp_path: Path,
) -> None:
    files = {
        "a.txt": "# Notes\n\nRiluzole slows the disease in many adults.\n",
        "b.txt": "# Weather\n\nRain falls on Tokyo in June and July.\n",
    }
    for build in _open(tmp_path, files):
        poor = rank(build, "chunks", _query("Does edaravone help children in June?"), k=2)
        good = rank(build, "chunks", _query("Notes Riluzole slows the disease in many adults"), k=2)

        assert 0 < poor[0].score < 0.4
        assert poor[0].score < good[0].score < 1
        assert good[0].score > 0.6
        assert good[0].similarity > 0.9


def test_an_empty_library_finds_nothing(empty: Build) -> None:
    assert rank(empty, "chunks", _query("riluzole"), k=10) == []
    assert rank(empty, "records", _query("what?"), k=10) == []
    assert retrieve(empty, _query("riluzole"), k=10).chunks == []


def test_a_library_is_ranked_the_same_each_time(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for build in _open(tmp_path / name, _FILES):
            ranking = rank(build, "chunks", _query("survival with riluzole in Tokyo"), k=10)
            found.append([(one.entry_id.partition("#")[2], one.score) for one in ranking])

    assert found[0] == found[1]
