import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.health import Finding, check_library
from index.ingest import ingest
from index.library import Library
from index.manifest import read_manifest
from index.private_copy import hash_files
from index.repair import repair_live_build
from index.settings import IndexSettings
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder
from tests.index.damage import DAMAGES
from tests.index.samples import NOW, write_files


@pytest.fixture
def paths(index_settings: IndexSettings, indexed: Path) -> BuildPaths:
    """That library, to be damaged."""
    shutil.copytree(indexed / "documents", index_settings.documents_dir, dirs_exist_ok=True)
    shutil.copytree(indexed / "data", index_settings.data_dir)
    return BuildPaths(index_settings.data_dir)


def _find(paths: BuildPaths) -> dict[str, Finding]:
    return {one.name: one for one in check_library(paths)}


def _bad(paths: BuildPaths) -> list[str]:
    return [one.name for one in check_library(paths) if not one.ok]


def _change(paths: BuildPaths, statement: str, *values: object) -> None:
    connection = sqlite3.connect(paths.library)
    assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()


def test_library_that_is_well_says_what_it_holds(paths: BuildPaths) -> None:
    findings = check_library(paths)

    names = ["library", "index", "quarantine", "same work", "last run"]
    assert [one.name for one in findings] == names
    assert all(one.ok and not one.warning for one in findings)
    details = {one.name: one.detail for one in findings}
    assert f"{paths.library}, 2 documents" in details["library"]
    assert f"build {paths.live_build_id()}: 4 chunks, 2 records" in details["index"]
    assert details["quarantine"] == "no file"
    assert details["last run"] == f"finished, begun {NOW.isoformat()}"


def test_checking_changes_nothing(paths: BuildPaths) -> None:
    def state() -> tuple[object, ...]:
        connection = sqlite3.connect(paths.library)
        dump = list(connection.iterdump())
        connection.close()
        return hash_files(paths.builds), paths.current.read_bytes(), dump

    before = state()

    check_library(paths)

    assert state() == before
    assert list(paths.scratch.iterdir()) == []


def test_checking_goes_on_beside_a_writer(paths: BuildPaths) -> None:
    with writer_lock(paths.data_dir), Library(paths.library, writable=True):
        assert _bad(paths) == []


def test_missing_library_is_one_finding(tmp_path: Path) -> None:
    (finding,) = check_library(BuildPaths(tmp_path / "nowhere"))

    assert not finding.ok
    assert "Run: alsqa index" in finding.detail
    assert list(tmp_path.iterdir()) == []


def test_library_without_a_build_is_well_and_its_index_is_missing(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path)
    Library(paths.library, writable=True).close()

    found = _find(paths)

    assert found["library"].ok
    assert "nothing indexed yet" in found["library"].detail
    assert not found["index"].ok
    assert found["last run"] == Finding("last run", True, "none")


def test_file_that_is_no_database_is_found(paths: BuildPaths) -> None:
    paths.library.write_bytes(b"no database" * 1_000)

    (finding,) = check_library(paths)

    assert (finding.name, finding.ok) == ("library", False)
    assert "is damaged" in finding.detail


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_build_is_found_and_the_record_is_well(
    paths: BuildPaths, damage: Callable[[Path], None]
) -> None:
    damage(paths.build(paths.live_build_id()))

    found = _find(paths)

    assert [name for name, one in found.items() if not one.ok] == ["index"]
    assert "Run: alsqa index" in found["index"].detail


def test_repaired_build_is_well_again(paths: BuildPaths) -> None:
    (paths.build(paths.live_build_id()) / "chroma" / "chroma.sqlite3").unlink()
    assert _bad(paths) == ["index"]

    repair_live_build(paths, now=NOW)

    assert _bad(paths) == []


@pytest.mark.parametrize("data", [None, b"", b"\xff"])
def test_lost_or_garbled_current_is_found(paths: BuildPaths, data: bytes | None) -> None:
    paths.current.unlink()
    if data is not None:
        paths.current.write_bytes(data)

    assert _bad(paths) == ["index"]


