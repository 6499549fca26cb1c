import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Vectors
from index.errors import LibraryError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion, FileRow, string_hash
from index.models import Mention, Related
from index.preparation import prepare_document
from tests.fakes import HashingEmbedder
from tests.index.samples import make_document, store

_EMBEDDER = HashingEmbedder()
_SAMPLE = DocumentVersion("doi:10.1000/sample", "")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library.db", writable=True)
    yield library
    library.close()


def _numbered(count: int) -> Vectors:
    return np.arange(count * 4, dtype=np.float32).reshape(count, 4)


def test_reading_creates_no_file(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Run: alsqa index"):
        Library(tmp_path / "data" / "library.db")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writable", [True, False])
def test_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, writable: bool) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(LibraryError, match="cannot be read"):
        Library(path, writable=writable)

    assert path.read_bytes().startswith(b"this is no database")


@pytest.mark.parametrize("writable", [True, False])
def test_library_of_another_schema_is_refused(tmp_path: Path, writable: bool) -> None:
    path = tmp_path / "library.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(LibraryError, match="has schema 999"):
        Library(path, writable=writable)


def test_what_is_written_is_read_by_another_opening(library: Library, tmp_path: Path) -> None:
    document = make_document("One here. Two there.")
    (member,) = store(library, _EMBEDDER, [document])

    reader = Library(tmp_path / "library.db")

    assert reader.document(member) == document
    reader.close()


def test_document_that_is_not_held_is_named(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"doi:10\.1000/sample"):
        library.document(_SAMPLE)


def test_files_are_replaced_as_a_whole(library: Library) -> None:
    good = FileRow("a.txt", "1", "r", None, DocumentVersion("pmid:1", "v"))
    failed = FileRow("b.txt", "2", "r", "it is empty.")
    library.replace_files([good, failed])
    assert library.files() == {"a.txt": good, "b.txt": failed}

    library.replace_files([failed])

    assert library.files() == {"b.txt": failed}
    library.replace_files([])
    assert library.files() == {}


def test_vectors_come_in_the_order_asked_for_and_as_often(library: Library) -> None:
    vectors = _numbered(3)
    library.store_vectors(["a", "b", "c"], vectors, fingerprint="f")

    found = library.vectors(["c", "a", "c"], fingerprint="f")

    np.testing.assert_array_equal(found, vectors[[2, 0, 2]])
    assert found.dtype == np.float32
    assert library.vectors([], fingerprint="f").shape[0] == 0


def test_vectors_of_two_models_are_never_mixed(library: Library) -> None:
    library.store_vectors(["a"], _numbered(1), fingerprint="f")
    library.store_vectors(["a"], _numbered(1) + 5, fingerprint="g")

    np.testing.assert_array_equal(library.vectors(["a"], fingerprint="g"), _numbered(1) + 5)
    assert library.missing_vectors(["a", "b"], fingerprint="f") == {"b"}
    assert library.missing_vectors(["a"], fingerprint="h") == {"a"}


def test_missing_vector_is_an_error_not_a_gap(library: Library) -> None:
    library.store_vectors(["a"], _numbered(1), fingerprint="f")

    with pytest.raises(LibraryError, match="1 vectors are missing"):
        library.vectors(["a", "b"], fingerprint="f")


def test_stored_vector_stays_as_it_is(library: Library) -> None:
    library.store_vectors(["a"], _numbered(1), fingerprint="f")

    library.store_vectors(["a"], _numbered(1) + 5, fingerprint="f")

    np.testing.assert_array_equal(library.vectors(["a"], fingerprint="f"), _numbered(1))


def test_more_names_than_one_statement_takes_are_found(library: Library) -> None:
    names = [f"n{number}" for number in range(1_700)]
    library.store_vectors(names, _numbered(1_700), fingerprint="f")

    found = library.vectors(names, fingerprint="f")

    np.testing.assert_array_equal(found, _numbered(1_700))
    assert library.missing_vectors([*names, "more"], fingerprint="f") == {"more"}


def test_members_of_a_build_are_sorted_and_replaced(library: Library) -> None:
    one, two = DocumentVersion("pmid:1", "v"), DocumentVersion("doi:10.1000/x", "w")

    library.register_build("b", [one, two])
    assert library.members("b") == [two, one]

    library.register_build("b", [one])
    assert library.members("b") == [one]
    assert library.members("other") == []


