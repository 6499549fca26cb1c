import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from index.dense import DenseIndex
from index.digests import entries_digest, metadata_of, read_back_digest, record_digest
from index.errors import MissingVectorsError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import BuildEntry, DocumentVersion, string_hash
from index.models import AddedField, Author, Document, Mention, Related
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, add_build, make_document, store

_EMBEDDER = HashingEmbedder()
_FINGERPRINT = _EMBEDDER.fingerprint
_LISTED = Related(
    identifiers=Identifiers(pmid="77"),
    title="A listed paper",
    authors=(),
    container=None,
    date=None,
    year=None,
    publication_types=(),
    mentions=(Mention("similar", 0, 5),),
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "one.db", writable=True) as library:
        yield library


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "other.db", writable=True) as library:
        yield library


def _documents() -> list[Document]:
    one = make_document(
        "Riluzole prolongs survival. Its effect is modest.",
        "Patients are monitored.",
        title="Riluzole",
        identifiers=Identifiers(pmid="1", doi="10.1000/one"),
    )
    two = make_document(
        "Edaravone slows decline.", title="Edaravone", identifiers=Identifiers(pmid="2")
    )
    return [replace(one, authors=(Author("A. Author"),), year=1996, related=(_LISTED,)), two]


def _digest(library: Library, members: Sequence[DocumentVersion]) -> str:
    entries = list(library.documents.entries(members))
    return record_digest(library, members, entries, fingerprint=_FINGERPRINT)


def _digest_of(library: Library, documents: Sequence[Document]) -> str:
    return _digest(library, store(library, _EMBEDDER, documents))


def test_same_content_has_the_same_digest_in_another_library(
    library: Library, other: Library
) -> None:
    assert _digest_of(library, _documents()) == _digest_of(other, _documents())


def test_order_of_storing_and_of_members_is_nothing(library: Library, other: Library) -> None:
    members = store(library, _EMBEDDER, _documents())
    store(other, _EMBEDDER, _documents()[1:])
    store(other, _EMBEDDER, [make_document("Not a member.")])
    store(other, _EMBEDDER, _documents()[:1])

    assert _digest(library, members) == _digest(other, members) == _digest(other, members[::-1])


def test_file_names_and_bytes_of_files_are_nothing(library: Library, other: Library) -> None:
    moved = [
        replace(one, source_path=f"moved/{one.source_path}", content_hash="f" * 64)
        for one in _documents()
    ]

    assert _digest_of(library, _documents()) == _digest_of(other, moved)


def test_builds_and_their_times_are_nothing(library: Library) -> None:
    members = store(library, _EMBEDDER, _documents())
    before = _digest(library, members)

    for days in range(3):
        add_build(library, f"build-{days}", members, now=NOW + timedelta(days=days))

    assert _digest(library, members) == before


def test_vectors_of_another_model_are_nothing(library: Library) -> None:
    members = store(library, _EMBEDDER, _documents())
    before = _digest(library, members)

    store(library, HashingEmbedder("another-model"), _documents())

    assert _digest(library, members) == before


