"""What an answer says aloud of the standing of its papers: references in, notices out."""

from collections.abc import Iterable

from index.models import Document
from index.publication_status import WARNED_OF, KnownNote, Standing
from rag.models import Notice, Reference
from rag.record_drafts import paper_title

WORDS = {
    "retracted": "retracted",
    "partially_retracted": "retracted in part",
    "expression_of_concern": "under an expression of concern",
    "corrected": "corrected since",
    "updated": "updated since",
    "preprint": "a preprint, not peer reviewed",
    "no_notice": "no retraction or correction known",
    "not_checked": "not checked for retraction",
}


def standing_notices(references: Iterable[Reference]) -> tuple[Notice, ...]:
    """A warning for each cited paper that was retracted or is in doubt."""
    return tuple(
        Notice(
            "standing",
            f"Cited paper {WORDS[one.standing.status]}: {paper_title(one.title)}"
            f" ({one.year or 'year not given'}). {_sources(one.standing)}",
        )
        for one in references
        if one.standing.status in WARNED_OF
    )


def left_out_notices(documents: Iterable[Document]) -> tuple[Notice, ...]:
    """That retracted papers were found and are no evidence."""
    return tuple(
        Notice(
            "standing",
            f"Left out of the evidence, for it is retracted: {paper_title(one.title)}"
            f" ({one.year or 'year not given'}).",
        )
        for one in documents
    )


def _sources(standing: Standing) -> str:
    known = [one for one in standing.notes if one.note.kind in WARNED_OF]
    said = dict.fromkeys(f"{_day(one)}{one.source}, read {one.checked_at[:10]}" for one in known)
    return f"Source: {'; '.join(said)}."


def _day(known: KnownNote) -> str:
    return f"notice of {known.note.date}, " if known.note.date else ""
