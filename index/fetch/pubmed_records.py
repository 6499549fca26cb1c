"""Records of PubMed by batches: pending files of a fetch in, gzipped XML files out."""

import gzip
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from index.fetch.date_range import EVER, DateRange
from index.fetch.entrez import RECORDS_AT_ONCE, Entrez
from index.fetch.entrez_replies import NO_ARTICLES, ArticleSet, SearchReply
from index.fetch.errors import HistoryError
from index.fetch.fetch_folder import FetchFolder
from index.fetch.progress_file import Part, Progress
from index.fetch.report import Skipped
from index.fetch.source import Tell
from index.progress import ShowProgress

_STAGE = "PubMed records"


@dataclass(slots=True)
class PubMedRecords:
    """Downloads records, through the results of searches that NCBI holds where it can.

    What a file is to hold was settled by a search, as a list of PMIDs. Where NCBI no longer holds
    its result, it is searched anew; where the new result has other records in these places, or
    where records are missing, they are asked for by PMID. So none is lost or taken twice when
    PubMed grows in between.
    """

    entrez: Entrez
    tell: Tell
    searches: dict[DateRange | None, SearchReply] = field(default_factory=dict)

    def download(
        self, progress: Progress, folder: FetchFolder, *, show: ShowProgress
    ) -> list[Skipped]:
        """Download the pending files; none is left aside."""
        while pending := progress.pending():
            total = sum(len(part.ids) for part in progress.parts)
            show(_STAGE, total - sum(len(part.ids) for part in pending), total)
            part = pending[0]
            found = self._without_other_papers(progress, part, self._articles(progress, part))
            self._keep(progress, folder, part, found)
            folder.save(progress)
        total = len(progress.held())
        show(_STAGE, total, total)
        return []

    def changed_since(self, pmids: Collection[str], since: date) -> list[str]:
        """Those of the PMIDs whose records PubMed changed on that day or later.

        So it does where a paper was retracted or corrected.
        """
        dates, ordered = DateRange(since, EVER.last), sorted(pmids)
        changed: list[str] = []
        for start in range(0, len(ordered), RECORDS_AT_ONCE):
            term = " OR ".join(f"{pmid}[pmid]" for pmid in ordered[start : start + RECORDS_AT_ONCE])
            changed += self.entrez.search(term, dates=dates, date_type="mdat").pmids
        return [pmid for pmid in changed if pmid in pmids]

    def _articles(self, progress: Progress, part: Part) -> ArticleSet:
        if part.place is None:
            return self.entrez.fetch(part.ids)
        for _ in range(2):
            search = self._search(progress, part.span)
            if list(search.pmids[part.place : part.place + len(part.ids)]) != part.ids:
                break
            try:
                found = self.entrez.fetch_from_history(
                    search, start=part.place, count=len(part.ids)
                )
            except HistoryError:
                del self.searches[part.span]
                continue
            if found.articles and set(part.ids).issuperset(found.pmids):
                return found
            break
        return self.entrez.fetch(part.ids)

    def _search(self, progress: Progress, span: DateRange | None) -> SearchReply:
        if span not in self.searches:
            search = self.entrez.search(progress.query, dates=span)
            if span is None and search.count != progress.count:
                self.tell(
                    f"PubMed counts {search.count:,} records now, {progress.count:,} when this "
                    "download began. It ends with those; alsqa fetch new brings the others."
                )
            self.searches[span] = search
        return self.searches[span]

    def _without_other_papers(
        self, progress: Progress, part: Part, found: ArticleSet
    ) -> ArticleSet:
        """Only papers that were asked for: a record stands for a DOI only if it carries it."""
        dois_of = {article.pmid: article.dois for article in found.articles}
        others: set[str] = set()
        for doi, pmids in progress.dois.items():
            for pmid in [one for one in pmids or () if one in dois_of]:
                if doi not in dois_of[pmid]:
                    rest = [one for one in progress.dois[doi] or () if one != pmid]
                    progress.dois[doi] = rest
                    others.add(pmid)
                    if not rest:
                        progress.not_found[doi] = f"PubMed gives PMID {pmid}, which has another DOI"
        others.difference_update(progress.pmids, *(pmids or () for pmids in progress.dois.values()))
        if not others:
            return found
        part.ids = [pmid for pmid in part.ids if pmid not in others]
        return self.entrez.fetch(part.ids) if part.ids else NO_ARTICLES

    def _keep(self, progress: Progress, folder: FetchFolder, part: Part, found: ArticleSet) -> None:
        """Write the file; ask for what is missing once more, and note it where it stays away."""
        missing = [pmid for pmid in part.ids if pmid not in set(found.pmids)]
        if found.articles:
            part.ids = found.pmids
            part.size = folder.write(part.file, gzip.compress(found.xml, mtime=0))
        else:
            progress.parts.remove(part)
        if part.is_last_try:
            progress.not_found |= dict.fromkeys(missing, "PubMed sent no record of this PMID")
            return
        last = progress.pending()[-1:]
        if last and last[0].is_last_try and len(last[0].ids) + len(missing) <= RECORDS_AT_ONCE:
            last[0].ids += missing
        else:
            progress.parts += parts_of(missing, progress.next_number(), is_last_try=True)


def parts_of(
    pmids: Sequence[str],
    first_number: int,
    *,
    span: DateRange | None = None,
    in_a_row: bool = False,
    is_last_try: bool = False,
) -> Iterator[Part]:
    """Files for these records, numbered; `in_a_row` where a search has just these, in this order."""
    for start in range(0, len(pmids), RECORDS_AT_ONCE):
        yield Part(
            file=f"{first_number + start // RECORDS_AT_ONCE:04}.xml.gz",
            ids=list(pmids[start : start + RECORDS_AT_ONCE]),
            span=span,
            place=start if in_a_row else None,
            is_last_try=is_last_try,
        )
