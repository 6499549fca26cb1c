"""Reads the files of a folder whose content is new into the library's sources."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from index.errors import DocumentError
from index.ingest_work import PrepareTask, ReadTask
from index.library import Library
from index.library_rows import FileState, PreparedDocument, RefusedRow, SourceKey, SourceRow
from index.library_sources import Reading
from index.library_tables import WHOLE_FILE
from index.parsers import PARSERS_VERSION
from index.parsers.source_file import hash_file
from index.worker_pool import WorkerPool

READER = str(PARSERS_VERSION)
_READINGS_A_TRANSACTION = 200

WorkPool = WorkerPool[ReadTask | PrepareTask, SourceRow | RefusedRow | PreparedDocument]


def read_changed_files(
    library: Library,
    folder: Path,
    files: list[str],
    pool: WorkPool,
    *,
    max_bytes: int,
    now: datetime,
    again: bool = False,
    on_progress: Callable[[int, int], None],
) -> None:
    """Bring sources and quarantine up to date with `files`, paths in `folder`.

    A file that cannot be read goes into quarantine with its reason; what it gave before stays. So
    does a record of a file, without the rest of it.
    It is read again when its content changes, or when `again` says so.
    """
    library.sources.keep_only(files)
    tasks: list[ReadTask] = []
    at_once: list[Reading] = []
    for found in _changed(library, folder, files, max_bytes, again=again):
        if isinstance(found, ReadTask):
            tasks.append(found)
        else:
            at_once.append(found)
    done = len(files) - len(tasks)
    library.sources.record(at_once, now=now)
    on_progress(done, len(files))
    readings = _read(tasks, pool)
    while batch := list(islice(readings, _READINGS_A_TRANSACTION)):
        library.sources.record(batch, now=now)
        done += sum(one.whole or one.failure is not None for one in batch)
        on_progress(done, len(files))


def _changed(
    library: Library, folder: Path, files: list[str], max_bytes: int, *, again: bool
) -> Iterator[ReadTask | Reading]:
    """What is to be read; and readings of files that need no reading to be told of."""
    held, aside = library.sources.files(), library.sources.quarantined()
    for path in files:
        try:
            state = FileState(hash_file(folder / path, max_bytes=max_bytes), READER)
        except DocumentError as error:
            yield Reading(path, FileState("", READER), failure=str(error))
            continue
        failed = aside.get(SourceKey(path, WHOLE_FILE))
        if held.get(path) == state:
            if failed and failed.state.reader == READER:
                yield Reading(path, state, whole=True)
        elif again or not failed or failed.state != state:
            yield ReadTask(path, state.content_hash)


def _read(tasks: list[ReadTask], pool: WorkPool) -> Iterator[Reading]:
    content: dict[str, str] = {}  # as the worker found it, should it have changed meanwhile
    for batch in pool.run(tasks):
        if not isinstance(batch.task, ReadTask):
            raise TypeError(batch.task)
        path = batch.task.path
        if batch.by_chance:  # the next run reads it again
            yield Reading(path, FileState("", READER), failure=batch.failure)
            continue
        rows = tuple(row for row in batch.results if isinstance(row, SourceRow))
        refused = tuple(row for row in batch.results if isinstance(row, RefusedRow))
        content |= {row.path: row.content_hash for row in rows}
        content |= {row.path: row.content_hash for row in refused}
        yield Reading(
            path=path,
            state=FileState(content.get(path, batch.task.content_hash), READER),
            rows=rows,
            refused=refused,
            whole=batch.last and batch.failure is None,
            failure=batch.failure,
        )
