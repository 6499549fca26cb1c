"""What NCBI's E-utilities answer: bytes in, the result of a search or a set of records out.

Searches are asked for as XML. Errors come in any shape, whatever was asked for: as JSON
(`{"error": …}`), as an ERROR element, as a web page, with status 200 as with 400. None of them is
ever taken for an empty result.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from index.fetch.errors import GO_ON, FetchError, HistoryError, PassingFault
from index.fetch.http_faults import quoted
from index.fetch.service import Reply
from index.fetch.xml_reply import xml_root

_HISTORY = re.compile(r"obtain query|history|webenv|query_key", re.IGNORECASE)
_NO_RECORDS = re.compile(r"id list is empty|empty result", re.IGNORECASE)
_MAY_PASS = re.compile(
    r"limit exceeded|backend|forward|temporar|time(?:d )?-?out|overload|unavailable|try again"
    r"|server|database",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class SearchReply:
    """The result of a search.

    `pmids` are the first of them; `not_found` are words that PubMed does not know and left out
    of the search; `messages` are its other remarks.
    """

    count: int
    pmids: tuple[str, ...]
    web_env: str | None
    query_key: str | None
    not_found: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A record of a set: its PMID, and its own DOIs in lower case."""

    pmid: str
    dois: frozenset[str]


@dataclass(frozen=True, slots=True)
class ArticleSet:
    """Records as XML, as they came, and which these are."""

    xml: bytes
    articles: tuple[Article, ...]

    @property
    def pmids(self) -> list[str]:
        """The PMIDs of its records, in order."""
        return [article.pmid for article in self.articles]


NO_ARTICLES = ArticleSet(b"", ())


def read_search(reply: Reply) -> SearchReply:
    """The result in an answer of esearch."""
    root = _root(reply, "eSearchResult")
    count = root.findtext("Count") or ""
    pmids = tuple((element.text or "").strip() for element in root.findall("IdList/Id"))
    if not _DIGITS.fullmatch(count) or not all(_DIGITS.fullmatch(pmid) for pmid in pmids):
        raise PassingFault("sent a result of a search without a count")
    return SearchReply(
        count=int(count),
        pmids=pmids,
        web_env=root.findtext("WebEnv") or None,
        query_key=root.findtext("QueryKey") or None,
        not_found=_texts(root, "ErrorList/*") + _texts(root, "WarningList/QuotedPhraseNotFound"),
        messages=_texts(root, "WarningList/PhraseIgnored")
        + _texts(root, "WarningList/OutputMessage"),
    )


def read_articles(reply: Reply) -> ArticleSet:
    """The records in an answer of efetch; none where NCBI knows none of those that were asked for.

    Raises:
        PassingFault: it is not one whole set of records.
        HistoryError: the search that it is to come from is no longer held.
    """
    try:
        root = _root(reply, "PubmedArticleSet")
    except _NoRecordsError:
        return NO_ARTICLES
    articles = [
        *(_article(one, "MedlineCitation", "PubmedData") for one in root.findall("PubmedArticle")),
        *(
            _article(one, "BookDocument", "PubmedBookData")
            for one in root.findall("PubmedBookArticle")
        ),
    ]
    return ArticleSet(reply.body, tuple(articles))


class _NoRecordsError(FetchError):
    """NCBI knows none of the records that were asked for."""


def _root(reply: Reply, name: str) -> etree._Element:
    of_records = name == "PubmedArticleSet"
    if reply.body.lstrip()[:1] in (b"{", b"["):
        raise _error_of(_said_in_json(reply.body), of_records=of_records)
    root = xml_root(reply)
    said = [text for element in root.iter("ERROR") if (text := (element.text or "").strip())]
    if said and root.tag in ("eSearchResult", "eFetchResult", "ERROR"):
        raise _error_of(said[0], of_records=of_records)
    if root.tag != name:
        raise PassingFault(f"sent <{quoted(str(root.tag))}> where <{name}> belongs")
    return root


def _error_of(said: str, *, of_records: bool) -> Exception:
    """What to raise where NCBI says that; most specific first."""
    words = quoted(said)
    if "api key" in said.lower():
        return FetchError(
            f"NCBI does not accept the API key: {words}.", "Correct or unset ALSQA_NCBI_API_KEY."
        )
    if of_records and _NO_RECORDS.search(said):
        return _NoRecordsError(f"NCBI answers: {words}.")
    if _MAY_PASS.search(said):
        return PassingFault(f"answers with an error: {words}")
    if of_records and _HISTORY.search(said):
        return HistoryError(f"NCBI no longer holds the result of the search: {words}.", GO_ON)
    return FetchError(
        f"NCBI answers with an error: {words}.", "Check the query as PubMed reads it."
    )


def _said_in_json(body: bytes) -> str:
    try:
        value: Any = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        raise PassingFault("sent an answer that cannot be read") from error
    if isinstance(value, dict):
        inner = value.get("esearchresult")
        for part in (value, inner if isinstance(inner, dict) else {}):
            for name in ("error", "ERROR"):
                if part.get(name):
                    return str(part[name])
    raise PassingFault("sent JSON where XML belongs")


def _texts(root: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(text for one in root.findall(path) if (text := quoted(one.text or "")))


def _article(element: etree._Element, citation: str, data: str) -> Article:
    pmid = (element.findtext(f"{citation}/PMID") or "").strip()
    if not _DIGITS.fullmatch(pmid):
        raise PassingFault("sent a record without a PMID")
    dois = [
        *element.findall(f"{data}/ArticleIdList/ArticleId[@IdType='doi']"),
        *element.findall(f"{citation}/ArticleIdList/ArticleId[@IdType='doi']"),
        *element.findall(f"{citation}/Article/ELocationID[@EIdType='doi']"),
    ]
    return Article(pmid, frozenset((doi.text or "").strip().lower() for doi in dois))
