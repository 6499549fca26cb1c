"""Europe PMC on the loopback address: a search by cursor marks, and full texts."""

import json
from dataclasses import dataclass, field

from tests.index.fetch.web_server import Answer, Call

ONLY_A_VERSION = Answer(b'{"version":"6.9"}')
"""What it answers to some of any searches, with status 200."""


def jats(pmcid: str) -> bytes:
    """An article as JATS, which cites another."""
    return (
        '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving '
        'and Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">'
        '<article><front><article-meta><article-id pub-id-type="pmcid">'
        f"{pmcid}</article-id></article-meta></front><body><p>Text of {pmcid}.</p></body>"
        '<back><ref-list><ref><pub-id pub-id-type="pmcid">PMC7</pub-id></ref></ref-list></back>'
        "</article>"
    ).encode()


@dataclass
class FakeEuropePmc:
    """Open-access articles by PMCID; without one, a result has no full text."""

    pmcids: list[str | None]
    without_text: set[str] = field(default_factory=set)
    overcount: int = 0

    def answer(self, call: Call) -> Answer:
        if call.path == "/rest/search":
            return self._search(call.fields)
        pmcid = call.path.removeprefix("/rest/").removesuffix("/fullTextXML")
        if pmcid not in self.pmcids or pmcid in self.without_text:
            return Answer(b"", status=404)
        return Answer(jats(pmcid))

    def _search(self, fields: dict[str, str]) -> Answer:
        start = (
            0 if fields["cursorMark"] == "*" else int(fields["cursorMark"].removeprefix("AoE/="))
        )
        end = start + int(fields["pageSize"])
        hits = [
            {"id": str(len(self.pmcids) - number), "source": "MED"}
            | ({"pmcid": pmcid} if pmcid else {})
            for number, pmcid in enumerate(self.pmcids)
        ]
        page = hits[start:end]
        value = {
            "version": "6.9",
            "hitCount": len(hits) + self.overcount,
            "request": {"queryString": fields["query"]},
            "resultList": {"result": page},
        }
        if hits:
            value["nextCursorMark"] = f"AoE/={end}" if page else fields["cursorMark"]
        return Answer(json.dumps(value).encode())
