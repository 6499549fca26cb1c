"""Which sentences bear on a question: retrieved chunks in, scored sentences with exact spans out.

A sentence is scored by the share of the question's terms that it (or what it refers back to)
speaks of, in these or other words, and by the cosine of its vector to the question's. Vectors of
single words were tried for "other words" and are no help: "diagnosed" is as near to "disease" as
"mortality" is to "death".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from index.embedding import Vectors
from index.library_rows import StoredChunk
from index.models import Document
from index.sentences import sentence_spans
from rag.coverage import spoken_of
from rag.logistic import Logistic
from rag.question import Question, QuestionTerm
from rag.relevance_model import Relevance
from rag.synonyms import Synonyms

_CLOSE = ((0.65, 0.54), (0.84, 0.3))
"""Coverage and cosine that let plain words be missing; set on 675 questions, see docs/answering.md."""
_COSINE_SHARE = 0.5
_READ_SHARE = 0.25
_SURE = 0.9
"""Probability from which plain words may be missing."""
READ = ("sentence", "answers", "similarity", "coverage")
"""What the probability that a sentence answers is made of: the relevance model's logits of it and of
its passage, its cosine and its coverage."""
_DEFINITION_BONUS = 0.3
_REFERS_BACK = re.compile(r"^(?:These|This|They|It|Those|Such|Both of (?:these|them))\b")
_CLAUSE_BREAK = re.compile(r"[,;:]\s|\s(?:until|while|whereas|but|although|though|because)\s|[()]")
_IS_A = re.compile(r"^([^,;:]{2,80}?)\s(?:is|are)\s(?:a|an|the|one of)\b")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half|third)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
)


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence of a chunk with what it has to do with the question."""

    chunk_id: str
    document_id: str
    section: str
    start: int
    end: int
    text: str
    similarity: float
    """Cosine of its vector and the question's."""
    coverage: float
    """Weighted share of the question's terms that it speaks of, 0 to 1."""
    missing: tuple[QuestionTerm, ...]
    """Content terms that it does not speak of."""
    fits_answer_type: bool
    """False where a number or a date is wanted and the clause on the matter has none."""
    defines: bool
    """True where the question wants a definition and the sentence begins with one."""
    leans_on: tuple[int, int] | None
    """Span of the sentence before it, where it cannot be read without."""
    logits: tuple[float, float] | None = None
    """Of it and of its passage to answer, where the relevance model read it."""
    probability: float | None = None
    """That it is what answers, where the relevance model read it."""

    @property
    def answers(self) -> bool:
        """True where the sentence can stand as an answer.

        It speaks of every term that matters; plain words may be missing where the rest, and the
        sentence as a whole, are close.
        """
        if not self.fits_answer_type or self.coverage <= 0:
            return False
        if any(term.is_vital for term in self.missing):
            return False
        if not self.missing or (self.probability or 0) >= _SURE:
            return True
        return any(
            self.coverage >= coverage and self.similarity >= similarity
            for coverage, similarity in _CLOSE
        )

    @property
    def score(self) -> float:
        """Coverage first, meaning and what the relevance model says second; ranks sentences."""
        return (
            self.coverage
            + _COSINE_SHARE * self.similarity
            + _DEFINITION_BONUS * self.defines
            + _READ_SHARE * (self.probability or 0)
        )

    @property
    def values(self) -> dict[str, float] | None:
        """Those in `READ`; None where the relevance model did not read it."""
        if self.logits is None:
            return None
        return dict(zip(READ, (*self.logits, self.similarity, self.coverage), strict=True))


