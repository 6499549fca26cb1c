"""Whether a sentence turns round what its source says of more and less, better and worse: words out.

Each word of a clause is read with the nearest word of direction ("increased", "worse") of each kind, and
what comes after "than" the other way round, so that "A was higher than B" is "B was lower than A". The
words that a sentence shares with its source then vote for or against each word of direction.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from index.text_analysis import stem
from rag.negation import EMPTY_WORDS

_WORDS_FILE = Path(__file__).with_name("direction_words.yaml")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CLAUSE = re.compile(
    r"[;:.!?]\s|\b(?:but|whereas|while|although|though|because|since)\b", re.IGNORECASE
)
_THAN = re.compile(
    r"\b(?:than|compared (?:with|to)|in comparison (?:with|to)|relative to|versus|vs)\b"
    r"(?:\W+(?!(?:have|has|had|is|are|was|were|do|does|did)\b)(?<!, )\w+){1,6}",
    re.IGNORECASE,
)
"""The other side of a comparison."""
_TURNING = re.compile(r"\b(?:less|least)\s+$", re.IGNORECASE)
"""What turns a word of direction round, just before it."""
_WEAK = re.compile(r"\w+(?:ly|ions?|ment|ors?)", re.IGNORECASE)
"""An adverb or a noun, which yields to a verb or an adjective ("blocks the activation")."""
_BETWEEN = re.compile(r"\W*(?:(?!(?:and|or|than)\b)[\w'’-]+\s+){0,3}", re.IGNORECASE)
"""Between two opposite words of which the one may speak of the other ("less increased")."""
_LEAST_LETTERS = 3
_COMMA = 3
"""As many words as a comma parts."""
_REACH = 8
"""In words, of a word of direction."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a word of direction says: of what kind, and on which side of it, +1 or -1."""

    kind: str
    side: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a clause: the how-manieth it is, and where it stands."""

    place: int
    start: int
    end: int
    text: str
    stem: str
    headings: tuple[_Heading, ...]

    def says_something(self, kind: str) -> bool:
        """Whether it is what a word of direction of the kind may be said of."""
        return (
            len(self.stem) >= _LEAST_LETTERS
            and self.text.lower() not in EMPTY_WORDS
            and all(one.kind != kind for one in self.headings)
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word and the word of direction that is said of it, on which side."""

    kind: str
    stem: str
    side: int
    weight: float
    """How much it counts, up to 1: the nearer, the more."""
    by: _Word


def turned_direction(sentence: str, spans: Sequence[str]) -> tuple[str, ...]:
    """Words of the sentence for which its spans have the opposite; else empty."""
    theirs: defaultdict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for one in (reading for span in spans for reading in _readings(span)):
        sides = theirs[one.kind, one.stem]
        sides[one.side] = max(sides.get(one.side, 0.0), one.weight)
    votes: defaultdict[_Word, float] = defaultdict(float)
    for one in _readings(sentence):
        there = theirs.get((one.kind, one.stem), {})
        if len(there) == 1:  # a word that is on both sides says nothing
            ((side, weight),) = there.items()
            votes[one.by] += min(one.weight, weight) * (1 if side == one.side else -1)
    return tuple(dict.fromkeys(word.text for word, vote in votes.items() if vote < 0))


def _readings(text: str) -> Iterator[_Reading]:
    for clause in _CLAUSE.split(text):
        words = list(_words(clause))
        than = _THAN.search(clause)
        before = [one for one in words if than and one.headings and one.start < than.start()]
        compared = before[-1] if before else None
        other = range(*than.span()) if than else range(0)
        for kind in sorted({one.kind for word in words for one in word.headings}):
            sided = _sided(clause, words, kind)
            for word in words if sided else ():
                if not word.says_something(kind):
                    continue
                distance, _, by, side = min(
                    (_distance(clause, one, word), one.place, one, side) for one, side in sided
                )
                is_other = by is compared and word.start in other
                if is_other or distance <= _REACH:
                    weight = 1.0 if by is compared else 1 / distance
                    yield _Reading(kind, word.stem, -side if is_other else side, weight, by)


def _words(clause: str) -> Iterator[_Word]:
    by_stem, neither = _word_list()
    for place, found in enumerate(_WORD.finditer(clause)):
        lower = found.group().lower()
        root = stem(lower)
        headings = () if lower in neither else by_stem.get(root, ())
        yield _Word(place, found.start(), found.end(), found.group(), root, headings)


def _sided(clause: str, words: Sequence[_Word], kind: str) -> list[tuple[_Word, int]]:
    """The words of direction of the kind, each with its side; none where one speaks of another."""
    every = [
        (word, -one.side if _TURNING.search(clause[: word.start]) else one.side)
        for word in words
        for one in word.headings
        if one.kind == kind
    ]
    sided = [one for one in every if not _WEAK.fullmatch(one[0].text)] or every
    is_mixed = any(
        side != other and _BETWEEN.fullmatch(clause[first.end : second.start])
        for (first, side), (second, other) in pairwise(sided)
    )
    return [] if is_mixed else sided


def _distance(clause: str, one: _Word, other: _Word) -> int:
    """In words."""
    first, last = sorted((one, other), key=lambda word: word.place)
    return last.place - first.place + _COMMA * clause.count(",", first.end, last.start)


@lru_cache(maxsize=1)
def _word_list() -> tuple[dict[str, tuple[_Heading, ...]], frozenset[str]]:
    """What words of direction say, by stem, and words that have such a stem and say nothing of it."""
    kinds = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    neither = frozenset(kinds.pop("neither").split())
    found: defaultdict[str, list[_Heading]] = defaultdict(list)
    for kind, sides in kinds.items():
        for side, name in ((1, "one"), (-1, "other")):
            for root in dict.fromkeys(stem(word) for word in sides[name].split()):
                found[root].append(_Heading(kind, side))
    return {root: tuple(headings) for root, headings in found.items()}, neither
