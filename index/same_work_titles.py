"""Titles made comparable: a title as any source writes it in, its letters and what it is out.

The same paper is called "TGF-β1 in ALS." here and "[TGF-beta 1 in ALS]" there, and its erratum,
reply or discussion carries the same words; both are told here.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

from index.same_work_notices import Notice, take_notice

_GREEK = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
        *("lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi"),
        *("chi", "psi", "omega"),
    ), strict=True)),
    "ς": "sigma", "ϑ": "theta", "ϕ": "phi", "ϵ": "epsilon", "µ": "mu",
}  # fmt: skip
_LETTERS = str.maketrans(
    {letter: f" {name} " for letter, name in _GREEK.items()}
    | {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_TAG = re.compile(
    r"</?(?:[a-z]+:)?(?:i|b|u|em|strong|sub|sup|sc|italic|bold|span|p|br|inf|math|m[a-z]{1,5})"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u9fff]")
_DIGITS = re.compile(r"\d+")
_ROMAN_NUMBERS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN = re.compile(r"\b(?:ii|iii|iv|vi{1,3}|ix|xi{1,2})\b")
_FIRST_PART = re.compile(r"\bpart\s+(?:i|one|a)\b")
_SPELT = {
    **{"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"},
    **{"nine": "9", "ten": "10", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th"},
    **{"fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th"},
}
_SPELT_NUMBER = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b")
_PART = re.compile(r"\b(?:part|section|chapter)\s+([b-e]|[vx])\b")

_MARKED_PAPER = re.compile(
    r"^\W*(?:retracted(?: article| paper| chapter)?|withdrawn|removed|temporary removal"
    r"|article retracted)\s*[:.\]—–-]+\s*|\s*[(\[](?:retracted|withdrawn)\b[^()\[\]]*[)\]]\.?\s*$"
)
_SOURCE_NOTE = re.compile(
    r"\s*[\[(](?:author['’]?s transl|article in [a-z ,]+|in [a-z]+|review|letter|comment"
    r"|editorial|abstract|reprinted[^()\[\]]*)[\])]\.?\s*$"
)
_ABSTRACT_NUMBER = re.compile(
    r"^(?:abstract\s+(?:no\.?\s*)?[a-z]{0,4}-?\d{1,4}\s*[:.]|\d{2,4}\.)\s+"
)
_SUBTITLE = re.compile(r"\s*(?:[:;?!]|\.(?=\s)|\s[-–—]+\s|—|--)\s*")

_STOP_WORDS = frozenset(
    "a an the of and or in on for with to from by at as is are be its into after before between"  # noqa: SIM905 - plainer
    " during within without under over via der die das und von bei mit le la les de du des et en"
    " un une el los las y del al".split()
)


@dataclass(frozen=True, slots=True)
class ComparableTitle:
    """A title without what differs from source to source."""

    letters: str
    """Its letters and digits alone, in lower case, Greek ones by name; empty without a title."""
    main_letters: str
    """Those before the first colon, dash or full stop; as `letters` where there is none."""
    numbers: tuple[str, ...]
    """Numbers, Roman ones among them, in order: what tells Part I from Part II, IL-6 from IL-8."""
    weight: int
    """Distinct words that say something: one of few is shared by many papers."""
    notice: Notice | None
    is_translated: bool
    """In brackets, as PubMed gives the English of a title in another language."""


def comparable_title(title: str | None) -> ComparableTitle:
    """The title made comparable, and the kind of notice that it says it is."""
    text = " ".join(_TAG.sub(" ", html.unescape(title or "")).casefold().split())
    is_translated = text.startswith("[") and text.rstrip(" .").endswith("]")
    if is_translated:
        text = text.rstrip(" .")[1:-1]
    text = _ABSTRACT_NUMBER.sub("", _strip_notes(text))
    notice, text = take_notice(text)
    text = _strip_notes(text)
    main = _SUBTITLE.split(text, maxsplit=1)[0]
    folded = _in_figures(fold(text))
    words = _WORD.findall(folded)
    letters = "".join(words)
    return ComparableTitle(
        letters=letters,
        main_letters=_letters(main) if main != text else letters,
        numbers=_numbers(folded),
        weight=_weight(words),
        notice=notice,
        is_translated=is_translated,
    )


def fold(text: str) -> str:
    """`text` in lower case, without accents and with Greek letters by name."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    named = unicodedata.normalize("NFKC", lowered).translate(_LETTERS)
    parts = unicodedata.normalize("NFKD", named)
    return "".join(one for one in parts if not unicodedata.combining(one)).translate(_LETTERS)


def _letters(text: str) -> str:
    return "".join(_WORD.findall(_in_figures(fold(text))))


def _in_figures(folded: str) -> str:
    return _SPELT_NUMBER.sub(lambda match: _SPELT[match.group()], folded)


def _strip_notes(text: str) -> str:
    """Without a mark of retraction or a note of the source, however many there are."""
    while True:
        shorter = _SOURCE_NOTE.sub("", _MARKED_PAPER.sub("", text))
        if shorter == text:
            return text
        text = shorter


def _numbers(folded: str) -> tuple[str, ...]:
    found = [(one.start(), one.group().lstrip("0")) for one in _DIGITS.finditer(folded)]
    found += [
        (one.start(), str(_ROMAN_NUMBERS.index(one.group()))) for one in _ROMAN.finditer(folded)
    ]
    found += [(one.start(), one[1]) for one in _PART.finditer(folded)]
    found += [(one.start(), "1") for one in _FIRST_PART.finditer(folded)]
    return tuple(text for _, text in sorted(set(found)))


def _weight(words: list[str]) -> int:
    """Distinct words of three letters or more; of a script without blanks, two letters a word."""
    telling = {word for word in words if word not in _STOP_WORDS and len(word) > 2}
    return sum(max(1, len(word) // 2) if _UNSPACED.match(word) else 1 for word in telling)
