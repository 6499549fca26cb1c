"""Terms of the lexical index: a text in, the terms that it is found by out.

Written for biomedical names: IL-6 and IL-8 differ, while TDP-43, TDP43 and TDP 43 are one, and so are
α-synuclein and alpha-synuclein, tumour and tumor, neurons and neuron. A compound gives itself,
joined, and its parts.
"""

import re
import unicodedata
from functools import lru_cache

from index.text_analysis import stem

INDEX_TERMS_VERSION = 1
"""Raise it when a text would give other terms: builds are then made anew."""

_GREEK = {
    **dict(
        zip(
            "αβγδεζηθικλμ",
            [
                "alpha",
                "beta",
                "gamma",
                "delta",
                "epsilon",
                "zeta",
                "eta",
                "theta",
                "iota",
                "kappa",
                "lambda",
                "mu",
            ],
            strict=True,
        )
    ),
    **dict(
        zip(
            "νξοπρσςτυφχψω",
            [
                "nu",
                "xi",
                "omicron",
                "pi",
                "rho",
                "sigma",
                "sigma",
                "tau",
                "upsilon",
                "phi",
                "chi",
                "psi",
                "omega",
            ],
            strict=True,
        )
    ),
}
_FOLD = str.maketrans(
    _GREEK | dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("’‘`", "'") | dict.fromkeys("′″", "")
)
_TAG = re.compile(r"</?(?:sup|sub|i|b|em|strong)>", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_WORD = re.compile(r"\d+\.\d+|[^\W_]+(?:[-'][^\W_]+)*")
_NAME_AND_NUMBER = re.compile(r"\b([A-Z]{2,6}) (\d{1,3})(?!\w|[.,]\d|%)")
_POSSESSIVE = re.compile(r"'s?$")
_ACRONYMS = re.compile(r"\b([A-Z]{2,}\d*)s\b")
_BETWEEN = re.compile(r"[-']")
_LONGEST_UNSTEMMED = 3
"""So that ALS is not the "al." of "et al."."""
_MIN_RESPELT = 5
_AMERICAN = (
    (re.compile(r"(?<=[a-z])[ao]e(?=[a-z])(?!s$|d$)"), "e"),  # haem, oedema, diarrhoea
    (re.compile(r"^[ao]e(?=[a-z]{4})"), "e"),
    (re.compile(r"(?<=[a-z]{2})our(?=(?:s|ed|ing|al|able|ful|ite|ites|ally|less)?$)"), "or"),
    (re.compile(r"(?<=[a-z][bt])re(?=s?$)"), "er"),  # fibre, centre
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|es|ed|er|ers|ing|ation|ations|ational)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{4})ll(?=(?:ed|ing|er|ers)$)"), "l"),  # signalled, not filled
    (re.compile(r"(?<=sul)ph(?=ur|ate|ide|ite|onamide)"), "f"),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
    (re.compile(r"(?<=neuron)e(?=s?$)"), ""),
    (re.compile(r"(?<=alumin)i(?=um$)"), ""),
)
"""British spellings, and what they become; only that both fold alike counts."""
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "between",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "might",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "should",
        "such",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
    ]
)
"""Words without a meaning of their own; a word of them alone is no query."""


def index_terms(text: str) -> list[str]:
    """The terms of `text`, in order; none for stop words."""
    return [term for word in _WORD.finditer(_folded(text)) for term in _terms_of(word.group())]


def index_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of `text` in lower case, each with its terms, the word as a whole first."""
    words = (word.group() for word in _WORD.finditer(_folded(text)))
    return [(word, terms) for word in words if (terms := _terms_of(word))]


@lru_cache(maxsize=100_000)
def _terms_of(word: str) -> tuple[str, ...]:
    word = _POSSESSIVE.sub("", word)
    parts = [part for part in _BETWEEN.split(word) if part]
    own = [_term(part) for part in parts if part not in STOP_WORDS]
    return (_term("".join(parts)), *own) if len(parts) > 1 else tuple(own)


def _term(word: str) -> str:
    return stem(american(word)) if word.isalpha() and len(word) > _LONGEST_UNSTEMMED else word


def american(word: str) -> str:
    """The word in lower case as an American would spell it, or near it: equal for both spellings."""
    if len(word.removesuffix("s")) < _MIN_RESPELT:
        return word
    for pattern, replacement in _AMERICAN:
        word = pattern.sub(replacement, word)
    return word


def _folded(text: str) -> str:
    """Lower case, compatibility forms and Greek letters spelt out; "TDP 43" is also read as one."""
    plain = (
        _TAG.sub("", unicodedata.normalize("NFKC", text.replace("´", "'")))
        if not text.isascii() or "<" in text
        else text
    )
    plain = _ACRONYMS.sub(r"\1", _THOUSANDS.sub("", plain))  # MSCs
    plain = _NAME_AND_NUMBER.sub(r"\1 \2 \1\2", plain)
    return plain.lower().translate(_FOLD)
