"""Answers on described papers: a description's records and what is asked of them in, an answer out."""

from collections.abc import Sequence

from index.build_reader import Build
from rag.abstention import pubmed_notice
from rag.bibliographic_intent import BibliographicIntent
from rag.corrections import is_nowhere
from rag.described_papers import DescribedPapers, Description
from rag.models import Notice
from rag.paper_wish import PaperWishes
from rag.question import Question, QuestionTerm
from rag.record_answers import HeldPaperAsked, RecordAnswer, answer_field, text_not_held
from rag.record_drafts import field_drafts, record_draft
from rag.references import Draft, paper_id
from rag.retrieval import FoundRecord
from rag.standing import standing_draft
from rag.synonyms import Synonyms
from rag.verification import without_links

_ASKED_OF_OTHERS = ("affiliation", "rights")
"""Fields that the words of a question on something else may seem to ask for."""


class PaperQuestions:
    """Answers questions on a paper that is described and not named."""

    def __init__(
        self, intent: BibliographicIntent, wishes: PaperWishes, synonyms: Synonyms
    ) -> None:
        self._intent = intent
        self._wishes = wishes
        self._described = DescribedPapers(wishes, synonyms)

    def answer(
        self,
        question: Question,
        terms: Sequence[QuestionTerm],
        records: Sequence[FoundRecord],
        build: Build,
        *,
        limit: int,
    ) -> RecordAnswer | HeldPaperAsked | None:
        """What the described paper's record or text says; the papers, where several fit.

        None where no paper is described, none fits, or nothing of this kind is asked.
        """
        description = self._described.description(question, terms)
        if description is None:
            return None
        field = self._intent.field(question)
        field = None if field in _ASKED_OF_OTHERS else field
        standing = bool(self._wishes.standing_in(question.text))
        findings = (
            self._intent.asks_findings(question)
            and description.is_subject
            and not (field and self._intent.surely_asks_a_field(question))
        )
        if not (field or standing or findings):
            return None
        found = self._described.resolve(description, records)
        if not found.records:
            unknown = [
                one for one in found.unknown if is_nowhere(one, build.lexical) or not findings
            ]
            return _fits_none(description, unknown) if unknown else None
        if standing:
            return _standing(found.records[:limit], build, description)
        if findings:
            return _findings(description, found.records[:limit])
        if len(found.records) == 1 and field:
            return answer_field(found.records[0], field)
        drafts = [
            one for record in found.records[:limit] for one in field_drafts(record, field or "any")
        ]
        return RecordAnswer("answered", tuple(drafts), (_several(description, found.records),))


def _findings(
    description: Description, records: Sequence[FoundRecord]
) -> RecordAnswer | HeldPaperAsked:
    if len(records) > 1:
        drafts = tuple(record_draft(one) for one in records)
        notices = (_several(description, records, "Ask for one of them by its year or author."),)
        return RecordAnswer("answered", drafts, notices)
    if records[0].listed:
        return text_not_held(records[0])
    return HeldPaperAsked(
        records[0].document.document_id,
        as_whole=not description.aspects,
        aspects=description.aspects,
    )


def _standing(
    records: Sequence[FoundRecord], build: Build, description: Description
) -> RecordAnswer:
    drafts: list[Draft] = []
    for record in records:
        name = paper_id(record.listed) if record.listed else record.document.document_id
        drafts.append(standing_draft(record, build.standing(name, record.paper.identifiers)))
    notices = (_several(description, records),) if len(records) > 1 else ()
    return RecordAnswer("answered", tuple(drafts), notices)


def _several(description: Description, records: Sequence[FoundRecord], advice: str = "") -> Notice:
    text = f"{len(records):,} papers fit “{without_links(description.said)}”. {advice}"
    return Notice("holds", text.strip())


def _fits_none(description: Description, unknown: Sequence[str]) -> RecordAnswer:
    text = (
        f"No paper in the library, nor listed in it, fits “{without_links(description.said)}”: none "
        f"is on {', '.join(map(without_links, unknown))}."
    )
    notices = (Notice("not_given", text), pubmed_notice(unknown))
    return RecordAnswer("insufficient_evidence", (), notices)
