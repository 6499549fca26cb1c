import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.safe_files import replace_text, sync, sync_folder
from tests.conftest import PROJECT
from tests.index.samples import write_files

_OLD, _NEW = "old " * 50_000, "new " * 50_000
_REPLACER = """
import sys
from pathlib import Path
from index.safe_files import replace_text
print("ready", flush=True)
while True:
    for word in ("new ", "old "):
        replace_text(Path(sys.argv[1]), word * 50_000)
"""
_CRAMPED_REPLACER = """
import resource, sys
from pathlib import Path
from index.safe_files import replace_text
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
try:
    replace_text(Path(sys.argv[1]), "new " * 50_000)
except OSError as error:
    print(error.strerror)
"""


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"

    replace_text(path, "one")
    replace_text(path, "Ménage à deux\n")

    assert path.read_bytes() == "Ménage à deux\n".encode()
    assert _names(tmp_path) == ["CURRENT"]


def test_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        replace_text(tmp_path / "nowhere" / "CURRENT", "text")

    assert _names(tmp_path) == []


def test_folder_in_the_place_of_the_file_is_told_and_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {"CURRENT/inner": "x"})

    with pytest.raises(OSError, match="CURRENT"):
        replace_text(tmp_path / "CURRENT", "text")

    assert _names(tmp_path) == ["CURRENT"]
    assert _names(tmp_path / "CURRENT") == ["inner"]


def test_full_disk_leaves_the_old_text_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    path.write_text(_OLD, encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-c", _CRAMPED_REPLACER, str(path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout == "File too large\n"
    assert path.read_text(encoding="utf-8") == _OLD
    assert _names(tmp_path) == ["CURRENT"]


@pytest.mark.parametrize("patience_s", [0.02, 0.05, 0.09])
def test_killed_writer_leaves_the_old_or_the_new_text(tmp_path: Path, patience_s: float) -> None:
    path = tmp_path / "CURRENT"
    path.write_text(_OLD, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", _REPLACER, str(path)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(patience_s)
        process.send_signal(signal.SIGKILL)

    assert path.read_text(encoding="utf-8") in (_OLD, _NEW)


def test_readers_see_the_old_or_the_new_text_and_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    replace_text(path, _OLD)
    seen: set[str] = set()
    failures: list[Exception] = []
    done = threading.Event()

    def write(text: str) -> None:
        try:
            for _ in range(20):
                replace_text(path, text)
        except Exception as error:
            failures.append(error)

    def read() -> None:
        while not done.is_set():
            seen.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(text,)) for text in (_OLD, _NEW)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()

    assert failures == []
    assert seen <= {_OLD, _NEW}
    assert _names(tmp_path) == ["CURRENT"]


def test_syncing_a_folder_reaches_all_in_it_and_changes_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, {"a": "1", "inner/b": "2", "inner/deep/c": ""})

    sync_folder(tmp_path)

    assert {
        path.relative_to(tmp_path).as_posix(): path.read_text(encoding="utf-8")
        for path in tmp_path.rglob("*")
        if path.is_file()
    } == {"a": "1", "inner/b": "2", "inner/deep/c": ""}


def test_what_is_missing_cannot_be_synced(tmp_path: Path) -> None:
    for attempt in (sync, sync_folder):
        with pytest.raises(FileNotFoundError):
            attempt(tmp_path / "nowhere")
