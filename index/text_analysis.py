"""Words of a text as search sees them: text in, terms with stems and offsets out.

A hyphenated compound of letters is cut into its parts; one with a digit (IL-6, TDP-43) stays whole
and loses its hyphen, so that IL-6 is not IL-8 and TDP-43 is TDP43. F.D.A. is FDA.
"""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

_DOTTED = r"(?:[A-Za-z]\.){2,}[A-Za-z]?"
_WORD = re.compile(rf"{_DOTTED}(?![^\W_])|[^\W_]+(?:[-‐‑–'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HYPHENS = re.compile(r"[-‐‑–]")
_POSSESSIVE = re.compile(r"['’]s$|s['’]$", re.IGNORECASE)
_stemmers = threading.local()


@dataclass(frozen=True, slots=True)
class Term:
    """One word: as written, in lower case, its stem, and where it stands."""

    written: str
    lower: str
    stem: str
    start: int
    end: int


def terms_of(text: str) -> list[Term]:
    """The terms of `text`, in order."""
    terms: list[Term] = []
    for word in _WORD.finditer(text):
        if "." in word.group() or any(character.isdigit() for character in word.group()):
            terms.append(_term(word.group(), word.start()))
        else:
            terms += [
                _term(part.group(), word.start() + part.start())
                for part in _PART.finditer(word.group())
            ]
    return terms


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball (English) stem of a lower-case word."""
    if not hasattr(_stemmers, "english"):
        _stemmers.english = Stemmer.Stemmer("english")
    return str(_stemmers.english.stemWord(word))


def plain_word(written: str) -> str:
    """The word in lower case, without a possessive ending and the dots of an abbreviation."""
    return _POSSESSIVE.sub("", written.lower().replace("’", "'")).replace(".", "")


def _term(written: str, start: int) -> Term:
    lower = plain_word(written)
    if any(character.isdigit() for character in lower):
        lower = _HYPHENS.sub("", lower)
    return Term(written, lower, stem(lower), start, start + len(written))
