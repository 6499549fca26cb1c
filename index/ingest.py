"""Drives the way in: files → documents → chunks → vectors → a new live build.

Readable top to bottom: scan, read what changed, embed what is new, record it, build, switch. Until
the last step readers see the library as it was; a run that is cut short is caught up by the next.
"""

import dataclasses
import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from index.builds import BuildPaths, make_build, open_build, read_manifest, remove_old_builds
from index.chunking import CHUNKING_VERSION, chunk_document, embedding_prefix
from index.curated_sources import FILE_NAME as CURATED_FILE
from index.curated_sources import CuratedSources, read_curated_sources
from index.document_json import document_to_json
from index.embedding import Embedder
from index.errors import BuildError, DocumentError, SettingsError
from index.library import Library
from index.library_rows import (
    DocumentVersion,
    FileRow,
    PreparedDocument,
    StoredChunk,
    string_hash,
)
from index.models import Document, Related
from index.parsers import PARSERS_VERSION, is_readable, parse_file
from index.parsers.source_file import read_bytes
from index.settings import IndexSettings
from index.writer_lock import writer_lock

_EMBED_BATCH = 64
_NEVER_INDEXED = ("readme", "license", "licence", "notice")

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, how much is done and of how much."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file and why it gave no document."""

    path: str
    reason: str


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
    rows, prepared = _read_files(settings, curated, reader, embedder, before, report, on_progress)
    library.store_documents(prepared)
    members = sorted(
        {row.document for row in rows if row.document}, key=lambda one: one.document_id
    )
    _embed_missing(library, members, prepared, embedder, report, on_progress)
    _count_changes(library, before.values(), members, report)
    library.replace_files(rows)
    _build_if_needed(paths, library, members, embedder, report, on_progress)
    return report


def _read_files(
    settings: IndexSettings,
    curated: CuratedSources,
    reader: str,
    embedder: Embedder,
    before: dict[str, FileRow],
    report: IngestReport,
    on_progress: Progress,
) -> tuple[list[FileRow], list[PreparedDocument]]:
    """One row for each file that can be read, and the documents of those that are new."""
    rows: list[FileRow] = []
    prepared: list[PreparedDocument] = []
    owners: dict[str, str] = {}
    files = _list_files(settings.documents_dir, report)
    for number, path in enumerate(files):
        name = path.relative_to(settings.documents_dir).as_posix()
        known = before.get(name)
        content_hash = ""
        try:
            data = read_bytes(path, max_bytes=settings.max_file_bytes)
            content_hash = hashlib.sha256(data).hexdigest()
            if known and (known.content_hash, known.reader) == (content_hash, reader):
                row = known
            else:
                document = curated.for_document(parse_file(data, path=name))
                item = prepare_document(document, embedder)
                prepared.append(item)
                version = DocumentVersion(document.document_id, item.version)
                row = FileRow(name, content_hash, reader, None, version)
        except DocumentError as error:
            kept = known.document if known else None
            row = FileRow(name, content_hash, reader, str(error), kept)
        row = _without_duplicate(row, owners, report)
        if row.failure:
            stays = " Its last good state stays in the library." if row.document else ""
            report.failed.append(FileNote(name, f"{row.failure}{stays}"))
        rows.append(row)
        on_progress("reading", number + 1, len(files))
    return rows, prepared


def _without_duplicate(row: FileRow, owners: dict[str, str], report: IngestReport) -> FileRow:
    """`row` without its document where an earlier file gave the same one."""
    if row.document is None:
        return row
    owner = owners.setdefault(row.document.document_id, row.path)
    if owner == row.path:
        return row
    reason = f"it holds {row.document.document_id}, which {owner} holds already"
    report.ignored.append(FileNote(row.path, reason))
    return dataclasses.replace(row, document=None, reader="")


def _list_files(folder: Path, report: IngestReport) -> list[Path]:
    if not folder.is_dir():
        raise SettingsError(
            f"The documents folder {folder} does not exist.", "Make it, or set ALSQA_DOCUMENTS_DIR."
        )
    files: list[Path] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or path.is_dir():
            continue
        if path.stem.lower() in _NEVER_INDEXED or name == CURATED_FILE:
            report.ignored.append(FileNote(name, "it describes the folder"))
        elif not is_readable(name):
            report.ignored.append(FileNote(name, f"no reader for {path.suffix or 'such'} files"))
        else:
            files.append(path)
    return files


def prepare_document(document: Document, embedder: Embedder) -> PreparedDocument:
    """The document cut into chunks, with every string that its build embeds."""
    count, limit = embedder.count_tokens, embedder.max_tokens
    strings: dict[str, str] = {}

    def noted(text: str) -> str:
        name = string_hash(text)
        strings[name] = text
        return name

    chunks = tuple(
        StoredChunk(
            chunk=chunk,
            embedded_hash=noted(
                embedding_prefix(document, chunk.section, count, limit) + chunk.text
            ),
            sentence_hashes=tuple(
                noted(document.text[start:end]) for start, end in chunk.sentences
            ),
        )
        for chunk in chunk_document(document, count_tokens=count, max_tokens=limit)
    )
    return PreparedDocument(
        document=document,
        version=string_hash(f"{CHUNKING_VERSION}\n{document_to_json(document)}")[:32],
        chunks=chunks,
        record_hash=noted(_shortened(_record_text(document), embedder)),
        listed_hashes=tuple(
            noted(_shortened(_record_text(paper), embedder)) for paper in document.related
        ),
        strings=strings,
    )


def _record_text(paper: Document | Related) -> str:
    """What is embedded to find a paper by a question for it: its title, or what else it has."""
    if paper.title:
        return paper.title
    return paper.text[:1_000] if isinstance(paper, Document) else str(paper.identifiers.document_id)


def _shortened(text: str, embedder: Embedder) -> str:
    while embedder.count_tokens(text) > embedder.max_tokens:
        text = text[: len(text) * 3 // 4]
    return text


def _embed_missing(
    library: Library,
    members: Iterable[DocumentVersion],
    prepared: Iterable[PreparedDocument],
    embedder: Embedder,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    """Embed the strings that have no vector yet, longest last, a batch a transaction."""
    strings = {name: text for item in prepared for name, text in item.strings.items()}
    live = {(one.document_id, one.version) for one in members}
    strings = {
        name: text
        for item in prepared
        if (item.document.document_id, item.version) in live
        for name, text in item.strings.items()
    }
    missing = library.missing_vectors(strings, fingerprint=embedder.fingerprint)
    ordered = sorted(missing, key=lambda name: (len(strings[name]), name))
    for start in range(0, len(ordered), _EMBED_BATCH):
        batch = ordered[start : start + _EMBED_BATCH]
        vectors = embedder.embed_documents([strings[name] for name in batch])
        library.store_vectors(batch, vectors, fingerprint=embedder.fingerprint)
        report.embeddings_computed += len(batch)
        on_progress("embedding", report.embeddings_computed, len(ordered))


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
    manifest = make_build(
        paths,
        library,
        members,
        fingerprint=embedder.fingerprint,
        on_progress=lambda done, total: on_progress("building", done, total),
    )
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
