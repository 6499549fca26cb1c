"""Questions that ask several things: text in, each part as a question of its own out.

"What is riluzole, and when was it approved?" asks for two sentences that need not stand together.
A part that leans on the one before it ("it", no name of its own) is read with the name that it means.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.question import Question, QuestionTerm
from rag.question_text import sentences_of

_ASKS = r"(?:how|what|which|who|whom|whose|when|where|why|in (?:what|which)|since when|until when)"
_VERB = r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)"
_JOINT = re.compile(
    rf",\s+(?:and|but)\s+(?:also\s+)?(?={_ASKS}\b|{_VERB}\b)|\s+and\s+(?={_ASKS}\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers)\b", re.IGNORECASE
)
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One thing that is asked."""

    text: str
    """As it was written."""
    read: str
    """As it is answered: with what was told around it, and the name that it leans on."""


def split_question(text: str, analyse: Callable[[str], Question]) -> tuple[QuestionPart, ...]:
    """The parts of a question; empty where it asks one thing, or where a part says too little alone."""
    sentences = sentences_of(text)
    asking = [one for one in sentences if one.rstrip("\"'”’)").endswith("?")]
    told = " ".join(one for one in sentences if one not in asking)
    written = [part for one in asking for part in _parts_of(one)]
    if not 1 < len(written) <= _MOST_PARTS:
        return ()
    parts: list[QuestionPart] = []
    subject: QuestionTerm | None = None
    for one in written:
        question = analyse(one)
        own = _subject(question.terms)
        has_pronoun = bool(parts) and _PRONOUN.search(one) is not None
        if not question.content_terms or (has_pronoun and subject is None):
            return ()
        leans = subject is not None and (has_pronoun or own is None)
        read = _with_subject(one, subject.unit.written) if subject and leans else one
        parts.append(QuestionPart(one, f"{told} {read}".strip()))
        subject = own or subject
    return tuple(parts)


def _parts_of(sentence: str) -> list[str]:
    pieces = [piece.strip(" ,;?") for piece in _JOINT.split(sentence.strip())]
    return [f"{piece[0].upper()}{piece[1:]}?" for piece in pieces if piece]


def _subject(terms: Sequence[QuestionTerm]) -> QuestionTerm | None:
    """What a later "it" means: the first name, else the first word that is likely one."""
    names = [one for one in terms if one.weight > 1]
    likely = [one for one in terms if one.is_rare or one.is_of_field]
    return next(iter([*names, *likely]), None)


def _with_subject(part: str, subject: str) -> str:
    """The part with the name in place of its first pronoun, else behind it."""
    if _PRONOUN.search(part):
        return _PRONOUN.sub(subject, part, count=1)
    return f"{part.rstrip('?')} ({subject})?"
