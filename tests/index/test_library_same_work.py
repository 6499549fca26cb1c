"""Documents that are probably one work stay two, and the build says that they belong together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.health import check_library
from index.ingest import ingest
from index.library import Library
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import hashing_embedder_for, pubmed_page, write_files

_TITLE = "Riluzole and the survival of people with amyotrophic lateral sclerosis in Norway"
_HEADER = "Smith J, Miller A.\nBrain. 2020 May;12(3):100-110."


def _page(number: int, *, title: str = _TITLE) -> str:
    return pubmed_page(
        title=title,
        header=_HEADER,
        identifiers=f"- PMID: 1111111{number}",
        blocks="Abstract\nRiluzole prolonged survival by three months in this registry of ours.",
    )


@pytest.fixture
def build(index_settings: IndexSettings, documents: Path) -> Iterator[Build]:
    record = (
        "TY  - JOUR\nTI  - {}\nAU  - Smith, J.\nAU  - Miller, A.\nJO  - Brain\nPY  - 2020\n"
        "VL  - 12\nIS  - 3\nSP  - 100\nEP  - 110\nER  - \n"
    )
    write_files(
        documents,
        {
            "page.txt": _page(1),
            "zotero.ris": record.format(_TITLE),
            "other.txt": _page(2, title="Edaravone in mice"),
        },
    )
    ingest(index_settings, HashingEmbedder())
    paths = BuildPaths(index_settings.data_dir)
    opened = Build(paths, paths.live_build_id(), load_embedder=hashing_embedder_for)
    yield opened
    opened.close()


def test_record_without_identifiers_is_linked_to_the_paper_and_not_merged(
    build: Build, index_settings: IndexSettings
) -> None:
    names = [one.document_id for one in build.members]
    (linked,) = [name for name in names if name.startswith("sha256:")]

    assert len(names) == 3
    assert build.same_work("pmid:11111111") == [linked]
    assert build.same_work(linked) == ["pmid:11111111"]
    assert build.same_work("pmid:11111112") == []
    findings = {one.name: one for one in check_library(BuildPaths(index_settings.data_dir))}
    assert findings["same work"].ok
    assert (
        "1 works are held as several documents: pmid:11111111 = sha256:"
        in findings["same work"].detail
    )


@pytest.mark.usefixtures("build")
def test_link_goes_with_the_file_that_it_came_with(
    index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "zotero.ris").unlink()

    ingest(index_settings, HashingEmbedder())

    paths = BuildPaths(index_settings.data_dir)
    with Library(paths.library) as library:
        assert library.builds.same_works(paths.live_build_id()) == {}
