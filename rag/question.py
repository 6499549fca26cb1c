"""What a question asks: text in, its terms with weights and what kind of answer it wants out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from index.identifiers import without_identifiers
from index.text_analysis import plain_word, stem, terms_of
from rag.implications import read_implication
from rag.question_text import readings, without_texting
from rag.spelling import is_slip
from rag.synonyms import Synonyms, Unit

WORDS_FILE = Path(__file__).with_name("question_words.yaml")
_LIGHT_WEIGHT = 0.15
_PLAIN_WEIGHT = 0.5
_KNOWN_WEIGHT = 1.0
_NAME_WEIGHT = 1.5
_RARE_PIECES = 3
_MIN_CORRECTED = 6
_LEADS_TO_SUBJECT = frozenset(
    ("has", "have", "had", "with", "for", "on", "about", "takes", "taking", "regarding", "against")
)
_DETERMINERS = ("the", "a", "an", "any", "my")
_COUNTRY_IN_CAPITALS = "US"
_ASKS_WHO = re.compile(r"\s*who (?:is|was|are|were)\b", re.IGNORECASE)
_BEHIND_A_WORD = re.compile(r"\w $")


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A unit of the question that its answer should speak of.

    `weight` is 1 for what is known to matter, less for plain words and least for words that say
    little, more for names. `narrows` marks a
    word that restricts the question (a place, a group, another disease); `is_known` a word of the
    synonym list, of which it is certain that no other word for it was overlooked; `is_rare` a word that is not
    general English, so likely the name of something; `is_of_field` a word of the library's own field.
    """

    unit: Unit
    weight: float
    narrows: bool
    is_known: bool
    is_rare: bool = False
    is_of_field: bool = False

    @property
    def is_content(self) -> bool:
        return self.weight >= _PLAIN_WEIGHT

    @property
    def is_vital(self) -> bool:
        """True where a passage without it cannot be the answer."""
        return self.weight >= _KNOWN_WEIGHT


@dataclass(frozen=True, slots=True)
class Question:
    """An analysed question."""

    text: str
    focus: str
    """The sentence or sentences that ask; what a person tells about themselves is left out."""
    terms: tuple[QuestionTerm, ...]
    alternatives: tuple[frozenset[str], ...]
    """Keys of terms joined by "or": a passage that speaks of one need not speak of the other."""
    wants_number: bool
    wants_date: bool
    wants_definition: bool

    @property
    def content_terms(self) -> tuple[QuestionTerm, ...]:
        return tuple(term for term in self.terms if term.is_content)


