import sqlite3
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from index.document_json import document_from_json
from index.folder import scan_folder
from index.ingest_work import IngestWork, PrepareTask, ReadTask
from index.library import Library
from index.library_rows import PreparedDocument, RefusedRow, SourceKey, SourceRow
from index.library_tables import WHOLE_FILE
from index.reading import READER, read_changed_files
from index.worker_pool import Batch, WorkerPool
from tests.fakes import WordCounter
from tests.index.samples import EDARAVONE, NOW, RILUZOLE, write_files

_MOST_BYTES = 10_000
_Task = ReadTask | PrepareTask
_Result = SourceRow | RefusedRow | PreparedDocument


class _CountingPool(WorkerPool[_Task, _Result]):
    """A pool that notes which files it was given."""

    def __init__(self, folder: Path) -> None:
        super().__init__(IngestWork(folder, _MOST_BYTES, WordCounter()), workers=1)
        self.files: list[str] = []

    def run(self, tasks: Iterable[_Task]) -> Iterator[Batch[_Task, _Result]]:
        return super().run(self._noted(tasks))

    def _noted(self, tasks: Iterable[_Task]) -> Iterator[_Task]:
        for task in tasks:
            assert isinstance(task, ReadTask)
            self.files.append(task.path)
            yield task


class _Reader:
    """Reads the documents folder into a library, with one pool for the whole test."""

    def __init__(self, folder: Path, library: Library, pool: _CountingPool) -> None:
        self.folder = folder
        self.library = library
        self.pool = pool
        self.days = 0
        self.progress: list[tuple[int, int]] = []

    def read(self, pool: _CountingPool | None = None) -> list[str]:
        """Bring the library up to date; the files that were read for it."""
        pool = pool or self.pool
        pool.files.clear()
        self.progress.clear()
        read_changed_files(
            self.library,
            self.folder,
            scan_folder(self.folder).files,
            pool,
            max_bytes=_MOST_BYTES,
            now=NOW + timedelta(days=self.days),
            on_progress=lambda done, total: self.progress.append((done, total)),
        )
        self.days += 1
        return sorted(pool.files)

    def texts(self) -> dict[str, str]:
        """The text that the library has of each file."""
        heads = self.library.sources.heads()
        return {
            head.path: document_from_json(record).text
            for head, record in zip(heads, self.library.sources.records(heads), strict=True)
        }

    def reasons(self) -> dict[str, str]:
        return {row.path: row.reason for row in self.library.sources.quarantined().values()}

    def since(self, path: str) -> str:
        return self.library.sources.quarantined()[SourceKey(path, WHOLE_FILE)].since


@pytest.fixture
def reader(documents: Path, tmp_path: Path) -> Iterator[_Reader]:
    write_files(documents, {"riluzole.md": RILUZOLE, "inner/edaravone.md": EDARAVONE})
    with (
        Library(tmp_path / "library.db", writable=True) as library,
        _CountingPool(documents) as pool,
    ):
        yield _Reader(documents, library, pool)


def _change(tmp_path: Path, statement: str) -> None:
    connection = sqlite3.connect(tmp_path / "library.db")
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()


def test_every_new_file_is_read(reader: _Reader) -> None:
    assert reader.read() == ["inner/edaravone.md", "riluzole.md"]

    texts = reader.texts()
    assert list(texts) == ["inner/edaravone.md", "riluzole.md"]
    assert "Riluzole prolongs survival" in texts["riluzole.md"]
    assert reader.reasons() == {}
    assert {state.reader for state in reader.library.sources.files().values()} == {READER}


def test_unchanged_files_are_not_read_again(reader: _Reader) -> None:
    reader.read()
    before = reader.library.sources.heads()
    (reader.folder / "riluzole.md").touch()

    assert reader.read() == []
    assert reader.library.sources.heads() == before


