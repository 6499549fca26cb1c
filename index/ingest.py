"""Drives the way in: files → sources → papers → documents with vectors → a new live build.

Readable top to bottom: scan, read what changed, make papers of it, embed what is new, build,
switch. Until the last step readers see the library as it was; a run that is cut short at any point
is caught up by the next, which embeds nothing a second time.
"""

import dataclasses
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from index.backup import keep_automatic_backups
from index.build_paths import BuildPaths
from index.builds import make_build, remove_old_builds
from index.curated_sources import read_curated_sources
from index.embedding import Embedder
from index.errors import BuildError, DamagedBuildError, LibraryError
from index.folder import FileNote, FolderScan, scan_folder
from index.ingest_report import IngestReport
from index.ingest_work import IngestWork
from index.library import Library
from index.library_rows import DocumentVersion
from index.making import DocumentMaker
from index.manifest import read_manifest
from index.notes import quarantine_notes
from index.open_build import open_build
from index.papers import Paper, resolve_papers
from index.reading import WorkPool, read_changed_files
from index.repair import set_aside
from index.settings import IndexSettings
from index.shrinking import refuse_to_empty
from index.succession import find_successors
from index.worker_pool import WorkerPool
from index.writer_lock import writer_lock

Progress = Callable[[str, int, int], None]
"""Called with the name of the stage, how much is done and of how much."""
Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def ingest(
    settings: IndexSettings,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    allow_empty: bool = False,
    clock: Clock = utc_now,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> IngestReport:
    """Bring the library up to date with the documents folder.

    Args:
        settings: where documents and library lie, and the limits of reading.
        embedder: the model that the library is to have; another one than before embeds anew.
        rebuild: make a new build even where nothing changed, and read what is in quarantine again.
        allow_empty: follow a folder that holds nothing, though the library holds something.
        clock: the time that the record bears.
        on_progress: told of the stages "reading" (files), "embedding" (documents) and "building"
            (entries of the index).

    Raises:
        SettingsError: the folder cannot be listed, its sources.yaml cannot be used, or nothing of
            the library would stay and `allow_empty` does not say so.
        LockedError: another process is writing.
        LibraryError: the library cannot be opened or written; what was kept stays.
    """
    paths = BuildPaths(settings.data_dir)
    with writer_lock(settings.data_dir), Library(paths.library, writable=True) as library:
        paths.remove_leftovers()
        with _logged_run(library, clock) as report:
            _Ingest(settings, embedder, paths, library, report, clock, on_progress).run(
                rebuild, allow_empty
            )
        try:
            keep_automatic_backups(
                settings.data_dir,
                now=clock(),
                library_changed=report.build_made,
                keep=settings.backups,
            )
        except (LibraryError, OSError) as error:
            report.warnings.append(f"No backup was written. {error}")
    return report


@contextmanager
def _logged_run(library: Library, clock: Clock) -> Iterator[IngestReport]:
    """Note in the record when a run began and how it ended; a fault of the disk gets its remedy."""
    run = library.runs.begin(now=clock())
    report = IngestReport()
    try:
        yield report
    except BaseException as error:
        with suppress(LibraryError):
            is_fault = isinstance(error, Exception)
            library.runs.end(run, outcome="failed" if is_fault else "interrupted", now=clock())
        if isinstance(error, OSError):
            raise LibraryError(
                f"The library {library.path} cannot be written ({error}).",
                "Check the disk's free space and permissions, then run: alsqa index.",
            ) from error
        raise
    library.runs.end(run, outcome="finished", now=clock(), report=dataclasses.asdict(report))


@dataclasses.dataclass(slots=True)
class _Ingest:
    """One run, and what its steps share."""

    settings: IndexSettings
    embedder: Embedder
    paths: BuildPaths
    library: Library
    report: IngestReport
    clock: Clock
    on_progress: Progress

    def run(self, rebuild: bool, allow_empty: bool) -> None:
        folder = self.settings.documents_dir
        curated = read_curated_sources(folder)
        scan = scan_folder(folder)
        live = self._live_build_id()
        before = self.library.builds.members(live) if live else []
        to_keep = [] if allow_empty else before
        refuse_to_empty(folder, before=to_keep, after=scan.files)
        damage = self._damage_of(live) if live else None
        maker = DocumentMaker(self.library, self.embedder)
        with self._start_pool(len(scan.files)) as pool:
            self._read(scan, pool, again=rebuild)
            resolution = resolve_papers(
                self.library.sources.heads(),
                curated,
                fingerprint=self.embedder.fingerprint,
                texts=self.library.sources,
            )
            unmade = maker.make(resolution.papers, pool, on_progress=self._stage("embedding"))
        members = [paper.key for paper in resolution.papers if paper.key not in unmade]
        not_made = [paper for paper in resolution.papers if paper.key in unmade]
        members = sorted({*members, *self._earlier(not_made, before)})
        refuse_to_empty(folder, before=to_keep, after=members)
        reasons = {head.key: unmade[paper.key] for paper in not_made for head in paper.heads}
        self.library.sources.replace_conflicts(resolution.conflicts | reasons, now=self.clock())
        self._note_files(scan, resolution.papers)
        self.report.warnings += [
            f"{key.path}: {reason}" for key, reason in resolution.parted.items()
        ]
        self.report.count(self.library, before, members)
        self._embed_lost(members, maker)
        if live and not damage and not rebuild and self._holds(live, members):
            self.report.build_id = live
        else:
            self._build(members, before)
            if live and damage:
                set_aside(self.paths, live)
        self.report.embeddings_computed = maker.embeddings_computed
        remove_old_builds(self.paths, self.library, keep_versions=members, now=self.clock())

    def _earlier(
        self, papers: list[Paper], before: list[DocumentVersion]
    ) -> Iterator[DocumentVersion]:
        """Versions that the live build has of papers that could not be made as they are now."""
        paths = {path for paper in papers for path in paper.paths}
        if paths:
            yield from (one for one in before if paths & {*self.library.documents.paths(one)})

    def _start_pool(self, files: int) -> WorkPool:
        work = IngestWork(
            self.settings.documents_dir, self.settings.max_file_bytes, self.embedder.tokens
        )
        return WorkerPool(work, workers=max(1, min(os.cpu_count() or 1, files)))

    def _read(self, scan: FolderScan, pool: WorkPool, *, again: bool) -> None:
        read_changed_files(
            self.library,
            self.settings.documents_dir,
            scan.files,
            pool,
            max_bytes=self.settings.max_file_bytes,
            now=self.clock(),
            again=again,
            on_progress=self._stage("reading"),
        )

    def _stage(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self.on_progress(name, done, total)

    def _live_build_id(self) -> str | None:
        """The live build; where `CURRENT` is lost, the one that was noted last."""
        try:
            return self.paths.live_build_id()
        except BuildError as error:
            logger.info("no live build to go on from: %s", error)
            return self.library.builds.newest()

    def _damage_of(self, build_id: str) -> str | None:
        """Why the build cannot go on being the live one; it stays until another is made."""
        try:
            open_build(self.paths, self.library, build_id).close()
        except DamagedBuildError as error:
            logger.warning("%s", error.problem)
            return error.problem
        return None if self.paths.names_live(build_id) else "it is not the live one"

    def _note_files(self, scan: FolderScan, papers: tuple[Paper, ...]) -> None:
        """Say what became of each file that did not simply become a document."""
        self.report.ignored = scan.ignored
        self.report.failed = scan.failed + quarantine_notes(self.library)
        self.report.merged = [
            FileNote(path, f"it holds {paper.key.document_id}, as {paper.paths[0]} does")
            for paper in papers
            for path in paper.paths[1:]
        ]

    def _holds(self, build_id: str, members: list[DocumentVersion]) -> bool:
        manifest = read_manifest(self.paths, build_id)
        return (
            manifest.embedding_fingerprint == self.embedder.fingerprint
            and self.library.builds.members(build_id) == members
        )

    def _embed_lost(self, members: list[DocumentVersion], maker: DocumentMaker) -> None:
        """Vectors of documents that are stored are there, unless the record lost them."""
        hashes = {one.embedded_hash for one in self.library.documents.entries(members)}
        hashes |= self.library.documents.sentence_hashes(members)
        if self.library.vectors.missing(hashes, fingerprint=self.embedder.fingerprint):
            maker.embed_again(members, on_progress=self._stage("embedding"))

    def _build(self, members: list[DocumentVersion], before: list[DocumentVersion]) -> None:
        manifest = make_build(
            self.paths,
            self.library,
            members,
            embedding=self.embedder.identity,
            now=self.clock(),
            successors=find_successors(self.library, before, members),
            on_progress=self._stage("building"),
        )
        self.report.build_id, self.report.build_made = manifest.build_id, True
        logger.info("build %s is live with %d documents", manifest.build_id, len(members))
