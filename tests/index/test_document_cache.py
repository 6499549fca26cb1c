from collections.abc import Iterable, Iterator

import pytest

from index.build_paths import BuildPaths
from index.document_cache import DocumentCache
from index.errors import LibraryError
from index.ingest import ingest
from index.library import Library
from index.library_documents import Documents
from index.library_rows import DocumentVersion
from index.models import Document
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder


class Counting:
    """The library's documents, with a note of what each reading asks for."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.document = documents.document
        self.readings: list[list[str]] = []

    def documents(self, members: Iterable[DocumentVersion]) -> Iterator[Document]:
        wanted = list(members)
        self.readings.append([one.document_id for one in wanted])
        return self._documents.documents(wanted)


@pytest.fixture
def library(index_settings: IndexSettings) -> Iterator[Library]:
    for pmid in (1, 2, 3):
        path = index_settings.documents_dir / f"{pmid}.txt"
        path.write_text(f"# Title {pmid}\n\nPMID: {pmid}\n\nA sentence of {pmid}.\n")
    ingest(index_settings, HashingEmbedder())
    with Library(BuildPaths(index_settings.data_dir).library) as library:
        yield library


@pytest.fixture
def versions(library: Library, index_settings: IndexSettings) -> list[DocumentVersion]:
    return library.builds.members(BuildPaths(index_settings.data_dir).live_build_id())


def test_all_that_are_missing_are_read_at_once_and_kept(
    library: Library, versions: list[DocumentVersion]
) -> None:
    counting = Counting(library.documents)
    cache = DocumentCache(counting)  # type: ignore[arg-type]
    one, two, three = versions

    cache.documents([two])
    found = cache.documents([three, two, one, three])

    names = [document.document_id for document in found]
    assert names == [version.document_id for version in (three, two, one, three)]
    assert counting.readings == [[two.document_id], [three.document_id, one.document_id]]


def test_those_that_were_asked_for_longest_ago_are_let_go(
    library: Library, versions: list[DocumentVersion]
) -> None:
    counting = Counting(library.documents)
    cache = DocumentCache(counting, kept=2)  # type: ignore[arg-type]
    one, two, three = versions

    for version in (one, two, one, three, one, two):
        cache.documents([version])

    assert counting.readings == [[v.document_id] for v in (one, two, three, two)]


def test_a_version_that_is_not_held_is_an_error(library: Library) -> None:
    cache = DocumentCache(library.documents)

    with pytest.raises(LibraryError, match="pmid:9 is not in the library"):
        cache.documents([DocumentVersion("pmid:9", "none")])