def test_entries_are_chunks_record_and_listed_papers(library: Library) -> None:
    listed = Related(
        Identifiers(pmid="7"), "Listed.", (), None, None, None, (), (Mention("similar", 0, 1),)
    )
    document = replace(make_document("One.", "Two."), related=(listed,))
    (member,) = store(library, _EMBEDDER, [document])

    entries = [(entry.collection, entry.entry_id) for entry in library.entries([member])]

    assert entries == [
        ("chunks", "doi:10.1000/sample#0000"),
        ("chunks", "doi:10.1000/sample#0001"),
        ("records", "doi:10.1000/sample"),
        ("records", "doi:10.1000/sample~0000"),
    ]
    hashes = [entry.embedded_hash for entry in library.entries([member])]
    assert hashes[2:] == [string_hash("A title"), string_hash("Listed.")]
    assert library.missing_vectors(hashes, fingerprint=_EMBEDDER.fingerprint) == set()


def test_each_build_sees_its_own_version_of_a_chunk(library: Library) -> None:
    (old,) = store(library, _EMBEDDER, [make_document("The old text.")])
    (new,) = store(library, _EMBEDDER, [make_document("The new text.")])
    library.register_build("before", [old])
    library.register_build("after", [new])

    texts = [
        library.chunks(build, ["doi:10.1000/sample#0000"])[0].chunk.text
        for build in ("before", "after")
    ]

    assert old != new
    assert texts == ["The old text.", "The new text."]


def test_chunks_come_whole_in_the_order_asked_for(library: Library) -> None:
    prepared = prepare_document(make_document("One. Two.", "Three."), _EMBEDDER)
    library.store_documents([prepared])
    library.register_build("b", [DocumentVersion("doi:10.1000/sample", prepared.version)])
    first, second = prepared.chunks

    found = library.chunks("b", [second.chunk.chunk_id, "unknown", first.chunk.chunk_id])

    assert found == [second, first]


def test_version_that_is_there_stays_as_it_is(library: Library) -> None:
    prepared = prepare_document(make_document("One. Two."), _EMBEDDER)
    library.store_documents([prepared])
    library.store_documents([replace(prepared, document=make_document("Other."))])

    member = DocumentVersion("doi:10.1000/sample", prepared.version)

    assert library.document(member) == prepared.document


def test_identifier_is_found_in_documents_first_then_in_listed_papers(library: Library) -> None:
    listed = Related(
        Identifiers(pmid="7"), "Listed.", (), None, None, None, (), (Mention("similar", 0, 1),)
    )
    lister = replace(
        make_document("One.", identifiers=Identifiers(doi="10.1000/a")), related=(listed, listed)
    )
    owner = make_document("Two.", identifiers=Identifiers(pmid="7"))
    members = store(library, _EMBEDDER, [lister, owner])
    library.register_build("both", members)
    library.register_build("lister", members[:1])

    assert library.find_identifier("both", "pmid", "7") == [
        "pmid:7",
        "doi:10.1000/a~0000",
        "doi:10.1000/a~0001",
    ]
    assert library.find_identifier("lister", "pmid", "7")[0] == "doi:10.1000/a~0000"
    assert library.find_identifier("both", "doi", "7") == []


def test_forgotten_builds_take_along_what_nothing_else_holds(library: Library) -> None:
    (old,) = store(library, _EMBEDDER, [make_document("The old text.")])
    (filed,) = store(library, _EMBEDDER, [make_document("The filed text.")])
    (new,) = store(library, _EMBEDDER, [make_document("The new text.")])
    library.register_build("before", [old])
    library.register_build("after", [new])
    library.replace_files([FileRow("a.txt", "1", "r", None, filed)])

    library.forget_builds_except(["after"])

    assert library.members("before") == []
    assert list(library.entries([old])) == []
    with pytest.raises(LibraryError):
        library.document(old)
    assert library.document(new).text.endswith("The new text.")
    assert library.document(filed).text.endswith("The filed text.")
    assert len(library.chunks("after", ["doi:10.1000/sample#0000"])) == 1
