"""What Europe PMC answers: bytes in, a page of a search or the XML of an article out."""

import json
from dataclasses import dataclass
from typing import Any

from index.errors import DocumentError
from index.fetch.errors import FetchError, PassingFault
from index.fetch.http_faults import quoted
from index.fetch.service import Reply
from index.fetch.xml_reply import is_web_page, xml_root
from index.identifiers import normalise_pmcid


@dataclass(frozen=True, slots=True)
class Hit:
    """A result of a search; without a PMCID it has no full text there."""

    name: str
    pmcid: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results, and the mark that the next page begins at."""

    count: int
    hits: tuple[Hit, ...]
    next_mark: str | None


def read_page(reply: Reply) -> Page:
    """The page in an answer to a search; an error is never taken for an empty page."""
    if is_web_page(reply.body.lstrip()):
        raise PassingFault("sent a web page in place of an answer")
    try:
        value: Any = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        if reply.status != 200:
            raise PassingFault(f"answers {reply.status}") from error
        raise PassingFault("sent an answer that is broken or breaks off") from error
    if not isinstance(value, dict):
        raise PassingFault("sent an answer that is no page of results")
    if said := value.get("errMsg") or value.get("error") or value.get("message"):
        raise FetchError(
            f"Europe PMC answers with an error: {quoted(str(said))}.",
            "Check the query as Europe PMC reads it.",
        )
    count, results = value.get("hitCount"), value.get("resultList")
    hits = results.get("result") if isinstance(results, dict) else None
    if not isinstance(count, int) or count < 0 or not isinstance(hits, list):
        raise PassingFault("sent an answer that is no page of results")
    mark = value.get("nextCursorMark")
    return Page(
        count,
        tuple(_hit(hit) for hit in hits if isinstance(hit, dict)),
        mark if isinstance(mark, str) and mark else None,
    )


def read_full_text(reply: Reply, pmcid: str) -> bytes | None:
    """The JATS XML in an answer, or None where Europe PMC has no full text of the article."""
    if reply.status in (404, 410):
        return None
    root = xml_root(reply)
    if reply.status != 200:
        raise PassingFault(f"answers {reply.status}")
    if not isinstance(root.tag, str) or root.tag.rpartition("}")[2] != "article":
        raise PassingFault(f"sent <{quoted(str(root.tag))}> where <article> belongs")
    own = [
        (element.text or "").strip().upper().removeprefix("PMC").partition(".")[0]
        for element in root.iterfind("front/article-meta/article-id")
        if element.get("pub-id-type") in ("pmc", "pmcid", "pmcaid")
    ]
    if own and pmcid.removeprefix("PMC") not in own:
        raise PassingFault(f"sent PMC{quoted(own[0])} where {pmcid} was asked for")
    return reply.body


def _hit(hit: dict[str, Any]) -> Hit:
    try:
        pmcid = normalise_pmcid(str(hit.get("pmcid") or ""))
    except DocumentError:
        pmcid = None
    name = pmcid or hit.get("doi") or f"{hit.get('source', '?')}:{hit.get('id', '?')}"
    return Hit(quoted(str(name)), pmcid)
