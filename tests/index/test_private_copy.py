import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import BuildError, DamagedBuildError
from index.private_copy import PrivateCopy, hash_files, remove_abandoned
from tests.conftest import PROJECT
from tests.index.samples import write_files

_BESIDE = "manifest.json"
_LARGE = "inner/large.bin"
_COPIED = [_LARGE, "inner/deep/small.txt", "one.bin"]

_OPENER = """
import sys
from pathlib import Path
from index.private_copy import PrivateCopy, hash_files
source, scratch = Path(sys.argv[1]), Path(sys.argv[2])
hashes = hash_files(source)
del hashes["manifest.json"]
"""
_HOLDER = f"""{_OPENER}
copy = PrivateCopy(source, hashes, scratch=scratch, besides=["manifest.json"])
print(copy.path, flush=True)
sys.stdin.read()
"""
_BUSY_OPENER = f"""{_OPENER}
print("ready", flush=True)
for _ in range(int(sys.argv[3])):
    PrivateCopy(source, hashes, scratch=scratch, besides=["manifest.json"]).close()
print("done", flush=True)
"""
_CRAMPED_OPENER = f"""{_OPENER}
import resource
from index.errors import BuildError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    PrivateCopy(source, hashes, scratch=scratch, besides=["manifest.json"])
except BuildError as error:
    print(type(error).__name__, error, flush=True)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three files that are copied, one of them larger than what is read at once, and one beside."""
    folder = tmp_path / "source"
    write_files(folder, {_BESIDE: "{}", "one.bin": "1", "inner/deep/small.txt": "small\n"})
    (folder / _LARGE).write_bytes(random.Random(0).randbytes((1 << 20) + 17))
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "data" / "scratch"


def _hashes(source: Path) -> dict[str, str]:
    return {name: value for name, value in hash_files(source).items() if name != _BESIDE}


def _copy(source: Path, scratch: Path, hashes: dict[str, str] | None = None) -> PrivateCopy:
    return PrivateCopy(source, hashes or _hashes(source), scratch=scratch, besides=[_BESIDE])


def _left(scratch: Path) -> list[str]:
    return sorted(path.name for path in scratch.iterdir()) if scratch.exists() else []


