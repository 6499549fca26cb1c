import shutil
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.errors import LockedError, NoBuildError
from index.health import check_library
from index.ingest import ingest
from index.library import Library
from index.library_rows import DocumentVersion
from index.open_build import open_build
from index.pruning import PruneReport, prune
from index.repair import repair_live_build
from index.settings import IndexSettings
from index.writer_lock import writer_lock
from tests.conftest import PROJECT
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, RILUZOLE, hashing_live, write_files

_LATER = NOW + timedelta(hours=1)
_RILUZOLE_ID = "doi:10.1000/riluzole"
_READER = """
import sys
from pathlib import Path
from index.build_paths import BuildPaths
from index.open_build import open_build
from index.library import Library
paths = BuildPaths(Path(sys.argv[1]))
build = open_build(paths, Library(paths.library), paths.live_build_id())
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def paths(index_settings: IndexSettings, indexed: Path) -> BuildPaths:
    """That library, with its first build, to be changed."""
    shutil.copytree(indexed / "documents", index_settings.documents_dir, dirs_exist_ok=True)
    shutil.copytree(indexed / "data", index_settings.data_dir)
    return BuildPaths(index_settings.data_dir)


def _change(settings: IndexSettings, word: str) -> str:
    """Index a changed file; the id of the new build."""
    write_files(settings.documents_dir, {"riluzole.md": RILUZOLE.replace("monthly", word)})
    return ingest(settings, HashingEmbedder(), clock=lambda: NOW).build_id


def _folders(paths: BuildPaths) -> list[str]:
    return sorted(folder.name for folder in paths.builds.iterdir())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _bad(paths: BuildPaths) -> list[str]:
    return [one.name for one in check_library(paths) if not one.ok]


def test_builds_that_readers_have_left_go_and_the_live_one_stays(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    first = paths.live_build_id()
    live = _change(index_settings, "weekly")
    assert _folders(paths) == sorted([first, live])
    paths.note_served(live)

    report = prune(index_settings, now=_LATER)

    assert report.builds == (first,)
    assert _folders(paths) == [live]
    assert paths.live_build_id() == live
    assert _bad(paths) == []


def test_build_that_served_last_stays_until_the_live_one_has_served(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    first = paths.live_build_id()
    paths.note_served(first)
    live = _change(index_settings, "weekly")

    assert prune(index_settings, now=_LATER).builds == ()
    assert _folders(paths) == sorted([first, live])


def test_bytes_are_counted_and_the_second_time_there_is_nothing_to_do(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    live = _change(index_settings, "weekly")
    paths.note_served(live)
    before = _size(paths.data_dir)

    report = prune(index_settings, now=_LATER)

    assert report.bytes_freed == before - _size(paths.data_dir) > 100_000
    again = prune(index_settings, now=_LATER)
    assert again == PruneReport((), again.bytes_freed)
    assert again.bytes_freed < 10_000


def test_folder_of_a_damaged_build_goes(paths: BuildPaths, index_settings: IndexSettings) -> None:
    damaged = paths.live_build_id()
    (paths.build(damaged) / "chroma" / "chroma.sqlite3").unlink()
    repair_live_build(paths, now=NOW)
    live = paths.live_build_id()
    assert _folders(paths) == sorted([f"{damaged}.damaged", live])

    report = prune(index_settings, now=_LATER)

    assert report.builds == (f"{damaged}.damaged",)
    assert _folders(paths) == [live]


def test_litter_goes_and_everything_else_stays(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    kept = {"history.db": "x", "notes.txt": "x", "inner/deep.tmp": "x"}
    litter = {"CURRENT.0a1b.tmp": "x", "scratch/beef.lock": "", "scratch/beef/chroma/big": "x" * 9}
    write_files(paths.data_dir, kept | litter)
    (backup,) = (paths.data_dir / "backups").iterdir()

    prune(index_settings, now=_LATER)

    assert [name for name in litter if (paths.data_dir / name).exists()] == []
    assert [name for name in kept if not (paths.data_dir / name).exists()] == []
    assert backup.is_file()
    assert list(paths.scratch.iterdir()) == []


def test_copy_of_a_live_reader_stays_and_that_of_a_killed_one_goes(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _READER, str(paths.data_dir)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == b"open\n"

        prune(index_settings, now=_LATER)
        assert len(list(paths.scratch.glob("*/chroma/chroma.sqlite3"))) == 1

        reader.send_signal(signal.SIGKILL)
        reader.wait()
        prune(index_settings, now=_LATER)
        assert list(paths.scratch.iterdir()) == []


def test_lease_answers_through_a_prune(paths: BuildPaths, index_settings: IndexSettings) -> None:
    live = hashing_live(paths)
    with live.lease() as old:
        paths.note_served(_change(index_settings, "weekly"))

        prune(index_settings, now=NOW)

        (question,) = HashingEmbedder().embed_queries(["patients are monitored monthly"])
        (hit,) = old.query("chunks", question, k=1)
        assert old.chunks([hit.entry_id])[0].chunk.text.endswith("monitored monthly.")
        assert "monthly" in old.document(_RILUZOLE_ID).text
    live.close()


def test_prunes_beside_readers_that_come_and_go_disturb_neither(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    failures: list[Exception] = []
    stop = threading.Event()

    def read() -> None:
        with Library(paths.library) as library:
            while not stop.is_set():
                try:
                    open_build(paths, library, paths.live_build_id()).close()
                except Exception as error:
                    failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(20):
            prune(index_settings, now=NOW)
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert failures == []
    assert list(paths.scratch.iterdir()) == []


def test_texts_that_no_build_holds_go_after_a_while(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    def versions() -> set[DocumentVersion]:
        with Library(paths.library) as library:
            return library.documents.known(old)

    with Library(paths.library) as library:
        old = library.builds.members(paths.live_build_id())
    paths.note_served(_change(index_settings, "weekly"))

    prune(index_settings, now=NOW + timedelta(minutes=1))
    assert versions() == set(old)

    prune(index_settings, now=NOW + timedelta(hours=1))
    assert {one.document_id for one in versions()} == {"doi:10.1000/edaravone"}
    assert _bad(paths) == []


def test_vectors_stay_so_that_a_file_that_comes_back_is_not_embedded_anew(
    paths: BuildPaths, index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").unlink()
    paths.note_served(ingest(index_settings, HashingEmbedder(), clock=lambda: NOW).build_id)
    for hours in (1, 2):
        prune(index_settings, now=NOW + timedelta(hours=hours))
    embedder = HashingEmbedder()

    write_files(documents, {"riluzole.md": RILUZOLE})
    report = ingest(index_settings, embedder)

    assert (report.documents_added, embedder.embedded) == (1, [])


def test_documents_that_were_stored_and_not_built_yet_cost_no_embedding_either(
    paths: BuildPaths, index_settings: IndexSettings, documents: Path
) -> None:
    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "building":
            raise KeyboardInterrupt

    write_files(documents, {"riluzole.md": RILUZOLE.replace("monthly", "weekly")})
    with pytest.raises(KeyboardInterrupt):
        ingest(index_settings, HashingEmbedder(), on_progress=stop)
    prune(index_settings, now=_LATER)
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert (report.documents_changed, embedder.embedded) == (1, [])
    assert _bad(paths) == []


def test_id_of_a_document_that_was_taken_out_is_still_known_after_a_prune(
    paths: BuildPaths, index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").unlink()
    paths.note_served(ingest(index_settings, HashingEmbedder()).build_id)

    prune(index_settings, now=_LATER)

    with Library(paths.library) as library:
        assert library.builds.successor(_RILUZOLE_ID) is None


def test_prune_beside_a_writer_is_refused_and_removes_nothing(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    paths.note_served(_change(index_settings, "weekly"))
    before = _folders(paths)

    with writer_lock(paths.data_dir), pytest.raises(LockedError):
        prune(index_settings, now=_LATER)

    assert _folders(paths) == before


def test_nothing_can_be_pruned_before_the_first_build(index_settings: IndexSettings) -> None:
    with pytest.raises(NoBuildError):
        prune(index_settings, now=NOW)


def test_where_current_is_lost_nothing_is_removed(
    paths: BuildPaths, index_settings: IndexSettings
) -> None:
    _change(index_settings, "weekly")
    before = _folders(paths)
    paths.current.unlink()

    with pytest.raises(NoBuildError):
        prune(index_settings, now=_LATER)

    assert _folders(paths) == before
