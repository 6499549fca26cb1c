"""How fast a folder becomes a library: public documents in, one report of an ingest in this process.

All figures come from one run on one machine; compare them with each other, not across machines.
"""

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.corpus_folder import write_corpus
from eval.performance.encode_alone import MakeEncoder, encode_alone
from eval.performance.ingest_memory import MemorySampler
from eval.performance.machine import library_versions
from eval.settings import EvalSettings, settings_in
from index.build_paths import BuildPaths
from index.curated_sources import read_curated_sources
from index.embedding import Embedder
from index.folder import scan_folder
from index.ingest import ingest, utc_now
from index.ingest_report import IngestReport
from index.ingest_work import IngestWork, PrepareTask, ReadTask
from index.library import Library
from index.library_rows import PreparedDocument, SourceHead, SourceKey, SourceRow
from index.manifest import Manifest
from index.papers import resolve_papers
from index.parsers.source_file import hash_file
from index.repair import rebuild
from index.settings import IndexSettings
from index.writer_lock import writer_lock

Progress = Callable[[str, int, int], None]

SETS = ("als_corpus",)
_STAGES = ("reading", "embedding", "building")
_WARM_STRINGS = 256
_STRINGS_A_CALL = 4_096
_MB = 2**20
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1_024


@dataclass(frozen=True, slots=True)
class IngestSpeedReport:
    """Counts, seconds and megabytes (2^20 bytes), with what they were measured on."""

    sets: tuple[str, ...]
    files: int
    documents: int
    """In the library: files of one paper are one document."""
    chunks: int
    strings_embedded: int
    """By the first ingest: chunks, sentences and titles, each distinct one once."""
    embedder_alone_strings: int
    embedder_alone_seconds: float
    """The same strings by the embedder and nothing else: half before, half after the ingest."""
    encode_seconds: float
    """The same strings by `SentenceTransformer.encode` as it is by default, in fp32 on all cores.

    In a process of its own, likewise half before and half after; loading it is not counted.
    """
    first_ingest_seconds: float
    first_ingest_stages_seconds: dict[str, float]
    second_ingest_seconds: float
    """The folder unchanged."""
    second_ingest_strings_embedded: int
    rebuild_seconds: float
    """A search index anew from stored vectors, checked."""
    rebuild_chunks: int
    rebuild_entries: int
    """Chunks and records, as many vectors as the index holds."""
    process_peak_mb: float
    """Of the whole run, the embedder alone included."""
    workers_peak_mb: float | None
    """Of the sum of its worker processes, looked at every second of the first ingest.

    None without Linux's `/proc`.
    """
    machine: str
    cores: int
    load: float
    """Load average of the last minute when the run began."""
    versions: dict[str, str]
    """Of libraries, by name."""

    @property
    def embedder_share(self) -> float:
        """Throughput of the first ingest as a share of the embedder's own, 1 at best."""
        return self.embedder_alone_seconds / self.first_ingest_seconds

    @property
    def encode_ratio(self) -> float:
        """Throughput of the whole first ingest as a multiple of `encode`'s alone."""
        return self.encode_seconds / self.first_ingest_seconds

    @property
    def second_ingest_share(self) -> float:
        """What an ingest of the unchanged folder takes, as a share of the first."""
        return self.second_ingest_seconds / self.first_ingest_seconds

    @property
    def rebuild_chunks_per_second(self) -> float:
        return self.rebuild_chunks / self.rebuild_seconds

    @property
    def rebuild_entries_per_second(self) -> float:
        return self.rebuild_entries / self.rebuild_seconds

    def to_dict(self) -> dict[str, Any]:
        """What was measured and what follows from it, fit for JSON."""
        return asdict(self) | {
            "embedder_share": self.embedder_share,
            "encode_ratio": self.encode_ratio,
            "second_ingest_share": self.second_ingest_share,
            "rebuild_chunks_per_second": self.rebuild_chunks_per_second,
            "rebuild_entries_per_second": self.rebuild_entries_per_second,
        }


