"""Which papers a question is about: its terms and the records of papers in, matches out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.models import Document, Related
from index.text_analysis import stem, terms_of
from rag.coverage import spoken_of
from rag.question import Question, QuestionTerm
from rag.retrieval import FoundRecord
from rag.synonyms import Synonyms

QUOTED = re.compile(r"(?<!\w)[\"“'‘](?=\S)([^\"“”]{8,}?)(?<=\S)[\"”'’](?!\w)")
_KINDS = re.compile(
    r"\b(?:this|the|our|present) (review|book|chapter|study|trial|foreword|article)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RecordMatch:
    """How well a paper's record fits what the question says of it."""

    record: FoundRecord
    shared: frozenset[str]
    """Keys of the question's terms that the record speaks of."""
    share: float
    """Weighted share of those terms, 0 to 1; 0 where the question has none."""
    title_share: float
    """Share of the title's own words that the question has, 0 to 1; 1 where it quotes the title."""

    @property
    def rank_key(self) -> tuple[float, bool, float, float]:
        """Sorts better matches first; a paper whose text is held before one that is listed."""
        held = self.record.listed is None
        return (-self.share, not held, -self.title_share, -self.record.similarity)


def match_records(
    question: Question | None,
    terms: Sequence[QuestionTerm],
    records: Iterable[FoundRecord],
    synonyms: Synonyms,
) -> list[RecordMatch]:
    """The records, each with how well it fits `terms` (of `question`, if any), best first."""
    asked = {unit.key for unit in synonyms.units(question.text)} if question else set()
    alternatives = question.alternatives if question else ()
    total = sum(term.weight for term in terms)
    matches: list[RecordMatch] = []
    for record in records:
        units = synonyms.units(record_text(record.paper))
        shared = spoken_of(terms, units, synonyms, alternatives=alternatives)
        title = {
            unit.key
            for unit in synonyms.units(record.paper.title or "")
            if unit.is_phrase or len(unit.written) > 3
        }
        weight = sum(term.weight for term in terms if term.unit.key in shared)
        matches.append(
            RecordMatch(
                record=record,
                shared=shared,
                share=weight / total if total else 0.0,
                title_share=1.0
                if quotes_title(question, record.paper.title)
                else len(title & asked) / max(1, len(title)),
            )
        )
    return sorted(matches, key=lambda match: match.rank_key)


def quotes_title(question: Question | None, title: str | None) -> bool:
    """True where something in quotation marks is the title, or three or more words of it."""
    if question is None or title is None:
        return False
    words = " ".join(term.lower for term in terms_of(title))
    quoted = (" ".join(t.lower for t in terms_of(one)) for one in QUOTED.findall(question.text))
    return any(one.count(" ") >= 2 and one in words for one in quoted)


def record_text(paper: Document | Related) -> str:
    """All that a record says of a paper, as one text to match against."""
    parts = [paper.title or "", paper.container or "", str(paper.year or "")]
    parts += [author.name for author in paper.authors]
    parts += paper.publication_types
    if isinstance(paper, Document):
        parts += [author.affiliation or "" for author in paper.authors]
        parts += [*paper.keywords, *own_kinds(paper)]
    else:
        parts.append(paper.date or "")
    return " . ".join(parts)


def own_kinds(document: Document) -> list[str]:
    """What the document calls itself: "this review" makes it a review."""
    named = {match.lower() for match in _KINDS.findall(document.text)}
    if document.title:
        named |= {word for word in ("foreword", "review") if word in document.title.lower()}
    return sorted(named | {str(kind).lower() for kind in document.publication_types})


def names_an_author(terms: Iterable[QuestionTerm], paper: Document | Related) -> bool:
    """True where one of the terms is an author's surname."""
    names = {stem(word.lower()) for author in paper.authors for word in author.name.split()}
    return any(term.unit.key in names for term in terms)
