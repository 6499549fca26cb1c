"""A clock that stands still between calls, and services that answer as NCBI and Europe PMC do."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from xml.sax.saxutils import escape

from tests.index.fetch.web_server import Answer, Call

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RATE_LIMIT = b'{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}'
BLOCKED_PAGE = (
    b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN">\n'
    b"<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body/></html>"
)
HISTORY_GONE = (
    b'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch '
    b'20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
    b"<eFetchResult>\n\t<ERROR>Unable to obtain query #1</ERROR>\n</eFetchResult>"
)


class StillClock:
    """Time passes only where it is slept away."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class PubMedRecord:
    """A record, the day it was taken in, its DOI; the day it was changed, for it was retracted."""

    pmid: str
    day: date = date(2024, 1, 1)
    doi: str | None = None
    is_book: bool = False
    retracted: date | None = None


def article_xml(record: PubMedRecord) -> str:
    """The record as efetch gives it; it cites another, whose identifiers are not its own."""
    ids = f'<ArticleId IdType="pubmed">{record.pmid}</ArticleId>'
    if record.doi:
        ids += f'<ArticleId IdType="doi">{escape(record.doi)}</ArticleId>'
    if record.is_book:
        return (
            f'<PubmedBookArticle><BookDocument><PMID Version="1">{record.pmid}</PMID>'
            f"<ArticleIdList>{ids}</ArticleIdList></BookDocument><PubmedBookData/>"
            "</PubmedBookArticle>"
        )
    notice = (
        '<CommentsCorrections RefType="RetractionIn"><PMID>8</PMID></CommentsCorrections>'
        if record.retracted
        else ""
    )
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{record.pmid}</PMID>'
        f"<Article><ArticleTitle>Title {record.pmid}</ArticleTitle></Article>"
        "<CommentsCorrectionsList><CommentsCorrections><PMID>7</PMID></CommentsCorrections>"
        f"{notice}</CommentsCorrectionsList></MedlineCitation><PubmedData>"
        f"<ArticleIdList>{ids}</ArticleIdList><ReferenceList><Reference><ArticleIdList>"
        '<ArticleId IdType="doi">10.1000/cited</ArticleId></ArticleIdList></Reference>'
        "</ReferenceList></PubmedData></PubmedArticle>"
    )


def articles_xml(*records: PubMedRecord) -> bytes:
    """A set of records."""
    return (
        '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
        '1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        f"<PubmedArticleSet>{''.join(map(article_xml, records))}</PubmedArticleSet>"
    ).encode()


def search_xml(count: int, pmids: list[str], *, history: str = "", rest: str = "") -> bytes:
    """The result of a search."""
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in pmids)
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD '
        'esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        f"<eSearchResult><Count>{count}</Count><RetMax>{len(pmids)}</RetMax><RetStart>0</RetStart>"
        f"{history}<IdList>{ids}</IdList><TranslationSet/>{rest}</eSearchResult>"
    ).encode()


@dataclass
class FakePubMed:
    """PubMed with these records, newest first, any of which a query finds.

    Its limit is 9,999 as PubMed's: beyond it a search lists no more, and efetch gives no more.
    """

    records: list[PubMedRecord]
    limit: int = 9_999
    lost: set[str] = field(default_factory=set)
    histories: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, call: Call) -> Answer:
        if call.path.endswith("esearch.fcgi"):
            return self._search(call.fields)
        return self._fetch(call.fields)

    def forget(self) -> None:
        """Let the held results of searches expire."""
        self.histories.clear()

    def _search(self, fields: dict[str, str]) -> Answer:
        found = [record for record in self.records if _matches(record, fields)]
        start, size = int(fields["retstart"]), int(fields["retmax"])
        web_env = f"MCID_{len(self.histories)}_{id(found)}"
        self.histories[web_env] = [record.pmid for record in found]
        history = f"<QueryKey>1</QueryKey><WebEnv>{web_env}</WebEnv>"
        rest = (
            ""
            if found
            else "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
        )
        pmids = [record.pmid for record in found][: self.limit][start : start + size]
        return Answer(search_xml(len(found), pmids, history=history, rest=rest))

    def _fetch(self, fields: dict[str, str]) -> Answer:
        if "id" in fields:
            pmids = fields["id"].split(",")
        elif fields["WebEnv"] not in self.histories:
            return Answer(HISTORY_GONE, status=400)
        else:
            start = int(fields["retstart"])
            held = self.histories[fields["WebEnv"]][: self.limit]
            pmids = held[start : start + int(fields["retmax"])]
        known = {record.pmid: record for record in self.records}
        return Answer(
            articles_xml(
                *(known[pmid] for pmid in pmids if pmid in known and pmid not in self.lost)
            )
        )


def _matches(record: PubMedRecord, fields: dict[str, str]) -> bool:
    doi = re.fullmatch(r'"(.+)"\[doi\]', fields["term"])
    if doi:
        return (record.doi or "").lower() == doi.group(1)
    first, last = fields.get("mindate", "1000/01/01"), fields.get("maxdate", "3000/01/01")
    if fields.get("datetype") == "mdat":
        is_named = f"{record.pmid}[pmid]" in fields["term"].split(" OR ")
        return is_named and first <= f"{record.retracted or record.day:%Y/%m/%d}" <= last
    return fields["term"] != "nothing" and first <= f"{record.day:%Y/%m/%d}" <= last


def records(count: int, *, first: int = 1) -> list[PubMedRecord]:
    """So many records, newest first, three taken in on each day."""
    return [
        PubMedRecord(str(10_000_000 + number), date(2000, 1, 1) + timedelta(days=number // 3))
        for number in reversed(range(first, first + count))
    ]


FAULTS = {
    "429 for good": Answer(RATE_LIMIT, status=429),
    "rate limit with status 200": Answer(RATE_LIMIT),
    "500": Answer(status=500),
    "503": Answer(status=503),
    "web page with status 200": Answer(BLOCKED_PAGE),
    "cut off": Answer(articles_xml(*records(200)), ends="cut"),
    "truncated XML": Answer(articles_xml(*records(200))[:-30]),
    "reset": Answer(ends="reset"),
    "empty": Answer(),
    "backend": Answer(b"<eFetchResult><ERROR>Search Backend failed</ERROR></eFetchResult>"),
}
