"""The record of what the library holds: one SQLite file, everything else is made from it."""

from pathlib import Path
from typing import Self

from index.library_builds import BuildRegister
from index.library_database import LibraryDatabase
from index.library_documents import Documents
from index.library_runs import RunLog
from index.library_scope import Scopes
from index.library_sources import Sources
from index.library_status import StatusReports
from index.library_vectors import StoredVectors


class Library:
    """One library file, with a part for each thing that it keeps.

    Args:
        path: the file.
        writable: the caller holds the writer's lock; the file is made where it does not exist.

    Raises:
        LibraryError: the file is missing (for reading), damaged, or of a newer schema.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        self.path = path
        self._database = LibraryDatabase(path, writable=writable)
        self.sources = Sources(self._database)
        self.documents = Documents(self._database)
        self.vectors = StoredVectors(self._database)
        self.builds = BuildRegister(self._database)
        self.runs = RunLog(self._database)
        self.status = StatusReports(self._database)
        self.scopes = Scopes(self._database, self.status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def check(self) -> None:
        """Read the whole file; raises LibraryError where SQLite finds it damaged."""
        self._database.check()

    def compact(self) -> None:
        """Give the space of what was deleted back to the disk."""
        self._database.compact()
