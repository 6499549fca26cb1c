"""Filters on a build of four papers: what they leave, and that a search finds nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.filters import Filters
from index.identifiers import Identifiers
from index.library import Library
from index.models import Document
from index.publication_status import StatusNote, StatusReport
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, build_of, hashing_embedder_for, make_document, store

_EMBEDDER = HashingEmbedder()


def _paper(number: int, **fields: object) -> Document:
    document = make_document(
        f"Riluzole in paper {number}.",
        f"Edaravone in paper {number}.",
        title=f"Paper {number}",
        identifiers=Identifiers(pmid=str(number)),
    )
    return replace(document, **fields)  # type: ignore[arg-type]


@pytest.fixture
def build(paths: BuildPaths, library: Library) -> Iterator[Build]:
    papers = [
        _paper(1, year=2019, container="Brain", languages=("eng",)),
        _paper(2, year=2020, container="brain", publication_types=("Review",)),
        _paper(3, year=2021, container="Neurology", languages=("fre", "eng")),
        _paper(4, mesh_terms=("Animals", "Mice")),
    ]
    build_of(paths, library, store(library, _EMBEDDER, papers))
    opened = Build(paths, paths.live_build_id(), load_embedder=hashing_embedder_for)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(), "1234"),
        (Filters(year_from=2020), "23"),
        (Filters(year_to=2020), "12"),
        (Filters(year_from=2020, year_to=2020), "2"),
        (Filters(journals=("BRAIN",)), "12"),
        (Filters(journals=("Brain", "Neurology")), "123"),
        (Filters(languages=("fre",)), "3"),
        (Filters(study_types=("review", "animal")), "24"),
        (Filters(journals=("Brain",), languages=("eng",)), "1"),
        (Filters(year_from=2030), ""),
        (Filters(statuses=("not_checked",)), "1234"),
        (Filters(statuses=("retracted",)), ""),
    ],
)
def test_documents_that_meet_every_filter_are_left(
    build: Build, filters: Filters, numbers: str
) -> None:
    scope = build.scope(filters)

    assert scope.documents == {f"pmid:{number}" for number in numbers}
    assert scope.sections == {"Section 0", "Section 1"}


def test_standing_is_that_of_now(build: Build, library: Library) -> None:
    retracted = StatusReport("a list", (StatusNote("retracted"),))
    library.status.replace_list("a list", [(Identifiers(pmid="2"), retracted)], now=NOW)

    assert build.scope(Filters(statuses=("retracted",))).documents == {"pmid:2"}
    assert "pmid:2" not in build.scope(Filters(statuses=("not_checked",))).documents


def test_search_in_a_scope_finds_all_of_it_and_nothing_else(build: Build) -> None:
    vector = build.embedder.embed_queries(["Riluzole in paper 1."])[0]
    scope = build.scope(Filters(year_from=2020, sections=("Section 1",)))

    chunks = build.query("chunks", vector, k=50, scope=scope)
    records = build.query("records", vector, k=1, scope=scope)

    assert {hit.entry_id for hit in chunks} == {"pmid:2#0001", "pmid:3#0001"}
    assert {hit.entry_id for hit in records} <= {"pmid:2", "pmid:3"}
    assert build.count_chunks(scope) == 2
    by_all = build.query("chunks", vector, k=50)
    similarity = {hit.entry_id: hit.similarity for hit in by_all}
    assert [hit.similarity for hit in chunks] == pytest.approx(
        [similarity[hit.entry_id] for hit in chunks], abs=1e-5
    )


def test_empty_scope_has_nothing_to_find(build: Build) -> None:
    vector = build.embedder.embed_queries(["Riluzole"])[0]

    assert build.query("chunks", vector, k=5, scope=build.scope(Filters(year_from=2030))) == []
