import hashlib
import os
from pathlib import Path

import pytest

from index.errors import DocumentError
from index.parsers.source_file import decode, read_bytes


def test_bytes_of_a_file_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")

    assert read_bytes(path, max_bytes=5) == b"12345"


def test_file_above_the_limit_is_refused_with_the_setting_that_raises_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"123456")

    with pytest.raises(DocumentError, match="ALSQA_MAX_FILE_BYTES") as caught:
        read_bytes(path, max_bytes=5)

    assert "6 bytes" in caught.value.problem


def test_dangling_link_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to(tmp_path / "nowhere")

    with pytest.raises(DocumentError, match="it cannot be read"):
        read_bytes(path, max_bytes=5)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_file_without_permission_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"1")
    path.chmod(0)

    with pytest.raises(DocumentError, match="it cannot be read"):
        read_bytes(path, max_bytes=5)


def test_line_ends_and_form_feeds_become_line_feeds() -> None:
    source = decode(b"a\r\nb\rc\x0cd\n", path="x.txt")

    assert source.text == "a\nb\nc\nd\n"


def test_byte_order_mark_and_control_characters_go() -> None:
    source = decode(b"\xef\xbb\xbfa\x01b\x7fc\td", path="x.txt")

    assert source.text == "a b c\td"


def test_hash_is_that_of_the_bytes_as_they_are() -> None:
    data = b"\xef\xbb\xbfa\r\n"

    source = decode(data, path="x.txt")

    assert source.content_hash == hashlib.sha256(data).hexdigest()
    assert source.path == "x.txt"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t ", "it is empty"),
        (b"%PDF-1.4 \x00\x01", "it is binary"),
        ("Ménage".encode("latin-1"), r"not UTF-8 \(byte 0xe9 at offset 1\)"),
        (b"\x01\x02\x03", "no printable text"),
        (b"\xef\xbb\xbf", "no printable text"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        decode(data, path="x.txt")

    assert caught.value.remedy