def measure_ingest(
    settings: EvalSettings,
    embedder: Embedder,
    make_encoder: MakeEncoder,
    *,
    sets: Sequence[str] = SETS,
    limit: int | None = None,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> IngestSpeedReport:
    """Ingest documents of public sets in a folder of their own, and time each way of doing it.

    `make_encoder` is pickled to a process of its own, where it gives the peer.

    Raises:
        SettingsError: a set is not where the settings say.
    """
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        own = settings_in(settings, Path(folder))
        files = write_corpus(own.documents_dir, settings.bench_data, sets, limit=limit)
        strings = strings_of(own, embedder)
        encode_seconds = encode_alone(make_encoder, strings[::2])
        on_progress("encode alone, first half", 1, 1)
        embedder.embed_documents(strings[:: max(1, len(strings) // _WARM_STRINGS)])
        with MemorySampler(os.getpid()) as memory:
            alone = _embed_alone(embedder, strings[::2], "embedder alone, first half", on_progress)
            first = _ingest(own, embedder, "first ingest", on_progress)
        alone += _embed_alone(embedder, strings[1::2], "embedder alone, second half", on_progress)
        encode_seconds += encode_alone(make_encoder, strings[1::2])
        on_progress("encode alone, second half", 1, 1)
        second = _ingest(own, embedder, "second ingest", on_progress)
        rebuilt = _rebuild(own)
    return IngestSpeedReport(
        sets=tuple(sets),
        files=files,
        documents=first.report.documents,
        chunks=first.report.chunks,
        strings_embedded=first.report.embeddings_computed,
        embedder_alone_strings=len(strings),
        embedder_alone_seconds=alone,
        encode_seconds=encode_seconds,
        first_ingest_seconds=first.seconds,
        first_ingest_stages_seconds=first.stages_seconds,
        second_ingest_seconds=second.seconds,
        second_ingest_strings_embedded=second.report.embeddings_computed,
        rebuild_seconds=rebuilt.seconds,
        rebuild_chunks=rebuilt.manifest.counts["chunks"],
        rebuild_entries=sum(rebuilt.manifest.counts.values()),
        process_peak_mb=_process_peak_mb(),
        workers_peak_mb=max((one.workers_mb for one in memory.samples), default=None),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        cores=os.cpu_count() or 1,
        load=load,
        versions=library_versions(),
    )


def strings_of(settings: IndexSettings, embedder: Embedder) -> list[str]:
    """Every string that an ingest of the folder embeds, each once, shortest first."""
    folder, most = settings.documents_dir, settings.max_file_bytes
    work = IngestWork(folder, most, embedder.tokens)
    rows = {
        SourceKey(row.path, row.position): row
        for path in scan_folder(folder).files
        for row in work(ReadTask(path, hash_file(folder / path, max_bytes=most)))
        if isinstance(row, SourceRow)
    }
    heads = [
        SourceHead(row.path, row.position, row.document_id, row.identifiers, row.record_sha256)
        for row in rows.values()
    ]
    curated = read_curated_sources(folder)
    strings: set[str] = set()
    for paper in resolve_papers(heads, curated, fingerprint=embedder.fingerprint).papers:
        records = tuple(rows[head.key].record for head in paper.heads)
        for one in work(PrepareTask(paper.key, paper.heads, records, paper.added)):
            if isinstance(one, PreparedDocument):
                strings.update(one.strings.values())
    return sorted(strings, key=lambda text: (len(text), text))


@dataclass(frozen=True, slots=True)
class _Run:
    report: IngestReport
    seconds: float
    stages_seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    manifest: Manifest
    seconds: float


def _embed_alone(
    embedder: Embedder, strings: list[str], stage: str, on_progress: Progress
) -> float:
    """Seconds that the embedder takes in large calls of strings of like length."""
    seconds = 0.0
    for start in range(0, len(strings), _STRINGS_A_CALL):
        batch = strings[start : start + _STRINGS_A_CALL]
        begin = time.perf_counter()
        embedder.embed_documents(batch)
        seconds += time.perf_counter() - begin
        on_progress(stage, start + len(batch), len(strings))
    return seconds


def _ingest(settings: IndexSettings, embedder: Embedder, name: str, on_progress: Progress) -> _Run:
    """One ingest; a stage lasts from the end of the one before to its own last step."""
    ends: dict[str, float] = {}

    def note(stage: str, done: int, total: int) -> None:
        ends[stage] = time.perf_counter()
        on_progress(f"{name}, {stage}", done, total)

    begin = before = time.perf_counter()
    report = ingest(settings, embedder, on_progress=note)
    end = time.perf_counter()
    stages: dict[str, float] = {}
    for stage in _STAGES:
        if stage in ends:
            stages[stage] = ends[stage] - before
            before = ends[stage]
    return _Run(report, end - begin, stages | {"finishing": end - before})


def _rebuild(settings: IndexSettings) -> _Rebuilt:
    paths = BuildPaths(settings.data_dir)
    with writer_lock(settings.data_dir), Library(paths.library, writable=True) as library:
        begin = time.perf_counter()
        manifest = rebuild(paths, library, now=utc_now())
        return _Rebuilt(manifest, time.perf_counter() - begin)


def _process_peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_BYTES / _MB
