"""What an ingest run changed, by documents and by chunks, and what became of each odd file."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from index.folder import FileNote
from index.library import Library
from index.library_rows import DocumentVersion


@dataclass(slots=True)
class IngestReport:
    """Counts are of the live build after the run against the one before it."""

    documents: int = 0
    chunks: int = 0
    listed_papers: int = 0
    documents_added: int = 0
    documents_changed: int = 0
    documents_unchanged: int = 0
    documents_removed: int = 0
    chunks_added: int = 0
    chunks_unchanged: int = 0
    chunks_removed: int = 0
    embeddings_computed: int = 0
    failed: list[FileNote] = field(default_factory=list)
    """Files in quarantine, each with its reason."""
    merged: list[FileNote] = field(default_factory=list)
    """Files whose paper another file holds too; both are one document."""
    ignored: list[FileNote] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What else went wrong, in whole sentences."""
    build_id: str = ""
    build_made: bool = False

    def count(
        self, library: Library, before: Iterable[DocumentVersion], after: Iterable[DocumentVersion]
    ) -> None:
        """Count what differs between the versions of two builds."""
        old = {one.document_id: one for one in before}
        new = {one.document_id: one for one in after}
        self.documents = len(new)
        self.documents_added = len(new.keys() - old.keys())
        self.documents_removed = len(old.keys() - new.keys())
        both = sorted(new.keys() & old.keys())
        was, now = (
            {one.document_id: one for one in library.documents.heads(side[name] for name in both)}
            for side in (old, new)
        )
        self.documents_changed = sum(was.get(name) != now.get(name) for name in both)
        self.documents_unchanged = len(both) - self.documents_changed
        differing = [one for name, one in new.items() if old.get(name) != one]
        replaced = [one for name, one in old.items() if new.get(name) != one]
        same = [one for name, one in new.items() if old.get(name) == one]
        same_chunks, same_listed = _entries(library, same)
        old_chunks, _ = _entries(library, replaced)
        new_chunks, new_listed = _entries(library, differing)
        self.chunks = len(same_chunks) + len(new_chunks)
        self.listed_papers = len(same_listed) + len(new_listed)
        self.chunks_added = len(new_chunks - old_chunks)
        self.chunks_removed = len(old_chunks - new_chunks)
        self.chunks_unchanged = len(same_chunks) + len(new_chunks & old_chunks)


def _entries(
    library: Library, members: list[DocumentVersion]
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(id, string) of chunks, and of listed papers."""
    own = {one.document_id for one in members}
    entries = list(library.documents.entries(members))
    chunks = {(e.entry_id, e.embedded_hash) for e in entries if e.collection == "chunks"}
    records = {(e.entry_id, e.embedded_hash) for e in entries if e.collection == "records"}
    return chunks, {one for one in records if one[0] not in own}
