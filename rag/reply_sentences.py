"""What a language model writes, cut into sentences as it comes: parts in, sentences and markers out.

Markers are read in the forms that models use ([1], [1, 2], [1-3], 【1】, [^1], [Source 1] and (1) at
the end), before or after the full stop; markdown, lead-ins and the thoughts of a reasoning model go.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.sentences import sentence_spans

_LONGEST = 1_000
_WIDEST_RANGE = 8
_THOUGHTS = ("<think>", "</think>")
_NUMBERS = r"\d{1,3}(?:\s*(?:[,;&–-]|and)\s*\d{1,3})*"
_MARKER = re.compile(
    rf"\[\s*\^?(?:(?:sources?|evidence|refs?\.?|references?|passages?)\s*:?\s*)?({_NUMBERS})\s*\]"
    r"|【\s*(\d{1,3})[^】\n]{0,30}】",
    re.IGNORECASE,
)
_AFTER_STOP = re.compile(r"([.!?]+[\"”’)]*)[ \t]*((?:\[\d{1,3}\][ \t]*)+)(?![.,;])")
_IN_BRACKETS = re.compile(r"(?<=\s)\((\d{1,2})\)(?=[\s.]*$|\s*[,;\[])")
_OPEN_MARKER = re.compile(r"[\[【][^\]】\n]{0,40}$")
_CANONICAL = re.compile(r"\s*\[(\d{1,3})\]")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_LIST_MARK = re.compile(r"^(?:[-*•+>]|\d{1,2}[.)]|\(\d{1,2}\))\s+")
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_NO_SENTENCE = re.compile(r"^(?:#|\||```|-{3,}|={3,}|\*{3,})|:$")
_LEAD_IN = re.compile(r"^(?:answer|response|a)\s*:\s*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_SPACE_BEFORE = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence that a model wrote, without its markers, and their numbers in order."""

    text: str
    markers: tuple[int, ...]


class SentenceReader:
    """Cuts a reply into sentences. One for each reply."""

    def __init__(self) -> None:
        self._rest = ""
        self._thinks: bool | None = None

    def feed(self, part: str) -> list[WrittenSentence]:
        """The sentences that are whole now that `part` has come."""
        self._rest += part
        if not self._is_said():
            return []
        self._rest = _with_plain_markers(self._rest)
        if _OPEN_MARKER.search(self._rest) and len(self._rest) < _LONGEST:
            return []
        # The last may go on, and a marker may follow it.
        *whole, last = sentence_spans(self._rest) or [(0, 0)]
        if last[1] - last[0] > _LONGEST:
            self._rest = ""  # No sentence is that long; what follows begins anew.
        elif whole:
            written, self._rest = self._rest, self._rest[last[0] :]
            return _read(written[start:end] for start, end in whole)
        return []

    def end(self) -> list[WrittenSentence]:
        """What is left once the reply has ended; what breaks off in mid-sentence is left out."""
        if not self._is_said():
            return []
        rest, self._rest = _with_plain_markers(self._rest), ""
        spans = sentence_spans(rest)
        return _read(
            rest[start:end]
            for start, end in spans
            if rest[start:end].rstrip('"”’)*_ ').endswith((".", "!", "?", "]"))
        )

    def _is_said(self) -> bool:
        """True once what stands in `_rest` is the reply, not what the model thinks before it."""
        begins, ends = _THOUGHTS
        if self._thinks is None:
            head = self._rest.lstrip()[: len(begins)]
            if len(head) < len(begins) and begins.startswith(head):
                return False
            self._thinks = head == begins
        if self._thinks:
            _, found, said = self._rest.partition(ends)
            if not found:
                self._rest = self._rest[-len(ends) :]
                return False
            self._rest, self._thinks = said, False
        return True


def _read(sentences: Iterable[str]) -> list[WrittenSentence]:
    found = (_sentence(one) for one in sentences)
    return [one for one in found if one is not None]


def _sentence(written: str) -> WrittenSentence | None:
    """The sentence without markers and markdown; None where it is a heading, a lead-in or a rule."""
    text = written.strip()
    if _NO_SENTENCE.search(_CANONICAL.sub("", text).rstrip("*_ ")):
        return None
    text = _IN_BRACKETS.sub(r"[\1]", _LIST_MARK.sub("", text))
    markers = tuple(dict.fromkeys(int(number) for number in _CANONICAL.findall(text)))
    text = _EMPHASIS.sub("", _CANONICAL.sub("", text))
    text = _LEAD_IN.sub("", _SPACE_BEFORE.sub(r"\1", _SPACE.sub(" ", text)).strip())
    if not any(character.isalpha() for character in text):
        return None
    if text[-1].isalnum() or text[-1] in '%)”’"':
        text += "" if text[-2:-1] in (".", "!", "?") else "."
    return WrittenSentence(text, markers)


def _with_plain_markers(text: str) -> str:
    """The text with every marker as [n], and before the full stop that it follows."""
    return _AFTER_STOP.sub(_before_stop, _MARKER.sub(_plain, text))


def _plain(match: re.Match[str]) -> str:
    numbers: list[int] = []
    written = match[1] or match[2]
    for first, last in _RANGE.findall(written):
        if int(first) < int(last) <= int(first) + _WIDEST_RANGE:
            numbers += range(int(first), int(last) + 1)
    numbers += [int(one) for one in re.findall(r"\d+", written)]
    return "".join(f"[{number}]" for number in dict.fromkeys(numbers))


def _before_stop(match: re.Match[str]) -> str:
    return f" {match[2].replace(' ', '').strip()}{match[1]} "
