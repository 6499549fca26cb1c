from pathlib import Path

import pytest

from index.parse_check import check_parsing
from index.parsers import FORMATS
from tests.index.samples import RILUZOLE, pubmed_page, write_files

_PAGE = "PubMed page saved as text"
_TEXT = "plain text or Markdown"


def test_every_file_is_counted_by_the_format_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02")
    write_files(
        tmp_path,
        {"a.txt": pubmed_page(header="J Test. 2020;1:2."), "inner/b.md": RILUZOLE, "empty.md": ""},
    )
    progress: list[tuple[int, int]] = []

    check = check_parsing(
        tmp_path,
        max_bytes=100_000,
        on_progress=lambda done, total: progress.append((done, total)),
    )

    assert (check.formats[_PAGE].files, check.formats[_PAGE].records) == (1, 1)
    given = {name for name, count in check.formats[_PAGE].given.items() if count}
    assert given == {"title", "container", "year", "pmid", "doi", "text"}
    assert check.formats[_TEXT].given["authors"] == 0
    assert sorted(path for path, _ in check.refused) == ["binary.txt", "empty.md"]
    assert dict(check.refused)["empty.md"].startswith("it is empty.")
    assert check.ok
    assert progress[-1] == (4, 4)


def test_file_that_an_ingest_leaves_out_is_ignored_with_its_reason(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE, "README.md": "About.", "b.csv": "a,b\n"})

    check = check_parsing(tmp_path, max_bytes=100_000)

    assert check.ignored == [
        ("README.md", "it describes the folder"),
        ("b.csv", "no reader for .csv"),
    ]
    assert [one.files for one in check.formats.values()] == [1]


def test_link_to_nothing_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "link.pdf").symlink_to(tmp_path / "nowhere.pdf")

    ((path, reason),) = check_parsing(tmp_path, max_bytes=100_000).refused

    assert path == "link.pdf"
    assert "No such file" in reason


def test_file_above_the_limit_is_refused_with_its_reason(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})

    check = check_parsing(tmp_path, max_bytes=10)

    ((path, reason),) = check.refused
    assert (path, check.ok) == ("a.md", True)
    assert "ALSQA_MAX_FILE_BYTES" in reason


def test_formats_have_names_of_their_own() -> None:
    names = [one.name for one in FORMATS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("names", [(), ("a.md",)])
def test_folder_of_any_size_is_read(tmp_path: Path, names: tuple[str, ...]) -> None:
    write_files(tmp_path, dict.fromkeys(names, RILUZOLE))

    check = check_parsing(tmp_path, max_bytes=100_000)

    assert sum(one.records for one in check.formats.values()) == len(names)
