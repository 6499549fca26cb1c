"""Do two sentences on how things stand contradict each other? Only what rules can tell safely.

That is: the same words with and without a "not"; other numbers of approved drugs for the same; "the
only approved drug" against another that is approved for the same.
"""

import re
from dataclasses import dataclass

from index.text_analysis import terms_of

_NEGATIONS = frozenset({"no", "not", "never", "cannot", "none", "neither", "nor", "without"})
_SAYS_LITTLE = frozenset(
    [
        "a",
        "an",
        "the",
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
        "do",
        "does",
        "did",
        "it",
        "this",
        "that",
        "these",
        "those",
        "there",
        "of",
        "for",
        "in",
        "on",
        "by",
        "with",
        "to",
        "and",
        "any",
        "yet",
        "still",
        "now",
        "currently",
        "already",
        "also",
        "so",
        "far",
        "date",
        "today",
        "present",
        "at",
        "since",
        "recently",
        "again",
        "as",
        "however",
        "but",
    ]
)
_FEWEST_TERMS = 3
_NUMBERS = {
    name: number
    for number, name in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        start=1,
    )
}
_NUMBER = rf"(?P<number>{'|'.join(_NUMBERS)}|\d{{1,2}})"
_NOUN = r"(?:drugs?|medications?|medicines?|treatments?|therap(?:y|ies)|agents?|compounds?)"
_APPROVED = r"(?:(?:FDA|EMA)-)?(?:approved|licen[sc]ed|authori[sz]ed)"
_WORDS = r"(?:[\w-]+\s+){0,3}?"
_IS = r"(?:is|are|was|were|has been|have been)\s+(?:\w+ly\s+|now\s+|also\s+|first\s+)?"
_COUNTED = (
    re.compile(
        rf"\b(?:the\s+only|only)\s+(?:{_NUMBER}\s+)?(?P<kind>{_WORDS}){_APPROVED}\s+(?P<more>{_WORDS}){_NOUN}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:the\s+only\s+)?{_NUMBER}\s+(?P<kind>{_WORDS}){_APPROVED}\s+(?P<more>{_WORDS}){_NOUN}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:(?:the\s+)?only\s+)?{_NUMBER}\s+(?P<kind>{_WORDS}){_NOUN}(?:,[^.;]*?,|\s+that)?\s+(?:{_IS})?{_APPROVED}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bthe\s+only\s+(?P<kind>{_WORDS}){_NOUN}\s+(?:that\s+)?(?:{_IS})?{_APPROVED}\b",
        re.IGNORECASE,
    ),
)
_ONLY_ONE = re.compile(
    r"\b(?P<name>[A-Za-z][\w-]+)(?:\s+\([^)]*\))?\s+(?:is|was|remains)\s+(?:\w+ly\s+|still\s+)?the\s+only\b",
)
_ANOTHER = re.compile(
    rf"\b(?P<name>[A-Za-z][\w-]+)(?:\s+\([^)]*\))?\s+{_IS}{_APPROVED}\b", re.IGNORECASE
)
_NO_NAME = re.compile(
    rf"{_NOUN}|it|this|that|these|they|which|who|and|both|or|none|other|others|\d+|{'|'.join(_NUMBERS)}",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:for|against|to treat|in patients with)\s+(?:the\s+)?(?:treatment of\s+|treating\s+|patients with\s+)?"
    r"(?:the\s+)?(?P<object>[\w-]+(?:\s+(?!by\b|in\b|and\b|since\b|is\b|are\b|to\b|with\b|that\b|has\b|at\b|so\b)[\w-]+){0,4})"
)
_WHERE = re.compile(
    r"\b(?:FDA|EMA|PMDA|Europe(?:an)?|Japan(?:ese)?|USA?|United States|Canad\w+|Korea\w*|China|Chinese"
    r"|UK|United Kingdom|Australia\w*)\b"
)


@dataclass(frozen=True, slots=True)
class _Count:
    """So many are approved, of that kind."""

    number: int
    kind: frozenset[str]


def contradict(older: str, newer: str) -> bool:
    """True where the newer sentence says another thing of the same than the older one."""
    return _opposite(older, newer) or (
        _same_object(older, newer)
        and set(_WHERE.findall(older)) == set(_WHERE.findall(newer))
        and (_other_count(older, newer) or _another_one(older, newer))
    )


def _opposite(one: str, other: str) -> bool:
    first, second = _stems(one), _stems(other)
    negated = bool(first & _NEGATIONS) != bool(second & _NEGATIONS)
    said = first - _NEGATIONS
    return negated and len(said) >= _FEWEST_TERMS and said == second - _NEGATIONS


def _stems(text: str) -> frozenset[str]:
    """Stems of what the words say, and negations as they are."""
    terms = (term for term in terms_of(text) if term.lower not in _SAYS_LITTLE)
    return frozenset(term.lower if term.lower in _NEGATIONS else term.stem for term in terms)


def _other_count(older: str, newer: str) -> bool:
    first, second = _count(older), _count(newer)
    if first is None or second is None or first.kind != second.kind:
        return False
    return first.number != second.number


def _count(text: str) -> _Count | None:
    """How many are approved; None where the sentence does not say, or speaks against it."""
    if _stems(text) & _NEGATIONS:
        return None
    for pattern in _COUNTED:
        if match := pattern.search(text):
            groups = match.groupdict()
            written = (groups.get("number") or "one").lower()
            kind = f"{groups['kind']} {groups.get('more') or ''}"
            number = int(written) if written.isdigit() else _NUMBERS[written]
            return _Count(number, frozenset(_stems(kind) - {"fda", "ema"}))
    return None


def _another_one(older: str, newer: str) -> bool:
    only, counted = _ONLY_ONE.search(older), _count(older)
    other = _ANOTHER.search(newer)
    if not only or not other or counted is None or counted.number != 1 or counted.kind:
        return False
    names = [match["name"] for match in (only, other)]
    if any(_NO_NAME.fullmatch(name) for name in names) or _stems(newer) & _NEGATIONS:
        return False
    return names[0].lower() != names[1].lower()


def _same_object(one: str, other: str) -> bool:
    """True where both say for what, and it is the same, or one is the other's abbreviation."""
    found = (_OBJECT.search(one), _OBJECT.search(other))
    if found[0] is None or found[1] is None:
        return False
    first, second = (match["object"] for match in found if match)
    return (
        _stems(first) == _stems(second) or _initials(first) == second or _initials(second) == first
    )


def _initials(phrase: str) -> str:
    words = phrase.split()
    return "".join(word[0].upper() for word in words) if len(words) > 1 else ""
