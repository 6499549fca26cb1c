"""A search in PubMed, or a list of identifiers, as sources of records."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from index.fetch.date_range import EVER, DateRange
from index.fetch.entrez import Entrez
from index.fetch.entrez_replies import SearchReply
from index.fetch.errors import FetchError
from index.fetch.fetch_folder import FetchFolder
from index.fetch.progress_file import Part, Plan, Progress
from index.fetch.pubmed_records import PubMedRecords, parts_of
from index.fetch.report import Skipped
from index.fetch.source import Tell
from index.progress import ShowProgress

_SAVED_EVERY = 20
_NO_ITEMS = "No items found."
"""A remark that adds nothing to a count of 0."""


class PubMedSearch:
    """All records that PubMed has for a query.

    PubMed lists 9,999 records of a search at most. A search with more is split by the day on
    which PubMed took a record in (Entrez date), which each record has exactly one of, into halves
    and again into halves until each part is small enough.
    """

    name = "PubMed"

    def __init__(self, entrez: Entrez, tell: Tell) -> None:
        self._entrez = entrez
        self._records = PubMedRecords(entrez, tell)

    def plan(self, progress: Progress, *, since: date | None, show: ShowProgress) -> Plan:
        """Search, and plan files for the records that are not held, newest first.

        With `since` also look which of those that are held PubMed has changed.
        """
        now = self._entrez.clock.now()
        changed = self._records.changed_since(progress.held(), since) if since else []
        dates = DateRange(since, EVER.last) if since else None
        most = progress.most if since is None else None
        first = self._entrez.search(progress.query, dates=dates)
        spans = self._spans(progress.query, dates, first, most)
        remarks = list(_remarks(first))
        planned, seen = progress.planned(), set[str]()
        parts: list[Part] = []
        number = progress.next_number()
        for span, search in spans:
            show("Searches in PubMed", len(seen), min(first.count, most or first.count))
            left = None if most is None else most - len(seen)
            pmids = list(islice((pmid for pmid in search.pmids if pmid not in seen), left))
            seen.update(pmids)
            fresh = [pmid for pmid in pmids if pmid not in planned]
            in_a_row = tuple(fresh) == search.pmids[: len(fresh)]
            parts += parts_of(fresh, number + len(parts), span=span, in_a_row=in_a_row)
            self._records.searches[span] = search
            if most is not None and len(seen) >= most:
                break
        if len(seen) < min(first.count, most or first.count):
            remarks.append(
                f"PubMed counts {first.count:,} records but lists {len(seen):,} of them."
            )
        return Plan(
            count=first.count, searched_at=now, parts=parts, remarks=remarks, changed=changed
        )

    def download(
        self, progress: Progress, folder: FetchFolder, *, show: ShowProgress
    ) -> list[Skipped]:
        """Download the pending files."""
        return self._records.download(progress, folder, show=show)

    def _spans(
        self, query: str, dates: DateRange | None, search: SearchReply, most: int | None
    ) -> Iterator[tuple[DateRange | None, SearchReply]]:
        """Searches that each list all their records, newest days first."""
        if min(search.count, most or search.count) <= self._entrez.listed_at_most:
            yield dates, search
            return
        span = dates or EVER
        if span.first == span.last:
            raise FetchError(
                f"PubMed took in {search.count:,} records for this query on {span.first} alone, "
                f"and lists {self._entrez.listed_at_most:,} at most.",
                "Narrow the query, or split it, for example by publication dates.",
            )
        for half in span.halves():
            found = self._entrez.search(query, dates=half)
            if found.count:
                yield from self._spans(query, half, found, None)


class PubMedIdentifiers:
    """The records of PMIDs and DOIs that a user gave."""

    name = "PubMed"

    def __init__(self, entrez: Entrez, folder: FetchFolder, tell: Tell) -> None:
        self._entrez = entrez
        self._folder = folder
        self._records = PubMedRecords(entrez, tell)

    def plan(
        self,
        progress: Progress,
        *,
        since: date | None,
        show: ShowProgress,
    ) -> Plan:
        """Look the DOIs up, and plan files for the records that are not held.

        With `since` only look which of those that are held PubMed has changed.
        """
        now = self._entrez.clock.now()
        if since is not None:
            changed = self._records.changed_since(progress.held(), since)
            return Plan(count=0, searched_at=now, parts=[], changed=changed)
        for number, doi in enumerate(doi for doi, pmids in progress.dois.items() if not pmids):
            show("DOIs in PubMed", number, len(progress.dois))
            progress.dois[doi] = list(self._entrez.search(f'"{doi}"[doi]', most=20).pmids)
            if number % _SAVED_EVERY == 0:
                self._folder.save(progress)
        not_found = {
            doi: "PubMed has no record with this DOI"
            for doi, pmids in progress.dois.items()
            if not pmids
        }
        planned = progress.planned()
        wanted = dict.fromkeys(progress.pmids)
        wanted |= dict.fromkeys(pmid for pmids in progress.dois.values() for pmid in pmids or ())
        fresh = [pmid for pmid in wanted if pmid not in planned]
        parts = list(parts_of(fresh, progress.next_number()))
        return Plan(
            count=len(progress.pmids) + len(progress.dois),
            searched_at=now,
            parts=parts,
            not_found=not_found,
        )

    def download(
        self, progress: Progress, folder: FetchFolder, *, show: ShowProgress
    ) -> list[Skipped]:
        """Download the pending files."""
        return self._records.download(progress, folder, show=show)


def _remarks(search: SearchReply) -> Iterator[str]:
    if search.not_found:
        left_out = ", and searched without," if search.count else ""
        yield f"PubMed does not know{left_out} {', '.join(search.not_found)}."
    for message in search.messages:
        if message != _NO_ITEMS:
            yield f"PubMed remarks: {message}"
