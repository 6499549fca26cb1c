"""Answers from a paper's record: the record in, drafts and the notices beside them out."""

from dataclasses import dataclass

from index.models import Relation
from rag.models import Notice, Status
from rag.question import QuestionTerm
from rag.record_drafts import HEADINGS, field_drafts, has_field, paper_name, record_draft
from rag.references import Draft
from rag.retrieval import FoundRecord

_FIELD_WORDS = {"container": "journal or book", "any": "identifier", "rights": "copyright line"}


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """Drafts of records and what is to be said beside them."""

    status: Status
    drafts: tuple[Draft, ...]
    notices: tuple[Notice, ...]
    looked_up: frozenset[str] = frozenset()
    """Ids of documents that were found by what their records say, not by the search."""


@dataclass(frozen=True, slots=True)
class HeldPaperAsked:
    """The question asks what a document of the library says: as a whole, or on something.

    `aspects` is what it is asked on; None where the question's own terms say so. With aspects, even
    none, what the paper found comes first.
    """

    document_id: str
    as_whole: bool
    aspects: tuple[QuestionTerm, ...] | None = None


def answer_field(record: FoundRecord, field: str) -> RecordAnswer:
    """The field with the lines that say it, or that it is not given."""
    drafts = tuple(field_drafts(record, field))
    notices = [as_listed(record, record.listed.relations()[0], 1)] if record.listed else []
    if not has_field(record.paper, field):
        what = _FIELD_WORDS.get(field, field)
        text = f"The library's copy gives no {what} for {paper_name(record.paper)}."
        notices.append(Notice("not_given", text))
        return RecordAnswer("insufficient_evidence", drafts, tuple(notices))
    for added in () if record.listed else record.document.added:
        if added.name == field:
            text = (
                f"Not in the document itself: {field} “{added.value}”, added from {added.source}."
            )
            notices.append(Notice("added", text))
    return RecordAnswer("answered", drafts, tuple(notices))


def text_not_held(record: FoundRecord) -> RecordAnswer:
    """That the paper is listed and nothing more of it is here."""
    relation = record.listed.relations()[0] if record.listed else None
    text = (
        f"{paper_name(record.paper)} is listed, but its text is not in the library: nothing can be "
        "said of what it found."
    )
    notices = (as_listed(record, relation, 1), Notice("text_not_held", text))
    return RecordAnswer("insufficient_evidence", (record_draft(record),), notices)


def as_listed(record: FoundRecord, relation: Relation | None, count: int) -> Notice:
    """That so many papers stand on the record's page, under that heading."""
    under = f" under “{HEADINGS[relation]}”" if relation else ""
    papers = "1 paper" if count == 1 else f"{count} papers"
    page = paper_name(record.document)
    return Notice(
        "as_listed", f"{papers}, as listed on the page of {page}{under}; there may be others."
    )
