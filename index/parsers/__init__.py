"""One parser for each kind of file; `parse_file` tells the kind from the content."""

from pathlib import PurePath

from index.models import Document
from index.parsers.plain_text import parse_plain_text
from index.parsers.pubmed_page import looks_like_pubmed_page, parse_pubmed_page
from index.parsers.source_file import decode

READABLE_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})
PARSERS_VERSION = 2
"""Raise it when a parser gives another document for the same file: files are then read anew."""


def parse_file(data: bytes, *, path: str) -> Document:
    """The document in `data`; `path` is how the library names the file.

    Raises:
        DocumentError: the bytes are not text, or the text is no document.
    """
    source = decode(data, path=path)
    if looks_like_pubmed_page(source.text):
        return parse_pubmed_page(source)
    return parse_plain_text(source)


def is_readable(path: str) -> bool:
    """True where a parser exists for files with that suffix."""
    return PurePath(path).suffix.lower() in READABLE_SUFFIXES
