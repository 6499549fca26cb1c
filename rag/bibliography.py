"""Answers questions for papers and about papers from their records: identifiers, authors, lists.

A record is what a source says of a paper itself, or the entry by which a page lists another one.
It never supports a statement about the disease; of a paper that is only listed, the answer to what
it found is that its text is not here.
"""

from collections import Counter
from collections.abc import Sequence

from index.build_reader import Build
from index.filters import Scope
from index.identifiers import identifiers_in
from index.models import Relation
from rag.bibliographic_intent import IDENTIFIERS, BibliographicIntent
from rag.models import Notice
from rag.paper_lists import PaperLists
from rag.paper_questions import PaperQuestions
from rag.paper_wish import PaperWishes
from rag.question import Question, QuestionTerm
from rag.record_answers import (
    HeldPaperAsked,
    RecordAnswer,
    answer_field,
    as_listed,
    text_not_held,
)
from rag.record_drafts import record_draft
from rag.record_matching import RecordMatch, match_records, names_an_author, own_kinds
from rag.references import Draft
from rag.retrieval import Found, FoundRecord, find_record
from rag.synonyms import Synonyms
from rag.verification import labelled_identifiers

_TARGET_SHARE = 0.5
_SURE_TITLE = 0.6
_UNKNOWN = "No paper with the identifier in the question is in the library, nor listed in it."


