"""The driver of a fetch: goes on with what is pending, or searches and downloads what is new."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.fetch.fetch_folder import FetchFolder
from index.fetch.progress_file import Plan, Progress
from index.fetch.report import FetchReport, Skipped, counted
from index.fetch.source import Source, Tell
from index.progress import ShowProgress

Confirm = Callable[[Plan], bool]
"""Is told what would be downloaded; where it gives False, nothing is."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One fetch at work.

    Args:
        source: where the records come from.
        folder: where they go.
        confirm: is asked before a download begins.
        tell: is told what is going on, in sentences.
        show: is told how far it has come, in numbers.
    """

    source: Source
    folder: FetchFolder
    confirm: Confirm
    tell: Tell
    show: ShowProgress

    def run(self, progress: Progress, *, most: int | None) -> FetchReport:
        """Have the folder hold what the service has: first what is pending, else what is new.

        Args:
            progress: as it stands in the folder, or of a fetch that begins.
            most: so many records at most.

        Raises:
            FetchError: it could not be done; what is there is noted.
        """
        report = FetchReport(self.source.name, progress.query, str(self.folder.path))
        before = progress.held()
        is_pending = bool(progress.pending())
        if is_pending:
            self._go_on(progress, report)
        if not is_pending or progress.most != most:
            progress.most = most
            self._search(progress, report, since=None)
        return _finished(report, progress, before, set())

    def run_new(self, progress: Progress, *, since: date | None) -> FetchReport:
        """Add what the service took in since it was last searched, or since that day.

        Records that are held and that PubMed has changed since come again: a paper may have been
        retracted.

        The day before the last search is searched again: days end elsewhere at other hours.
        """
        report = FetchReport(self.source.name, progress.query, str(self.folder.path))
        before, known = progress.held(), set(progress.not_found)
        if since is None and progress.searched_at is not None:
            since = progress.searched_at.date() - timedelta(days=1)
        if progress.pending():
            self._go_on(progress, report)
        self._search(progress, report, since=since)
        return _finished(report, progress, before, known)

    def _go_on(self, progress: Progress, report: FetchReport) -> None:
        total = len(progress.parts)
        done = total - len(progress.pending())
        self.tell(f"{done:,} of {counted(total, 'file')} here; going on with the rest.")
        self._download(progress, report)

    def _search(self, progress: Progress, report: FetchReport, *, since: date | None) -> None:
        plan = self.source.plan(progress, since=since, show=self.show)
        report.remarks += plan.remarks
        for remark in plan.remarks:
            self.tell(remark)
        name, query = self.source.name, progress.query
        if since is None and not plan.count:
            progress.count = 0
            self.tell(f"{name} has no record for: {query}")
            return
        what = f"for: {query}" if query else "asked for"
        days = f", taken in since {since}" if since else ""
        if query or since is None:
            self.tell(
                f"{name}: {counted(plan.count, 'record')} {what}{days}; "
                f"{plan.records:,} to download, in {counted(len(plan.parts), 'file')}."
            )
        again = progress.holding(plan.changed)
        if again:
            self.tell(
                f"{name} changed {counted(len(plan.changed), 'record')} of those here since {since}; "
                f"{counted(len(again), 'file')} to download again."
            )
        is_work = bool(plan.parts or again)
        if is_work and not self.confirm(plan):
            report.declined = True
            return
        progress.begin(plan, afresh=since is None)
        self.folder.save(progress)
        if is_work:
            self._download(progress, report)
        report.changed = len(progress.held().intersection(plan.changed))
        report.changed_files = [part.file for part in again if part.size is not None]

    def _download(self, progress: Progress, report: FetchReport) -> None:
        report.skipped += self.source.download(progress, self.folder, show=self.show)


def _finished(
    report: FetchReport, progress: Progress, before: set[str], known: set[str]
) -> FetchReport:
    """The report with what has become of it; `known` is what was known not to be had."""
    held = progress.held()
    report.count = progress.count
    report.held = len(held)
    report.fetched = len(held - before)
    report.files = [
        part.file
        for part in progress.parts
        if part.size is not None and not before.issuperset(part.ids)
    ]
    report.skipped += [
        Skipped(name, reason) for name, reason in progress.not_found.items() if name not in known
    ]
    return report
