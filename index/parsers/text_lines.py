"""A text file read line by line, so that it may be longer than memory."""

import codecs
import io
from collections.abc import Iterator

from index.errors import DocumentError
from index.parsers.source_file import SourceFile

_CONVERT = "Convert the file, for example with: iconv -f LATIN1 -t UTF-8."


def iter_lines(source: SourceFile) -> Iterator[str]:
    """Its lines without their ends; bytes that are no UTF-8 are kept for `require_decoded` to find.

    Raises:
        DocumentError: it cannot be read on.
    """
    is_utf16 = source.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if is_utf16 else "utf-8-sig"
    with (
        source.open() as file,
        io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape") as text,
    ):
        try:
            for line in text:
                yield line.rstrip("\n")
        except UnicodeDecodeError as error:
            raise DocumentError("its UTF-16 is broken.", "Save it as UTF-8.") from error


def require_decoded(text: str) -> None:
    """Raise DocumentError where `text` holds bytes that are no UTF-8."""
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise DocumentError("it holds bytes that are no UTF-8.", _CONVERT)