class EvidenceFinder:
    """Scores sentences for questions.

    Args:
        synonyms: words that mean the same.
        formula: of the probability that a sentence answers, of the values in `READ`.
    """

    def __init__(self, synonyms: Synonyms, formula: Logistic | None = None) -> None:
        self._synonyms = synonyms
        self._formula = formula

    def find(
        self,
        question: Question,
        question_vector: Vectors,
        chunks: Iterable[tuple[StoredChunk, Vectors]],
        documents: dict[str, Document],
        *,
        limit: int,
        relevances: Mapping[str, Relevance] | None = None,
    ) -> list[EvidenceSentence]:
        """The best sentences of `chunks`, best first.

        Args:
            question: what is asked.
            question_vector: its vector, shape (dimension,).
            chunks: each with the vectors of its sentences, in their order.
            documents: the documents of the chunks, by id.
            limit: how many sentences, after a first cut by cosine, are looked at closely.
            relevances: what the relevance model says, by chunk id.
        """
        topics = {name: self._topic(document) for name, document in documents.items()}
        candidates: list[tuple[float, StoredChunk, int]] = []
        for stored, vectors in chunks:
            for position, cosine in enumerate(vectors @ question_vector):
                candidates.append((float(cosine), stored, position))
        candidates.sort(
            key=lambda candidate: (-candidate[0], candidate[1].chunk.chunk_id, candidate[2])
        )
        found = [
            self._read(
                self._score(question, cosine, stored, position, documents, topics),
                position,
                (relevances or {}).get(stored.chunk.chunk_id),
            )
            for cosine, stored, position in candidates[:limit]
        ]
        return sorted(found, key=lambda one: (not one.answers, -one.score, one.chunk_id, one.start))

    def _score(
        self,
        question: Question,
        cosine: float,
        stored: StoredChunk,
        position: int,
        documents: dict[str, Document],
        topics: dict[str, frozenset[str]],
    ) -> EvidenceSentence:
        chunk = stored.chunk
        text = documents[chunk.document_id].text
        start, end = chunk.sentences[position]
        leans_on = (
            _sentence_before(documents[chunk.document_id], start)
            if _REFERS_BACK.match(text[start:end])
            else None
        )
        read = text[leans_on[0] : end] if leans_on else text[start:end]
        units = self._synonyms.units(f"{chunk.section}. {read}")
        topic = topics[chunk.document_id]
        spoken = spoken_of(
            question.terms,
            units,
            self._synonyms,
            alternatives=question.alternatives,
            given=topic,
        )
        total = sum(term.weight for term in question.terms)
        covered = sum(term.weight for term in question.terms if term.unit.key in spoken)
        return EvidenceSentence(
            chunk_id=chunk.chunk_id,
            document_id=chunk.document_id,
            section=chunk.section,
            start=start,
            end=end,
            text=text[start:end],
            similarity=cosine,
            coverage=covered / total if total else 0.0,
            missing=tuple(term for term in question.content_terms if term.unit.key not in spoken),
            fits_answer_type=self._fits_answer_type(question, read, topic),
            defines=question.wants_definition and self._defines(question, text[start:end]),
            leans_on=leans_on,
        )

    def _read(
        self, sentence: EvidenceSentence, position: int, relevance: Relevance | None
    ) -> EvidenceSentence:
        """The same with what the relevance model says of it."""
        if relevance is None or not np.isfinite(relevance.sentences[position]):
            return sentence
        logits = (float(relevance.sentences[position]), relevance.answers)
        read = replace(sentence, logits=logits)
        if self._formula is None or read.values is None:
            return read
        return replace(read, probability=self._formula.probability(read.values))

    def _fits_answer_type(self, question: Question, text: str, topic: frozenset[str]) -> bool:
        if not (question.wants_number or question.wants_date):
            return True
        wanted = _YEAR if question.wants_date else _NUMBER
        terms = [
            term
            for term in question.terms
            if term.is_vital and not wanted.search(term.unit.written)
        ]
        keys = {term.unit.key for term in terms}
        return any(
            keys
            <= spoken_of(
                terms,
                self._synonyms.units(clause),
                self._synonyms,
                alternatives=question.alternatives,
                given=topic,
            )
            for clause in _clauses_with(wanted, text)
        )

    def _defines(self, question: Question, sentence: str) -> bool:
        """True where the sentence runs "<term of the question> (…) is a …"."""
        head = _IS_A.match(sentence)
        if not head:
            return False
        keys = {unit.key for unit in self._synonyms.units(head.group(1))}
        return any(term.unit.key in keys for term in question.terms)

    def _topic(self, document: Document) -> frozenset[str]:
        """Keys of what the whole document is about: the phrases of title, container and keywords, the year."""
        named = " . ".join([document.title or "", document.container or "", *document.keywords])
        phrases = frozenset(unit.key for unit in self._synonyms.units(named) if unit.is_phrase)
        return phrases | ({str(document.year)} if document.year else frozenset())


def _sentence_before(document: Document, start: int) -> tuple[int, int] | None:
    """Span of the sentence before `start` in the same section."""
    section = document.section_at(start)
    if section is None:
        return None
    spans = sentence_spans(document.text[section.start : start])
    return (section.start + spans[-1][0], section.start + spans[-1][1]) if spans else None


def _clauses_with(pattern: re.Pattern[str], text: str) -> list[str]:
    clauses = [part for part in _CLAUSE_BREAK.split(text) if part]
    return [clause for clause in clauses if pattern.search(clause)]
