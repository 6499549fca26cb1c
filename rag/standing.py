"""What an answer says aloud of the standing of its papers: papers in, notices out."""

from collections.abc import Iterable
from dataclasses import replace

from index.models import Document
from index.publication_status import WARNED_OF, KnownNote, Standing
from rag.models import Notice, Reference
from rag.record_drafts import paper_title, record_draft
from rag.references import Draft
from rag.retrieval import FoundRecord
from rag.verification import without_links

WORDS = {
    "retracted": "retracted",
    "partially_retracted": "retracted in part",
    "expression_of_concern": "under an expression of concern",
    "corrected": "corrected since",
    "updated": "updated since",
    "preprint": "a preprint, not peer reviewed",
    "reinstated": "reinstated after a retraction or concern",
    "no_notice": "no retraction or correction known",
    "not_checked": "not checked for retraction",
}


def standing_notices(references: Iterable[Reference]) -> tuple[Notice, ...]:
    """A warning for each cited paper that was retracted or is in doubt."""
    return tuple(
        Notice("standing", f"Cited paper {_doubt(one, one.standing)}")
        for one in references
        if one.standing.status in WARNED_OF
    )


def nearest_notices(document: Document, standing: Standing) -> tuple[Notice, ...]:
    """A warning where the passage that is shown for want of an answer is of such a paper."""
    if standing.status not in WARNED_OF:
        return ()
    text = f"The nearest passage is of a paper that is {_doubt(document, standing)}"
    return (Notice("standing", text),)


def left_out_notices(papers: Iterable[tuple[Document, Standing]]) -> tuple[Notice, ...]:
    """That retracted papers were found and are no evidence."""
    return tuple(
        Notice("left_out", f"Left out of the evidence, for it is {_doubt(document, standing)}")
        for document, standing in papers
    )


def never_checked(number: int, papers: int) -> str:
    """How many of the papers no source was asked about."""
    if not number:
        return "Every paper was checked."
    return f"Papers that were never checked for it, so that nothing is known: {number:,} of {papers:,}."


def standing_line(standing: Standing) -> str:
    """`retracted (notice of 2020-05-01, PubMed record, read 2026-11-23)`."""
    said = dict.fromkeys(
        f"{_day(one)}{one.source}, read {one.checked_at[:10]}" for one in standing.notes
    )
    by = "; ".join(said) or who_says(standing)
    return f"{WORDS[standing.status]}{f' ({by})' if by else ''}"


def standing_draft(record: FoundRecord, standing: Standing) -> Draft:
    """The record of the paper with what is known of its standing."""
    draft = record_draft(record)
    return replace(draft, text=f"{draft.text} Status: {without_links(standing_line(standing))}.")


def who_says(standing: Standing) -> str:
    """Each source of a note with the day it was read; without notes, the day of the last record."""
    said = dict.fromkeys(f"{one.source}, read {one.checked_at[:10]}" for one in standing.notes)
    without_notes = f"record read {standing.checked_at[:10]}" if standing.checked_at else ""
    return "; ".join(said) or without_notes


def _doubt(paper: Document | Reference, standing: Standing) -> str:
    """`retracted: “Title” (2020). Source: …`."""
    known = [one for one in standing.notes if one.note.kind in WARNED_OF]
    sources = dict.fromkeys(f"{_day(one)}{one.source}, read {one.checked_at[:10]}" for one in known)
    name = f"{paper_title(paper.title)} ({paper.year or 'year not given'})"
    return f"{WORDS[standing.status]}: {name}. Source: {'; '.join(sources)}."


def _day(known: KnownNote) -> str:
    return f"notice of {known.note.date}, " if known.note.date else ""
