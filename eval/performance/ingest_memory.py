"""How much memory an ingest takes, and whether it grows: public documents in, peaks and medians out.

The ingest runs in a process of its own, so that nothing but it is measured. Needs Linux's `/proc`.
"""

import multiprocessing
import os
import platform
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from statistics import median
from typing import Any, Self

from eval.corpus_folder import write_corpus
from eval.performance.pubmed_records import write_pubmed_records
from eval.settings import EvalSettings, settings_in
from index.embedding import Embedder
from index.errors import AlsqaError, SettingsError
from index.ingest import ingest
from index.ingest_report import IngestReport

MEMORY_SETS = ("als_corpus", "bioasq", "evidence_inference", "pubmedqa")
Progress = Callable[[str, int, int], None]

_PROC = Path("/proc")
_RESIDENT = re.compile(r"^VmRSS:\s*(\d+) kB", re.MULTILINE)
_PARTS = 5


@dataclass(frozen=True, slots=True)
class MemorySample:
    """Resident megabytes (2^20 bytes) of a process and, summed, of its children, at a time."""

    at_seconds: float
    main_mb: float
    workers_mb: float


class MemorySampler:
    """Notes the memory of a process at a steady pace while it is entered."""

    def __init__(self, pid: int, *, every_seconds: float = 1.0) -> None:
        self.samples: list[MemorySample] = []
        self._pid = pid
        self._every_seconds = every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._note()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every_seconds):
            self._note()

    def _note(self) -> None:
        if sample := read_sample(self._pid):
            self.samples.append(sample)


def read_sample(pid: int) -> MemorySample | None:
    """The memory of that process now; None where it has none, or where there is no `/proc`."""
    main = _resident_mb(pid)
    if main is None:
        return None
    workers = sum(_resident_mb(child) or 0 for child in _children(pid))
    return MemorySample(time.perf_counter(), main, workers)


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """Counts, seconds and resident megabytes (2^20 bytes), with what they were measured on."""

    sets: tuple[str, ...]
    files: int
    documents: int
    chunks: int
    strings_embedded: int
    seconds: float
    """From the start of the process to the end of its ingest."""
    embedding_seconds: float
    main_peak_mb: float
    main_and_workers_peak_mb: float
    """Of their sums; memory that they share counts for each."""
    embedding_medians_mb: tuple[float | None, ...]
    """Of the main process in each fifth of the embedding time; None where none was sampled."""
    machine: str
    cores: int
    load: float
    """Load average of the last minute when the run began."""


