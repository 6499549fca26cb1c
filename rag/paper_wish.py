"""What papers a question asks for: its text in, filters of years, kinds, journals, standing out."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from index.filters import Filters
from index.parsers.languages import language_code
from index.publication_status import StandingName
from index.study_types import STUDY_TYPES, StudyType
from index.text_analysis import stem

WORDS_FILE = Path(__file__).with_name("paper_words.yaml")
_YEAR = r"((?:19|20)\d\d)"
_RANGES = (
    (rf"\b(?:between|from)\s+{_YEAR}\s+(?:and|to|until|till)\s+{_YEAR}|{_YEAR}\s?[-–]\s?{_YEAR}", 0, 0),
    (rf"\b(?:since|from)\s+{_YEAR}(?:\s+(?:on|onwards?)\b)?|{_YEAR}\s+(?:or|and)\s+(?:later|newer)", 0, None),
    (rf"\b(?:after|newer than|later than)\s+{_YEAR}", 1, None),
    (rf"\b(?:before|older than|earlier than|prior to)\s+{_YEAR}", None, -1),
    (rf"\b(?:until|till|up to)\s+{_YEAR}", None, 0),
    (rf"\b{_YEAR}\b", 0, 0),
)  # fmt: skip
"""Patterns, with what is added to the first and to the last year; None where that end is open."""
_FROM_ON = re.compile(r"\bsince\b|\bon(?:wards?)?\b|\blater\b|\bnewer\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"\b(?:in|written in)\s+([A-Z][a-z]{4,})\b|\b([A-Z][a-z]{4,})[- ](?:language|papers?|articles?|reviews?)\b")  # fmt: skip
_NAME = r"(?:[\w.'’-]+\s+){0,3}?[A-ZÀ-Þ][\w'’-]+(?:\s+(?:and|&|et al\.?)(?:\s+[A-ZÀ-Þ][\w'’-]+)?)?"
_AUTHOR = re.compile(
    rf"\bby\s+({_NAME})|\bthat\s+({_NAME})\s+(?:has\s+|have\s+)?(?:co-?)?(?:authored|written|wrote|published)\b"
)
_IN_JOURNAL = re.compile(r"\b(?:in|from|of|by)\s+(?:the\s+)?(?:journal\s+)?", re.IGNORECASE)
_JOURNAL_SURE = re.compile(r"\b(?:journal|publish\w*|appear\w*)\b", re.IGNORECASE)
_SUBTITLE = re.compile(r"\s*[:=(].*$")
_LITTLE = frozenset(("the", "of", "and", "in", "for", "a", "an", "&"))


@dataclass(frozen=True, slots=True)
class PaperWish:
    """What a question that asks for papers says of them; what it is about stands apart."""

    filters: Filters
    words: frozenset[str]
    """Stems of the words that say so, which are no subject."""
    author: str | None
    is_sure: bool
    """True where it speaks of papers or of the library, so that no list is an answer too."""


class PaperWishes:
    """Reads wishes by the patterns of the word list."""

    def __init__(self) -> None:
        words = _load_words()
        self._kinds = {one: _pattern(words["kinds"][one]) for one in STUDY_TYPES}
        self._standings = {name: _pattern(one) for name, one in words["standings"].items()}
        what = "|".join([*words["kinds"].values(), words["papers"]])
        self._list = [re.compile(one.replace("{what}", what), re.I) for one in words["list"]]
        self._of_library = re.compile(words["of_library"], re.IGNORECASE)
        self._holding = re.compile(words["holding"], re.IGNORECASE)
        self._sure = _pattern(words["sure"])
        self._content = re.compile(words["content"], re.IGNORECASE)
        self._idle = frozenset(map(stem, f"{words['idle']} {words['standing_idle']}".split()))

    def ask_for_a_list(self, text: str) -> bool:
        """True where the question has the form of one that asks for papers."""
        return not self._content.search(text) and any(one.search(text) for one in self._list)

    def read(self, text: str, journals: Collection[str]) -> PaperWish | None:
        """What papers are asked for; None where it may as well ask what they say.

        Args:
            text: the question.
            journals: names of the journals of the library, in lower case.
        """
        filters, said = self._filters(text, journals)
        author = _AUTHOR.search(text)
        of_library = bool(self._of_library.search(text))
        is_narrowed = bool(replace(filters, study_types=()) or author)
        if not (of_library or is_narrowed or self._holding.search(text)):
            return None
        return PaperWish(
            filters=filters,
            words=self._idle | frozenset(map(stem, re.findall(r"[\w'’-]+", said.lower()))),
            author=author.group(1) or author.group(2) if author else None,
            is_sure=of_library or bool(self._sure.search(text) or filters.statuses),
        )

    def kinds_in(self, text: str) -> tuple[StudyType, ...]:
        """Kinds of study that the text names: the longest names first, each word once."""
        found: list[StudyType] = []
        for kind in sorted(STUDY_TYPES, key=lambda one: one not in ("case_report", "guideline")):
            if match := self._kinds[kind].search(text):
                found.append(kind)
                text = text[: match.start()] + " " + text[match.end() :]
        return tuple(one for one in STUDY_TYPES if one in found)

    def standing_in(self, text: str) -> tuple[StandingName, ...]:
        """Standings that the text asks for."""
        found = [name for name, one in self._standings.items() if one.search(text)]
        if "retracted" in found:
            found.append("partially_retracted")
        return cast(tuple[StandingName, ...], tuple(found))

    def _filters(self, text: str, journals: Collection[str]) -> tuple[Filters, str]:
        said: list[str] = []
        statuses = self.standing_in(text)
        journal, written = _journal_in(text, journals)
        rest = text.replace(written, " ") if written else text
        kinds = self.kinds_in(rest)
        first, last, years = years_in(rest)
        language = _LANGUAGE.search(rest)
        name = (language.group(1) or language.group(2)) if language else None
        code = language_code(name) if name else None
        said += [written, years, (name if code else None) or ""]
        return (
            Filters(
                year_from=first,
                year_to=last,
                study_types=kinds,
                journals=journal,
                statuses=statuses,
                languages=(code,) if code else (),
            ),
            " ".join(said),
        )


def years_in(text: str) -> tuple[int | None, int | None, str]:
    """First and last year that the text asks for, each None where open, and the words that say so."""
    for pattern, first, last in _RANGES:
        match = re.search(pattern, text, re.IGNORECASE)
        if not match:
            continue
        years = [int(one) for one in match.groups() if one]
        is_open = first == 0 and last is None
        if is_open and not _FROM_ON.search(match.group()):
            last = 0  # "from 2021" is of that year
        return (
            None if first is None else years[0] + first,
            None if last is None else years[-1] + last,
            match.group(),
        )
    return None, None, ""


def _journal_in(text: str, journals: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The journals of the library that the text names, and how it writes the name."""
    by_name: dict[str, list[str]] = {}
    for journal in journals:
        for name in _names_of(journal):
            by_name.setdefault(name, []).append(journal)
    best: tuple[tuple[str, ...], str] = ((), "")
    for place in _IN_JOURNAL.finditer(text):
        words = re.findall(r"[\w&'’.:-]*\w", text[place.end() :])[:12]
        for length in range(len(words), 0, -1):
            written = " ".join(words[:length])
            name = _plain(written)
            is_plain_word = length == 1 and not written[0].isupper()
            if name in by_name and not (is_plain_word and not _JOURNAL_SURE.search(text)):
                if len(written) > len(best[1]):
                    best = (tuple(sorted(by_name[name])), written)
                break
    return best


def _names_of(journal: str) -> set[str]:
    """A journal's name, without its subtitle too, and by the first letters of three or more words."""
    whole = _plain(journal)
    names = {whole, _plain(_SUBTITLE.sub("", journal))}
    first = "".join(word[0] for word in whole.split() if word not in _LITTLE)
    return names | ({first} if len(first) >= 4 else set())


def _plain(name: str) -> str:
    words = re.findall(r"[\w&]+", name.lower())
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _load_words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return words