def test_changed_file_alone_is_read_again(reader: _Reader) -> None:
    reader.read()
    write_files(reader.folder, {"riluzole.md": RILUZOLE.replace("modest", "large")})

    assert reader.read() == ["riluzole.md"]
    assert "The effect is large." in reader.texts()["riluzole.md"]
    assert len(reader.texts()) == 2


def test_renamed_file_is_read_under_its_new_name_alone(reader: _Reader) -> None:
    reader.read()
    (reader.folder / "riluzole.md").rename(reader.folder / "renamed.md")

    assert reader.read() == ["renamed.md"]
    assert list(reader.texts()) == ["inner/edaravone.md", "renamed.md"]


def test_file_that_is_gone_is_forgotten_with_its_quarantine(reader: _Reader) -> None:
    write_files(reader.folder, {"empty.md": ""})
    reader.read()
    for name in ("riluzole.md", "empty.md"):
        (reader.folder / name).unlink()

    assert reader.read() == []
    assert list(reader.texts()) == ["inner/edaravone.md"]
    assert reader.reasons() == {}
    assert list(reader.library.sources.files()) == ["inner/edaravone.md"]


def test_empty_folder_forgets_everything(reader: _Reader) -> None:
    reader.read()
    for path in reader.folder.rglob("*.md"):
        path.unlink()

    assert reader.read() == []
    assert reader.texts() == {}
    assert reader.progress == [(0, 0)]


def test_bad_file_goes_into_quarantine_and_the_others_are_read(reader: _Reader) -> None:
    write_files(reader.folder, {"a.md": "", "z.md": "# T\n\nPMID: 1\n\nText.\n\nPMID: 2\n"})
    (reader.folder / "binary.txt").write_bytes(b"a\x00b")

    reader.read()

    assert list(reader.texts()) == ["inner/edaravone.md", "riluzole.md"]
    reasons = reader.reasons()
    assert list(reasons) == ["a.md", "binary.txt", "z.md"]
    assert reasons["a.md"].startswith("it is empty.")
    assert "binary" in reasons["binary.txt"]


def test_bad_file_is_not_read_again_until_it_changes(reader: _Reader) -> None:
    write_files(reader.folder, {"bad.md": ""})
    reader.read()
    since = reader.since("bad.md")

    assert reader.read() == []
    assert reader.since("bad.md") == since == NOW.isoformat()

    write_files(reader.folder, {"bad.md": "# Now a text\n\nIt has words.\n"})
    assert reader.read() == ["bad.md"]
    assert reader.reasons() == {}
    assert "It has words." in reader.texts()["bad.md"]


@pytest.mark.parametrize("data", [b"", b"\x00", "é".encode("latin-1"), b"x" * (_MOST_BYTES + 1)])
def test_file_that_became_bad_keeps_its_earlier_content(reader: _Reader, data: bytes) -> None:
    reader.read()
    before = reader.library.sources.heads()
    (reader.folder / "riluzole.md").write_bytes(data)

    reader.read()

    assert reader.library.sources.heads() == before
    assert list(reader.reasons()) == ["riluzole.md"]
    assert "Riluzole prolongs survival" in reader.texts()["riluzole.md"]


def test_file_that_became_unreadable_keeps_its_earlier_content(reader: _Reader) -> None:
    reader.read()
    (reader.folder / "riluzole.md").unlink()
    (reader.folder / "riluzole.md").symlink_to(reader.folder / "nowhere")

    assert reader.read() == []
    assert "it cannot be read" in reader.reasons()["riluzole.md"]
    assert "Riluzole prolongs survival" in reader.texts()["riluzole.md"]


def test_file_that_stays_unreadable_is_in_quarantine_since_it_was_found_first(
    reader: _Reader,
) -> None:
    (reader.folder / "gone.md").symlink_to(reader.folder / "nowhere")
    for _ in range(3):
        reader.read()

    assert reader.since("gone.md") == NOW.isoformat()