class QuestionAnalyser:
    """Cuts questions into weighted terms.

    Args:
        synonyms: which words mean the same.
        count_pieces: word pieces of a word for the embedding model. Its vocabulary is the frequent
            words of English, so a word of many pieces is likely the name of something.
        words: the word lists; those beside this module where left out.
    """

    def __init__(
        self,
        synonyms: Synonyms,
        *,
        count_pieces: Callable[[str], int],
        words: dict[str, Any] | None = None,
    ) -> None:
        words = words or _load_words()
        self._synonyms = synonyms
        self._empty = _stems(words["empty"].split())
        self._light = _stems(words["light"].split())
        self._count_pieces = lru_cache(maxsize=10_000)(count_pieces)
        self._narrowing = frozenset(words["narrowing"])
        self._except = _phrase_pattern(words["except"])
        self._filler = _phrase_pattern(words["filler"])
        self._definition = _phrase_pattern(words["definition"])
        self._number = _phrase_pattern(words["number"])
        self._not_number = _phrase_pattern(words["not_number"])
        self._date = _phrase_pattern(words["date"])
        self._year = synonyms.units("year")[0].key
        self._implied = [read_implication(given, synonyms) for given in words["implied"]]
        self._little_words = frozenset(words["empty"].split()) | frozenset(words["light"].split())
        self._anagrams = frozenset("".join(sorted(word)) for word in words["empty"].split())

    def analyse(self, text: str) -> Question:
        """The question in `text`; of a story with a question in it, the part that asks."""
        text = without_texting(without_identifiers(text))
        for focus in readings(text):
            question = self._analyse(text, focus)
            if question.content_terms:
                break
        told = {term.unit.key: term for term in self._analyse(text, text).terms}
        kept = {term.unit.key for term in question.terms}
        carried = [
            term for key, term in told.items() if key not in kept and self._carries(term, text)
        ]
        return replace(question, terms=(*question.terms, *carried))

    def analyse_whole(self, text: str) -> Question:
        """The question with all that is told around it, for saying what the library holds on it."""
        text = without_texting(without_identifiers(text))
        return self._analyse(text, text)

    def _carries(self, term: QuestionTerm, text: str) -> bool:
        """True for what the story is about: a word of the field, or a name after "has" or "with".

        Names elsewhere are mostly people ("my father Peter").
        """
        if term.is_of_field:
            return True
        if not (term.is_rare or term.weight >= _NAME_WEIGHT):
            return False
        before = terms_of(text[: term.unit.start])
        return bool(before) and before[-1].lower in _LEADS_TO_SUBJECT

    def _analyse(self, text: str, focus: str) -> Question:
        left_out = [match.span() for match in self._filler.finditer(focus)]
        excepted = self._except.search(focus)
        units = [
            unit
            for unit in self._synonyms.units(focus)
            if not any(start <= unit.start < end for start, end in left_out)
            and not (excepted and excepted.start() <= unit.start <= excepted.end() + 1)
        ]
        if _ASKS_WHO.match(focus):
            units = [_as_person(unit) for unit in units]
        terms: dict[str, QuestionTerm] = {}
        for position, unit in enumerate(units):
            term = self._term(focus, units, position)
            known = terms.get(unit.key)
            if term and (known is None or term.weight > known.weight):
                terms[unit.key] = term
        for implication in self._implied:
            if implication.holds(focus, units, self._synonyms):
                terms.setdefault(
                    implication.unit.key, QuestionTerm(implication.unit, _KNOWN_WEIGHT, False, True)
                )
        wants_date = bool(self._date.search(focus))
        if wants_date:
            terms.pop(self._year, None)
        content = sum(term.is_content for term in terms.values())
        wants_number = self._number.search(focus) and not self._not_number.search(focus)
        return Question(
            text=text,
            focus=focus,
            terms=tuple(terms.values()),
            alternatives=_alternatives(units, terms),
            wants_number=bool(wants_number),
            wants_date=wants_date,
            wants_definition=content <= 2
            and (len(units) == 1 or bool(self._definition.match(focus.strip()))),
        )

    def _term(self, focus: str, units: list[Unit], position: int) -> QuestionTerm | None:
        unit = units[position]
        lower = plain_word(unit.written)
        is_country = unit.written.replace(".", "") == _COUNTRY_IN_CAPITALS
        is_letter = _is_letter(focus, unit)
        is_listed = bool(self._synonyms.forms(unit.key))
        may_be_empty = not (is_country or is_letter or unit.is_phrase)
        if may_be_empty and self._is_empty(unit, is_listed):
            return None
        narrows = position > 0 and self._follows_preposition(units, position)
        is_name = (
            any(c.isdigit() for c in lower)
            or is_country
            or (unit.written[0].isupper() and not _begins_sentence(focus, unit.start))
        )
        if stem(lower) in self._light and not unit.is_phrase and not is_country:
            return QuestionTerm(unit, _LIGHT_WEIGHT, narrows=False, is_known=is_listed)
        is_known = is_listed or self._synonyms.kind(unit.key) is not None
        if not is_known and self._is_misspelt_empty(lower):
            return QuestionTerm(unit, _LIGHT_WEIGHT, narrows=False, is_known=False)
        is_rare = not is_known and self._count_pieces(lower) >= _RARE_PIECES
        if is_name:
            weight = _NAME_WEIGHT
        else:
            weight = _KNOWN_WEIGHT if is_known or is_rare or narrows else _PLAIN_WEIGHT
        of_field = self._synonyms.is_of_field(unit.key)
        return QuestionTerm(unit, weight, narrows, is_known, is_rare, of_field)

    def _is_empty(self, unit: Unit, is_listed: bool) -> bool:
        """True for an empty word, and for one with its letters swapped ("waht", never "dose")."""
        word = plain_word(unit.written)
        swapped = not is_listed and "".join(sorted(word)) in self._anagrams
        return (
            word in self._empty or unit.key in self._empty or stem(word) in self._empty or swapped
        )

    def _is_misspelt_empty(self, word: str) -> bool:
        """True for a long unknown word one slip away from a word that says little ("pepole")."""
        return (
            len(word) >= _MIN_CORRECTED
            and word.isalpha()
            and self._count_pieces(word) > 1
            and any(is_slip(word, known) for known in self._little_words)
        )

    def _follows_preposition(self, units: list[Unit], position: int) -> bool:
        before = [unit.written.lower() for unit in units[max(0, position - 4) : position]]
        while before and before[-1] in _DETERMINERS:
            before.pop()
        if not before or before[-1] not in self._narrowing:
            return False
        is_of_kind = before[-1] == "of" and len(before) > 1 and self._says_little(before[-2])
        return not is_of_kind

    def _says_little(self, word: str) -> bool:
        return stem(word) in self._light or stem(word) in self._empty


def _begins_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".?!:;"


def _as_person(unit: Unit) -> Unit:
    """A name of two words is nobody's disease where it is asked who that is ("Who was Lou Gehrig?")."""
    is_name = unit.is_phrase and unit.written.istitle()
    return replace(unit, key=unit.written.lower()) if is_name else unit


def _is_letter(text: str, unit: Unit) -> bool:
    """True for the letter of a name ("vitamin E", "hepatitis A"), not for a title's first word."""
    word = unit.written
    is_capital = len(word) == 1 and word.isupper() and word != "I"
    return is_capital and _BEHIND_A_WORD.search(text[: unit.start]) is not None


def _alternatives(units: list[Unit], terms: dict[str, QuestionTerm]) -> tuple[frozenset[str], ...]:
    pairs: list[frozenset[str]] = []
    for position, unit in enumerate(units):
        if unit.key == "or":
            before = [one.key for one in units[max(0, position - 3) : position] if one.key in terms]
            after = [one.key for one in units[position + 1 : position + 4] if one.key in terms]
            if before and after:
                pairs.append(frozenset({before[-1], after[0], *after[-1:]}))
    return tuple(pairs)


def _stems(words: list[str]) -> frozenset[str]:
    return frozenset(term.stem for word in words for term in terms_of(word)) | frozenset(words)


def _phrase_pattern(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)


@cache
def _load_words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return words
