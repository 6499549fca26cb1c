"""Sentences as they read alone: a quote in, its words without a lead-in and with abbreviations explained out.

What is changed is recorded, so that the quote can be made again of the words: a dropped lead-in
("However, "), and meanings put behind abbreviations in [brackets].
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.abbreviations import abbreviations_in, meaning_of

_LABEL = re.compile(
    r"(?:AIMS?|BACKGROUND|CONCLUSIONS?|DISCUSSION|FINDINGS|INTERPRETATION|INTRODUCTION|METHODS|OBJECTIVES?"
    r"|PURPOSE|RESULTS|SIGNIFICANCE|SUMMARY|UNLABELLED)(?: AND [A-Z]+)?: (?=\S)"
)
_LEAD_IN = re.compile(
    r"(?:(?:However|Moreover|Furthermore|Additionally|Therefore|Thus|Hence|Consequently|Nevertheless"
    r"|Nonetheless|Conversely|Also|Besides|Finally|Lastly|Firstly|Secondly|Thirdly|Similarly|Likewise"
    r"|Meanwhile|Indeed|Accordingly|Overall|Notably|Importantly|Interestingly|Surprisingly|Of note"
    r"|In addition|In contrast|By contrast|In fact|In turn|In short|In summary|In conclusion|In particular"
    r"|On the other hand|On the contrary|On the one hand|As a result|As a consequence|As such"
    r"|At the same time|After all|For this reason|For these reasons|To this end|To that end|Taken together"
    r"|That said|Even so|More importantly|Most importantly|To conclude|To summarise|To summarize), |(?:But|And|So|Yet) )"
)
_FIRST_WORD = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True, slots=True)
class Readable:
    """A sentence as it is shown, and how it differs from its quote."""

    text: str
    dropped: str = ""
    """The beginning of the quote that is left out, up to where the text goes on."""
    expanded: tuple[str, ...] = ()
    """What was put into brackets, in order."""


def quote_of(text: str, dropped: str, expanded: tuple[str, ...]) -> str:
    """The quote that a readable sentence was made of; its first letter may have another case.

    An expansion that the text does not have makes a quote that no source has.
    """
    place = 0
    for meaning in expanded:
        inserted = f" [{meaning}]"
        place = text.find(inserted, place)
        if place < 0:
            return ""
        text = text[:place] + text[place + len(inserted) :]
    return dropped + text


def is_of(text: str, dropped: str, expanded: tuple[str, ...], quote: str) -> bool:
    """True where the sentence is that quote but for what was recorded."""
    made = quote_of(text, dropped, expanded)
    if not dropped:
        return made == quote
    if dropped != without_lead_in(quote).dropped:
        return False
    first = len(dropped)
    same_case = made[first : first + 1].lower() == quote[first : first + 1].lower()
    return made[:first] == quote[:first] and same_case and made[first + 1 :] == quote[first + 1 :]


def without_lead_in(quote: str) -> Readable:
    """The quote without its abstract's label and without words that refer to what stood before it."""
    place = 0
    for pattern in (_LABEL, _LEAD_IN):
        if match := pattern.match(quote, place):
            place = match.end()
    rest = quote[place:]
    first = _FIRST_WORD.match(rest)
    if not place or first is None:
        return Readable(quote)
    word = first.group()
    is_plain = word == word.lower() and not any(letter.isdigit() for letter in word)
    return Readable((rest[0].upper() if is_plain else rest[0]) + rest[1:], quote[:place])


class Explainer:
    """Explains the abbreviations of an answer, each where it is first met.

    Args:
        question: those in it, and those whose meaning it has, need no explanation.
    """

    def __init__(self, question: str) -> None:
        self._known = set(abbreviations_in(question))
        self._said = question.lower()

    def explained(self, sentence: Readable, source: str) -> Readable:
        """The sentence with meanings behind abbreviations, as far as its source defines them."""
        text, expanded = sentence.text, []
        self._said += " " + text.lower()
        places = {one: _end_of(one, text) for one in abbreviations_in(text)}
        shift = 0
        for abbreviation, place in sorted(places.items(), key=lambda item: item[1]):
            if abbreviation in self._known:
                continue
            self._known.add(abbreviation)
            meaning = meaning_of(abbreviation, source)
            if meaning is None or meaning.lower() in self._said:
                continue
            self._said += " " + meaning.lower()
            inserted = f" [{meaning}]"
            text = text[: place + shift] + inserted + text[place + shift :]
            shift += len(inserted)
            expanded.append(meaning)
        return Readable(text, sentence.dropped, tuple(expanded))


def _end_of(abbreviation: str, text: str) -> int:
    """Where its first use as a whole word ends."""
    whole = re.search(rf"(?<![\w-]){re.escape(abbreviation)}(?![\w-])", text)
    return whole.end() if whole else len(text)


def definitions_hold(expanded: Collection[str], text: str, source: str) -> bool:
    """True where each meaning in the text stands behind an abbreviation that the source defines so."""
    for meaning in expanded:
        before = text.partition(f" [{meaning}]")[0]
        word = before.rsplit(None, 1)[-1] if before.split() else ""
        found = abbreviations_in(word)
        if not found or meaning_of(found[-1], source) != meaning:
            return False
    return True
