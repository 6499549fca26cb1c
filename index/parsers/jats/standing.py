"""Standing of a paper by its JATS file: what it says of a retraction, a concern or a correction.

`related-article-type` has a direction. `retraction-forward`, `correction-forward` and
`concern-forward` stand on the paper and lead to the notice; `retracted-article`,
`corrected-article` and `object-of-concern` stand on the notice and lead back (PMC Tagging
Guidelines, and NLM's own conversion to MEDLINE: RIN, EIN; ROF, EFR). `expression-of-concern` is
used both ways, so it counts only on what is a paper by its type. A file that is a notice itself says
nothing of its own standing.
"""

import re

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.parsers.jats.front import XLINK
from index.parsers.own_identifiers import own_identifiers
from index.parsers.retracted_titles import retraction_mark
from index.parsers.xml_reading import Element, text_of
from index.publication_status import StatusKind, StatusNote, StatusReport

SOURCE = "JATS XML"
_FORWARD: dict[str, StatusKind] = {
    "retraction-forward": "retracted",
    "concern-forward": "expression_of_concern",
    "expressed-concern": "expression_of_concern",
    "correction-forward": "corrected",
}
_ON_PAPERS: dict[str, StatusKind] = {"expression-of-concern": "expression_of_concern"}
_BACKWARD = frozenset(
    {"retracted-article", "article-retracted", "corrected-article", "object-of-concern"}
    | {"partial-retraction", "addended-article"}
)
_NOTICES = frozenset(
    {"retraction", "partial-retraction", "correction", "erratum", "corrigendum", "addendum"}
    | {"expression-of-concern", "concern", "removal", "withdrawal", "retraction-forward"}
)
_PAPERS = frozenset(
    {"research-article", "review-article", "systematic-review", "meta-analysis", "case-report"}
    | {"brief-report", "rapid-communication", "methods-article", "data-paper", "protocol"}
    | {"clinical-trial", "randomized-controlled-trial", "preprint"}
)
_IDS = {"doi": "doi", "pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid"}
_DOI_PREFIX = re.compile(r"(?:info:doi/|https?://(?:dx\.)?doi\.org/)?(10\.\S+)")


def standing(article: Element, title: str | None) -> StatusReport | None:
    """What the file says of the paper's standing; None where it says nothing."""
    kind = (article.get("article-type") or "").lower()
    links = article.findall("{*}front/{*}article-meta/{*}related-article")
    directions = {(link.get("related-article-type") or "").lower() for link in links}
    if kind in _NOTICES or not directions.isdisjoint(_BACKWARD):
        return None
    kinds = _FORWARD | (_ON_PAPERS if kind in _PAPERS else {})
    notes = [
        StatusNote(found, _notice(link), text_of(link) or None)
        for link in links
        if (found := kinds.get((link.get("related-article-type") or "").lower()))
    ]
    mark = retraction_mark(title)
    if mark and not any(note.kind == "retracted" for note in notes):
        notes.insert(0, StatusNote("retracted", text=mark))
    if kind == "preprint":
        notes.append(StatusNote("preprint", text="Preprint"))
    return StatusReport(SOURCE, tuple(notes)) if notes else None


def _notice(link: Element) -> Identifiers:
    """The identifiers that the link gives of the notice; none where they are not plain."""
    pairs = [(one.get("pub-id-type") or "", text_of(one)) for one in link.iter("{*}pub-id")]
    pairs.append((link.get("ext-link-type") or "", link.get(XLINK) or ""))
    if match := _DOI_PREFIX.fullmatch(link.get(XLINK) or ""):
        pairs[-1] = ("doi", match.group(1))
    labelled = [(_IDS[kind.lower()], value) for kind, value in pairs if kind.lower() in _IDS]
    try:
        return own_identifiers(
            (label, f"PMC{value}" if label == "pmcid" and value[:1].isdigit() else value)
            for label, value in labelled
            if value
        )
    except DocumentError:
        return Identifiers()