@pytest.mark.parametrize("text", ["gone", "\x00" * 21, "0a1b2c3d4e5f-00000001"])
def test_current_that_names_an_unknown_build_is_found_and_repair_mends_it(
    paths: BuildPaths, text: str
) -> None:
    paths.current.write_text(text, encoding="utf-8")

    bad = [one for one in check_library(paths) if not one.ok]
    assert "index" in [one.name for one in bad]
    assert all("Run: alsqa index" in one.detail for one in bad)

    repair_live_build(paths, now=NOW)
    assert _bad(paths) == []


def test_source_that_changed_on_disk_is_found(paths: BuildPaths) -> None:
    _change(
        paths,
        "UPDATE sources SET record = replace(record, 'modest', 'mOdest') WHERE path = ?",
        "riluzole.md",
    )

    assert _bad(paths) == ["library"]
    assert "riluzole.md" in _find(paths)["library"].detail


def test_lost_vector_is_mended_by_the_command_that_the_finding_names(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    probed = {name for *_, name in read_manifest(paths, paths.live_build_id()).probes}
    connection = sqlite3.connect(paths.library)
    names = {name for (name,) in connection.execute("SELECT embedded_hash FROM vectors")}
    connection.close()
    _change(paths, "DELETE FROM vectors WHERE embedded_hash = ?", min(names - probed))
    assert _bad(paths) == ["library"]
    assert "Run: alsqa index" in _find(paths)["library"].detail
    embedder = HashingEmbedder()

    ingest(index_settings, embedder)

    assert len(embedder.embedded) == 1
    assert _bad(paths) == []


def test_changed_record_names_the_backup(paths: BuildPaths) -> None:
    (backup,) = (paths.data_dir / "backups").iterdir()
    _change(paths, "UPDATE documents SET text_hash = '0'")

    assert f"alsqa restore {backup}" in _find(paths)["library"].detail


def test_one_flipped_bit_of_any_vector_is_found(paths: BuildPaths) -> None:
    connection = sqlite3.connect(paths.library)
    rows = connection.execute("SELECT rowid, vector FROM vectors").fetchall()
    connection.close()

    for number, (rowid, vector) in enumerate(rows):
        flipped = bytearray(vector)
        flipped[(number * 7) % len(flipped)] ^= 1
        _change(paths, "UPDATE vectors SET vector = ? WHERE rowid = ?", bytes(flipped), rowid)
        assert "library" in _bad(paths)
        _change(paths, "UPDATE vectors SET vector = ? WHERE rowid = ?", vector, rowid)

    assert len(rows) == 14
    assert _bad(paths) == []


def test_page_of_the_file_that_is_overwritten_is_found(paths: BuildPaths) -> None:
    connection = sqlite3.connect(paths.library)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'identifiers_by_value'"
    ).fetchone()
    connection.close()
    with paths.library.open("r+b") as file:
        file.seek((page - 1) * page_size)
        file.write(b"\x55" * page_size)

    found = _find(paths)

    assert not found["library"].ok
    assert "is damaged" in found["library"].detail


def test_quarantine_is_listed_and_is_no_damage(
    paths: BuildPaths, index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"empty.txt": "", "b.txt": ""})
    ingest(index_settings, HashingEmbedder())

    finding = _find(paths)["quarantine"]

    assert (finding.ok, finding.warning) == (True, True)
    assert finding.detail == "2 files or records of 2 files could not be read as they are"
    reason = "it is empty. Remove it, or put the text in."
    assert finding.items == (f"b.txt: {reason}", f"empty.txt: {reason}")


def test_run_that_failed_is_told(paths: BuildPaths) -> None:
    with Library(paths.library, writable=True) as library:
        run = library.runs.begin(now=NOW)
        assert _find(paths)["last run"].detail == f"running, begun {NOW.isoformat()}"
        library.runs.end(run, outcome="failed", now=NOW)

    assert _find(paths)["last run"].detail == f"failed, begun {NOW.isoformat()}"
