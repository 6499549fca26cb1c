from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.library import Library
from index.library_rows import DocumentVersion
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, add_build, make_document, store

_EMBEDDER = HashingEmbedder()
_CHUNK = "doi:10.1000/sample#0000"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db", writable=True) as library:
        yield library


def test_members_of_a_build_are_sorted(library: Library) -> None:
    one, two = DocumentVersion("pmid:1", "v"), DocumentVersion("doi:10.1000/x", "w")

    add_build(library, "b", [one, two])

    assert library.builds.members("b") == [two, one]
    assert library.builds.members("other") == []


def test_a_build_keeps_its_model_and_its_digest(library: Library) -> None:
    assert library.builds.newest() is None
    add_build(library, "a", [])
    add_build(library, "b", [], digest="other")

    assert library.builds.newest() == "b"
    assert library.builds.embedding("a") == _EMBEDDER.identity
    assert (library.builds.digest("a"), library.builds.digest("b")) == ("d", "other")
    assert library.builds.digest("c") is None
    with pytest.raises(LibraryError, match="'c'"):
        library.builds.embedding("c")


def test_retired_builds_take_along_what_nothing_else_holds_after_a_while(
    library: Library,
) -> None:
    (old,) = store(library, _EMBEDDER, [make_document("The old text.")])
    (next_one,) = store(library, _EMBEDDER, [make_document("The next text.")])
    (new,) = store(library, _EMBEDDER, [make_document("The new text.")])
    add_build(library, "before", [old])
    add_build(library, "after", [new])

    def retire(minutes: int) -> None:
        later = NOW + timedelta(minutes=minutes)
        library.builds.retire_all_except(["after"], keep_versions=[next_one], now=later)

    retire(0)
    retire(9)
    assert library.documents.chunks("before", [_CHUNK])[0].chunk.text == "The old text."

    retire(11)
    assert library.builds.members("before") == []
    assert list(library.documents.entries([old])) == []
    with pytest.raises(LibraryError):
        library.documents.document(old)
    assert library.documents.document(new).text.endswith("The new text.")
    assert library.documents.document(next_one).text.endswith("The next text.")
    assert len(library.documents.chunks("after", [_CHUNK])) == 1


def test_an_id_once_issued_stays_known_with_its_successor(library: Library) -> None:
    add_build(library, "a", [DocumentVersion("doi:10.1000/x", "v")])
    assert library.builds.successor("doi:10.1000/x") is None

    add_build(
        library, "b", [DocumentVersion("pmid:1", "v")], successors={"doi:10.1000/x": "pmid:1"}
    )

    assert library.builds.successor("doi:10.1000/x") == "pmid:1"
    with pytest.raises(KeyError):
        library.builds.successor("pmid:2")
