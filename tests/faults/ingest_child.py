"""One ingest in a process of its own, that may kill itself at a write step or run out of disk.

    python -m tests.faults.ingest_child DATA DOCUMENTS MODEL [--die-at N] [--file-limit BYTES]

Prints how many write steps it made. A write step is a file opened for writing, renamed, made or
removed, and a statement or a commit that changes the library.
"""

import argparse
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from index.embedding import Embedder
from index.embedding_models import load_embedder
from index.errors import AlsqaError
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from tests.fakes import HashingEmbedder

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class WriteSteps:
    """Counts write steps; at the step `die_at` the process kills itself before it is made."""

    def __init__(self, folder: Path, die_at: int | None) -> None:
        self.count = 0
        self._folder = str(folder)
        self._die_at = die_at
        sys.addaudithook(self._on_event)
        sa.event.listen(sa.Engine, "before_cursor_execute", self._on_statement)
        sa.event.listen(sa.Engine, "commit", lambda _connection: self._step())

    def _on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if flags & _WRITING and self._is_ours(path):
                self._step()
        elif event in _CHANGES and self._is_ours(arguments[0]):
            self._step()

    def _on_statement(
        self, _connection: object, _cursor: object, text: str, *_rest: object
    ) -> None:
        if not text.lstrip().upper().startswith(("SELECT", "PRAGMA USER_VERSION", "BEGIN")):
            self._step()

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self._folder)

    def _step(self) -> None:
        self.count += 1
        if self.count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("documents", type=Path)
    parser.add_argument("model", choices=["hashing", "default"])
    parser.add_argument("--die-at", type=int)
    parser.add_argument("--file-limit", type=int)
    given = parser.parse_args()
    settings = read_settings(IndexSettings, data_dir=given.data, documents_dir=given.documents)
    embedder: Embedder = HashingEmbedder() if given.model == "hashing" else load_embedder()
    if given.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.file_limit, resource.RLIM_INFINITY))
    steps = WriteSteps(given.data, given.die_at)
    try:
        ingest(settings, embedder)
    except AlsqaError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{steps.count}\n")


if __name__ == "__main__":
    main()
