"""Fetches from a loopback PubMed, run as the command runs them, and what is in their folder."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lxml import etree

from index.fetch.entrez import Entrez
from index.fetch.fetch_folder import FetchFolder
from index.fetch.fetching import Fetch
from index.fetch.progress_file import Plan, Progress
from index.fetch.pubmed import PubMedIdentifiers, PubMedSearch
from index.fetch.report import FetchReport
from tests.index.fetch.web_server import WebServer


@dataclass
class Bench:
    """Runs the same fetch again and again, as the same command does, and looks at its folder."""

    entrez: Entrez
    server: WebServer
    path: Path
    told: list[str]
    confirm: Callable[[Plan], bool] = lambda _: True

    def run(self, query: str = "tofersen", most: int | None = None) -> FetchReport:
        folder = FetchFolder(self.path)
        progress = folder.load() or Progress(source="pubmed", query=query, most=most)
        source = PubMedSearch(self.entrez, self.told.append)
        return self._fetch(source, folder).run(progress, most=most)

    def run_new(self, since: date | None = None) -> FetchReport:
        folder = FetchFolder(self.path)
        progress = folder.load()
        assert progress is not None
        source = PubMedSearch(self.entrez, self.told.append)
        return self._fetch(source, folder).run_new(progress, since=since)

    def run_identifiers(self, pmids: list[str], dois: list[str]) -> FetchReport:
        folder = FetchFolder(self.path)
        begun = Progress(source="pubmed-identifiers", pmids=pmids, dois=dict.fromkeys(dois))
        source = PubMedIdentifiers(self.entrez, folder, self.told.append)
        return self._fetch(source, folder).run(folder.load() or begun, most=None)

    def run_new_of_list(self) -> FetchReport:
        folder = FetchFolder(self.path)
        progress = folder.load()
        assert progress is not None
        source = PubMedIdentifiers(self.entrez, folder, self.told.append)
        return self._fetch(source, folder).run_new(progress, since=None)

    def _fetch(self, source: PubMedSearch | PubMedIdentifiers, folder: FetchFolder) -> Fetch:
        return Fetch(source, folder, self.confirm, self.told.append, lambda *_: None)

    def files(self) -> dict[str, list[str]]:
        """The PMIDs in each file, read with another parser's eyes."""
        return {
            file.name: [
                one.text or ""
                for one in etree.fromstring(gzip.decompress(file.read_bytes())).findall(
                    "./*/*/PMID"
                )
            ]
            for file in sorted(self.path.glob("*.xml.gz"))
        }

    def pmids(self) -> list[str]:
        return [pmid for pmids in self.files().values() for pmid in pmids]

    def hidden(self) -> list[str]:
        return [file.name for file in self.path.glob(".*")]
