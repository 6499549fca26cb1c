import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import LockedError
from index.writer_lock import writer_lock
from tests.conftest import PROJECT

_HOLD = """
import sys
from pathlib import Path
from index.writer_lock import writer_lock

with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_lock_names_the_process_only_while_it_is_held(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    with writer_lock(folder):
        assert (folder / "writer.pid").read_text(encoding="utf-8") == str(os.getpid())

    assert not (folder / "writer.pid").exists()


def test_second_process_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        with (
            pytest.raises(LockedError, match=f"Process {holder.pid} is writing") as caught,
            writer_lock(tmp_path),
        ):
            pytest.fail("the lock was given twice")

        holder.communicate()
    assert str(tmp_path) in caught.value.problem
    with writer_lock(tmp_path):
        pass


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
        holder.communicate()

    with writer_lock(tmp_path):
        assert (tmp_path / "writer.pid").read_text(encoding="utf-8") == str(os.getpid())


def test_failure_inside_the_block_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), writer_lock(tmp_path):
        raise RuntimeError("inside")

    with writer_lock(tmp_path):
        pass
    assert not (tmp_path / "writer.pid").exists()


def test_second_writer_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with (
        writer_lock(tmp_path),
        pytest.raises(LockedError, match=str(os.getpid())),
        writer_lock(tmp_path),
    ):
        pytest.fail("the lock was given twice")
