"""A disk that is full: the live build goes on answering, and the next run converges."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.health import check_library
from index.library import Library
from index.manifest import read_manifest
from index.open_build import open_build
from tests.conftest import PROJECT
from tests.faults.editions import editions_of, write_edition
from tests.faults.kills import child_command
from tests.index.samples import hashing_live


def _ingest(data: Path, documents: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        child_command(data, documents, "hashing", *more),
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _digest(data: Path) -> str:
    paths = BuildPaths(data)
    return read_manifest(paths, paths.live_build_id()).digest


def _answers_of(data: Path) -> str:
    live = hashing_live(BuildPaths(data))
    try:
        with live.lease() as build:
            return build.document("doi:10.1000/paper1").text
    finally:
        live.close()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    write_edition(tmp_path / "documents", "alpha")
    return tmp_path / "documents"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the other edition where the disk has room."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write_edition(folder / "documents", "beta")
    assert _ingest(folder / "data", folder / "documents").returncode == 0
    return _digest(folder / "data")


@pytest.mark.parametrize("limit", [0, 65_536, 200_000, 400_000])
def test_files_that_cannot_grow_cost_a_run_and_nothing_else(
    tmp_path: Path, documents: Path, undisturbed: str, limit: int
) -> None:
    data = tmp_path / "data"
    assert _ingest(data, documents).returncode == 0
    before = _digest(data)
    write_edition(documents, "beta")

    failed = _ingest(data, documents, "--file-limit", str(limit))

    if failed.returncode:
        assert "Traceback" not in failed.stderr
        assert "free space" in failed.stderr
        assert _digest(data) == before
        assert editions_of(_answers_of(data)) == {"alpha"}
    assert _ingest(data, documents).returncode == 0
    assert _digest(data) == undisturbed
    assert all(finding.ok for finding in check_library(BuildPaths(data)))


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of that size in memory, where this process may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_disk_without_room_goes_on_answering_and_converges_when_there_is_room(
    tmp_path: Path, documents: Path, undisturbed: str
) -> None:
    with _small_disk(tmp_path / "disk", "8m") as disk:
        data = disk / "data"
        assert _ingest(data, documents).returncode == 0
        paths = BuildPaths(data)
        build_id = paths.live_build_id()
        write_edition(documents, "beta")
        live = hashing_live(paths)
        with live.lease() as build:
            stuffing = disk / "stuffing"
            with suppress(OSError), stuffing.open("wb", buffering=0) as file:
                while file.write(bytes(4_096)):
                    pass
            failed = _ingest(data, documents)

            assert failed.returncode != 0
            assert "Traceback" not in failed.stderr
            assert "free space" in failed.stderr
            assert "alpha" in build.document("doi:10.1000/paper1").text
            assert paths.live_build_id() == build_id
        live.close()
        stuffing.unlink()

        with Library(paths.library) as library:
            open_build(paths, library, build_id).close()
        assert _ingest(data, documents).returncode == 0
        assert _digest(data) == undisturbed
