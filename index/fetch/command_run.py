"""One call of `alsqa fetch`: settings, the lock, what is printed, exit codes."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from index.fetch.clock import Clock
from index.fetch.entrez import Entrez, ncbi
from index.fetch.errors import FetchError
from index.fetch.europepmc import EuropePmcSearch, europe_pmc
from index.fetch.fetch_folder import FetchFolder, earlier_fetches, fetch_lock
from index.fetch.fetching import Fetch
from index.fetch.http_client import HttpClient
from index.fetch.progress_file import Plan, Progress
from index.fetch.pubmed import PubMedIdentifiers, PubMedSearch
from index.fetch.report import FetchReport, counted
from index.fetch.settings import FetchSettings
from index.fetch.source import Source
from index.progress import ShowProgress, show_progress

INTERRUPTED = 130
SOME_MISSING = 3
_FOLDER = "fetched"
_ASKED_FROM = 1_000
_MOST_SHOWN = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What every command of a fetch can be told."""

    into: Path | None
    yes: bool
    as_json: bool
    run_index: bool


class CommandRun:
    """Runs fetches, and ends with what became of them.

    Reports go to stdout, all else to stderr. The exit code is 3 where something could not be had,
    130 after Ctrl-C.
    """

    def __init__(self, settings: FetchSettings, options: Options, clock: Clock) -> None:
        self._settings = settings
        self._options = options
        self._clock = clock
        self._console = Console(stderr=True)
        self._bars = _Bars()
        self.root = options.into or settings.documents_dir / _FOLDER
        documents = settings.documents_dir.resolve()
        if options.as_json and options.run_index:
            raise typer.BadParameter("Give one of --json and --index.")
        if options.run_index and not self.root.resolve().is_relative_to(documents):
            raise typer.BadParameter("--index reads the documents folder; --into lies outside it.")

    def one(self, folder_name: str, begun: Progress) -> None:
        """Go on with the fetch in that folder, or with `begun` where there is none."""
        folder = FetchFolder(self.root / folder_name)
        with self._guarded():
            progress = folder.load() or begun
            with self._fetch(folder, progress) as fetch:
                report = fetch.run(progress, most=begun.most)
        self._end([report], dataclasses.asdict(report))

    def new(self, since: date | None) -> None:
        """Fetch what is new for each earlier query, and what changed of it and of each list."""
        reports = []
        with self._guarded():
            earlier = [(folder, folder.load()) for folder in earlier_fetches(self.root)]
            fetches = [(folder, begun) for folder, begun in earlier if begun]
            if not fetches:
                raise FetchError(
                    f"There is no earlier fetch in {self.root}.",
                    "Begin with: alsqa fetch pubmed QUERY.",
                )
            for folder, progress in fetches:
                with self._fetch(folder, progress) as fetch:
                    reports.append(fetch.run_new(progress, since=since))
        self._end(reports, [dataclasses.asdict(report) for report in reports])

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Hold the lock; after Ctrl-C, say how to go on."""
        try:
            with fetch_lock(self.root):
                yield
        except KeyboardInterrupt:
            self._bars.close()
            self._tell("Stopped. What was fetched is kept; the same command goes on from there.")
            raise typer.Exit(INTERRUPTED) from None
        finally:
            self._bars.close()

    @contextmanager
    def _fetch(self, folder: FetchFolder, progress: Progress) -> Iterator[Fetch]:
        is_europepmc = progress.source == "europepmc"
        service = europe_pmc(self._settings) if is_europepmc else ncbi(self._settings)
        self._tell(f"Asking {service}; what you ask goes to no other host.")
        timeout_s = self._settings.fetch_timeout_s
        with HttpClient(service, timeout_s=timeout_s, clock=self._clock, tell=self._tell) as client:
            source: Source
            if is_europepmc:
                source = EuropePmcSearch(client, self._clock)
            elif progress.query:
                source = PubMedSearch(Entrez(client, self._clock), self._tell)
            else:
                source = PubMedIdentifiers(Entrez(client, self._clock), folder, self._tell)
            yield Fetch(source, folder, self._confirm, self._tell, self._bars.show)

    def _confirm(self, plan: Plan) -> bool:
        self._bars.close()
        is_terminal = sys.stdin.isatty() and self._console.is_terminal
        records = plan.records + len(plan.changed)
        if self._options.yes or records <= _ASKED_FROM or not is_terminal:
            return True
        return typer.confirm(f"Download {records:,} records?", err=True)

    def _tell(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _end(self, reports: list[FetchReport], as_json: Any) -> None:
        if self._options.as_json:
            typer.echo(json.dumps(as_json, indent=2, ensure_ascii=False))
        else:
            for report in reports:
                _print_report(report)
        if self._options.run_index:
            from index.cli import index_command

            index_command(documents=self._settings.documents_dir)
        if any(report.skipped or not (report.count or report.declined) for report in reports):
            raise typer.Exit(SOME_MISSING)


class _Bars:
    """Progress bars, from the first number shown until something is to be asked."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._show: ShowProgress | None = None

    def show(self, stage: str, done: int, total: int) -> None:
        if self._show is None:
            self._show = self._stack.enter_context(show_progress())
        self._show(stage, done, total)

    def close(self) -> None:
        self._show = None
        self._stack.close()


def _print_report(report: FetchReport) -> None:
    console = Console()

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    if report.declined:
        say("Nothing was downloaded.")
        return
    for one in report.skipped[:_MOST_SHOWN]:
        say(f"  skipped  {one.name}: {one.reason}")
    if len(report.skipped) > _MOST_SHOWN:
        say(f"  skipped  {len(report.skipped) - _MOST_SHOWN:,} more; --json lists them all")
    if report.held:
        say(
            f"{counted(report.fetched, 'record')} fetched in {counted(len(report.files), 'file')}; "
            f"{report.held:,} in {report.folder}"
        )
        if report.changed:
            say(
                f"{counted(report.changed, 'record')} fetched again that {report.source} had changed"
            )
    else:
        say("Nothing was fetched.")
