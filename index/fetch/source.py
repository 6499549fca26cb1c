"""What a fetch is made from: a source plans which files there are to be, and downloads them."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from index.fetch.fetch_folder import FetchFolder
from index.fetch.progress_file import Plan, Progress
from index.fetch.report import Skipped
from index.progress import ShowProgress

Tell = Callable[[str], None]


class Source(Protocol):
    """Where records come from, and how they are asked for."""

    @property
    def name(self) -> str:
        """What people call it."""

    def plan(self, progress: Progress, *, since: date | None, show: ShowProgress) -> Plan:
        """What there is to download beside what the fetch holds.

        Args:
            progress: the fetch; it is not changed, DOIs that were looked up apart.
            since: only what the service took in, or changed of what is held, on that day or later.
            show: is told how far it has come.
        """

    def download(
        self, progress: Progress, folder: FetchFolder, *, show: ShowProgress
    ) -> list[Skipped]:
        """Download the pending files one after the other, and note each one that is there.

        Returns:
            What could not be had this time but may another: it stays pending.

        Raises:
            FetchError: it cannot go on; what is there is noted.
        """
