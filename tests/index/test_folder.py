import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.folder import FileNote, FolderContent, read_folder
from index.library_rows import FileRow, PreparedDocument
from index.models import Document
from index.preparation import prepare_document
from tests.fakes import HashingEmbedder
from tests.index.samples import EDARAVONE, RILUZOLE, write_files

_EMBEDDER = HashingEmbedder()


def _prepare(document: Document) -> PreparedDocument:
    return prepare_document(document, _EMBEDDER)


def _read(
    folder: Path,
    before: Mapping[str, FileRow] | None = None,
    *,
    reader: str = "r1",
    max_bytes: int = 100_000,
) -> FolderContent:
    return read_folder(
        folder,
        before or {},
        reader=reader,
        max_bytes=max_bytes,
        prepare=_prepare,
        on_progress=lambda _done, _total: None,
    )


def _rows(content: FolderContent) -> dict[str, FileRow]:
    return {row.path: row for row in content.rows}


def test_missing_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ALSQA_DOCUMENTS_DIR"):
        _read(tmp_path / "nowhere")


def test_empty_folder_has_no_files(documents: Path) -> None:
    assert _read(documents) == FolderContent()


def test_files_of_inner_folders_are_read_in_the_order_of_their_paths(documents: Path) -> None:
    write_files(documents, {"z.md": RILUZOLE, "a/b.txt": EDARAVONE})

    content = _read(documents)

    assert [row.path for row in content.rows] == ["a/b.txt", "z.md"]
    assert [item.document.document_id for item in content.prepared] == [
        "doi:10.1000/edaravone",
        "doi:10.1000/riluzole",
    ]
    assert (content.failed, content.ignored) == ([], [])


def test_what_did_not_change_is_not_read_again(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE, "b.md": EDARAVONE})
    first = _read(documents)
    write_files(documents, {"b.md": EDARAVONE + "\nMore of it.\n"})

    second = _read(documents, _rows(first))

    assert [item.document.source_path for item in second.prepared] == ["b.md"]
    assert _rows(second)["a.md"] == _rows(first)["a.md"]
    assert _rows(second)["b.md"] != _rows(first)["b.md"]


def test_another_reader_reads_everything_again(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE})
    first = _read(documents)

    assert len(_read(documents, _rows(first), reader="r2").prepared) == 1
    assert len(_read(documents, _rows(first), reader="r1").prepared) == 0


def test_files_about_the_folder_and_hidden_ones_are_left_out(documents: Path) -> None:
    about = [
        "README.md",
        "LICENSE",
        "Licence.txt",
        "NOTICE.txt",
        "inner/readme.txt",
        "sources.yaml",
    ]
    hidden = [".hidden.txt", ".git/config.txt", "inner/.cache/a.txt"]
    write_files(documents, dict.fromkeys([*about, *hidden], RILUZOLE))

    content = _read(documents)

    assert content.rows == []
    assert content.failed == []
    assert {note.path for note in content.ignored} == set(about)
    assert {note.reason for note in content.ignored} == {"it describes the folder"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a.pdf", "no reader for .pdf"), ("data", "no reader for files without a suffix")],
)
def test_file_without_a_reader_is_ignored(documents: Path, name: str, reason: str) -> None:
    write_files(documents, {name: "%PDF-1.4", "good.md": RILUZOLE})

    content = _read(documents)

    assert content.ignored == [FileNote(name, reason)]
    assert [row.path for row in content.rows] == ["good.md"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"a\x00b", "it is binary"),
        ("Ménage à trois.".encode("latin-1"), "it is not UTF-8"),
        (b"# T\n\nPMID: 1\n\nText.\n\nPMID: 2\n", "two values of its own PMID"),
        (b"x" * 200_000, "200,000 bytes"),
    ],
)
def test_bad_file_fails_with_its_reason_and_the_rest_goes_on(
    documents: Path, data: bytes, reason: str
) -> None:
    write_files(documents, {"z.md": RILUZOLE})
    (documents / "bad.txt").write_bytes(data)

    content = _read(documents)

    (note,) = content.failed
    assert note.path == "bad.txt"
    assert reason in note.reason
    assert [item.document.source_path for item in content.prepared] == ["z.md"]
    row = _rows(content)["bad.txt"]
    assert row.document is None
    assert row.failure == note.reason


def test_dangling_link_fails_and_the_rest_goes_on(documents: Path) -> None:
    write_files(documents, {"z.md": RILUZOLE})
    (documents / "a.txt").symlink_to(documents / "nowhere.txt")

    content = _read(documents)

    assert [note.path for note in content.failed] == ["a.txt"]
    assert "cannot be read" in content.failed[0].reason
    assert len(content.prepared) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_file_without_permission_fails_and_the_rest_goes_on(documents: Path) -> None:
    write_files(documents, {"a.txt": EDARAVONE, "z.md": RILUZOLE})
    (documents / "a.txt").chmod(0)

    content = _read(documents)

    assert [note.path for note in content.failed] == ["a.txt"]
    assert len(content.prepared) == 1


def test_good_file_that_becomes_bad_keeps_its_last_good_state(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE})
    first = _read(documents)
    good = _rows(first)["a.md"].document
    (documents / "a.md").write_bytes(b"")

    second = _read(documents, _rows(first))
    third = _read(documents, _rows(second))

    for content in (second, third):
        assert good is not None
        assert _rows(content)["a.md"].document == good
        assert [note.path for note in content.failed] == ["a.md"]
        assert content.failed[0].reason.endswith("Its last good state stays in the library.")


def test_bad_file_that_becomes_good_is_read(documents: Path) -> None:
    (documents / "a.md").write_bytes(b"")
    first = _read(documents)
    write_files(documents, {"a.md": RILUZOLE})

    second = _read(documents, _rows(first))

    assert second.failed == []
    assert _rows(second)["a.md"].failure is None
    assert len(second.prepared) == 1


def test_second_file_of_the_same_document_is_ignored_and_the_first_named(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE, "b.md": RILUZOLE + "\nAnother end.\n"})

    content = _read(documents)

    assert content.ignored == [
        FileNote("b.md", "it holds doi:10.1000/riluzole, which a.md holds already")
    ]
    assert _rows(content)["b.md"].document is None
    assert _rows(content)["a.md"].document is not None


def test_files_of_the_same_bytes_without_identifiers_are_one_document(documents: Path) -> None:
    write_files(documents, {"a.md": "Some text here.", "b.md": "Some text here."})

    content = _read(documents)

    assert [note.path for note in content.ignored] == ["b.md"]


def test_second_file_takes_over_when_the_first_goes(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE, "b.md": RILUZOLE})
    first = _read(documents)
    (documents / "a.md").unlink()

    second = _read(documents, _rows(first))

    document = _rows(second)["b.md"].document
    assert document is not None
    assert document.document_id == "doi:10.1000/riluzole"
    assert second.ignored == []
    assert len(second.prepared) == 1


def test_progress_counts_every_file(documents: Path) -> None:
    write_files(documents, {"a.md": RILUZOLE, "b.md": "", "c.pdf": "x"})
    seen: list[tuple[int, int]] = []

    read_folder(
        documents,
        {},
        reader="r",
        max_bytes=10_000,
        prepare=_prepare,
        on_progress=lambda done, total: seen.append((done, total)),
    )

    assert seen == [(1, 2), (2, 2)]
