"""Whether quotes bear a sentence, by its words: a sentence and quotes in, faults out."""

import re
from collections.abc import Callable, Sequence

from index.text_analysis import terms_of

SupportCheck = Callable[[str, Sequence[str]], tuple[str, ...]]
"""A sentence and the quotes that it cites in; what is wrong, in words, out; empty where they bear it."""

_LEAST_SHARE = 0.7
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9]\w*[A-Z0-9])[A-Za-z][\w-]*\w\b")
"""A gene, a drug's code, an abbreviation: two capitals or digits at least."""
_NEGATION = re.compile(
    r"\b(?:not?|never|neither|nor|none|without|cannot|fail(?:s|ed)?|lack(?:s|ed)?)\b|n['’]t\b",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "by",
        "to",
        "for",
        "from",
        "with",
        "and",
        "or",
        "but",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "they",
        "their",
        "which",
        "who",
        "whom",
        "what",
        "when",
        "where",
        "than",
        "then",
        "also",
        "can",
        "may",
        "such",
        "into",
        "about",
        "between",
        "among",
        "during",
        "after",
        "before",
        "both",
        "each",
        "other",
        "there",
    ]
)


def check_words(sentence: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Faults of a sentence that cites these quotes.

    Its numbers and names stand in them, it denies where they deny, and most of its words are theirs.
    """
    quoted = " ".join(quotes)
    numbers = set(_NUMBER.findall(quoted))
    faults = [
        f"the number {number} is not in the evidence"
        for number in dict.fromkeys(_NUMBER.findall(sentence))
        if number not in numbers
    ]
    quoted_terms = terms_of(quoted)
    lower = {term.lower for term in quoted_terms}
    faults += [
        f"{name} is not in the evidence"
        for name in dict.fromkeys(_NAME.findall(sentence))
        if not {term.lower for term in terms_of(name)} <= lower
    ]
    stems = {term.stem for term in terms_of(sentence) if term.lower not in _FUNCTION_WORDS}
    nearest = max(
        quotes, key=lambda one: len(stems & {term.stem for term in terms_of(one)}), default=""
    )
    if bool(_NEGATION.search(sentence)) != bool(_NEGATION.search(nearest)):
        faults.append("one of sentence and evidence denies and the other does not")
    borne = stems & {term.stem for term in quoted_terms}
    if len(borne) < _LEAST_SHARE * len(stems) or not stems:
        faults.append("the evidence does not say that")
    return tuple(faults)
