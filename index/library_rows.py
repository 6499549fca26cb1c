"""What goes into the library and comes out: small frozen records, and ids of entries."""

import hashlib
from dataclasses import dataclass

from index.identifiers import Identifiers
from index.models import Chunk, Document


@dataclass(frozen=True, slots=True)
class FileState:
    """A file's content by its sha256, and the parsers that read it."""

    content_hash: str
    reader: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A document as one record of one file gives it, as JSON text."""

    path: str
    content_hash: str
    position: int
    document_id: str
    identifiers: Identifiers
    record: str
    record_sha256: str
    status: str | None = None
    """What the record says of the paper's standing, as JSON text; None where it does not speak of it."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A record of a file that gives no document, and why."""

    path: str
    content_hash: str
    position: int
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class SourceKey:
    """Which record of which file."""

    path: str
    position: int


@dataclass(frozen=True, slots=True)
class SourceHead:
    """A source without its text: enough to tell which paper it is and whether it changed.

    `document_id` is what it alone would have.
    """

    path: str
    position: int
    document_id: str
    identifiers: Identifiers
    record_sha256: str

    @property
    def key(self) -> SourceKey:
        return SourceKey(self.path, self.position)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file, or one record of it, that gives no document as it is now, and why.

    `position` is `WHOLE_FILE` or the record's.
    """

    path: str
    position: int
    state: FileState
    reason: str
    since: str
    """When the reason was found first, ISO 8601."""


@dataclass(frozen=True, slots=True, order=True)
class DocumentVersion:
    """Names one version of one document."""

    document_id: str
    version: str


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
    paths: tuple[str, ...]
    """Every file that it was made from."""
    chunks: tuple[StoredChunk, ...]
    record_hash: str
    listed_hashes: tuple[str, ...]
    strings: dict[str, str]

    @property
    def key(self) -> DocumentVersion:
        return DocumentVersion(self.document.document_id, self.version)


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """What identifies a version's content, without it."""

    document_id: str
    text_hash: str
    metadata_hash: str


@dataclass(frozen=True, slots=True)
class BuildEntry:
    """One thing that a build can find: a chunk, a document's record or a listed paper."""

    entry_id: str
    collection: str
    embedded_hash: str
    document_id: str


def string_hash(text: str) -> str:
    """The key of an embedded string: sha256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def listed_entry_id(document_id: str, position: int) -> str:
    """How a build names the paper at `position` among those that a page lists."""
    return f"{document_id}~{position:04d}"


def split_listed_entry_id(entry_id: str) -> tuple[str, int | None]:
    """The page's document id and the position; None for a document's own record.

    An id may itself end so; `Build.record_of` knows which ids are documents'.
    """
    document_id, mark, position = entry_id.rpartition("~")
    if mark and position.isdecimal():
        return document_id, int(position)
    return entry_id, None
