"""Drives the way in: files → documents → chunks → vectors → a new live build.

Readable top to bottom: scan, read what changed, embed what is new, record it, build, switch. Until
the last step readers see the library as it was; a run that is cut short is caught up by the next.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from index.builds import (
    BuildPaths,
    Manifest,
    make_build,
    open_build,
    read_manifest,
    remove_old_builds,
)
from index.chunking import CHUNKING_VERSION
from index.curated_sources import read_curated_sources
from index.embedding import Embedder
from index.errors import BuildError, LibraryError
from index.folder import FileNote, read_folder
from index.library import Library
from index.library_rows import DocumentVersion, FileRow, PreparedDocument
from index.parsers import PARSERS_VERSION
from index.preparation import prepare_document
from index.settings import IndexSettings
from index.writer_lock import writer_lock

_EMBED_BATCH = 64

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, how much is done and of how much."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class IngestReport:
    """What a run changed, by documents and by chunks."""

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
    ignored: list[FileNote] = field(default_factory=list)
    build_id: str = ""
    build_made: bool = False


def ingest(
    settings: IndexSettings,
    embedder: Embedder,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> IngestReport:
    """Bring the library up to date with the documents folder.

    Raises:
        SettingsError: the folder cannot be listed, or its sources.yaml cannot be used.
        LockedError: another process is writing.
        LibraryError: the library cannot be opened.
    """
    paths = BuildPaths(settings.data_dir)
    with writer_lock(settings.data_dir):
        library = Library(paths.library, writable=True)
        try:
            return _ingest(settings, embedder, paths, library, on_progress)
        except (OSError, SQLAlchemyError) as error:
            reason = getattr(error, "orig", None) or error
            raise LibraryError(
                f"The library in {settings.data_dir} cannot be written ({reason}).",
                "Check the disk's free space and permissions, then run: alsqa index.",
            ) from error
        finally:
            library.close()


def _ingest(
    settings: IndexSettings,
    embedder: Embedder,
    paths: BuildPaths,
    library: Library,
    on_progress: Progress,
) -> IngestReport:
    report = IngestReport()
    curated = read_curated_sources(settings.documents_dir)
    reader = f"{PARSERS_VERSION}.{CHUNKING_VERSION}.{curated.fingerprint}.{embedder.fingerprint}"
    before = library.files()
    found = read_folder(
        settings.documents_dir,
        before,
        reader=reader,
        max_bytes=settings.max_file_bytes,
        prepare=lambda document: prepare_document(curated.for_document(document), embedder),
        on_progress=lambda done, total: on_progress("reading", done, total),
    )
    report.failed, report.ignored = list(found.failed), list(found.ignored)
    library.store_documents(found.prepared)
    members = sorted(
        {row.document for row in found.rows if row.document}, key=lambda one: one.document_id
    )
    _embed_missing(library, members, found.prepared, embedder, report, on_progress)
    _count_changes(library, before.values(), members, report)
    library.replace_files(found.rows)
    _build_if_needed(paths, library, members, embedder, report, on_progress)
    return report


def _embed_missing(
    library: Library,
    members: Iterable[DocumentVersion],
    prepared: Iterable[PreparedDocument],
    embedder: Embedder,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    """Embed the strings of new documents that have no vector yet."""
    live = {(one.document_id, one.version) for one in members}
    strings = {
        name: text
        for item in prepared
        if (item.document.document_id, item.version) in live
        for name, text in item.strings.items()
    }
    _embed_strings(library, strings, embedder, report, on_progress)


def _embed_strings(
    library: Library,
    strings: dict[str, str],
    embedder: Embedder,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    """Embed what has no vector yet, shortest first, a batch a transaction."""
    missing = library.missing_vectors(strings, fingerprint=embedder.fingerprint)
    ordered = sorted(missing, key=lambda name: (len(strings[name]), name))
    for start in range(0, len(ordered), _EMBED_BATCH):
        batch = ordered[start : start + _EMBED_BATCH]
        vectors = embedder.embed_documents([strings[name] for name in batch])
        library.store_vectors(batch, vectors, fingerprint=embedder.fingerprint)
        report.embeddings_computed += len(batch)
        on_progress("embedding", report.embeddings_computed, len(ordered))


def _embed_stored(
    library: Library,
    members: Iterable[DocumentVersion],
    embedder: Embedder,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    """Embed what vectors are missing of documents that were stored before: lost, or of a new model."""
    stored = [prepare_document(library.document(member), embedder) for member in members]
    strings = {name: text for item in stored for name, text in item.strings.items()}
    _embed_strings(library, strings, embedder, report, on_progress)


def _count_changes(
    library: Library,
    before: Iterable[FileRow],
    members: list[DocumentVersion],
    report: IngestReport,
) -> None:
    old = {row.document.document_id: row.document for row in before if row.document}
    new = {one.document_id: one for one in members}
    report.documents = len(new)
    report.documents_added = len(new.keys() - old.keys())
    report.documents_removed = len(old.keys() - new.keys())
    report.documents_unchanged = sum(old.get(name) == one for name, one in new.items())
    report.documents_changed = len(new.keys() & old.keys()) - report.documents_unchanged
    old_entries = {
        (e.entry_id, e.embedded_hash, e.collection) for e in library.entries(old.values())
    }
    new_entries = {(e.entry_id, e.embedded_hash, e.collection) for e in library.entries(members)}
    old_chunks = {entry for entry in old_entries if entry[2] == "chunks"}
    new_chunks = {entry for entry in new_entries if entry[2] == "chunks"}
    report.chunks = len(new_chunks)
    report.listed_papers = len(new_entries) - len(new_chunks) - len(new)
    report.chunks_added = len(new_chunks - old_chunks)
    report.chunks_removed = len(old_chunks - new_chunks)
    report.chunks_unchanged = len(new_chunks & old_chunks)


def _build_if_needed(
    paths: BuildPaths,
    library: Library,
    members: list[DocumentVersion],
    embedder: Embedder,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    previous = _healthy_live_build(paths, library)
    if previous and library.members(previous) == members:
        manifest = read_manifest(paths, previous)
        if manifest.embedding_fingerprint == embedder.fingerprint:
            report.build_id = previous
            return

    def build() -> Manifest:
        return make_build(
            paths,
            library,
            members,
            fingerprint=embedder.fingerprint,
            on_progress=lambda done, total: on_progress("building", done, total),
        )

    try:
        manifest = build()
    except LibraryError:
        _embed_stored(library, members, embedder, report, on_progress)
        manifest = build()
    report.build_id, report.build_made = manifest.build_id, True
    remove_old_builds(paths, library, keep={manifest.build_id, *([previous] if previous else [])})
    logger.info("build %s is live with %d documents", manifest.build_id, len(members))


def _healthy_live_build(paths: BuildPaths, library: Library) -> str | None:
    try:
        build_id = paths.live_build_id()
        open_build(paths, library, build_id).close()
    except BuildError as error:
        logger.info("no live build to go on from: %s", error)
        return None
    return build_id
