"""Numbers written as words: a text in, the same text with digits out."""

import re

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
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
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY = "|".join(sorted((*_ONES, *_TENS, *_SCALES), key=len, reverse=True))
_ANY_WORD = re.compile(rf"\b(?:{_ANY})\b", re.IGNORECASE)
_WRITTEN = re.compile(rf"\b(?:{_ANY})(?:(?:[ -]|\ and\ )(?:{_ANY}))*\b", re.IGNORECASE)
_SCALED = re.compile(r"\b(\d+(?:\.\d+)?) (thousand|million|billion)\b", re.IGNORECASE)
_SAYS_LITTLE = frozenset(("zero", "one"))
"""Mostly not a count: "one of the causes", "zero" for none."""


def with_digits(text: str) -> str:
    """The text with "30000" for "thirty thousand"; a lone "one" stays, for it seldom counts."""
    text = _SCALED.sub(lambda found: _scaled(found[1], found[2]), text)
    return _WRITTEN.sub(lambda found: _digits(found[0]), text)


def _scaled(number: str, scale: str) -> str:
    return f"{float(number) * _SCALES[scale.lower()]:.0f}"


def _digits(written: str) -> str:
    words = re.findall(r"[a-z]+", written.lower())
    if len(words) == 1 and (words[0] in _SAYS_LITTLE or words[0] in _SCALES):
        return written
    whole = [word for word in words if word != "and"]
    if not _is_one_number(words):
        return _ANY_WORD.sub(lambda found: _digits(found[0]), written)
    total = part = 0
    for word in whole:
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
        else:
            part += _ONES.get(word, 0) + _TENS.get(word, 0)
    return str(total + part)


def _is_one_number(words: list[str]) -> bool:
    """False for numbers in a row ("two and three", "five ten")."""
    for place in range(1, len(words)):
        before, word = words[place - 1], words[place]
        if word == "and" or word in _SCALES:
            continue
        after_scale = before in _SCALES or (before == "and" and words[place - 2] in _SCALES)
        after_tens = before in _TENS and 0 < _ONES.get(word, 0) < 10
        if not (after_scale or after_tens):
            return False
    return "and" not in words or any(word in _SCALES for word in words)
