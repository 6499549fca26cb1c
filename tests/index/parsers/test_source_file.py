import gzip
import hashlib
import os
from pathlib import Path
from random import Random

import pytest

from index.errors import DocumentError
from index.parsers.source_file import SourceFile, decode, hash_file


def test_hash_is_of_the_bytes_as_they_lie_there(tmp_path: Path) -> None:
    packed = gzip.compress(b"\xef\xbb\xbfabc\r\n")
    (tmp_path / "a.txt.gz").write_bytes(packed)

    source = SourceFile.at(tmp_path / "a.txt.gz", path="in/a.txt.gz", max_bytes=len(packed))

    assert source.content_hash == hashlib.sha256(packed).hexdigest()
    assert (source.path, source.suffix, source.text) == ("in/a.txt.gz", ".txt", "abc\n")


def test_file_above_the_limit_is_refused_with_the_setting_that_raises_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"123456")

    with pytest.raises(DocumentError, match="ALSQA_MAX_FILE_BYTES") as caught:
        hash_file(tmp_path / "a.txt", max_bytes=5)

    assert "6 bytes, more than the 5" in caught.value.problem


def test_dangling_link_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")

    with pytest.raises(DocumentError, match="it cannot be read"):
        SourceFile.at(tmp_path / "a.txt", path="a.txt", max_bytes=5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_file_without_permission_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")
    (tmp_path / "a.txt").chmod(0)

    with pytest.raises(DocumentError, match="it cannot be read"):
        hash_file(tmp_path / "a.txt", max_bytes=5)


def test_file_that_is_gone_when_it_is_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")
    source = SourceFile.at(tmp_path / "a.txt", path="a.txt", max_bytes=5)
    (tmp_path / "a.txt").unlink()

    with pytest.raises(DocumentError, match="it cannot be read"):
        source.read_bytes()


@pytest.mark.parametrize(
    ("path", "suffix"),
    [("a.XML", ".xml"), ("in/b.xml.gz", ".xml"), ("c", ""), ("d.gz", ""), ("e.tar.gz", ".tar")],
)
def test_suffix_is_that_of_what_is_packed(path: str, suffix: str) -> None:
    assert SourceFile.of_bytes(b"x", path=path).suffix == suffix


def test_head_is_the_beginning_of_what_is_packed() -> None:
    data = b"beginning " + os.urandom(200_000)

    plain = SourceFile.of_bytes(data, path="a")
    packed = SourceFile.of_bytes(gzip.compress(data), path="a.gz")

    assert plain.head == packed.head == data[:65_536]
    assert packed.head_text.startswith("beginning ")
    assert packed.read_bytes() == data


def test_packed_file_that_grows_beyond_measure_is_refused() -> None:
    bomb = gzip.compress(b"0" * 100_000_000)

    with pytest.raises(DocumentError, match="unpacks to far more bytes"):
        SourceFile.of_bytes(bomb, path="a.gz").read_bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"abc" * 1_000)[:-9], "ends in the middle"),
        (gzip.compress(Random(1).randbytes(1_000))[:500] + b"\x00" * 900, "is damaged"),
        (b"\x1f\x8b\x00\x00 no gzip at all", "is damaged"),
    ],
    ids=["cut", "overwritten", "never packed"],
)
def test_broken_packed_file_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        SourceFile.of_bytes(data, path="a.gz").read_bytes()


def test_line_ends_and_form_feeds_become_line_feeds() -> None:
    assert decode(b"a\r\nb\rc\x0cd\n") == "a\nb\nc\nd\n"


def test_byte_order_mark_and_control_characters_go() -> None:
    assert decode(b"\xef\xbb\xbfa\x01b\x7fc\td") == "a b c\td"


def test_utf_16_is_read_where_it_is_marked() -> None:
    assert decode("Ménage α\r\n".encode("utf-16")) == "Ménage α\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t ", "it is empty"),
        (b"%PDF-1.4 \x00\x01", "it is binary"),
        ("Ménage".encode("latin-1"), r"not UTF-8 \(byte 0xe9 at offset 1\)"),
        (b"\x01\x02\x03", "no printable text"),
        (b"\xef\xbb\xbf", "no printable text"),
        (b"\xff\xfea", "not UTF"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        decode(data)

    assert caught.value.remedy
