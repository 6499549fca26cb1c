import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LockedError
from index.fetch.date_range import DateRange
from index.fetch.errors import FetchError
from index.fetch.fetch_folder import FetchFolder, earlier_fetches, fetch_lock, folder_name
from index.fetch.progress_file import Part, Progress
from index.folder import scan_folder
from tests.conftest import PROJECT
from tests.index.fetch.samples import START

_HOLD = """
import sys
from pathlib import Path
from index.fetch.fetch_folder import fetch_lock

with fetch_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def _progress() -> Progress:
    span = DateRange(date(2020, 1, 1), date(2020, 6, 30))
    return Progress(
        source="pubmed",
        query="tofersen AND 2020:2026[dp]",
        searched_at=START,
        count=3,
        parts=[
            Part(file="0001.xml.gz", ids=["1", "2"], size=4),
            Part(file="0002.xml.gz", ids=["3"], span=span, place=200, is_last_try=True),
        ],
        not_found={"10.1000/x": "PubMed has no record with this DOI"},
    )


def test_progress_is_the_same_when_it_is_read_again(tmp_path: Path) -> None:
    folder = FetchFolder(tmp_path / "fetched" / "one")
    assert folder.load() is None
    folder.write("0001.xml.gz", b"four")

    folder.save(_progress())

    assert folder.load() == _progress()
    assert [one.path for one in earlier_fetches(tmp_path / "fetched")] == [folder.path]


def test_file_that_is_gone_or_of_another_size_is_pending_again(tmp_path: Path) -> None:
    folder = FetchFolder(tmp_path)
    folder.save(_progress())
    gone = folder.load()
    folder.write("0001.xml.gz", b"longer than it was")
    other = folder.load()

    assert gone is not None
    assert other is not None
    assert len(gone.pending()) == len(other.pending()) == 2


def test_what_a_killed_run_left_half_written_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".0002.xml.gz.ab12cd34.tmp"
    left.write_bytes(b"half")

    FetchFolder(tmp_path).load()

    assert not left.exists()


def test_index_sees_the_files_but_neither_progress_nor_lock(tmp_path: Path) -> None:
    root = tmp_path / "documents" / "fetched"
    with fetch_lock(root):
        folder = FetchFolder(root / "one")
        folder.write("0001.xml.gz", b"four")
        folder.save(_progress())
        (folder.path / ".0002.xml.gz.ab12cd34.tmp").write_bytes(b"half")

        scan = scan_folder(tmp_path / "documents")

    assert scan.files == ["fetched/one/0001.xml.gz"]
    assert scan.ignored == scan.failed == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version":2,"source":"pubmed"}', '{"source":"x"}']
)
def test_damaged_progress_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / ".fetch.json").write_text(text, encoding="utf-8")

    with pytest.raises(FetchError, match="is damaged, or of another version") as caught:
        FetchFolder(tmp_path).load()
    assert str(tmp_path) in caught.value.problem


def test_file_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = FetchFolder(tmp_path / "one")
    folder.save(_progress())
    before = sorted(folder.path.iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, limits[1]))
    try:
        with pytest.raises(FetchError, match="there is no room for it") as caught:
            folder.write("0001.xml.gz", b"0" * 5_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert "Free some space" in caught.value.remedy
    assert sorted(folder.path.iterdir()) == before


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(FetchError, match="cannot be read or written") as caught:
        FetchFolder(tmp_path / "file" / "one").save(_progress())
    assert "--into" in caught.value.remedy
    with pytest.raises(FetchError), fetch_lock(tmp_path / "file"):
        pytest.fail("a file was taken for a folder")


def test_second_fetch_is_refused_while_one_writes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        with pytest.raises(LockedError, match="Another alsqa fetch"), fetch_lock(tmp_path):
            pytest.fail("the lock was given twice")

        holder.communicate()
    with fetch_lock(tmp_path):
        pass


def test_name_of_a_folder_tells_its_query() -> None:
    name = folder_name("pubmed", "Tofersen AND 2020:2026[dp]", "key")

    assert name.startswith("pubmed-tofersen-and-2020-2026-dp-")
    assert name != folder_name("pubmed", "Tofersen AND 2020:2026[dp]", "other key")
    assert folder_name("pubmed", "筋萎縮性側索硬化症", "k").startswith("pubmed-")


@given(words=st.text(max_size=100))
def test_name_of_a_folder_is_a_plain_short_name(words: str) -> None:
    name = folder_name("pubmed", words, words)

    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
