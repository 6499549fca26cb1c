"""Two of NCBI's E-utilities for PubMed: esearch, and efetch of records as XML.

Parameters and limits follow Sayers, "The E-utilities In-Depth" (NBK25499). A search lists and
holds no more than 9,999 records: where one asks beyond, efetch gives fewer without a word.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from index.fetch.clock import Clock
from index.fetch.date_range import DateRange
from index.fetch.entrez_replies import ArticleSet, SearchReply, read_articles, read_search
from index.fetch.errors import GO_ON, HistoryError, PassingFault, ReplyError
from index.fetch.http_client import HttpClient
from index.fetch.service import Reply, Service
from index.fetch.settings import FetchSettings

DateType = Literal["edat", "mdat"]
LISTED_AT_MOST = 9_999
RECORDS_AT_ONCE = 200
_MOST_SEARCH_BYTES = 10_000_000
_MOST_FETCH_BYTES = 200_000_000
_SECONDS_BETWEEN = 0.36
_SECONDS_BETWEEN_WITH_KEY = 0.11
"""A little more than the 3 and, with a key, 10 calls a second that NCBI allows come to."""


def ncbi(settings: FetchSettings) -> Service:
    """NCBI as these settings have it asked."""
    fields = {"tool": "alsqa"}
    key = settings.ncbi_api_key.get_secret_value() if settings.ncbi_api_key else None
    if settings.ncbi_email:
        fields["email"] = settings.ncbi_email
    if key:
        fields["api_key"] = key
    return Service(
        "NCBI",
        settings.ncbi_base_url,
        _SECONDS_BETWEEN_WITH_KEY if key else _SECONDS_BETWEEN,
        fields,
        secret=key,
    )


class Entrez:
    """PubMed, through the E-utilities; calls are posted, so terms and id lists may be long."""

    def __init__(
        self, client: HttpClient, clock: Clock, *, listed_at_most: int = LISTED_AT_MOST
    ) -> None:
        self.clock = clock
        self.listed_at_most = listed_at_most
        self._client = client

    def search(
        self,
        term: str,
        *,
        dates: DateRange | None = None,
        most: int | None = None,
        date_type: DateType = "edat",
    ) -> SearchReply:
        """The count of records for a term, and the newest of them.

        Args:
            term: in PubMed's own query language.
            dates: only records of these days.
            most: so many records at most; None is as many as are ever listed.
            date_type: of which days: on which PubMed took a record in (Entrez date, `edat`), or
                changed it last (`mdat`).
        """
        most = self.listed_at_most if most is None else min(most, self.listed_at_most)
        fields = {"term": term, "usehistory": "y"}
        if dates is not None:
            fields |= {
                "datetype": date_type,
                "mindate": f"{dates.first:%Y/%m/%d}",
                "maxdate": f"{dates.last:%Y/%m/%d}",
            }
        found = self._search(fields | {"retstart": "0", "retmax": str(most)})
        pmids = list(dict.fromkeys(found.pmids))
        while len(pmids) < min(found.count, most):
            place = {"retstart": str(len(pmids)), "retmax": str(most - len(pmids))}
            before = len(pmids)
            pmids = list(dict.fromkeys([*pmids, *self._search(fields | place).pmids]))
            if len(pmids) == before:
                raise ReplyError(
                    f"PubMed counts {found.count:,} records but lists {before:,} of them.", GO_ON
                )
        return SearchReply(
            found.count,
            tuple(pmids[:most]),
            found.web_env,
            found.query_key,
            found.not_found,
            found.messages,
        )

    def fetch_from_history(self, search: SearchReply, *, start: int, count: int) -> ArticleSet:
        """Records of a search that NCBI holds, by their places in it.

        Raises:
            HistoryError: NCBI no longer holds it.
        """
        if not search.web_env or not search.query_key:
            raise HistoryError("NCBI held no result of the search.", GO_ON)
        return self._fetch(
            {
                "WebEnv": search.web_env,
                "query_key": search.query_key,
                "retstart": str(start),
                "retmax": str(count),
            },
            read_articles,
        )

    def fetch(self, pmids: Sequence[str]) -> ArticleSet:
        """The records of these PMIDs; those that PubMed does not know are not among them."""
        asked = frozenset(pmids)

        def read(reply: Reply) -> ArticleSet:
            found = read_articles(reply)
            if not asked.issuperset(found.pmids):
                raise PassingFault("sent other records than those asked for")
            return found

        return self._fetch({"id": ",".join(pmids)}, read)

    def _search(self, fields: Mapping[str, str]) -> SearchReply:
        return self._client.post(
            "esearch.fcgi",
            {"db": "pubmed", "retmode": "xml", **fields},
            read_search,
            most_bytes=_MOST_SEARCH_BYTES,
        )

    def _fetch(self, fields: Mapping[str, str], read: Callable[[Reply], ArticleSet]) -> ArticleSet:
        return self._client.post(
            "efetch.fcgi",
            {"db": "pubmed", "retmode": "xml", **fields},
            read,
            most_bytes=_MOST_FETCH_BYTES,
        )
