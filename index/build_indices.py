"""Writes a build's search indices from the record: vectors for Chroma, texts for the lexical index."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.dense import COLLECTIONS, DenseIndex, dense_written_by
from index.digests import metadata_of
from index.embedding import EmbeddingIdentity
from index.lexical import lexical_written_by, write_lexical
from index.library import Library
from index.library_rows import BuildEntry, DocumentVersion, listed_entry_id
from index.models import Document, Related
from index.vector_rows import create_rows

DENSE, VECTORS, LEXICAL = "chroma", "vectors", "lexical"
"""Folders of a build."""
_ADD_BATCH = 2_000


def written_by() -> str:
    """What wrote the files of both, for no version opens another's."""
    return f"{dense_written_by()}; {lexical_written_by()}"


def write_vector_indices(
    folder: Path,
    library: Library,
    entries: Sequence[BuildEntry],
    counts: dict[str, int],
    embedding: EmbeddingIdentity,
    on_progress: Callable[[int, int], None],
) -> None:
    """Write `entries` into Chroma's collections and as rows, from stored vectors."""
    dense = DenseIndex(folder / DENSE, create_sizes=counts)
    try:
        done = 0
        for name in COLLECTIONS:
            own = [entry for entry in entries if entry.collection == name]
            rows = create_rows(folder / VECTORS, name, (len(own), embedding.dimension))
            for start in range(0, len(own), _ADD_BATCH):
                batch = own[start : start + _ADD_BATCH]
                hashes = [entry.embedded_hash for entry in batch]
                vectors = library.vectors.load(hashes, fingerprint=embedding.fingerprint)
                rows[start : start + len(batch)] = vectors
                dense.add(
                    name,
                    [entry.entry_id for entry in batch],
                    vectors,
                    [metadata_of(entry) for entry in batch],
                )
                done += len(batch)
                on_progress(done, len(entries))
            rows.flush()  # type: ignore[attr-defined]
    finally:
        dense.close()


def write_lexical_index(folder: Path, library: Library, members: Sequence[DocumentVersion]) -> None:
    """Write the lexical index of `members`, its entries in the order of those of Chroma."""
    write_lexical(
        folder / LEXICAL,
        {
            "chunks": _chunk_texts(library, members),
            "documents": (
                (one.document_id, f"{one.title or ''}\n{one.text}")
                for one in library.documents.documents(members)
            ),
            "records": _record_texts(library, members),
        },
    )


def _chunk_texts(library: Library, members: Sequence[DocumentVersion]) -> Iterator[tuple[str, str]]:
    for document, chunks in library.documents.with_chunks(members):
        for one in chunks:
            head = f"{document.title or ''}\n{one.chunk.section}"
            yield one.chunk.chunk_id, f"{head}\n{one.chunk.text}"


def _record_texts(
    library: Library, members: Sequence[DocumentVersion]
) -> Iterator[tuple[str, str]]:
    for document in library.documents.documents(members):
        yield document.document_id, _said_of(document)
    for document in library.documents.documents(members):
        for position, paper in enumerate(document.related):
            yield listed_entry_id(document.document_id, position), _said_of(paper)


def _said_of(paper: Document | Related) -> str:
    """What a question for a paper may name."""
    keywords = paper.keywords if isinstance(paper, Document) else ()
    authors = (one.name for one in paper.authors)
    said = (paper.title, *authors, paper.container, paper.year, *keywords)
    return " ".join(str(one) for one in said if one)
