from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.errors import DamagedBuildError, NoBuildError
from tests.index.samples import write_files

_LIVE = "0a1b2c3d4e5f-00000001"
_OTHER = "0a1b2c3d4e5f-00000002"


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A data directory with one build, which is live."""
    paths = BuildPaths(tmp_path / "data")
    paths.build(_LIVE).mkdir(parents=True)
    paths.current.write_text(_LIVE, encoding="utf-8")
    return paths


def test_everything_lies_in_the_data_directory(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path)

    for path in (paths.library, paths.builds, paths.current, paths.scratch):
        assert path.parent == tmp_path
    assert paths.build(_LIVE) == paths.builds / _LIVE
    assert list(tmp_path.iterdir()) == []


def test_live_build_is_the_one_that_current_names(paths: BuildPaths) -> None:
    assert paths.live_build_id() == _LIVE
    assert paths.names_live(_LIVE)
    assert not paths.names_live(_OTHER)


def test_white_space_around_the_name_is_nothing(paths: BuildPaths) -> None:
    paths.current.write_text(f" {_LIVE}\r\n", encoding="utf-8")

    assert paths.live_build_id() == _LIVE


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n", ".", "..", "../builds", "x" * 5_000, "\x00" * 21),
        *(f"{_LIVE}\x00", f"{_LIVE}/", f"{_LIVE}/..", f"{_LIVE}.damaged", _LIVE.upper(), _OTHER),
    ],
)
def test_name_of_no_build_is_damage_and_names_the_remedy(paths: BuildPaths, text: str) -> None:
    paths.current.write_text(text, encoding="utf-8")

    with pytest.raises(DamagedBuildError, match="Run: alsqa index"):
        paths.live_build_id()
    assert not paths.names_live(_LIVE)


def test_bytes_that_are_no_text_are_damage(paths: BuildPaths) -> None:
    paths.current.write_bytes(b"\xff\xfe")

    assert paths.named_build_id() == ""
    with pytest.raises(DamagedBuildError, match="Run: alsqa index"):
        paths.live_build_id()


def test_folder_whose_name_is_not_that_of_a_build_is_damage(paths: BuildPaths) -> None:
    for name in ("a-1", "gone", f"{_LIVE}.damaged"):
        paths.build(name).mkdir()
        paths.current.write_text(name, encoding="utf-8")

        with pytest.raises(DamagedBuildError):
            paths.live_build_id()


def test_build_that_is_gone_is_still_named(paths: BuildPaths) -> None:
    paths.build(_LIVE).rmdir()

    assert paths.named_build_id() == _LIVE
    with pytest.raises(DamagedBuildError):
        paths.live_build_id()


def test_file_in_the_place_of_the_build_is_damage(paths: BuildPaths) -> None:
    write_files(paths.builds, {_OTHER: "a file"})
    paths.current.write_text(_OTHER, encoding="utf-8")

    with pytest.raises(DamagedBuildError):
        paths.live_build_id()


def test_nothing_is_live_in_a_new_data_directory(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path / "nowhere")

    with pytest.raises(NoBuildError, match="nowhere"):
        paths.live_build_id()
    assert not paths.names_live("")


def test_served_build_is_the_one_that_was_noted_last(paths: BuildPaths) -> None:
    assert paths.served_build_id() == ""

    paths.note_served(_LIVE)
    paths.note_served(_OTHER)

    assert paths.served_build_id() == _OTHER
    assert paths.live_build_id() == _LIVE


def test_served_build_cannot_be_noted_where_nothing_can_be_written(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path / "nowhere")

    paths.note_served(_LIVE)

    assert paths.served_build_id() == ""
    assert list(tmp_path.iterdir()) == []


def test_note_that_is_damaged_is_no_note(paths: BuildPaths) -> None:
    paths.note_served(_LIVE)
    (note,) = (path for path in paths.data_dir.iterdir() if path.name == "SERVED")
    note.write_bytes(b"\xff\xfe")

    assert paths.served_build_id() == ""


def test_half_written_files_alone_are_removed(paths: BuildPaths) -> None:
    kept = {"library.db": "x", "history.db": "x", f"builds/{_LIVE}/chroma/deep.tmp": "x"}
    write_files(paths.data_dir, kept | {"CURRENT.12ab34cd.tmp": "x", "SERVED.0f.tmp": ""})

    paths.remove_leftovers()

    left = {
        path.relative_to(paths.data_dir).as_posix()
        for path in paths.data_dir.rglob("*")
        if path.is_file()
    }
    assert left == {"CURRENT", *kept}
