"""The papers that a description means: "the tofersen trial by Miller in 2022" in, records out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.models import Document, Related
from index.study_types import StudyType, study_types_of
from index.text_analysis import stem, terms_of
from rag.coverage import spoken_of
from rag.paper_wish import PaperWishes
from rag.question import Question, QuestionTerm
from rag.record_matching import own_kinds, record_text
from rag.references import paper_id
from rag.retrieval import FoundRecord
from rag.synonyms import Synonyms

_NOUN = (
    r"trials?|stud(?:y|ies)|papers?|articles?|reviews?|guidelines?|preprints?|reports?"
    r"|meta-?\s?analys[ei]s|publications?|abstracts?"
)
_DESCRIPTION = re.compile(
    rf"\b(?:the|that|this)\s+(?P<said>(?:(?!\b(?:the|that|this|of)\b)[^?.;])*?\b(?P<noun>{_NOUN})\b"
    r"(?:(?!\b(?:find|finds|found|show\w*|conclud\w*|report(?:s|ed)|says?|said|tell|suggest\w*"
    r"|recommend\w*|demonstrat\w*|been|is|are|was|were|have|has|had|cite[sd]?|argues?)\b)[^?;])*)",
    re.IGNORECASE,
)
_KIND_WORD = re.compile(r"\b(?:trial|review|guideline|meta-?\s?analysis|case report)s?\b", re.I)
_ALWAYS_FEW = 2
_WELL_ENOUGH = 0.6
"""Share of the description's weight that must fit where only plain words do not."""


@dataclass(frozen=True, slots=True)
class Description:
    """How a question describes one paper."""

    said: str
    terms: tuple[QuestionTerm, ...]
    """What tells the paper apart."""
    kinds: tuple[StudyType, ...]
    aspects: tuple[QuestionTerm, ...]
    """What the question names besides: on what the paper is asked."""
    is_subject: bool
    """False where an aspect stands before it: "the outcome of ALS according to the review"."""


@dataclass(frozen=True, slots=True)
class Described:
    """The papers that fit; where none does, words of the description that no paper has."""

    records: tuple[FoundRecord, ...]
    unknown: tuple[str, ...] = ()


class DescribedPapers:
    """Resolves descriptions against the records that were found for the question."""

    def __init__(self, wishes: PaperWishes, synonyms: Synonyms) -> None:
        self._wishes = wishes
        self._synonyms = synonyms

    def description(
        self, question: Question, telling: Sequence[QuestionTerm]
    ) -> Description | None:
        """How the question describes a paper by more than "the review"; None where it does not.

        Args:
            question: what is asked.
            telling: its terms that tell papers apart.
        """
        match = _DESCRIPTION.search(question.text)
        if not match:
            return None
        said = match["said"].strip()
        words = {term.stem for term in terms_of(said)}
        inside = [one for one in telling if {t.stem for t in terms_of(one.unit.written)} <= words]
        kinds = self._wishes.kinds_in(said)
        named = {stem(word) for word in _KIND_WORD.findall(said.lower())}
        terms = tuple(one for one in inside if stem(one.unit.written.lower()) not in named)
        if not terms:
            return None
        aspects = tuple(one for one in telling if one not in inside)
        before = {term.stem for term in terms_of(question.text[: match.start()])}
        is_subject = not any(
            {term.stem for term in terms_of(one.unit.written)} <= before for one in aspects
        )
        return Description(said, terms, kinds, aspects, is_subject)

    def resolve(self, description: Description, records: Sequence[FoundRecord]) -> Described:
        """The papers that fit all of it; else those that lack no more than plain words."""
        fitting: dict[str, FoundRecord] = {}
        nearly: dict[str, tuple[float, FoundRecord]] = {}
        spoken: set[str] = set()
        total = sum(term.weight for term in description.terms)
        held = {one.document.document_id for one in records if one.listed is None}
        for record in records:
            name = paper_id(record.listed) if record.listed else record.document.document_id
            if record.listed and name in held:
                continue
            shared = self._shared(description, record.paper)
            spoken |= shared
            if not _is_of_kind(record.paper, description.kinds):
                continue
            missing = [one for one in description.terms if one.unit.key not in shared]
            share = 1 - sum(one.weight for one in missing) / total
            if not missing:
                fitting.setdefault(name, record)
            elif share >= _WELL_ENOUGH and not any(one.is_vital for one in missing):
                nearly.setdefault(name, (share, record))
        if len(fitting) > max(_ALWAYS_FEW, len(records) / 3):
            return Described(())  # it tells no paper apart
        if fitting:
            return Described(_held_first(fitting.values()))
        most = max((share for share, _ in nearly.values()), default=0.0)
        best = [record for share, record in nearly.values() if share == most]
        unknown = tuple(
            one.unit.written
            for one in description.terms
            if one.is_vital and one.unit.key not in spoken
        )
        return Described(_held_first(best), unknown)

    def _shared(self, description: Description, paper: Document | Related) -> frozenset[str]:
        text = record_text(paper)
        if isinstance(paper, Document):
            text = " . ".join([text, *paper.mesh_terms])
        return spoken_of(description.terms, self._synonyms.units(text), self._synonyms)


def _held_first(records: Iterable[FoundRecord]) -> tuple[FoundRecord, ...]:
    return tuple(sorted(records, key=lambda one: one.listed is not None))


def _is_of_kind(paper: Document | Related, kinds: Sequence[StudyType]) -> bool:
    """True where the record, the title or the paper itself says that it is of one of the kinds."""
    if not kinds:
        return True
    mesh = paper.mesh_terms if isinstance(paper, Document) else ()
    own = set(study_types_of(paper.publication_types, mesh))
    words = {stem(term.lower) for term in terms_of(paper.title or "")}
    if isinstance(paper, Document):
        words |= {stem(one) for one in own_kinds(paper)}
    return bool(own & set(kinds)) or any(
        {stem(part) for part in kind.split("_")} <= words for kind in kinds
    )
