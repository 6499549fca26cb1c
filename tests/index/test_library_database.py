import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from index.backup import keep_automatic_backups
from index.errors import LibraryError
from index.library import Library
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, make_document, store

_EMBEDDER = HashingEmbedder()


def test_reading_creates_no_file(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="Run: alsqa index"):
        Library(tmp_path / "data" / "library.db")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writable", [True, False])
def test_file_that_is_no_database_is_refused_and_kept(tmp_path: Path, writable: bool) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(LibraryError, match=r"is damaged.*There is no backup"):
        Library(path, writable=writable)

    assert path.read_bytes().startswith(b"this is no database")


def test_damage_names_the_backup_to_restore(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path, writable=True).close()
    (backup,) = keep_automatic_backups(tmp_path, now=NOW, library_changed=True)
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(LibraryError, match=f"alsqa restore {backup}"):
        Library(path)


@pytest.mark.parametrize("writable", [True, False])
def test_library_of_a_newer_schema_is_refused_and_kept(tmp_path: Path, writable: bool) -> None:
    path = tmp_path / "library.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(LibraryError, match="has schema 999, this alsqa reads up to"):
        Library(path, writable=writable)


def test_empty_database_is_no_library_to_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    sqlite3.connect(path).close()
    path.touch()

    with pytest.raises(LibraryError, match="no library of alsqa"):
        Library(path)


def test_what_is_written_is_read_by_another_opening(tmp_path: Path) -> None:
    document = make_document("One here. Two there.")
    with Library(tmp_path / "library.db", writable=True) as library:
        (member,) = store(library, _EMBEDDER, [document])

        with Library(tmp_path / "library.db") as reader:
            assert reader.documents.document(member) == document


def test_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db", writable=True) as library:
        with suppress(ZeroDivisionError), library._database.write() as connection:
            connection.exec_driver_sql("INSERT INTO issued_ids (document_id) VALUES ('a')")
            connection.exec_driver_sql("CREATE TABLE half (made TEXT)")
            _ = 1 / 0

        with library._database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM issued_ids").scalar() == 0
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
        assert "half" not in tables


def test_check_finds_a_damaged_page(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path, writable=True) as library:
        store(library, _EMBEDDER, [make_document(f"Text {n}. " * 50) for n in range(20)])
        library.check()
    data = bytearray(path.read_bytes())
    for start in range(8_192, len(data), 4_096):
        data[start : start + 64] = b"\xff" * 64
    path.write_bytes(data)

    with pytest.raises(LibraryError, match="is damaged"), Library(path) as library:
        library.check()


def test_compact_gives_space_back(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library(path, writable=True) as library:
        names = [str(number) for number in range(2_000)]
        vectors = _EMBEDDER.embed_documents(names)
        library.vectors.store(names, vectors, fingerprint="f")
        library.compact()
        full = path.stat().st_size
        with library._database.write() as connection:
            connection.exec_driver_sql("DELETE FROM vectors")

        library.compact()

        assert path.stat().st_size < full / 2
