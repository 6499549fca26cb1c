"""Answers questions for papers and about papers from their records: identifiers, authors, lists.

A record is what a source says of a paper itself, or the entry by which a page lists another one.
It never supports a statement about the disease; of a paper that is only listed, the answer to what
it found is that its text is not here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from index.identifiers import identifiers_in
from index.live import Build
from index.models import Relation
from index.text_analysis import stem
from rag.models import Notice, Status
from rag.question import Question, QuestionAnalyser, QuestionTerm
from rag.record_drafts import HEADINGS, field_drafts, has_field, paper_name, record_draft
from rag.record_matching import RecordMatch, match_records, names_an_author, own_kinds
from rag.references import Draft
from rag.retrieval import FoundRecord, find_record
from rag.synonyms import Synonyms

WORDS_FILE = Path(__file__).with_name("bibliographic_words.yaml")
_ASKS_CONTENT = re.compile(
    r"^(?:and |so |but )?(?:what|how|summari[sz]e|tell me what|explain|why|does|did)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“'‘](?=\S)([^\"“”]{8,}?)(?<=\S)[\"”'’]")
_TARGET_SHARE = 0.5
_SURE_TITLE = 0.6
_FIELDS = (
    "title",
    "pmcid",
    "pmid",
    "doi",
    "any",
    "authors",
    "affiliation",
    "container",
    "year",
    "keywords",
    "rights",
)


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """Drafts of records and what is to be said beside them."""

    status: Status
    drafts: tuple[Draft, ...]
    notices: tuple[Notice, ...]


class Bibliographer:
    """Tells questions about papers from questions about the disease, and answers the former."""

    def __init__(self, analyser: QuestionAnalyser, synonyms: Synonyms) -> None:
        words = _load_words()
        self._analyser = analyser
        self._synonyms = synonyms
        self._idle = frozenset(stem(word) for word in words["idle"].split())
        paper = words["paper"]
        self._paper = re.compile(rf"\b(?:{paper})\b", re.IGNORECASE)
        self._relations: dict[Relation, re.Pattern[str]] = {
            "reference": _any_of(words["reference"], paper),
            "cited_by": _any_of(words["cited_by"], paper),
            "similar": _any_of(words["similar"], paper),
        }
        self._existence = _any_of(words["existence"], paper)
        self._findings = re.compile(words["findings"], re.IGNORECASE)
        patterns = words["identifier"] | {
            name: words[name]
            for name in (
                "title",
                "authors",
                "affiliation",
                "container",
                "year",
                "keywords",
                "rights",
            )
        }
        self._fields = {name: re.compile(patterns[name], re.IGNORECASE) for name in _FIELDS}

    def answer(
        self, question: Question, records: Sequence[FoundRecord], build: Build, *, limit: int
    ) -> RecordAnswer | None:
        """The answer from records, or None where the question is not about papers.

        Args:
            question: what is asked.
            records: records near the question, nearest first.
            build: where identifiers are looked up.
            limit: at most so many records are listed.
        """
        terms = [term for term in question.terms if self._tells_papers_apart(term)]
        matches = match_records(question, terms, records, self._synonyms)
        typed = identifiers_in(question.text)
        if typed:
            return self._by_identifier(question, typed, build, limit)
        return (
            self._findings_of_listed(question, matches)
            or self._related(question, terms, matches, limit)
            or self._field(question, terms, matches)
            or self._existing(question, terms, matches, limit)
        )

    def _tells_papers_apart(self, term: QuestionTerm) -> bool:
        return term.is_content and stem(term.unit.written.lower()) not in self._idle

    def _by_identifier(
        self, question: Question, typed: list[tuple[str, str]], build: Build, limit: int
    ) -> RecordAnswer | None:
        entries = [entry for name, value in typed for entry in build.find_identifier(name, value)]
        if not entries:
            return RecordAnswer(
                "insufficient_evidence",
                (),
                (
                    Notice(
                        "not_given",
                        "No paper with the identifier in the question is in the library, nor listed in it.",
                    ),
                ),
            )
        record = find_record(build, entries[0])
        relation = self._relation(question.text)
        if relation and record.listed is None:
            return self._list_related([record], relation, [], limit)
        field = self._field_asked(question.text, exclude=dict(typed))
        match = RecordMatch(record, frozenset(), 1.0, 1.0)
        asks_content = bool(
            _ASKS_CONTENT.match(question.focus) and self._findings.search(question.text)
        )
        if record.listed is not None and asks_content and not field:
            return _text_not_held(record)
        if record.listed is None and not field and asks_content:
            return None
        return self._answer_field(match, field or "any")

    def _findings_of_listed(
        self, question: Question, matches: Sequence[RecordMatch]
    ) -> RecordAnswer | None:
        if not (_ASKS_CONTENT.match(question.focus) and self._findings.search(question.text)):
            return None
        if self._asks_field(question.text) or not matches:
            return None
        quoted = bool(_QUOTED.search(question.text))
        if not (quoted or self._paper.search(question.text)):
            return None
        listed = [match for match in matches if match.record.listed is not None]
        held = [match for match in matches if match.record.listed is None]
        if not listed:
            return None
        best = min(listed, key=lambda match: (-match.title_share, match.rank_key))
        telling = len(best.shared - self._common_keys(matches))
        sure = best.title_share >= _SURE_TITLE and telling >= 1
        if not (sure or telling >= 2):
            return None
        if any(
            match.title_share >= best.title_share and match.shared >= best.shared for match in held
        ):
            return None
        return _text_not_held(best.record)

    def _common_keys(self, matches: Sequence[RecordMatch]) -> frozenset[str]:
        """Keys that a third of the records share, so that they tell no paper apart."""
        counts: dict[str, int] = {}
        for match in matches:
            for key in match.shared:
                counts[key] = counts.get(key, 0) + 1
        return frozenset(key for key, count in counts.items() if count * 3 > len(matches))

    def _relation(self, text: str) -> Relation | None:
        return next(
            (name for name, pattern in self._relations.items() if pattern.search(text)), None
        )

    def _related(
        self,
        question: Question,
        terms: list[QuestionTerm],
        matches: Sequence[RecordMatch],
        limit: int,
    ) -> RecordAnswer | None:
        relation = self._relation(question.text)
        if relation is None:
            return None
        pages = [
            match
            for match in matches
            if match.record.listed is None
            and any(relation in paper.relations() for paper in match.record.document.related)
        ]
        wanted = {term.unit.key for term in terms}
        meant = [match for match in pages if wanted <= match.shared]
        if meant:
            best = [match.record for match in meant if match.share == meant[0].share]
            return self._list_related(best, relation, [], limit)
        return self._list_related([match.record for match in pages], relation, terms, limit)

    def _list_related(
        self,
        pages: Sequence[FoundRecord],
        relation: Relation,
        terms: Sequence[QuestionTerm],
        limit: int,
    ) -> RecordAnswer | None:
        drafts: list[Draft] = []
        notices: list[Notice] = []
        for page in pages:
            entries = [
                FoundRecord("", page.document, paper, 0.0)
                for paper in page.document.related
                if relation in paper.relations()
            ]
            if terms:
                kept = match_records(_NO_QUESTION, terms, entries, self._synonyms)
                entries = [match.record for match in kept if match.share == 1.0]
            drafts += [record_draft(entry, relation=relation) for entry in entries]
            if entries:
                notices.append(_as_listed(page, relation, len(entries)))
        if not drafts:
            return None
        return RecordAnswer("answered", tuple(drafts[:limit]), tuple(notices))

    def _field_asked(self, text: str, exclude: dict[str, str] | None = None) -> str | None:
        names = [name for name in _FIELDS if name not in (exclude or {})]
        return next((name for name in names if self._fields[name].search(text)), None)

    def _asks_field(self, text: str) -> bool:
        narrow = ("pmcid", "pmid", "doi", "authors", "keywords")
        return any(self._fields[name].search(text) for name in narrow)

    def _field(
        self, question: Question, terms: list[QuestionTerm], matches: Sequence[RecordMatch]
    ) -> RecordAnswer | None:
        field = self._field_asked(question.text)
        if field is None or not matches:
            return None
        by_author = [match for match in matches if names_an_author(terms, match.record.paper)]
        if field in ("affiliation", "any") and not by_author:
            if field == "affiliation" and self._fields["authors"].search(question.text):
                field = "authors"
            elif field == "affiliation" or not self._paper.search(question.text):
                return None
        target = by_author[0] if by_author else self._target(question, terms, matches)
        return self._answer_field(target, field) if target else None

    def _target(
        self, question: Question, terms: list[QuestionTerm], matches: Sequence[RecordMatch]
    ) -> RecordMatch | None:
        """The one paper that the question speaks of."""
        named = {
            kind
            for kind in ("review", "foreword", "study", "article", "paper")
            if re.search(rf"\b{kind}\b", question.focus, re.IGNORECASE)
        }
        if {term.unit.key for term in terms} - self._common_keys(matches):
            best = matches[0]
            if best.share >= _TARGET_SHARE or best.title_share >= _SURE_TITLE:
                return min(
                    matches, key=lambda match: (-(match.share + match.title_share), match.rank_key)
                )
        held = [match for match in matches if match.record.listed is None]
        of_kind = [match for match in held if named & set(own_kinds(match.record.document))]
        if terms and {term.unit.key for term in terms} - self._common_keys(matches):
            return None
        if of_kind and named:
            return of_kind[0]
        return held[0] if len(held) == 1 and named else None

    def _answer_field(self, match: RecordMatch, field: str) -> RecordAnswer:
        record = match.record
        notices = [_as_listed(record, record.listed.relations()[0], 1)] if record.listed else []
        drafts = tuple(field_drafts(record, field))
        if not has_field(record.paper, field):
            what = {"container": "journal or book", "any": "identifier"}.get(field, field)
            notices.append(
                Notice(
                    "not_given",
                    f"The library's copy gives no {what} for {paper_name(record.paper)}.",
                )
            )
            return RecordAnswer("insufficient_evidence", drafts, tuple(notices))
        added = () if record.listed else record.document.added
        notices += [
            Notice(
                "added",
                f"Not in the document itself: {one.name} “{one.value}”, added from {one.source}.",
            )
            for one in added
            if one.name == field
        ]
        return RecordAnswer("answered", drafts, tuple(notices))

    def _existing(
        self,
        question: Question,
        terms: list[QuestionTerm],
        matches: Sequence[RecordMatch],
        limit: int,
    ) -> RecordAnswer | None:
        if not terms or not self._existence.search(question.text):
            return None
        wanted = {term.unit.key for term in terms}
        found = [match for match in matches if wanted <= match.shared]
        if not found:
            return None
        drafts = tuple(record_draft(match.record) for match in found[:limit])
        pages = {
            match.record.document.document_id: match.record
            for match in found
            if match.record.listed
        }
        notices = [
            _as_listed(
                page,
                None,
                sum(
                    m.record.document is page.document and m.record.listed is not None
                    for m in found
                ),
            )
            for page in pages.values()
        ]
        return RecordAnswer("answered", drafts, tuple(notices))


_NO_QUESTION = Question("", "", (), (), False, False, False)


def _text_not_held(record: FoundRecord) -> RecordAnswer:
    name = paper_name(record.paper)
    relation = record.listed.relations()[0] if record.listed else None
    return RecordAnswer(
        "insufficient_evidence",
        (record_draft(record),),
        (
            _as_listed(record, relation, 1),
            Notice(
                "text_not_held",
                f"{name} is listed, but its text is not in the library: nothing can be said of what it found.",
            ),
        ),
    )


def _as_listed(record: FoundRecord, relation: Relation | None, count: int) -> Notice:
    under = f" under “{HEADINGS[relation]}”" if relation else ""
    papers = "1 paper" if count == 1 else f"{count} papers"
    return Notice(
        "as_listed",
        f"{papers}, as listed on the page of {paper_name(record.document)}{under}; there may be others.",
    )


def _any_of(patterns: Iterable[str], paper: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern.replace('{paper}', paper)})" for pattern in patterns)
    return re.compile(joined, re.IGNORECASE)


@cache
def _load_words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return words
