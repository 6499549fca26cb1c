"""Digests that tell whether two libraries hold the same: of the record, and of what Chroma gives back.

They cover sorted ids, texts, vector bytes and metadata; never files, times or random names.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import islice

from index.dense import COLLECTIONS, DenseIndex
from index.library import Library
from index.library_rows import BuildEntry, DocumentVersion

_BATCH = 5_000


def record_digest(
    library: Library,
    members: Sequence[DocumentVersion],
    entries: Sequence[BuildEntry],
    *,
    fingerprint: str,
) -> str:
    """sha256 over what those versions say and every vector of them, sentences included.

    Everything is checked first against the texts that it follows from.

    Raises:
        MissingVectorsError: a string has no stored vector of that model.
        LibraryError: something of them has changed on disk.
    """
    library.documents.check(members)
    lines = [
        f"document\t{head.document_id}\t{head.text_hash}\t{head.metadata_hash}"
        for head in library.documents.heads(members)
    ]
    lines += [f"{one.collection}\t{one.entry_id}\t{one.embedded_hash}" for one in entries]
    hashes = {one.embedded_hash for one in entries} | library.documents.sentence_hashes(members)
    lines += _vector_lines(library, sorted(hashes), fingerprint)
    return _digest([fingerprint, *sorted(lines)])


def entries_digest(entries: Iterable[BuildEntry]) -> str:
    """sha256 over ids and metadata as Chroma must give them back."""
    return _digest(sorted(_entry_line(e.collection, e.entry_id, metadata_of(e)) for e in entries))


def read_back_digest(dense: DenseIndex) -> str:
    """The same over what Chroma does give back."""
    return _digest(
        sorted(
            _entry_line(collection, entry_id, metadata)
            for collection in COLLECTIONS
            for entry_id, metadata in dense.read_back(collection)
        )
    )


def metadata_of(entry: BuildEntry) -> dict[str, str]:
    """What Chroma keeps beside an entry's vector."""
    return {"document_id": entry.document_id, "embedded_hash": entry.embedded_hash}


def _vector_lines(library: Library, hashes: list[str], fingerprint: str) -> list[str]:
    lines = []
    iterator = iter(hashes)
    while batch := list(islice(iterator, _BATCH)):
        vectors = library.vectors.load(batch, fingerprint=fingerprint)
        lines += [
            f"vector\t{name}\t{hashlib.sha256(vector.tobytes()).hexdigest()}"
            for name, vector in zip(batch, vectors, strict=True)
        ]
    return lines


def _entry_line(collection: str, entry_id: str, metadata: dict[str, str]) -> str:
    return f"{collection}\t{entry_id}\t{json.dumps(metadata, sort_keys=True)}"


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()