def test_file_that_is_restored_leaves_the_quarantine_without_being_read(reader: _Reader) -> None:
    reader.read()
    write_files(reader.folder, {"riluzole.md": ""})
    reader.read()
    write_files(reader.folder, {"riluzole.md": RILUZOLE})

    assert reader.read() == []
    assert reader.reasons() == {}
    assert len(reader.texts()) == 2


def _read_as_it_is_a_moment_later(reader: _Reader, tmp_path: Path) -> None:
    """Read a file whose effect is large when it is listed and small when it is read."""
    write_files(reader.folder, {"riluzole.md": RILUZOLE.replace("modest", "large")})
    write_files(tmp_path / "a moment later", {"riluzole.md": RILUZOLE.replace("modest", "small")})
    with _CountingPool(tmp_path / "a moment later") as pool:
        assert reader.read(pool) == ["riluzole.md"]


def test_file_that_changes_while_it_is_read_is_held_as_it_was_read(
    reader: _Reader, tmp_path: Path
) -> None:
    reader.read()

    _read_as_it_is_a_moment_later(reader, tmp_path)

    assert "The effect is small." in reader.texts()["riluzole.md"]
    assert reader.reasons() == {}

    write_files(reader.folder, {"riluzole.md": RILUZOLE.replace("modest", "small")})
    assert reader.read() == []


def test_file_that_changed_back_after_it_was_read_is_read_by_the_next_run(
    reader: _Reader, tmp_path: Path
) -> None:
    reader.read()
    _read_as_it_is_a_moment_later(reader, tmp_path)

    assert reader.read() == ["riluzole.md"]
    assert "The effect is large." in reader.texts()["riluzole.md"]
    assert reader.read() == []


def test_new_file_that_changes_while_it_is_read_is_there_at_once(
    reader: _Reader, tmp_path: Path
) -> None:
    (reader.folder / "inner" / "edaravone.md").unlink()

    _read_as_it_is_a_moment_later(reader, tmp_path)

    assert "The effect is small." in reader.texts()["riluzole.md"]
    assert "riluzole.md" in reader.library.sources.files()


def test_file_that_goes_while_it_is_read_keeps_its_earlier_content(
    reader: _Reader, tmp_path: Path
) -> None:
    reader.read()
    write_files(reader.folder, {"riluzole.md": RILUZOLE.replace("modest", "large")})
    with _CountingPool(tmp_path / "nowhere") as pool:
        reader.read(pool)

    assert "it cannot be read" in reader.reasons()["riluzole.md"]
    assert "The effect is modest." in reader.texts()["riluzole.md"]


def test_other_parsers_read_every_file_anew(reader: _Reader, tmp_path: Path) -> None:
    write_files(reader.folder, {"empty.md": ""})
    reader.read()
    _change(tmp_path, "UPDATE files SET reader = 'of old'")
    _change(tmp_path, "UPDATE quarantine SET reader = 'of old'")

    assert reader.read() == ["empty.md", "inner/edaravone.md", "riluzole.md"]
    assert reader.read() == []


def test_what_was_read_before_a_run_was_cut_short_is_not_read_again(reader: _Reader) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == total:
            raise Stop

    write_files(reader.folder, {f"{number}.md": f"# Paper {number}\n" for number in range(250)})
    files = scan_folder(reader.folder).files
    with pytest.raises(Stop):
        read_changed_files(
            reader.library,
            reader.folder,
            files,
            reader.pool,
            max_bytes=_MOST_BYTES,
            now=NOW,
            on_progress=stop,
        )

    assert reader.read() == []
    assert len(reader.texts()) + len(reader.reasons()) == len(files)


def test_progress_counts_every_file_once(reader: _Reader) -> None:
    write_files(reader.folder, {"empty.md": ""})
    reader.read()
    assert (reader.progress[0], reader.progress[-1]) == ((0, 3), (3, 3))

    write_files(reader.folder, {"new.md": "# New\n\nWords.\n"})
    reader.read()
    assert reader.progress == [(3, 4), (4, 4)]