_CHANGES: dict[str, Callable[[Document], Document]] = {
    "a character of the text": lambda one: replace(
        one, text=one.text.replace("prolongs", "prolongz")
    ),
    "a character of no sentence": lambda one: replace(one, text=f"{one.text} "),
    "title": lambda one: replace(one, title="Riluzol"),
    "no title": lambda one: replace(one, title=None),
    "author": lambda one: replace(one, authors=(Author("B. Author"),)),
    "affiliation": lambda one: replace(one, authors=(Author("A. Author", "Here"),)),
    "family name": lambda one: replace(one, authors=(Author("A. Author", family="Author"),)),
    "container": lambda one: replace(one, container="A journal"),
    "year": lambda one: replace(one, year=1997),
    "publication type": lambda one: replace(one, publication_types=("Review",)),
    "keyword": lambda one: replace(one, keywords=("ALS",)),
    "license": lambda one: replace(one, license="CC BY"),
    "url": lambda one: replace(one, url="https://example.org"),
    "identifier": lambda one: replace(one, identifiers=Identifiers(pmid="1", doi="10.1000/two")),
    "document id": lambda one: replace(one, document_id="pmid:3"),
    "section": lambda one: replace(
        one, sections=(*one.sections[:-1], replace(one.sections[-1], name="Other"))
    ),
    "added field": lambda one: replace(one, added=(AddedField("url", "x", "me"),)),
    "listed title": lambda one: replace(one, related=(replace(_LISTED, title="Another"),)),
    "listed identifier": lambda one: replace(
        one, related=(replace(_LISTED, identifiers=Identifiers(pmid="78")),)
    ),
    "listed place": lambda one: replace(
        one, related=(replace(_LISTED, mentions=(Mention("similar", 0, 6),)),)
    ),
    "listed paper gone": lambda one: replace(one, related=()),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_any_change_of_a_document_changes_the_digest(
    library: Library, other: Library, change: str
) -> None:
    one, two = _documents()

    assert _digest_of(library, [one, two]) != _digest_of(other, [_CHANGES[change](one), two])


def test_missing_member_changes_the_digest(library: Library) -> None:
    members = store(library, _EMBEDDER, _documents())

    digests = {_digest(library, some) for some in (members, members[:1], members[1:], [])}

    assert len(digests) == 4


def test_other_entry_changes_the_digest(library: Library) -> None:
    members = store(library, _EMBEDDER, _documents())
    first, *rest = library.documents.entries(members)
    renamed = replace(first, entry_id=f"{first.entry_id}0")
    moved = replace(first, collection="records")

    digests = {
        record_digest(library, members, entries, fingerprint=_FINGERPRINT)
        for entries in ([first, *rest], [renamed, *rest], [moved, *rest], rest)
    }

    assert len(digests) == 4


@pytest.mark.parametrize(
    "embedded",
    [
        "Riluzole – Section 0\nRiluzole prolongs survival. Its effect is modest.",
        "Its effect is modest.",
        "Riluzole",
        "A listed paper",
    ],
    ids=["chunk", "sentence", "record", "listed paper"],
)
def test_one_bit_of_one_vector_changes_the_digest(
    library: Library, tmp_path: Path, embedded: str
) -> None:
    members = store(library, _EMBEDDER, _documents())
    before = _digest(library, members)
    name = string_hash(embedded)
    vector = bytearray(library.vectors.load([name], fingerprint=_FINGERPRINT).tobytes())

    def put(data: bytes) -> None:
        connection = sqlite3.connect(tmp_path / "one.db")
        changed = connection.execute(
            "UPDATE vectors SET vector = ? WHERE embedded_hash = ?", (data, name)
        )
        assert changed.rowcount == 1
        connection.commit()
        connection.close()

    for position in (0, len(vector) // 2, len(vector) - 1):
        flipped = bytearray(vector)
        flipped[position] ^= 1
        put(bytes(flipped))
        assert _digest(library, members) != before
    put(bytes(vector))
    assert _digest(library, members) == before


@pytest.mark.parametrize("embedded", ["Its effect is modest.", "Riluzole"])
def test_missing_vector_is_told(library: Library, tmp_path: Path, embedded: str) -> None:
    members = store(library, _EMBEDDER, _documents())
    connection = sqlite3.connect(tmp_path / "one.db")
    connection.execute("DELETE FROM vectors WHERE embedded_hash = ?", (string_hash(embedded),))
    connection.commit()
    connection.close()

    with pytest.raises(MissingVectorsError, match="1 vectors"):
        _digest(library, members)


def _dense(folder: Path, entries: Sequence[BuildEntry], **metadata: str) -> DenseIndex:
    """A Chroma folder that holds the entries, in that order."""
    sizes = {name: sum(one.collection == name for one in entries) for name in ("chunks", "records")}
    dense = DenseIndex(folder, create_sizes=sizes)
    for one in entries:
        vector = _EMBEDDER.embed_queries([one.entry_id])
        dense.add(one.collection, [one.entry_id], vector, [metadata_of(one) | metadata])
    return dense


_ENTRIES = [
    BuildEntry("pmid:1#0000", "chunks", "a" * 64, "pmid:1"),
    BuildEntry("pmid:1#0001", "chunks", "b" * 64, "pmid:1"),
    BuildEntry("pmid:1", "records", "c" * 64, "pmid:1"),
    BuildEntry("pmid:1~0000", "records", "d" * 64, "pmid:1"),
]


def test_chroma_gives_back_what_was_put_in_whatever_the_order(tmp_path: Path) -> None:
    expected = entries_digest(_ENTRIES)

    for name, entries in (("a", _ENTRIES), ("b", _ENTRIES[::-1])):
        dense = _dense(tmp_path / name, entries)
        assert read_back_digest(dense) == expected == entries_digest(entries)
        dense.close()


@pytest.mark.parametrize(
    "change",
    [
        {"entry_id": "pmid:1#0002"},
        {"collection": "records"},
        {"embedded_hash": "e" * 64},
        {"document_id": "pmid:2"},
    ],
)
def test_other_id_or_metadata_in_chroma_changes_what_is_read_back(
    tmp_path: Path, change: dict[str, str]
) -> None:
    changed = [replace(_ENTRIES[0], **change), *_ENTRIES[1:]]

    dense = _dense(tmp_path, changed)

    assert read_back_digest(dense) == entries_digest(changed) != entries_digest(_ENTRIES)
    dense.close()


def test_metadata_beside_ours_or_an_entry_less_changes_what_is_read_back(tmp_path: Path) -> None:
    more = _dense(tmp_path / "more", _ENTRIES, extra="x")
    less = _dense(tmp_path / "less", _ENTRIES[:-1])

    digests = {read_back_digest(more), read_back_digest(less), entries_digest(_ENTRIES)}

    assert len(digests) == 3
    more.close()
    less.close()


def test_nothing_has_a_digest_of_its_own(tmp_path: Path, library: Library) -> None:
    dense = _dense(tmp_path / "empty", [])

    assert read_back_digest(dense) == entries_digest([])
    assert _digest(library, []) != entries_digest([])
    dense.close()
