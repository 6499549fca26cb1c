from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion, string_hash
from index.models import Mention, Related
from tests.fakes import HashingEmbedder
from tests.index.samples import add_build, make_document, prepare, store

_EMBEDDER = HashingEmbedder()
_SAMPLE = "doi:10.1000/sample"
_LISTED = Related(
    Identifiers(pmid="7"), "Listed.", (), None, None, None, (), (Mention("similar", 0, 1),)
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db", writable=True) as library:
        yield library


def test_document_that_is_not_held_is_named(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"doi:10\.1000/sample"):
        library.documents.document(DocumentVersion(_SAMPLE, "v"))


def test_document_that_changed_on_disk_is_refused(library: Library) -> None:
    (member,) = store(library, _EMBEDDER, [make_document("One here.")])
    with library._database.write() as connection:
        connection.exec_driver_sql("UPDATE documents SET record = replace(record, 'One', 'Two')")

    with pytest.raises(LibraryError, match="has changed on disk"):
        library.documents.document(member)


def test_entries_are_chunks_record_and_listed_papers(library: Library) -> None:
    document = replace(make_document("One.", "Two."), related=(_LISTED,))
    (member,) = store(library, _EMBEDDER, [document])

    entries = list(library.documents.entries([member]))

    assert [(entry.collection, entry.entry_id) for entry in entries] == [
        ("chunks", "doi:10.1000/sample#0000"),
        ("chunks", "doi:10.1000/sample#0001"),
        ("records", "doi:10.1000/sample"),
        ("records", "doi:10.1000/sample~0000"),
    ]
    hashes = [entry.embedded_hash for entry in entries]
    assert hashes[2:] == [string_hash("A title"), string_hash("Listed.")]
    assert {entry.document_id for entry in entries} == {_SAMPLE}


def test_sentences_have_hashes_of_their_own(library: Library) -> None:
    (member,) = store(library, _EMBEDDER, [make_document("One here. Two there.")])

    hashes = library.documents.sentence_hashes([member])

    assert hashes == {string_hash("One here."), string_hash("Two there.")}


def test_each_build_sees_its_own_version_of_a_chunk(library: Library) -> None:
    (old,) = store(library, _EMBEDDER, [make_document("The old text.")])
    (new,) = store(library, _EMBEDDER, [make_document("The new text.")])
    add_build(library, "before", [old])
    add_build(library, "after", [new])

    texts = [
        library.documents.chunks(build, ["doi:10.1000/sample#0000"])[0].chunk.text
        for build in ("before", "after")
    ]

    assert old != new
    assert texts == ["The old text.", "The new text."]


def test_chunks_come_whole_in_the_order_asked_for(library: Library) -> None:
    prepared = prepare(make_document("One. Two.", "Three."), _EMBEDDER)
    library.documents.store([prepared])
    add_build(library, "b", [prepared.key])
    first, second = prepared.chunks

    found = library.documents.chunks("b", [second.chunk.chunk_id, "unknown", first.chunk.chunk_id])

    assert found == [second, first]


def test_version_that_is_there_stays_as_it_is(library: Library) -> None:
    prepared = prepare(make_document("One. Two."), _EMBEDDER)
    library.documents.store([prepared])
    library.documents.store([replace(prepared, document=make_document("Other."))])

    assert library.documents.document(prepared.key) == prepared.document
    assert library.documents.known([prepared.key, DocumentVersion("x", "y")]) == {prepared.key}
    assert library.documents.paths(prepared.key) == ("paper.txt",)


def test_heads_tell_text_and_metadata_apart_and_name_no_file(library: Library) -> None:
    document = make_document("One.")
    others = [
        replace(document, source_path="elsewhere.txt", content_hash="1" * 64),
        replace(document, year=2020),
        make_document("Two."),
    ]

    heads = [
        library.documents.heads(store(library, _EMBEDDER, [one]))[0] for one in (document, *others)
    ]

    first, moved, dated, other = heads
    assert moved == first
    assert dated.text_hash == first.text_hash
    assert dated.metadata_hash != first.metadata_hash
    assert other.text_hash != first.text_hash


def test_identifier_is_found_in_documents_first_then_in_listed_papers(library: Library) -> None:
    lister = replace(
        make_document("One.", identifiers=Identifiers(doi="10.1000/a")), related=(_LISTED, _LISTED)
    )
    owner = make_document("Two.", identifiers=Identifiers(pmid="7"))
    members = store(library, _EMBEDDER, [lister, owner])
    add_build(library, "both", members)
    add_build(library, "lister", members[:1])
    find = library.documents.find_identifier

    assert find("both", "pmid", "7") == ["pmid:7", "doi:10.1000/a~0000", "doi:10.1000/a~0001"]
    assert find("lister", "pmid", "7")[0] == "doi:10.1000/a~0000"
    assert find("both", "doi", "7") == []
    assert library.documents.own_identifiers(members[0]) == [("doi", "10.1000/a")]