class Bibliographer:
    """Tells questions about papers from questions about the disease, and answers the former."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._intent = BibliographicIntent()
        self._synonyms = synonyms
        wishes = PaperWishes()
        self._lists = PaperLists(wishes, synonyms)
        self._papers = PaperQuestions(self._intent, wishes, synonyms)

    def answer(
        self,
        text: str,
        question: Question,
        found: Found,
        build: Build,
        *,
        limit: int,
        scope: Scope | None = None,
    ) -> RecordAnswer | HeldPaperAsked | None:
        """The answer from records, or None where the question is not about papers.

        Args:
            text: the question as it was typed, identifiers and all.
            question: what is asked.
            found: what is near the question, records nearest first.
            build: where identifiers are looked up, and papers by what their records say.
            limit: at most so many records are listed.
            scope: the part of the build that is searched.
        """
        typed = identifiers_in(text)
        known = [build.find_identifier(name, value)[:1] for name, value in typed]
        entries = list(dict.fromkeys(entry for one in known for entry in one))
        if entries:
            return self._by_identifier(question, dict(typed), entries[:limit], build, limit)
        if labelled_identifiers(text):
            return RecordAnswer("insufficient_evidence", (), (Notice("not_given", _UNKNOWN),))
        terms = [term for term in question.terms if self._intent.tells_papers_apart(term)]
        matches = match_records(question, terms, found.records, self._synonyms)
        return (
            self._lists.answer(question, found, build, scope, limit=limit)
            or self._findings_of_listed(question, matches)
            or self._related(question, terms, matches, limit)
            or self._papers.answer(question, terms, found.records, build, limit=limit)
            or self._field(question, terms, matches)
            or self._existing(question, terms, matches, limit)
            or self._overview(question, terms, matches)
        )

    def _by_identifier(
        self,
        question: Question,
        typed: dict[str, str],
        entries: Sequence[str],
        build: Build,
        limit: int,
    ) -> RecordAnswer | HeldPaperAsked | None:
        if len(entries) > 1:
            drafts = [record_draft(find_record(build, entry)) for entry in entries]
            return RecordAnswer("answered", tuple(drafts), ())
        record = find_record(build, entries[0])
        relation = self._intent.relation(question)
        if relation and record.listed is None:
            return self._list_related([record], relation, [], limit)
        field = self._intent.field(question, given=typed)
        if self._intent.asks_findings(question) and not field:
            if record.listed:
                return text_not_held(record)
            telling = any(self._intent.tells_papers_apart(term) for term in question.terms)
            return HeldPaperAsked(record.document.document_id, as_whole=not telling)
        return answer_field(record, field or "any")

    def _findings_of_listed(
        self, question: Question, matches: Sequence[RecordMatch]
    ) -> RecordAnswer | None:
        """That a listed paper's text is not here, where it is surely the one that is meant."""
        if (
            not self._intent.asks_findings(question)
            or self._intent.surely_asks_a_field(question)
            or not self._intent.names_a_paper(question)
        ):
            return None
        listed = [match for match in matches if match.record.listed is not None]
        if not listed:
            return None
        best = min(listed, key=lambda match: (-match.title_share, match.rank_key))
        telling = len(best.shared - _common_keys(matches))
        if not (telling >= 2 or (telling and best.title_share >= _SURE_TITLE)):
            return None
        held = (match for match in matches if match.record.listed is None)
        if any(one.title_share >= best.title_share and one.shared >= best.shared for one in held):
            return None
        return text_not_held(best.record)

    def _overview(
        self, question: Question, terms: list[QuestionTerm], matches: Sequence[RecordMatch]
    ) -> HeldPaperAsked | None:
        """That a held document is to be summed up, where nothing but it is named."""
        if not self._intent.asks_findings(question) or not self._intent.names_a_paper(question):
            return None
        by_title = [one for one in matches if one.title_share >= _SURE_TITLE and one.share == 1.0]
        target = by_title[0].record if by_title else self._target(question, [], matches)
        telling = {term.unit.key for term in terms} - _common_keys(matches)
        if target is None or target.listed or (telling and not by_title):
            return None
        return HeldPaperAsked(target.document.document_id, as_whole=True)

    def _related(
        self,
        question: Question,
        terms: list[QuestionTerm],
        matches: Sequence[RecordMatch],
        limit: int,
    ) -> RecordAnswer | None:
        relation = self._intent.relation(question)
        if relation is None:
            return None
        pages = [
            match
            for match in matches
            if match.record.listed is None
            and any(relation in paper.relations() for paper in match.record.document.related)
        ]
        wanted = {term.unit.key for term in terms}
        meant = [match.record for match in pages if wanted <= match.shared]
        if meant:
            return self._list_related(meant, relation, [], limit)
        return self._list_related([match.record for match in pages], relation, terms, limit)

    def _list_related(
        self,
        pages: Sequence[FoundRecord],
        relation: Relation,
        terms: Sequence[QuestionTerm],
        limit: int,
    ) -> RecordAnswer | None:
        """The papers that the pages list under that heading; those with all `terms`, if any."""
        drafts: list[Draft] = []
        notices: list[Notice] = []
        for page in pages:
            entries = [
                FoundRecord("", page.document, paper, 0.0)
                for paper in page.document.related
                if relation in paper.relations()
            ]
            if terms:
                kept = match_records(None, terms, entries, self._synonyms)
                entries = [match.record for match in kept if match.share == 1.0]
            drafts += [record_draft(entry, relation=relation) for entry in entries]
            if entries:
                notices.append(as_listed(page, relation, len(entries)))
        if not drafts:
            return None
        return RecordAnswer("answered", tuple(drafts[:limit]), tuple(notices))

    def _field(
        self, question: Question, terms: list[QuestionTerm], matches: Sequence[RecordMatch]
    ) -> RecordAnswer | None:
        field = self._intent.field(question)
        if field is None:
            return None
        by_author = [match for match in matches if names_an_author(terms, match.record.paper)]
        if by_author:
            return answer_field(by_author[0].record, field)
        if field == "affiliation":
            if not self._intent.asks("authors", question):
                return None
            field = "authors"
        sure = any(match.title_share >= _SURE_TITLE for match in matches)
        if field not in IDENTIFIERS[:3] and not sure and not self._intent.names_a_paper(question):
            return None
        target = self._target(question, terms, matches)
        return answer_field(target, field) if target else None

    def _target(
        self, question: Question, terms: list[QuestionTerm], matches: Sequence[RecordMatch]
    ) -> FoundRecord | None:
        """The one paper that the question speaks of: by its words, else "the review"."""
        if not matches:
            return None
        if {term.unit.key for term in terms} - _common_keys(matches):
            best = min(
                matches,
                key=lambda match: (-(match.share + match.title_share), match.rank_key),
            )
            sure = matches[0].share >= _TARGET_SHARE or matches[0].title_share >= _SURE_TITLE
            return best.record if sure else None
        kinds = self._intent.kinds_named(question)
        held = [match.record for match in matches if match.record.listed is None]
        of_kind = [record for record in held if kinds & set(own_kinds(record.document))]
        if of_kind:
            return of_kind[0]
        return held[0] if len(held) == 1 and kinds else None

    def _existing(
        self,
        question: Question,
        terms: list[QuestionTerm],
        matches: Sequence[RecordMatch],
        limit: int,
    ) -> RecordAnswer | None:
        if not terms or not self._intent.asks_existence(question):
            return None
        wanted = {term.unit.key for term in terms}
        found = [match.record for match in matches if wanted <= match.shared][:limit]
        if not found:
            return None
        counts = Counter(one.document.document_id for one in found if one.listed)
        pages = {one.document.document_id: one for one in found if one.listed}
        return RecordAnswer(
            "answered",
            tuple(record_draft(record) for record in found),
            tuple(as_listed(page, None, counts[name]) for name, page in pages.items()),
        )


def _common_keys(matches: Sequence[RecordMatch]) -> frozenset[str]:
    """Keys that more than a third of the records share, so that they tell no paper apart."""
    counts = Counter(key for match in matches for key in match.shared)
    return frozenset(key for key, count in counts.items() if count > max(1, len(matches) / 3))
