import os
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.folder import FileNote, FolderScan, scan_folder
from tests.index.samples import EDARAVONE, RILUZOLE, write_files


def test_missing_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ALSQA_DOCUMENTS_DIR"):
        scan_folder(tmp_path / "nowhere")


def test_empty_folder_has_no_files(documents: Path) -> None:
    assert scan_folder(documents) == FolderScan()


def test_files_of_inner_folders_come_in_the_order_of_their_paths(documents: Path) -> None:
    write_files(documents, {"z.md": RILUZOLE, "a/b.txt": EDARAVONE})

    assert scan_folder(documents) == FolderScan(files=["a/b.txt", "z.md"])


def test_files_about_the_folder_and_hidden_ones_are_left_out(documents: Path) -> None:
    about = [
        *("README.md", "LICENSE", "Licence.txt", "NOTICE.txt"),
        *("inner/readme.txt", "sources.yaml"),
    ]
    hidden = [".hidden.txt", ".git/config.txt", "inner/.cache/a.txt"]
    write_files(documents, dict.fromkeys([*about, *hidden], RILUZOLE))

    scan = scan_folder(documents)

    assert (scan.files, scan.failed) == ([], [])
    assert {note.path for note in scan.ignored} == set(about)
    assert {note.reason for note in scan.ignored} == {"it describes the folder"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.csv", "no reader for .csv"), ("data", "no reader for files without a suffix")],
)
def test_file_without_a_reader_is_ignored(documents: Path, name: str, reason: str) -> None:
    write_files(documents, {name: "a,b\n1,2", "good.md": RILUZOLE})

    scan = scan_folder(documents)

    assert scan.ignored == [FileNote(name, reason)]
    assert scan.files == ["good.md"]


def test_pipe_is_no_file(documents: Path) -> None:
    os.mkfifo(documents / "pipe.txt")

    assert scan_folder(documents).ignored == [FileNote("pipe.txt", "it is no file")]


def test_name_that_is_not_utf8_fails(documents: Path) -> None:
    (documents / os.fsdecode(b"caf\xe9.txt")).write_text(RILUZOLE, encoding="utf-8")

    (note,) = scan_folder(documents).failed

    assert "not UTF-8" in note.reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root lists every folder")
def test_inner_folder_that_cannot_be_listed_stops_the_run(documents: Path) -> None:
    write_files(documents, {"a.txt": EDARAVONE, "inner/b.txt": RILUZOLE})
    (documents / "inner").chmod(0)

    with pytest.raises(SettingsError, match="inner cannot be listed"):
        scan_folder(documents)

    (documents / "inner").chmod(0o700)
