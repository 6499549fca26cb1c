"""Every file of a build, damaged in every way, is found at start and costs no embedding."""

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.settings import ApiSettings
from index.build_paths import BuildPaths
from index.errors import DamagedBuildError
from index.ingest import ingest
from index.library import Library
from index.open_build import open_build
from index.repair import repair_live_build
from index.settings import IndexSettings, read_settings
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.faults.editions import QUESTION, write_edition
from tests.faults.waiting import until
from tests.index.samples import NOW, hashing_embedder_for
from tests.serving import serving


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for position in {0, len(data) // 2, len(data) - 1} if data else ():
        data[position] ^= 0x01
    path.write_bytes(data)


def _lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\x00")


def _delete(path: Path) -> None:
    path.unlink()


_WAYS: dict[str, Callable[[Path], None]] = {
    "truncate": _truncate,
    "zero": _zero,
    "flip": _flip,
    "lengthen": _lengthen,
    "delete": _delete,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> IndexSettings:
    """A library with its build, to be copied before it is damaged."""
    folder = tmp_path_factory.mktemp("whole")
    write_edition(folder / "documents", "alpha")
    settings = read_settings(
        IndexSettings, data_dir=folder / "data", documents_dir=folder / "documents"
    )
    ingest(settings, HashingEmbedder())
    return settings


def _copy(whole: IndexSettings, folder: Path) -> IndexSettings:
    shutil.copytree(whole.data_dir, folder / "data")
    return read_settings(IndexSettings, data_dir=folder / "data", documents_dir=whole.documents_dir)


@pytest.mark.parametrize("way", _WAYS)
def test_each_file_damaged_in_this_way_is_found_and_made_again(
    whole: IndexSettings, tmp_path: Path, way: str
) -> None:
    paths = BuildPaths(_copy(whole, tmp_path).data_dir)
    build = paths.build(paths.live_build_id())
    names = [one.relative_to(build) for one in sorted(build.rglob("*")) if one.is_file()]
    found, damaged = [], []
    for name in names:
        path = paths.build(paths.live_build_id()) / name
        sound = path.read_bytes()
        _WAYS[way](path)
        if path.is_file() and path.read_bytes() == sound:
            continue  # nothing to cut off or to zero
        with Library(paths.library) as library:
            try:
                open_build(paths, library, paths.live_build_id()).close()
            except DamagedBuildError:
                found.append(name)
        path.write_bytes(sound)
        damaged.append(name)

    assert len(names) >= 7
    assert found == damaged != []


@pytest.mark.parametrize("way", _WAYS)
def test_server_that_finds_damage_says_so_then_answers_without_any_embedding(
    whole: IndexSettings, tmp_path: Path, way: str
) -> None:
    copy = _copy(whole, tmp_path)
    paths = BuildPaths(copy.data_dir)
    for path in (paths.build(paths.live_build_id()) / "chroma").glob("*/data_level0.bin"):
        _WAYS[way](path)
    settings = read_settings(ApiSettings, data_dir=copy.data_dir)
    embedder = HashingEmbedder()
    pipeline = Pipeline(
        settings,
        embedder,
        load_embedder=hashing_embedder_for,
        repair=lambda: repair_live_build(paths, now=NOW),
    )
    pipeline.warm_up()

    with (
        serving(create_app(settings, pipeline=pipeline)) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        problem = pipeline.live.problem
        assert problem is not None
        assert "damaged" in problem.problem
        pipeline.live.watch()
        until(lambda: client.get("/readyz").status_code == 200)
        answer = client.post("/api/v1/answers", json={"question": QUESTION}).json()
    pipeline.close()

    assert answer["status"] == "answered"
    assert embedder.embedded == []


def test_server_that_cannot_mend_the_damage_gives_503_with_the_reason(
    whole: IndexSettings, tmp_path: Path
) -> None:
    copy = _copy(whole, tmp_path)
    paths = BuildPaths(copy.data_dir)
    (paths.build(paths.live_build_id()) / "manifest.json").unlink()
    settings = read_settings(ApiSettings, data_dir=copy.data_dir)
    pipeline = Pipeline(settings, HashingEmbedder(), load_embedder=hashing_embedder_for)

    with (
        serving(create_app(settings, pipeline=pipeline)) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        answer = client.post("/api/v1/answers", json={"question": QUESTION})
        ready = client.get("/readyz")
    pipeline.close()

    assert (answer.status_code, ready.status_code) == (503, 503)
    for detail in (answer.json()["detail"], ready.json()["detail"]):
        assert "The search index is damaged" in detail
        assert "alsqa index" in detail
        assert str(copy.data_dir) not in detail
