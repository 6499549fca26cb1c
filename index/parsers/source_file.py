"""One file to be read: its bytes, unpacked where they are gzipped, and its text where it is text."""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path, PurePath
from typing import BinaryIO

from index.errors import DocumentError

_HEAD_BYTES = 65_536
_GZIP = b"\x1f\x8b"
_UNPACKED_TIMES = 40
"""A gzipped file may hold so many times the bytes that a file may have; records of PubMed, ten."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class SourceFile:
    """A file of the documents folder.

    Args:
        path: how the library names it.
        content_hash: sha256 of its bytes as they lie there, in hexadecimal.
        open_packed: opens those bytes.
        max_unpacked_bytes: the most that is read of a gzipped file.
    """

    def __init__(
        self,
        path: str,
        content_hash: str,
        open_packed: Callable[[], BinaryIO],
        *,
        max_unpacked_bytes: int,
    ) -> None:
        self.path = path
        self.content_hash = content_hash
        self._open_packed = open_packed
        self._max_unpacked_bytes = max_unpacked_bytes

    @classmethod
    def of_bytes(cls, data: bytes, *, path: str) -> "SourceFile":
        """A file that lies in memory."""
        content_hash = hashlib.sha256(data).hexdigest()
        most = _UNPACKED_TIMES * max(len(data), _HEAD_BYTES)
        return cls(path, content_hash, lambda: io.BytesIO(data), max_unpacked_bytes=most)

    @classmethod
    def at(cls, file: Path, *, path: str, max_bytes: int) -> "SourceFile":
        """The file that lies there; raises DocumentError where it is too large or unreadable."""
        return cls(
            path,
            hash_file(file, max_bytes=max_bytes),
            lambda: file.open("rb"),
            max_unpacked_bytes=_UNPACKED_TIMES * max_bytes,
        )

    @property
    def suffix(self) -> str:
        """The end of the name in lower case, without `.gz`: `.xml`, `.nbib`."""
        name = PurePath(self.path.lower())
        return PurePath(name.stem).suffix if name.suffix == ".gz" else name.suffix

    def open(self) -> BinaryIO:
        """Its bytes, unpacked; raises DocumentError where it cannot be opened.

        Reading them raises DocumentError where they are no gzip or unpack to far too many.
        """
        packed = self._open()
        is_gzip = packed.read(len(_GZIP)) == _GZIP
        packed.seek(0)
        if not is_gzip:
            return packed
        return io.BufferedReader(_Unpacked(packed, self._max_unpacked_bytes))

    def read_bytes(self) -> bytes:
        """All of its bytes, unpacked."""
        with self.open() as file:
            return file.read()

    @cached_property
    def head(self) -> bytes:
        """Its first 64 KiB, unpacked: enough to tell what kind of file it is."""
        with self.open() as file:
            return file.read(_HEAD_BYTES)

    @cached_property
    def head_text(self) -> str:
        """The head as text, whatever it is, with line feeds as line ends; only to tell its kind."""
        text = self.head.decode(_encoding(self.head), errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def text(self) -> str:
        """All of it as text with line feeds as line ends.

        Raises:
            DocumentError: it is empty, binary or neither UTF-8 nor marked UTF-16.
        """
        return decode(self.read_bytes())

    def _open(self) -> BinaryIO:
        try:
            return self._open_packed()
        except OSError as error:
            raise _unreadable(error) from error


def hash_file(file: Path, *, max_bytes: int) -> str:
    """sha256 of the file's bytes; raises DocumentError where it cannot be read or is too large."""
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise DocumentError(
                f"it has {size:,} bytes, more than the {max_bytes:,} that are read.",
                "Split it, or raise ALSQA_MAX_FILE_BYTES.",
            )
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(error) from error


def decode(data: bytes) -> str:
    """The text in `data`; raises DocumentError where it is empty, binary or of another encoding."""
    if not data.strip():
        raise DocumentError("it is empty.", "Remove it, or put the text in.")
    encoding = _encoding(data)
    if b"\x00" in data and encoding != "utf-16":
        raise DocumentError("it is binary, not text.", "Save it as plain text in UTF-8.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"it is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}).",
            "Convert it, for example with: iconv -f LATIN1 -t UTF-8.",
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub(" ", text)
    if not text.strip():
        raise DocumentError("it holds no printable text.", "Remove it, or put the text in.")
    return text


class _Unpacked(io.RawIOBase):
    """What a gzipped file holds, up to a limit."""

    def __init__(self, packed: BinaryIO, most: int) -> None:
        self._packed = packed
        self._file = gzip.GzipFile(fileobj=packed)
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except EOFError as error:
            raise DocumentError(
                "its gzipped data ends in the middle.", "Fetch or pack it again."
            ) from error
        except (OSError, zlib.error) as error:
            raise DocumentError(
                f"its gzipped data is damaged ({error}).", "Fetch or pack it again."
            ) from error
        self._left -= len(data)
        if self._left < 0:
            raise DocumentError(
                "it unpacks to far more bytes than a file of records would.",
                "Unpack and split it, or leave it out.",
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        self._packed.close()
        super().close()


def _encoding(data: bytes) -> str:
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")


def _unreadable(error: OSError) -> DocumentError:
    return DocumentError(
        f"it cannot be read ({error.strerror or error}).",
        "Check that it exists and its permissions.",
    )
