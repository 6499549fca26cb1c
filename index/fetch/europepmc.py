"""A search in Europe PMC, as a source of open-access full texts: one JATS file for each article.

Search fields and the paging by cursor marks follow Europe PMC's "Articles RESTful API".
"""

from collections.abc import Iterator
from datetime import date

from index.fetch.clock import Clock
from index.fetch.errors import PassingFault, ReplyError
from index.fetch.europepmc_replies import Hit, Page, read_full_text, read_page
from index.fetch.fetch_folder import FetchFolder
from index.fetch.http_client import HttpClient
from index.fetch.progress_file import Part, Plan, Progress
from index.fetch.report import Skipped
from index.fetch.service import Reply, Service
from index.fetch.settings import FetchSettings
from index.progress import ShowProgress

_SECONDS_BETWEEN = 0.2
_FIRST_MARK = "*"
_HITS_AT_ONCE = 1_000
_MOST_PAGE_BYTES = 20_000_000
_MOST_ARTICLE_BYTES = 50_000_000
_SAVED_EVERY = 20
_GIVEN_UP_AFTER = 3
_NO_FULL_TEXT = "Europe PMC has no full text of it"


def europe_pmc(settings: FetchSettings) -> Service:
    """Europe PMC as these settings have it asked."""
    return Service("Europe PMC", settings.europepmc_base_url, _SECONDS_BETWEEN)


class EuropePmcSearch:
    """The open-access full texts that Europe PMC has for a query."""

    name = "Europe PMC"

    def __init__(self, client: HttpClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def plan(self, progress: Progress, *, since: date | None, show: ShowProgress) -> Plan:
        """Search, and plan a file for each article that is not held."""
        now = self._clock.now()
        query = f"({progress.query}) AND OPEN_ACCESS:Y"
        if since:
            query += f" AND FIRST_IDATE:[{since} TO 3000-12-31]"
        most = progress.most if since is None else None
        hits: dict[str, Hit] = {}
        count = 0
        for page in self._pages(query, most):
            count = page.count
            hits |= {hit.name: hit for hit in page.hits}
            show("Results in Europe PMC", len(hits), count)
            if len(hits) >= min(count, most or count):
                break
        chosen = list(hits.values())[:most]
        remarks = []
        if len(chosen) < min(count, most or count):
            remarks.append(
                f"Europe PMC counts {count:,} articles but lists {len(chosen):,} of them."
            )
        planned = progress.planned()
        return Plan(
            count=count,
            searched_at=now,
            parts=[
                Part(file=f"{hit.pmcid}.xml", ids=[hit.pmcid])
                for hit in chosen
                if hit.pmcid and hit.pmcid not in planned
            ],
            not_found={hit.name: _NO_FULL_TEXT for hit in chosen if not hit.pmcid},
            remarks=remarks,
        )

    def download(
        self, progress: Progress, folder: FetchFolder, *, show: ShowProgress
    ) -> list[Skipped]:
        """Download the pending articles; one that arrives broken is left aside, three end it."""
        pending = progress.pending()
        before = len(progress.parts) - len(pending)
        aside: list[Skipped] = []
        broken_in_a_row = 0
        try:
            for number, part in enumerate(pending):
                show("Full texts", before + number, before + len(pending))
                if number % _SAVED_EVERY == 0:
                    folder.save(progress)
                (pmcid,) = part.ids
                try:
                    xml = self._full_text(pmcid)
                except ReplyError as error:
                    broken_in_a_row += 1
                    if broken_in_a_row == _GIVEN_UP_AFTER:
                        raise
                    aside.append(Skipped(pmcid, f"{error.problem} The next run asks again."))
                    continue
                broken_in_a_row = 0
                if xml is None:
                    progress.parts.remove(part)
                    progress.not_found[pmcid] = _NO_FULL_TEXT
                else:
                    part.size = folder.write(part.file, xml)
        finally:
            folder.save(progress)
        show("Full texts", before + len(pending), before + len(pending))
        return aside

    def _pages(self, query: str, most: int | None) -> Iterator[Page]:
        mark = _FIRST_MARK
        while True:
            page = self._page(query, mark, min(most or _HITS_AT_ONCE, _HITS_AT_ONCE))
            yield page
            if not page.hits or page.next_mark in (None, mark):
                return
            mark = page.next_mark

    def _page(self, query: str, mark: str, size: int) -> Page:
        def read(reply: Reply) -> Page:
            page = read_page(reply)
            if mark == _FIRST_MARK and page.count and not page.hits:
                raise PassingFault(f"counts {page.count:,} articles but lists none")
            return page

        params = {"query": query, "format": "json", "resultType": "lite"}
        params |= {"pageSize": str(size), "cursorMark": mark}
        return self._client.get("search", params, read, most_bytes=_MOST_PAGE_BYTES)

    def _full_text(self, pmcid: str) -> bytes | None:
        return self._client.get(
            f"{pmcid}/fullTextXML",
            {},
            lambda reply: read_full_text(reply, pmcid),
            most_bytes=_MOST_ARTICLE_BYTES,
        )