def _start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def _holding(source: Path, scratch: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process with a copy of its own."""
    with _start(_HOLDER, source, scratch) as process:
        try:
            yield process, Path(_said(process))
        finally:
            process.kill()


def test_copy_has_every_file_and_nothing_that_lies_beside(source: Path, scratch: Path) -> None:
    copy = _copy(source, scratch)

    assert hash_files(copy.path) == _hashes(source)
    assert sorted(hash_files(copy.path)) == sorted(_COPIED)
    copy.close()


def test_closing_removes_the_copy_and_closing_again_is_harmless(
    source: Path, scratch: Path
) -> None:
    copy = _copy(source, scratch)

    copy.close()
    copy.close()

    assert _left(scratch) == []


def test_what_is_done_to_a_copy_does_not_reach_the_source_nor_another_copy(
    source: Path, scratch: Path
) -> None:
    before = hash_files(source)
    one, other = _copy(source, scratch), _copy(source, scratch)

    (one.path / "one.bin").write_bytes(b"changed")
    (one.path / _LARGE).unlink()

    assert hash_files(source) == before
    assert hash_files(other.path) == _hashes(source)
    one.close()
    other.close()


def test_copy_of_a_linked_file_is_a_file_of_its_own(
    source: Path, scratch: Path, tmp_path: Path
) -> None:
    hashes = _hashes(source)
    (source / "one.bin").rename(tmp_path / "elsewhere")
    (source / "one.bin").symlink_to(tmp_path / "elsewhere")

    copy = _copy(source, scratch, hashes)

    assert not (copy.path / "one.bin").is_symlink()
    assert hash_files(copy.path) == hashes
    copy.close()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link_to_another_file(path: Path) -> None:
    path.unlink()
    path.symlink_to(Path(__file__))


def _link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _link_to_what_no_one_can_read(path: Path) -> None:
    path.unlink()
    path.symlink_to("/proc/self/mem")


_FILE_DAMAGES: dict[str, Callable[[Path], object]] = {
    "flipped": _flip,
    "cut": lambda path: os.truncate(path, path.stat().st_size - 1),
    "emptied": lambda path: os.truncate(path, 0),
    "grown": lambda path: path.write_bytes(path.read_bytes() + b"\x00"),
    "deleted": Path.unlink,
    "renamed": lambda path: path.rename(path.with_name("renamed")),
    "a folder": _replace_by_folder,
    "a link to another file": _link_to_another_file,
    "a link to nowhere": _link_to_nowhere,
    "a link to itself": _link_to_itself,
    "a link to what no one can read": _link_to_what_no_one_can_read,
}


@pytest.mark.parametrize("name", _COPIED)
@pytest.mark.parametrize("damage", _FILE_DAMAGES)
def test_damage_to_any_file_is_found_and_nothing_is_left(
    source: Path, scratch: Path, name: str, damage: str
) -> None:
    hashes = _hashes(source)
    _FILE_DAMAGES[damage](source / name)

    with pytest.raises(DamagedBuildError, match="Run: alsqa index") as caught:
        _copy(source, scratch, hashes)

    assert Path(name).name in str(caught.value) or "renamed" in str(caught.value)
    assert _left(scratch) == []


@pytest.mark.parametrize("name", ["added.bin", "inner/added.bin", "inner/.hidden", "new/added"])
def test_added_file_is_found_and_nothing_is_left(source: Path, scratch: Path, name: str) -> None:
    hashes = _hashes(source)
    write_files(source, {name: "added"})

    with pytest.raises(DamagedBuildError, match="files were added or are missing"):
        _copy(source, scratch, hashes)

    assert _left(scratch) == []


def test_added_link_is_found(source: Path, scratch: Path) -> None:
    hashes = _hashes(source)
    (source / "added").symlink_to(source / "one.bin")

    with pytest.raises(DamagedBuildError, match="added"):
        _copy(source, scratch, hashes)


@pytest.mark.parametrize("inside", [True, False])
def test_folder_that_became_a_link_is_found(
    source: Path, scratch: Path, tmp_path: Path, inside: bool
) -> None:
    hashes = _hashes(source)
    target = source / "moved" if inside else tmp_path / "moved"
    (source / "inner").rename(target)
    (source / "inner").symlink_to(target)

    with pytest.raises(DamagedBuildError, match="added or are missing"):
        _copy(source, scratch, hashes)


def test_missing_manifest_beside_the_files_is_found(source: Path, scratch: Path) -> None:
    hashes = _hashes(source)
    (source / _BESIDE).unlink()

    with pytest.raises(DamagedBuildError, match=_BESIDE):
        _copy(source, scratch, hashes)


def test_missing_source_is_damage(source: Path, scratch: Path) -> None:
    hashes = _hashes(source)

    with pytest.raises(DamagedBuildError):
        _copy(source.with_name("gone"), scratch, hashes)

    assert _left(scratch) == []


def test_copy_of_a_killed_process_is_removed_by_the_next(source: Path, scratch: Path) -> None:
    with _holding(source, scratch) as (process, abandoned):
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert abandoned.is_dir()

    copy = _copy(source, scratch)

    assert _left(scratch) == [copy.path.name, f"{copy.path.name}.lock"]
    copy.close()
    assert _left(scratch) == []


def test_copies_of_live_processes_and_threads_stay(source: Path, scratch: Path) -> None:
    own = _copy(source, scratch)
    with _holding(source, scratch) as (_, others):
        for _ in range(3):
            remove_abandoned(scratch)
            _copy(source, scratch).close()

        assert hash_files(others) == hash_files(own.path) == _hashes(source)

    own.close()


def test_copy_that_was_made_in_a_thread_outlives_the_thread(source: Path, scratch: Path) -> None:
    made: list[PrivateCopy] = []
    thread = threading.Thread(target=lambda: made.append(_copy(source, scratch)))
    thread.start()
    thread.join()

    with _holding(source, scratch):
        _copy(source, scratch).close()
        assert hash_files(made[0].path) == _hashes(source)

    made[0].close()
    remove_abandoned(scratch)
    assert _left(scratch) == []


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_copy_whose_opening_thread_ended_leaves_no_open_file_once_it_is_dropped(
    source: Path, scratch: Path
) -> None:
    copies: list[PrivateCopy] = []
    before = _open_files()

    for _ in range(8):
        thread = threading.Thread(target=lambda: copies.append(_copy(source, scratch)))
        thread.start()
        thread.join()
    for copy in copies:
        copy.close()
    del copy
    copies.clear()

    assert _open_files() == before
    assert _left(scratch) == []


def test_copy_that_is_closed_in_another_thread_leaves_no_open_file(
    source: Path, scratch: Path
) -> None:
    copies = [_copy(source, scratch) for _ in range(8)]
    before = _open_files()

    threads = [threading.Thread(target=copy.close) for copy in copies]
    for thread in threads:
        thread.start()
        thread.join()
    copies.clear()

    assert _open_files() == before - 8
    assert _left(scratch) == []


@pytest.mark.parametrize("limit", [0, 1_000, 1 << 20])
def test_full_disk_is_no_damage_and_leaves_nothing(source: Path, scratch: Path, limit: int) -> None:
    with _start(_CRAMPED_OPENER, source, scratch, limit) as process:
        said, _ = process.communicate()

    assert said.startswith("BuildError ")
    assert "free space" in said
    assert _left(scratch) == []


def test_scratch_that_cannot_be_made_is_no_damage(source: Path, tmp_path: Path) -> None:
    write_files(tmp_path, {"data": "a file where the folder should be"})

    with pytest.raises(BuildError, match="cannot be written") as caught:
        _copy(source, tmp_path / "data" / "scratch")

    assert not isinstance(caught.value, DamagedBuildError)


def test_many_threads_copy_at_once(source: Path, scratch: Path) -> None:
    hashes = _hashes(source)
    failures: list[Exception] = []

    def open_often() -> None:
        for _ in range(12):
            try:
                copy = _copy(source, scratch, hashes)
                assert hash_files(copy.path) == hashes
                copy.close()
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=open_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert _left(scratch) == []


def test_many_processes_copy_at_once_while_some_are_killed(source: Path, scratch: Path) -> None:
    hashes = _hashes(source)
    steady = [_start(_BUSY_OPENER, source, scratch, 25) for _ in range(2)]
    doomed = [_start(_BUSY_OPENER, source, scratch, 100_000) for _ in range(2)]
    for process in [*steady, *doomed]:
        assert _said(process) == "ready"

    for process in doomed:
        for _ in range(5):
            copy = _copy(source, scratch, hashes)
            assert hash_files(copy.path) == hashes
            copy.close()
        process.kill()

    for process in steady:
        assert _said(process) == "done"
        process.communicate()
    for process in doomed:
        process.communicate()
    remove_abandoned(scratch)
    assert _left(scratch) == []


def test_hashes_name_every_file_by_its_path(source: Path) -> None:
    hashes = hash_files(source)

    assert sorted(hashes) == sorted([*_COPIED, _BESIDE])
    assert hashes["one.bin"].startswith("6b86b273ff34fce1")
    assert hash_files(source / "nowhere") == {}


def test_abandoned_copy_without_a_folder_is_removed(scratch: Path) -> None:
    write_files(scratch, {"0123.lock": "", "4567.lock": "", "4567/inner/file": "x"})

    remove_abandoned(scratch)

    assert _left(scratch) == []


def test_removing_what_is_abandoned_waits_for_nobody(source: Path, scratch: Path) -> None:
    copies = [_copy(source, scratch) for _ in range(20)]
    start = time.monotonic()

    remove_abandoned(scratch)

    assert time.monotonic() - start < 5
    assert all(copy.path.is_dir() for copy in copies)
    for copy in copies:
        copy.close()
