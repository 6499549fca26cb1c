from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.errors import DamagedBuildError, NoBuildError
from tests.index.samples import write_files


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A data directory with one build, which is live."""
    paths = BuildPaths(tmp_path / "data")
    paths.build("a-1").mkdir(parents=True)
    paths.current.write_text("a-1", encoding="utf-8")
    return paths


def test_everything_lies_in_the_data_directory(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path)

    for path in (paths.library, paths.builds, paths.current, paths.scratch):
        assert path.parent == tmp_path
    assert paths.build("a-1") == paths.builds / "a-1"
    assert list(tmp_path.iterdir()) == []


def test_live_build_is_the_one_that_current_names(paths: BuildPaths) -> None:
    assert paths.live_build_id() == "a-1"
    assert paths.names_live("a-1")
    assert not paths.names_live("b-2")


def test_white_space_around_the_name_is_nothing(paths: BuildPaths) -> None:
    paths.current.write_text(" a-1\r\n", encoding="utf-8")

    assert paths.live_build_id() == "a-1"


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\x00" * 21, b"a-1\x00", b"b-2", b"a-1/", b"\xff\xfe", b"a-1.damaged"]
)
def test_name_of_no_build_is_damage_and_names_the_remedy(paths: BuildPaths, data: bytes) -> None:
    paths.current.write_bytes(data)

    with pytest.raises(DamagedBuildError, match="Run: alsqa index"):
        paths.live_build_id()
    assert not paths.names_live("a-1")


def test_file_in_the_place_of_the_build_is_damage(paths: BuildPaths) -> None:
    write_files(paths.builds, {"b-2": "a file"})
    paths.current.write_text("b-2", encoding="utf-8")

    with pytest.raises(DamagedBuildError):
        paths.live_build_id()


def test_nothing_is_live_in_a_new_data_directory(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path / "nowhere")

    with pytest.raises(NoBuildError, match="nowhere"):
        paths.live_build_id()
    assert not paths.names_live("")


def test_served_build_is_the_one_that_was_noted_last(paths: BuildPaths) -> None:
    assert paths.served_build_id() == ""

    paths.note_served("a-1")
    paths.note_served("b-2")

    assert paths.served_build_id() == "b-2"
    assert paths.live_build_id() == "a-1"


def test_served_build_cannot_be_noted_where_nothing_can_be_written(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path / "nowhere")

    paths.note_served("a-1")

    assert paths.served_build_id() == ""
    assert list(tmp_path.iterdir()) == []


def test_note_that_is_damaged_is_no_note(paths: BuildPaths) -> None:
    paths.note_served("a-1")
    (note,) = (path for path in paths.data_dir.iterdir() if path.name == "SERVED")
    note.write_bytes(b"\xff\xfe")

    assert paths.served_build_id() == ""


def test_half_written_files_alone_are_removed(paths: BuildPaths) -> None:
    kept = {"library.db": "x", "history.db": "x", "builds/a-1/chroma/deep.tmp": "x"}
    write_files(paths.data_dir, kept | {"CURRENT.12ab34cd.tmp": "x", "SERVED.0f.tmp": ""})

    paths.remove_leftovers()

    left = {
        path.relative_to(paths.data_dir).as_posix()
        for path in paths.data_dir.rglob("*")
        if path.is_file()
    }
    assert left == {"CURRENT", *kept}
