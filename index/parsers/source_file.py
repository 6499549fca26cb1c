"""Reads one file as text: bytes in, checked and line-ended text with its content hash out."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from index.errors import DocumentError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's text with line feeds as line ends, and the sha256 of its bytes."""

    path: str
    text: str
    content_hash: str


def read_bytes(path: Path, *, max_bytes: int) -> bytes:
    """The file's bytes; raises DocumentError where it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise DocumentError(
                f"it has {size:,} bytes, more than the {max_bytes:,} that are read.",
                "Split it, or raise ALSQA_MAX_FILE_BYTES.",
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"it cannot be read ({error.strerror or error}).",
            "Check that it exists and its permissions.",
        ) from error


def decode(data: bytes, *, path: str) -> SourceFile:
    """The text in `data`; raises DocumentError where it is empty, binary or not UTF-8."""
    if not data.strip():
        raise DocumentError("it is empty.", "Remove it, or put the text in.")
    if b"\x00" in data:
        raise DocumentError("it is binary, not text.", "Save it as plain text in UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"it is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}).",
            "Convert it, for example with: iconv -f LATIN1 -t UTF-8.",
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    text = _CONTROL.sub(" ", text)
    if text.lstrip()[:15].lower().startswith(("<html", "<!doctype", "<?xml", "{")):
        raise DocumentError("it is HTML, XML or JSON, not text.", "Save it as plain text.")
    if not text.strip():
        raise DocumentError("it holds no printable text.", "Remove it, or put the text in.")
    return SourceFile(path=path, text=text, content_hash=hashlib.sha256(data).hexdigest())
