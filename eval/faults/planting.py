"""Replies with a fault and without: written replies in, what a language model may send out.

Every reply is of one sentence with a marker, beside four numbered passages: the quote that bears it and
the three that have most of its words in common. The same seed gives the same replies.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from eval.faults.replies import WrittenReply
from index.settings import PROJECT_ROOT
from index.text_analysis import terms_of
from rag.models import Span
from rag.numbered_evidence import NumberedPassage

_OTHERS = 3
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IDENTIFIER_FORMS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f" (PMID: {chance.randrange(10**7, 4 * 10**7)})",
    lambda chance: f" (PMID {chance.randrange(10**7, 4 * 10**7)})",
    lambda chance: f" (PMC{chance.randrange(10**6, 10**7)})",
    lambda chance: f" (doi:10.{chance.randrange(1000, 9999)}/als.{chance.randrange(10**5)})",
    lambda chance: f" (https://pubmed.ncbi.nlm.nih.gov/{chance.randrange(10**7, 4 * 10**7)}/)",
    lambda chance: (
        f" (https://doi.org/10.{chance.randrange(1000, 9999)}/s{chance.randrange(10**6)})"
    ),
)
_LIST_FILES = ("*.yaml", "*.txt", "*.json")


class Kind(StrEnum):
    """What a reply is; the first two are sound."""

    VERBATIM = "verbatim"
    PARAPHRASE = "paraphrase"
    IDENTIFIER = "invented identifier"
    NUMBER = "wrong number"
    LISTED_NAME = "swapped name, in a list of ours"
    UNLISTED_NAME = "swapped name, in no list"
    NEGATION_DROPPED = "negation dropped"
    NEGATION_ADDED = "negation added"
    DIRECTION = "direction turned round"
    PASSAGE = "marker to another passage"
    OUTSIDE = "claim from outside"


SOUND = (Kind.VERBATIM, Kind.PARAPHRASE)


@dataclass(frozen=True, slots=True)
class Planted:
    """A reply, the passages that it was given, and which of them bears it without its fault."""

    kind: Kind
    text: str
    passages: tuple[NumberedPassage, ...]
    gold: int
    source: WrittenReply


def plant(replies: Sequence[WrittenReply], *, seed: int = 0) -> list[Planted]:
    """Sound and faulty replies after each written one."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    stems = [{term.stem for term in terms_of(one.quote)} for one in replies]
    every: list[Planted] = []
    for place, one in enumerate(replies):
        shared = sorted(
            (other for other in range(len(replies)) if replies[other].quote != one.quote),
            key=lambda other, own=stems[place]: (-len(own & stems[other]), other),  # type: ignore[misc]
        )
        shown = [one, *(replies[other] for other in shared[:_OTHERS])]
        chance.shuffle(shown)
        passages = tuple(_passage(n, each) for n, each in enumerate(shown, start=1))
        gold = shown.index(one) + 1
        for kind, text, marker in _texts(one, gold, len(passages), chance):
            every.append(Planted(kind, _marked(text, marker), passages, gold, one))
    return every


def _texts(
    one: WrittenReply, gold: int, passages: int, chance: random.Random
) -> Iterator[tuple[Kind, str, int]]:
    """Kind, text and marker of each reply after one that was written."""
    yield Kind.VERBATIM, one.quote, gold
    yield Kind.PARAPHRASE, one.paraphrase, gold
    base = chance.choice((one.quote, one.paraphrase))
    yield Kind.IDENTIFIER, _with_identifier(base, chance), gold
    for text in dict.fromkeys((one.quote, one.paraphrase)):
        if wrong := _with_other_number(text, one.quote, chance):
            yield Kind.NUMBER, wrong, gold
    if one.swap:
        kind = Kind.LISTED_NAME if is_listed(one.swap.other) else Kind.UNLISTED_NAME
        yield kind, one.paraphrase.replace(one.swap.name, one.swap.other), gold
    yield Kind(OPPOSITES[one.opposite_kind]), one.opposite, gold
    yield Kind.PASSAGE, base, chance.choice([n for n in range(1, passages + 1) if n != gold])
    yield Kind.OUTSIDE, one.outside, gold


OPPOSITES = {
    "negation dropped": Kind.NEGATION_DROPPED,
    "negation added": Kind.NEGATION_ADDED,
    "direction": Kind.DIRECTION,
}


def is_listed(name: str) -> bool:
    """True where a word of the name stands in a list that comes with alsqa."""
    listed = _listed_words()
    return any(term.lower in listed for term in terms_of(name))


@cache
def _listed_words() -> frozenset[str]:
    words: set[str] = set()
    for package in ("rag", "index", "eval"):
        for pattern in _LIST_FILES:
            for path in sorted((PROJECT_ROOT / package).rglob(pattern)):
                if not _holds_cases(path):
                    words.update(term.lower for term in terms_of(path.read_text(encoding="utf-8")))
    return frozenset(words)


def _holds_cases(path: Path) -> bool:
    """True for files that only measure: nothing that answers reads them."""
    return "questions" in path.parts or path.name in ("baseline.json", "examples.yaml")


def _passage(n: int, one: WrittenReply) -> NumberedPassage:
    span = Span(one.document_id, None, 0, len(one.quote), one.quote)
    return NumberedPassage(n, (span,), None, None)


def _marked(text: str, marker: int) -> str:
    body, stop = (text[:-1], text[-1]) if text.endswith((".", "!", "?")) else (text, ".")
    return f"{body} [{marker}]{stop}"


def _with_identifier(text: str, chance: random.Random) -> str:
    return f"{text.rstrip('.')}{chance.choice(_IDENTIFIER_FORMS)(chance)}."


def _with_other_number(text: str, quote: str, chance: random.Random) -> str | None:
    """The text with one of its numbers changed to one that the quote does not have."""
    there = {match[0] for match in _NUMBER.finditer(quote)}
    places = list(_NUMBER.finditer(text))
    if not places:
        return None
    place = chance.choice(places)
    for _ in range(20):
        other = _other_number(place[0], chance)
        if other not in there:
            return f"{text[: place.start()]}{other}{text[place.end() :]}"
    return None


def _other_number(number: str, chance: random.Random) -> str:
    """A slip that people and models make: a digit, two digits exchanged, a point moved, a year."""
    digits = [place for place, character in enumerate(number) if character.isdigit()]
    if _YEAR.fullmatch(number):
        return str(int(number) + chance.choice((-10, -2, -1, 1, 2, 10)))
    way = chance.randrange(3)
    if way == 0 and len(digits) > 1:
        first, second = digits[:2]
        swapped = list(number)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        return "".join(swapped)
    if way == 1 and "." not in number and "," not in number:
        return f"{number}0"
    place = chance.choice(digits)
    digit = str((int(number[place]) + chance.randrange(1, 10)) % 10)
    return f"{number[:place]}{digit}{number[place + 1 :]}"