def measure_memory(
    settings: EvalSettings,
    make_embedder: Callable[[], Embedder],
    *,
    documents: int,
    sets: Sequence[str] = MEMORY_SETS,
    as_records: bool = False,
    keep: Path | None = None,
    every_seconds: float = 1.0,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> MemoryReport:
    """Ingest so many documents, no two of one paper, in a child that `make_embedder` is pickled to.

    Each is a text file; `as_records` puts them into files of PubMed XML, of any number. The library
    lies in a temporary folder, or stays in `keep`/data, with its documents beside it.

    Raises:
        SettingsError: a set is not where the settings say, or something is in `keep` already.
        AlsqaError: the ingest failed, or there is no `/proc`.
    """
    load = os.getloadavg()[0]
    if read_sample(os.getpid()) is None:
        raise AlsqaError("Memory is read from /proc, which is not here.", "Measure it on Linux.")
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise SettingsError(f"The folder {keep} is not empty.", "Name another with --keep.")
    with nullcontext(keep) if keep else _temporary_folder() as folder:
        own = settings_in(settings, folder)
        folder_of_all, data = own.documents_dir, settings.bench_data
        if as_records:
            files = write_pubmed_records(folder_of_all, data, sets, count=documents)
        else:
            files = write_corpus(folder_of_all, data, sets, limit=documents, distinct=True)
        watched = _watch(own, make_embedder, every_seconds, on_progress)
    begin, end = watched.embedding
    return MemoryReport(
        sets=tuple(sets),
        files=files,
        documents=watched.report.documents,
        chunks=watched.report.chunks,
        strings_embedded=watched.report.embeddings_computed,
        seconds=watched.seconds,
        embedding_seconds=end - begin,
        main_peak_mb=max(one.main_mb for one in watched.samples),
        main_and_workers_peak_mb=max(one.main_mb + one.workers_mb for one in watched.samples),
        embedding_medians_mb=medians_of_fifths(watched.samples, begin, end),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        cores=os.cpu_count() or 1,
        load=load,
    )


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def medians_of_fifths(
    samples: Sequence[MemorySample], begin: float, end: float
) -> tuple[float | None, ...]:
    """The median of the main process in each fifth of the time between `begin` and `end`."""
    parts: list[list[float]] = [[] for _ in range(_PARTS)]
    for one in samples:
        if begin <= one.at_seconds < end:
            part = int((one.at_seconds - begin) / (end - begin) * _PARTS)
            parts[min(part, _PARTS - 1)].append(one.main_mb)
    return tuple(median(part) if part else None for part in parts)


@dataclass(frozen=True, slots=True)
class _Watched:
    report: IngestReport
    seconds: float
    embedding: tuple[float, float]
    """From the last step of reading to the last of embedding."""
    samples: list[MemorySample]


def _watch(
    settings: EvalSettings,
    make_embedder: Callable[[], Embedder],
    every_seconds: float,
    on_progress: Progress,
) -> _Watched:
    """Run the ingest in a child process; it ends with this function, however that ends."""
    context = multiprocessing.get_context("spawn")
    channel, far_end = context.Pipe(duplex=False)
    process = context.Process(target=_run_ingest, args=(settings, make_embedder, far_end))
    ends: dict[str, float] = {}
    begin = time.perf_counter()
    with closing(channel):
        with closing(far_end):
            process.start()
        try:
            pid = _receive(channel, process)
            with MemorySampler(pid, every_seconds=every_seconds) as sampler:
                while not isinstance(message := _receive(channel, process), IngestReport):
                    ends[message[0]] = time.perf_counter()
                    on_progress(*message)
                end = time.perf_counter()
        finally:
            process.terminate()
            process.join()
            process.close()
    start = ends.get("reading", begin)
    embedding = (start, ends.get("embedding", start))
    return _Watched(message, end - begin, embedding, sampler.samples)


def _run_ingest(
    settings: EvalSettings, make_embedder: Callable[[], Embedder], channel: Connection
) -> None:
    """In the child: its pid, then every step, then the report or the error go to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    channel.send(os.getpid())
    try:
        report = ingest(settings, make_embedder(), on_progress=lambda *step: channel.send(step))
    except AlsqaError as error:
        channel.send(error)
    else:
        channel.send(report)


def _receive(channel: Connection, process: SpawnProcess) -> Any:
    try:
        message = channel.recv()
    except EOFError:
        process.join()
        raise AlsqaError(
            f"The process that was measured died (exit status {process.exitcode}).",
            "What it said stands above; perhaps memory ran out.",
        ) from None
    if isinstance(message, AlsqaError):
        raise message
    return message


def _children(pid: int) -> list[int]:
    """Its child processes; not one that is still a copy of it, about to become another program."""
    own = _read(pid, "cmdline")
    children = []
    for one in (int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()):
        # After the name, which may hold any mark, come state and parent (proc(5), stat).
        fields = _read(one, "stat").rpartition(")")[2].split()
        if fields and int(fields[1]) == pid and _read(one, "cmdline") != own:
            children.append(one)
    return children


def _resident_mb(pid: int) -> float | None:
    found = _RESIDENT.search(_read(pid, "status"))
    return int(found[1]) / 1_024 if found else None


def _read(pid: int, name: str) -> str:
    """A file of `/proc`; "" where the process is gone."""
    with suppress(OSError):
        return (_PROC / str(pid) / name).read_text(encoding="utf-8", errors="replace")
    return ""
