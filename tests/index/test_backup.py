import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.backup import back_up, keep_automatic_backups, newest_backup
from index.errors import LibraryError
from index.library import Library
from index.library_tables import SCHEMA_VERSION
from index.restoring import restore
from rag.history import History
from tests.conftest import PROJECT

NOW = datetime(2026, 5, 1, 12, 30, 15, 250_000, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
STAMP = "20260501T123015Z"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two data directories to copy, made once."""
    folder = tmp_path_factory.mktemp("templates")
    _make_data_dir(folder / "data", rows=20)
    _make_data_dir(folder / "other", rows=3)
    return folder


@pytest.fixture
def data(templates: Path, tmp_path: Path) -> Path:
    """A data directory with a library and a history, both with rows."""
    return shutil.copytree(templates / "data", tmp_path / "data")


@pytest.fixture
def other(templates: Path, tmp_path: Path) -> Path:
    """Another one, with fewer rows."""
    return shutil.copytree(templates / "other", tmp_path / "other")


@pytest.fixture
def backup(tmp_path: Path, data: Path) -> Path:
    """A backup of `data`."""
    back_up(data, tmp_path / "backup.zip", now=NOW)
    return tmp_path / "backup.zip"


def test_restored_databases_have_every_row(tmp_path: Path, data: Path, backup: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()

    report = restore(other, backup, now=NOW)

    assert _dump(other / "library.db") == _dump(data / "library.db")
    assert _dump(other / "history.db") == _dump(data / "history.db")
    assert report.replaced is None
    assert report.content.created_at == NOW
    assert report.content.databases == {
        name: (other / name).stat().st_size for name in ("library.db", "history.db")
    }
    Library(other / "library.db").close()
    with closing(History(other / "history.db")) as history:
        assert history.answer("ans_0")["conversation_id"] == "con_0"


def test_backup_holds_what_is_in_the_log_alone(tmp_path: Path, data: Path) -> None:
    with closing(sqlite3.connect(data / "library.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("INSERT INTO probe (text) VALUES ('only in the log')")

        content = back_up(data, tmp_path / "backup.zip", now=NOW)

        expected = _dump(data / "library.db")
    restore(data, tmp_path / "backup.zip", now=NOW)
    assert set(content.databases) == {"library.db", "history.db"}
    assert "only in the log" in "".join(expected)
    assert _dump(data / "library.db") == expected


def test_backup_is_one_zip_that_other_programs_read(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["library.db", "history.db", "backup.json"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        described = json.loads(archive.read("backup.json"))
    assert described["format"] == 1
    assert described["copies"]["library.db"]["user_version"] == SCHEMA_VERSION


def test_files_are_readable_for_their_owner_alone(tmp_path: Path, data: Path, backup: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    restore(other, backup, now=NOW)
    (automatic,) = keep_automatic_backups(data, now=NOW, library_changed=True)

    files = [backup, automatic, other / "library.db", other / "history.db"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert automatic.parent.stat().st_mode & 0o777 == 0o700


def test_progress_counts_pages_of_each_database(tmp_path: Path, data: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    back_up(data, tmp_path / "b.zip", now=NOW, on_progress=lambda *step: seen.append(step))

    assert [stage for stage, _done, _total in seen] == ["copying library.db", "copying history.db"]
    assert all(done == total > 0 for _stage, done, total in seen)


def test_missing_history_is_left_out_and_the_present_one_stays(
    tmp_path: Path, data: Path, other: Path
) -> None:
    (data / "history.db").unlink()
    before = _dump(other / "history.db")

    content = back_up(data, tmp_path / "backup.zip", now=NOW)
    report = restore(other, tmp_path / "backup.zip", now=NOW)

    assert list(content.databases) == ["library.db"]
    assert report.replaced is not None
    assert [path.name for path in report.replaced.iterdir()] == ["library.db"]
    assert _dump(other / "history.db") == before
    assert _dump(other / "library.db") == _dump(data / "library.db")


def test_missing_library_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        back_up(tmp_path, tmp_path / "backup.zip", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_target_that_exists_is_never_replaced(tmp_path: Path, data: Path, backup: Path) -> None:
    before = backup.read_bytes()
    dangling = tmp_path / "dangling.zip"
    dangling.symlink_to(tmp_path / "nowhere")

    for target in (backup, tmp_path, dangling):
        with pytest.raises(LibraryError, match="already exists"):
            back_up(data, target, now=LATER)
    assert backup.read_bytes() == before


def test_target_in_no_folder_is_an_error_that_says_so(tmp_path: Path, data: Path) -> None:
    with pytest.raises(LibraryError, match="folder exists"):
        back_up(data, tmp_path / "missing" / "backup.zip", now=NOW)


@pytest.mark.parametrize("name", ["library.db", "history.db"])
@pytest.mark.parametrize("damage", ["emptied", "cut", "overwritten", "foreign"])
def test_damaged_database_is_not_backed_up(
    tmp_path: Path, data: Path, name: str, damage: str
) -> None:
    good = keep_automatic_backups(data, now=NOW, library_changed=True)
    expected = _dump(data / name)
    _damage_database(data / name, damage)

    with pytest.raises(LibraryError, match=f"{name} is damaged.*alsqa restore {good[0]}"):
        back_up(data, tmp_path / "backup.zip", now=LATER)
    with pytest.raises(LibraryError, match="is damaged"):
        keep_automatic_backups(data, now=LATER, library_changed=True, keep=1)

    assert newest_backup(data) == good[0]
    assert not (tmp_path / "backup.zip").exists()
    assert _leftovers(tmp_path) == []
    restore(data, good[0], now=LATER)
    assert _dump(data / name) == expected


def test_backups_beside_writers_are_each_one_moment(tmp_path: Path, data: Path) -> None:
    with _writers(data) as counts:
        for number in range(20):
            back_up(data, tmp_path / f"{number}.zip", now=NOW)
    assert min(counts) > 0, "a writer was kept from writing"
    assert _leftovers(tmp_path) == []

    for number in range(20):
        other = tmp_path / f"other-{number}"
        other.mkdir()
        restore(other, tmp_path / f"{number}.zip", now=NOW)
        with closing(sqlite3.connect(other / "library.db")) as library:
            assert library.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            halves = library.execute("SELECT text, count(*) FROM pairs GROUP BY text").fetchall()
            assert all(count == 2 for _text, count in halves)
        with closing(sqlite3.connect(other / "history.db")) as history:
            assert history.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert history.execute("PRAGMA foreign_key_check").fetchall() == []


def test_damaged_or_foreign_backup_changes_nothing(
    tmp_path: Path, backup: Path, other: Path
) -> None:
    before = _tree(other)
    size = backup.stat().st_size
    copy = tmp_path / "copy.zip"

    whole, place = backup.read_bytes(), size // 3
    for damaged in (
        *(whole[: size // 2], whole[: size - 30], whole[1:], b"", b"no zip" * 1_000),
        (other / "library.db").read_bytes(),
        whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :],
    ):
        copy.write_bytes(damaged)
        with pytest.raises(LibraryError, match="no sound backup"):
            restore(other, copy, now=NOW)
        assert _tree(other) == before
    with pytest.raises(LibraryError, match="no backup at"):
        restore(other, tmp_path / "missing.zip", now=NOW)


def test_any_flipped_byte_is_noticed_or_does_no_harm(
    templates: Path, tmp_path: Path, backup: Path, other: Path
) -> None:
    chance = random.Random(7)
    before, expected = _tree(other), _dump(_restored(tmp_path / "plain", backup) / "library.db")
    data = backup.read_bytes()
    tail = data.rindex(b'"format"')
    for place in [chance.randrange(len(data)) for _ in range(15)] + [
        chance.randrange(tail, len(data)) for _ in range(30)
    ]:
        copy = tmp_path / "copy.zip"
        copy.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            restore(other, copy, now=NOW)
        except LibraryError:
            assert _tree(other) == before, place
        else:
            assert _dump(other / "library.db") == expected, place
            shutil.rmtree(other)
            shutil.copytree(templates / "other", other)


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("../history.db", b"outside"),
        ("/tmp/history.db", b"outside"),
        ("notes.txt", b"more"),
        ("library.db", None),
        ("history.db", None),
        ("backup.json", None),
        ("backup.json", b"[]"),
        ("backup.json", b'{"format": 1, "copies": {"library.db": {}}}'),
        ("backup.json", b"[" * 60_000),
    ],
)
def test_other_members_than_a_backup_has_are_refused(
    tmp_path: Path, backup: Path, member: str, content: bytes | None, other: Path
) -> None:
    before = _tree(other)
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.pop(member, None)
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        for name, data in (members | ({member: content} if content else {})).items():
            archive.writestr(name, data)

    with pytest.raises(LibraryError, match="no sound backup"):
        restore(other, tmp_path / "copy.zip", now=NOW)

    assert _tree(other) == before
    assert not (tmp_path / "history.db").exists()


def test_described_path_outside_the_folder_is_refused(tmp_path: Path, backup: Path) -> None:
    copy, other = tmp_path / "copy.zip", tmp_path / "other"
    other.mkdir()
    with zipfile.ZipFile(backup) as archive, zipfile.ZipFile(copy, "w") as changed:
        description = archive.read("backup.json").replace(b"history.db", b"../history.db")
        changed.writestr("library.db", archive.read("library.db"))
        changed.writestr("../history.db", archive.read("history.db"))
        changed.writestr("backup.json", description)

    with pytest.raises(LibraryError, match="no sound backup"):
        restore(other, copy, now=NOW)

    assert list(other.iterdir()) == []
    assert not (tmp_path / "history.db").exists()


def test_backup_of_a_newer_schema_is_refused(tmp_path: Path, data: Path, other: Path) -> None:
    before = _tree(other)
    with closing(sqlite3.connect(data / "library.db")) as library:
        library.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    back_up(data, tmp_path / "newer.zip", now=NOW)

    with pytest.raises(LibraryError, match="newer schema"):
        restore(other, tmp_path / "newer.zip", now=NOW)

    assert _tree(other) == before


def test_replaced_files_are_kept_with_what_was_in_their_log(
    tmp_path: Path, backup: Path, other: Path
) -> None:
    _leave_log(other / "library.db")
    _leave_log(other / "history.db")
    expected = _dump(_restored(tmp_path / "plain", backup) / "library.db")

    first = restore(other, backup, now=NOW)
    second = restore(other, backup, now=NOW)

    assert first.replaced == other / "backups" / f"replaced-{STAMP}"
    assert second.replaced == other / "backups" / f"replaced-{STAMP}-2"
    assert _side_files(other) == []
    assert _dump(other / "library.db") == expected
    for name in ("library.db", "history.db"):
        assert "only in the log" in "".join(_dump(first.replaced / name))


def test_log_of_a_damaged_database_never_meets_the_restored_one(
    tmp_path: Path, backup: Path, other: Path
) -> None:
    _leave_log(other / "library.db", "UPDATE probe SET text = 'changed' WHERE id = 1")
    damaged = b"no database" + (other / "library.db").read_bytes()[11:]
    (other / "library.db").write_bytes(damaged)
    log = (other / "library.db-wal").read_bytes()

    report = restore(other, backup, now=NOW)

    assert report.replaced is not None
    assert (report.replaced / "library.db").read_bytes() == damaged
    assert (report.replaced / "library.db-wal").read_bytes() == log
    assert _side_files(other) == []
    assert _dump(other / "library.db") == _dump(_restored(tmp_path / "p", backup) / "library.db")


def test_log_left_without_its_database_is_moved_aside(
    tmp_path: Path, backup: Path, other: Path
) -> None:
    _leave_log(other / "library.db")
    (other / "library.db").unlink()

    report = restore(other, backup, now=NOW)

    assert report.replaced is not None
    assert (report.replaced / "library.db-wal").exists()
    assert _dump(other / "library.db") == _dump(_restored(tmp_path / "p", backup) / "library.db")


def test_file_systems_without_hard_links_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path, other: Path
) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    _leave_log(other / "library.db")

    back_up(data, tmp_path / "backup.zip", now=NOW)
    report = restore(other, tmp_path / "backup.zip", now=NOW)

    assert report.replaced is not None
    assert "only in the log" in "".join(_dump(report.replaced / "library.db"))
    assert _dump(other / "library.db") == _dump(data / "library.db")
    assert _leftovers(tmp_path) == []


def test_restore_beside_a_running_server_is_refused(data: Path, backup: Path) -> None:
    with closing(History(data / "history.db")) as history:
        history.answer("ans_0")

        with pytest.raises(LibraryError, match=r"history.db is in use"):
            restore(data, backup, now=NOW)

        history.store({"answer_id": "ans_x", "conversation_id": "con_0"}, now=NOW)
    assert not (data / "backups").exists()
    assert restore(data, backup, now=NOW).replaced is not None


def test_automatic_backups_are_made_only_when_something_changed(data: Path) -> None:
    first = keep_automatic_backups(data, now=NOW, library_changed=False)
    same = keep_automatic_backups(data, now=LATER, library_changed=False)
    with closing(History(data / "history.db")) as history:
        opened = keep_automatic_backups(data, now=LATER, library_changed=False)
        history.store({"answer_id": "ans_x", "conversation_id": "con_x"}, now=NOW)
        asked = keep_automatic_backups(data, now=LATER, library_changed=False)
    indexed = keep_automatic_backups(data, now=LATER, library_changed=True)

    assert [path.name for path in first] == [f"alsqa-{STAMP}.zip"]
    assert first == same == opened
    assert [path.name for path in asked] == ["alsqa-20260501T133015Z.zip", f"alsqa-{STAMP}.zip"]
    assert indexed[0].name == "alsqa-20260501T133015Z-2.zip"
    assert indexed[1] == asked[0]
    assert newest_backup(data) == indexed[0]


def test_only_old_automatic_backups_are_removed(data: Path) -> None:
    folder = data / "backups"
    folder.mkdir()
    for name in ("mine.zip", "alsqa-old.zip", f"alsqa-{STAMP}.zip.part"):
        (folder / name).write_bytes(b"kept")

    for _ in range(11):
        kept = keep_automatic_backups(data, now=NOW, library_changed=True, keep=3)

    assert [path.name for path in kept] == [f"alsqa-{STAMP}-{n}.zip" for n in (11, 10, 9)]
    assert newest_backup(data) == kept[0]
    assert {path.name for path in folder.iterdir()} == {path.name for path in kept} | {
        "mine.zip",
        "alsqa-old.zip",
        f"alsqa-{STAMP}.zip.part",
    }


def test_backup_made_after_the_clock_was_set_back_is_kept(data: Path) -> None:
    keep_automatic_backups(data, now=LATER, library_changed=True)
    keep_automatic_backups(data, now=LATER, library_changed=True)

    kept = keep_automatic_backups(data, now=NOW, library_changed=True)

    assert [path.name for path in kept] == [f"alsqa-{STAMP}.zip", "alsqa-20260501T133015Z-2.zip"]


def test_automatic_backups_at_once_do_not_clash(data: Path) -> None:
    def run() -> None:
        keep_automatic_backups(data, now=NOW, library_changed=True, keep=8)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list((data / "backups").iterdir())) == 4


def test_automatic_backups_can_be_turned_off(data: Path) -> None:
    assert keep_automatic_backups(data, now=NOW, library_changed=True, keep=0) == []
    assert newest_backup(data) is None


def test_newest_backup_that_cannot_be_read_is_passed_over(data: Path) -> None:
    (good,) = keep_automatic_backups(data, now=NOW, library_changed=True)
    (data / "backups" / "alsqa-20270101T000000Z.zip").write_bytes(b"cut off")

    assert newest_backup(data) == good


def test_kill_leaves_no_half_backup_and_the_next_run_no_litter(tmp_path: Path, data: Path) -> None:
    _grow(data, rows=1_500)
    expected = _dump(data / "library.db")
    folder = tmp_path / "kept"
    folder.mkdir()
    litter = 0

    for number in range(6):
        _killed(_BACK_UP, data, folder / f"{number}-", after_s=random.uniform(0.01, 0.12))
        litter += len(_leftovers(folder))
        for path in folder.glob("*.zip"):
            assert _dump(_restored(tmp_path / "other", path) / "library.db") == expected
            shutil.rmtree(tmp_path / "other")
            path.unlink()

    assert litter > 0, "no run was killed while it wrote"
    back_up(data, folder / "last.zip", now=NOW)
    assert [path.name for path in folder.iterdir()] == ["last.zip"]


def test_restore_after_killed_restores_completes(
    tmp_path: Path, data: Path, backup: Path, other: Path
) -> None:
    allowed = [_dump(other / "library.db"), _dump(data / "library.db")]

    for _ in range(5):
        if (other / "library.db").exists():
            _leave_log(other / "library.db", "INSERT INTO pairs VALUES ('more')")
            allowed.append(_dump_copy(other, tmp_path / "seen"))
        _killed(_RESTORE, other, backup, after_s=random.uniform(0, 0.15))
        if (other / "library.db").exists():
            assert _dump_copy(other, tmp_path / "seen") in allowed

    restore(other, backup, now=NOW)
    assert _dump(other / "library.db") == _dump(data / "library.db")
    assert _leftovers(other) == []
    assert _side_files(other) == []


def test_full_disk_leaves_everything_as_it_was(tmp_path: Path, data: Path) -> None:
    _grow(data, rows=500)
    kept = keep_automatic_backups(data, now=NOW, library_changed=True)
    before, size = _tree(data), (data / "library.db").stat().st_size
    target = tmp_path / "target"
    target.mkdir()

    for limit in (size // 2, size, kept[0].stat().st_size - 10):
        result = subprocess.run(
            [sys.executable, "-c", _LIMITED, str(data), str(target), str(limit)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )

        *errors, found = json.loads(result.stdout)
        assert len(errors) == (2 if limit < size else 1)
        assert all("free space" in error for error in errors), errors
        assert found == [str(path) for path in kept]
        assert result.stderr.count("\n") == 1, result.stderr
        assert result.stderr.startswith("No automatic backup was written")
        assert _tree(data) == before
        assert list(target.iterdir()) == []


_BACK_UP = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from index.backup import back_up

print("ready", flush=True)
for number in itertools.count():
    back_up(Path(sys.argv[1]), Path(f"{sys.argv[2]}{number}.zip"), now=datetime.now(UTC))
"""

_RESTORE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from index.restoring import restore

print("ready", flush=True)
while True:
    restore(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime.now(UTC))
"""

_LIMITED = """
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from index.backup import back_up, keep_automatic_backups, newest_backup
from index.restoring import restore
from index.errors import LibraryError

data, target, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
now = datetime.now(UTC)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
attempts = [lambda: back_up(data, target / "backup.zip", now=now)]
if limit < (data / "library.db").stat().st_size:
    attempts.append(lambda: restore(data, newest_backup(data), now=now))
results = []
for attempt in attempts:
    try:
        attempt()
    except LibraryError as error:
        results.append(str(error))
kept = keep_automatic_backups(data, now=now, library_changed=True)
print(json.dumps([*results, [str(path) for path in kept]]))
"""


def _make_data_dir(path: Path, *, rows: int) -> None:
    Library(path / "library.db", writable=True).close()
    with closing(sqlite3.connect(path / "library.db")) as library, library:
        library.execute("CREATE TABLE probe (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        library.execute("CREATE TABLE pairs (text TEXT)")
        values = [(f"row {number} of {rows}",) for number in range(rows)]
        library.executemany("INSERT INTO probe (text) VALUES (?)", values)
    with closing(History(path / "history.db")) as history:
        for number in range(min(rows, 5)):
            answer = {"answer_id": f"ans_{number}", "conversation_id": f"con_{number % 3}"}
            history.store(answer, now=NOW)


def _grow(data: Path, *, rows: int) -> None:
    with closing(sqlite3.connect(data / "library.db")) as library, library:
        values = [(f"{number} {'x' * 1_000}",) for number in range(rows)]
        library.executemany("INSERT INTO probe (text) VALUES (?)", values)


def _dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def _dump_copy(data: Path, folder: Path) -> list[str]:
    """What the library holds, read from a copy, so that its log stays as it is."""
    folder.mkdir()
    for path in data.glob("library.db*"):
        shutil.copy(path, folder)
    dump = _dump(folder / "library.db")
    shutil.rmtree(folder)
    return dump


def _restored(folder: Path, backup: Path) -> Path:
    folder.mkdir()
    restore(folder, backup, now=NOW)
    return folder


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def _leftovers(folder: Path) -> list[Path]:
    return list(folder.glob(".alsqa-*"))


def _side_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.db-*") if path.stat().st_size]


def _leave_log(database: Path, statement: str = "CREATE TABLE 'only in the log' (n)") -> None:
    """Write to the database as a process that is then killed: the change stays in the log."""
    copies = database.parent / "copies"
    copies.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(statement)
        for path in database.parent.glob(f"{database.name}*"):
            shutil.copy(path, copies)
    for path in copies.iterdir():
        path.replace(database.parent / path.name)
    copies.rmdir()
    assert database.with_name(f"{database.name}-wal").stat().st_size


def _damage_database(path: Path, damage: str) -> None:
    data = path.read_bytes()
    path.write_bytes(
        {
            "emptied": b"",
            "cut": data[: len(data) // 2],
            "overwritten": data[:4_096] + b"\x5a" * (len(data) - 4_096),
            "foreign": b"no database " * 1_000,
        }[damage]
    )


def _killed(script: str, *arguments: Path, after_s: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after_s)
        assert process.poll() is None
        process.kill()


@contextmanager
def _writers(data: Path) -> Iterator[list[int]]:
    """Eight threads that write to the history and one that writes to the library; how often each did."""
    ended = threading.Event()
    counts = [0] * 9
    faults: list[BaseException] = []

    def write_history(number: int) -> None:
        with closing(History(data / "history.db")) as history:
            while not ended.is_set():
                answer_id = f"ans_{number}_{counts[number]}"
                history.store({"answer_id": answer_id, "conversation_id": answer_id}, now=NOW)
                counts[number] += 1

    def write_library(number: int) -> None:
        with closing(sqlite3.connect(data / "library.db", timeout=30)) as library:
            while not ended.is_set():
                with library:
                    values = [(str(counts[number]),)] * 2
                    library.executemany("INSERT INTO pairs VALUES (?)", values)
                counts[number] += 1

    def guarded(write: Callable[[int], None], number: int) -> None:
        try:
            write(number)
        except BaseException as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=guarded, args=(write_history if n < 8 else write_library, n))
        for n in range(9)
    ]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert faults == []
