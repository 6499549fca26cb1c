"""What goes into the library and comes out: small frozen records, and ids of entries."""

import hashlib
from dataclasses import dataclass

from index.models import Chunk, Document


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """Names one version of one document."""

    document_id: str
    version: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """What became of one file: the document that it gave, or why it gave none.

    A file that failed after it had been read keeps the document of its last good state.
    """

    path: str
    content_hash: str
    reader: str
    failure: str | None = None
    document: DocumentVersion | None = None


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with the hash of its embedded string and of each of its sentences."""

    chunk: Chunk
    embedded_hash: str
    sentence_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to be stored, with every string that is to be embedded by its hash."""

    document: Document
    version: str
    chunks: tuple[StoredChunk, ...]
    record_hash: str
    listed_hashes: tuple[str, ...]
    strings: dict[str, str]


@dataclass(frozen=True, slots=True)
class BuildEntry:
    """One thing that a build can find: a chunk, a document's record or a listed paper."""

    entry_id: str
    collection: str
    embedded_hash: str


def string_hash(text: str) -> str:
    """The key of an embedded string: sha256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def listed_entry_id(document_id: str, position: int) -> str:
    """How a build names the paper at `position` among those that a page lists."""
    return f"{document_id}~{position:04d}"


def split_listed_entry_id(entry_id: str) -> tuple[str, int | None]:
    """The page's document id and the position; None for a document's own record."""
    document_id, mark, position = entry_id.rpartition("~")
    if mark and position.isdigit():
        return document_id, int(position)
    return entry_id, None
