"""Whether cited spans bear a sentence that a language model wrote: both in, what is wrong out.

No model: numbers with their units, names, denials and directions, and how much of what the sentence
says its spans say too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

import yaml

from index.text_analysis import Term, stem, terms_of
from rag.direction import turned_direction
from rag.logistic import Logistic
from rag.names_in_text import commonness, is_likely_name
from rag.negation import EMPTY_WORDS, turned_negation
from rag.number_words import with_digits
from rag.quantities import Quantity, find_quantities, plain
from rag.question import WORDS_FILE
from rag.synonyms import Synonyms, load_synonyms

FaultKind = Literal["number", "name", "negation", "direction", "content"]
_LEAST_COVERAGE = 0.6
_RAREST = 7.0
_SHARED_START = 5
_SHARED_PART = 0.6
_COUNTED = {
    frozenset(("both", "pair", "couple", "double", "dual", "twin")): 2,
    frozenset(("triad", "trio", "triple", "triplet")): 3,
}
"""Words that say how many there are."""
_WORD_BEFORE = re.compile(r"\b([^\W\d_]{4,})[ -]$")
_BRACKETS = re.compile(r"[()\[\]]")
_TIMES = frozenset(("year", "month", "week", "day", "hour", "minute"))
SIGNALS = ("coverage", "numbers", "names", "polarity")
_SCORE = Logistic(
    -6.50,
    {"coverage": 10.35, "numbers": -5.29, "names": -5.31, "polarity": -7.62},
)
"""As `alsqa eval faults --fit` gives it."""


@dataclass(frozen=True, slots=True)
class SupportFault:
    """What the spans do not bear: the words of the sentence, and a message for people."""

    kind: FaultKind
    words: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Support:
    """What is wrong with a sentence."""

    faults: tuple[SupportFault, ...]
    coverage: float
    """The share of what it says, weighted by rarity, that its spans say too."""

    @property
    def signals(self) -> dict[str, float]:
        """What the score is made of."""
        kinds = Counter(fault.kind for fault in self.faults)
        return {
            "coverage": self.coverage,
            "numbers": float(kinds["number"]),
            "names": float(kinds["name"]),
            "polarity": float(kinds["negation"] + kinds["direction"]),
        }

    @property
    def score(self) -> float:
        """The probability that the spans bear it, where of such sentences half are borne, 0 to 1."""
        return _SCORE.probability(self.signals)


def check_support(
    sentence: str, spans: Sequence[str], *, synonyms: Synonyms | None = None
) -> Support:
    """Compare a sentence with the spans that it cites.

    Args:
        sentence: without markers.
        spans: verbatim.
        synonyms: which words mean the same; those of the library's field where left out.
    """
    if sentence in spans:
        return Support((), 1.0)
    synonyms = synonyms or _own_synonyms()
    quoted = " ".join(spans)
    numbers = _strange_numbers(sentence, quoted)
    names, coverage = _strange_words(sentence, quoted, synonyms)
    negation, direction = turned_negation(sentence, spans), turned_direction(sentence, spans)
    faults = [
        *(
            SupportFault("number", (one,), f"the number {one} of a claim is not in its quotes")
            for one in numbers
        ),
        *(
            SupportFault("name", (one,), f"the name {one} of a claim is not in its quotes")
            for one in names
        ),
    ]
    if negation:
        message = "a claim denies what its quotes say, or says what they deny"
        faults.append(SupportFault("negation", negation, message))
    if direction:
        message = f"its quotes say the opposite of {', '.join(direction)}"
        faults.append(SupportFault("direction", direction, message))
    if coverage < _LEAST_COVERAGE:
        faults.append(SupportFault("content", (), "a claim says what its quotes do not"))
    return Support(tuple(faults), coverage)


def _strange_numbers(sentence: str, quoted: str) -> tuple[str, ...]:
    counted = plain(with_digits(quoted))
    there = find_quantities(counted)
    implied = {count for words, count in _COUNTED.items() if words & set(quoted.lower().split())}
    written = plain(with_digits(sentence))
    return tuple(
        one.text
        for one in find_quantities(written)
        if _has_another(written, one, counted)
        or not (
            any(_same(one, other, counted) for other in there)
            or one.value in implied
            or _is_joined(written, one, quoted)
        )
    )


def _has_another(sentence: str, number: Quantity, quoted: str) -> bool:
    """Whether the word before it has a number in the quotes too, but another ("interleukin 6")."""
    before = _WORD_BEFORE.search(sentence[: number.start])
    if number.unit is not None or not before or before[1].lower() in EMPTY_WORDS:
        return False
    theirs = re.findall(rf"\b{re.escape(before[1])}[ -]?(\d+(?:\.\d+)?)", quoted, re.IGNORECASE)
    return bool(theirs) and number.text not in theirs


def _is_joined(sentence: str, number: Quantity, quoted: str) -> bool:
    """Whether the quotes write the number as one word with what stands before it ("dismutase1")."""
    before = sentence[: number.start].split()
    return bool(before) and _stands_in(f"{before[-1]}{number.text}", quoted)


def _stands_in(word: str, text: str) -> bool:
    """Whether the word stands in the text by itself, or between hyphens ("Iba-1" in "anti-Iba-1")."""
    form = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return bool(form.search(text) or form.search(_BRACKETS.sub("", text)))


def _same(one: Quantity, other: Quantity, quoted: str) -> bool:
    """Whether both are the same, or the quotes leave a unit of time out ("aged 65" for 65 years)."""
    if one.is_in(other):
        return True
    untold = other.unit is None and other.shared_unit is None
    is_time = one.unit in _TIMES and not quoted.startswith(" times", other.end)
    return untold and is_time and one.value == other.value


def _strange_words(sentence: str, quoted: str, synonyms: Synonyms) -> tuple[tuple[str, ...], float]:
    """Names that the quotes do not have, and the share of what the sentence says that they have."""
    there = terms_of(quoted)
    stems, lower = {term.stem for term in there}, {term.lower for term in there}
    keys = {unit.key for unit in synonyms.units(quoted)}
    initials = _initials(there)
    # "anti-convulsants" is "anticonvulsants" too
    stems |= {stem(word.replace("-", "").lower()) for word in quoted.split() if "-" in word}
    names: list[str] = []
    covered = total = 0.0
    borne = [
        unit
        for unit in synonyms.units(sentence)
        if unit.key in keys and (unit.is_phrase or synonyms.forms(unit.key))
    ]
    terms = terms_of(sentence)
    for term, following in zip_longest(terms, terms[1:]):
        if term.lower.isdigit() or term.lower in _empty_words() or term.stem in _empty_words():
            continue
        weight = max(0.5, _RAREST - commonness(term.lower))
        total += weight
        known = (
            term.stem in stems
            or term.lower in initials
            or _singular(term) in lower
            or _stands_in(term.written, quoted)
            or any(unit.start <= term.start < unit.end for unit in borne)
        )
        after = following.lower if following else ""
        if not known and is_likely_name(term, begins_sentence=term is terms[0], following=after):
            if not _is_form_of_any(term, stems):
                names.append(term.written)
        elif known or _is_form_of_any(term, stems):
            covered += weight
    return tuple(dict.fromkeys(names)), covered / total if total else 1.0


def _singular(term: Term) -> str:
    """A short form without the s of its plural ("MSCs")."""
    is_plural = term.written.endswith("s") and term.written[:-1].isupper()
    return term.lower[:-1] if is_plural else term.lower


def _initials(terms: Sequence[Term]) -> frozenset[str]:
    """Short forms of every run of two to six words ("amyotrophic lateral sclerosis": "als")."""
    letters = "".join(term.lower[:1] for term in terms)
    return frozenset(
        letters[start : start + length] for length in range(2, 7) for start in range(len(letters))
    )


def _is_form_of_any(term: Term, stems: set[str]) -> bool:
    """Whether some word there is of its family ("inhibition", "inhibitor"); never for a symbol."""
    if not term.stem.isalpha() or any(character.isupper() for character in term.written[1:]):
        return False
    return any(_is_form(term.stem, other) for other in stems)


def _is_form(one: str, other: str) -> bool:
    length = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        length += 1
    return length >= max(_SHARED_START, _SHARED_PART * max(len(one), len(other)))


@lru_cache(maxsize=1)
def _own_synonyms() -> Synonyms:
    # every word counts as English: a name one letter off is another name, not a slip
    return load_synonyms(is_english=lambda _word: True)


@lru_cache(maxsize=1)
def _empty_words() -> frozenset[str]:
    words = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))["empty"].split()
    return frozenset(words) | frozenset(stem(word) for word in words)
