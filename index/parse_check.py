"""What the parsers make of a folder: files in, by format how much was read, and every refusal."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import DocumentError
from index.folder import scan_folder
from index.ingest_work import ReadTask, read_file
from index.library_rows import RefusedRow, SourceRow
from index.parsers import format_of
from index.parsers.source_file import SourceFile
from index.worker_pool import Batch, WorkerPool
from index.worker_process import is_unforeseen

FIELDS = (
    *("title", "authors", "container", "year", "volume", "pages", "languages", "license"),
    *("publication_types", "mesh_terms", "keywords", "pmid", "pmcid", "doi", "text", "status"),
)
"""Counted where they are given; text is what the paper says, status what is said of its standing."""
UNKNOWN = "of no known kind"


@dataclass(slots=True)
class FormatCount:
    """Files and records of one format; `given` counts the records that give a field."""

    name: str
    files: int = 0
    files_refused: int = 0
    records: int = 0
    records_refused: int = 0
    given: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))


@dataclass(slots=True)
class ParseCheck:
    """Counts by format, and (file, reason) of each refusal: of a whole file or of a record of it.

    `ignored` are files that an ingest leaves out, `unexplained` those at which reading itself failed,
    without a reason that was foreseen.
    """

    formats: dict[str, FormatCount] = field(default_factory=dict)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    unexplained: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.unexplained


def check_parsing(
    folder: Path,
    *,
    max_bytes: int,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ParseCheck:
    """Read every file of the folder that an ingest reads, in its worker processes and limits.

    Nothing is stored.

    Raises:
        SettingsError: the folder, or one in it, cannot be listed.
    """
    scan = scan_folder(folder)
    files = scan.files
    check = ParseCheck(
        ignored=[(note.path, note.reason) for note in scan.ignored],
        refused=[(note.path, note.reason) for note in scan.failed],
    )
    names = {path: _format_name(folder / path, path) for path in files}
    for name in sorted(set(names.values())):
        check.formats[name] = FormatCount(name)
    for name in names.values():
        check.formats[name].files += 1
    done = 0
    with WorkerPool[ReadTask, SourceRow | RefusedRow](
        _ReadWork(folder, max_bytes), workers=max(1, min(os.cpu_count() or 1, len(files)))
    ) as pool:
        for batch in pool.run(ReadTask(path, "") for path in files):
            _count(batch, check, check.formats[names[batch.task.path]])
            done += batch.last
            on_progress(done, len(files))
    return check


@dataclass(frozen=True, slots=True)
class _ReadWork:
    """Reads a file in a worker process."""

    folder: Path
    max_bytes: int

    def __call__(self, task: ReadTask) -> Iterator[SourceRow | RefusedRow]:
        yield from read_file(self.folder, task.path, max_bytes=self.max_bytes)


def _format_name(file: Path, path: str) -> str:
    source = SourceFile(path, "", lambda: file.open("rb"), max_unpacked_bytes=1_000_000)
    try:
        return format_of(source).name
    except DocumentError:
        return UNKNOWN


def _count(
    batch: Batch[ReadTask, SourceRow | RefusedRow], check: ParseCheck, count: FormatCount
) -> None:
    path = batch.task.path
    for row in batch.results:
        if isinstance(row, RefusedRow):
            count.records_refused += 1
            check.refused.append((path, row.reason))
        else:
            count.records += 1
            for name in _given(row):
                count.given[name] += 1
    if batch.failure is not None:
        count.files_refused += 1
        aside = check.unexplained if is_unforeseen(batch.failure) else check.refused
        aside.append((path, batch.failure))


def _given(row: SourceRow) -> Iterator[str]:
    record = json.loads(row.record)
    values = record | record["identifiers"]
    values["text"] = any(section["kind"] == "body" for section in record["sections"])
    values["status"] = row.status
    yield from (name for name in FIELDS if values[name])
