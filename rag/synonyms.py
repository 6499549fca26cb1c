"""Words that mean the same: a text in, its units of meaning out.

A unit is a phrase of the synonym list, or a single word; its key is the name of the group, or the
word's stem. Two units mean the same where their keys are equal.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from index.text_analysis import Term, terms_of
from rag.spelling import is_slip

_SLIPS_KEPT = 20_000
_WORDS_KEPT = 50_000
_TEXTS_KEPT = 2_000
_ENDINGS = ("", "e", "r", "er", "or")
SYNONYMS_FILE = Path(__file__).with_name("synonyms.yaml")


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or phrase: its key, the words as written, and where it stands."""

    key: str
    written: str
    start: int
    end: int
    is_phrase: bool


class Synonyms:
    """Phrases by their stems; the longest phrase that fits is taken.

    Args:
        groups: words and phrases that mean the same; the first names the group.
        field: groups of the library's own field; the rest is general English.
        is_english: tells words of English, which are never taken for slips of listed ones.
        kinds: members of a kind by its name ("drug": …); a member also stands for its kind.
    """

    def __init__(
        self,
        groups: Iterable[Iterable[str]],
        *,
        field: Iterable[Iterable[str]] = (),
        is_english: Callable[[str], bool] = lambda _word: False,
        kinds: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._keys: dict[tuple[str, ...], str] = {}
        self._is_english = lru_cache(maxsize=_WORDS_KEPT)(is_english)
        self._units = lru_cache(maxsize=_TEXTS_KEPT)(self._cut)
        self._slips: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._forms: dict[str, list[str]] = defaultdict(list)
        own = [list(group) for group in field]
        for group in [*own, *(list(group) for group in groups)]:
            phrases = [tuple(term.stem for term in terms_of(phrase)) for phrase in group]
            key = " ".join(phrases[0])
            for phrase in phrases:
                self._keys.setdefault(phrase, key)
            self._forms[key] += [phrase for phrase in group if " " not in phrase]
            self._words |= {term.lower: term.stem for phrase in group for term in terms_of(phrase)}
        self._field_keys = frozenset(
            " ".join(term.stem for term in terms_of(group[0])) for group in own
        )
        self._longest = max((len(phrase) for phrase in self._keys), default=1)

        self._kinds: dict[str, str] = {
            self.units(member)[0].key: self.units(kind)[0].key
            for kind, members in (kinds or {}).items()
            for member in members
        }

    def is_of_field(self, key: str) -> bool:
        """True where the key names a group of the library's own field."""
        return key in self._field_keys

    def forms(self, key: str) -> list[str]:
        """The single words that stand for a group; empty for a key that is a plain stem."""
        return self._forms.get(key, [])

    def kind(self, key: str) -> str | None:
        """The kind that the key is a member of, as a key."""
        return self._kinds.get(key)

    def units(self, text: str) -> Sequence[Unit]:
        """The units of `text`, in order."""
        return self._units(text)

    def _cut(self, text: str) -> tuple[Unit, ...]:
        terms = terms_of(text)
        stems = [self._stem(term) for term in terms]
        units: list[Unit] = []
        position = 0
        while position < len(terms):
            length, key = self._longest_match(stems, position)
            first, last = terms[position], terms[position + length - 1]
            key = key or first.stem
            units.append(Unit(key, text[first.start : last.end], first.start, last.end, length > 1))
            position += length
        return tuple(units)

    def _longest_match(self, stems: list[str], position: int) -> tuple[int, str | None]:
        for length in range(min(self._longest, len(stems) - position), 0, -1):
            key = self._keys.get(tuple(stems[position : position + length]))
            if key is not None:
                return length, key
        return 1, None

    def _stem(self, term: Term) -> str:
        """The word's stem, or that of the listed word that it is a slip of."""
        if term.lower in self._words or self._is_english(term.lower):
            return term.stem
        if len(self._slips) > _SLIPS_KEPT:
            self._slips = {}
        if term.lower not in self._slips:
            near = next(
                (
                    known
                    for known, its_stem in self._words.items()
                    if its_stem.removeprefix(term.stem) not in _ENDINGS
                    and (is_slip(term.lower, known) or is_slip(term.stem, its_stem))
                ),
                None,
            )
            self._slips[term.lower] = self._words[near] if near else term.stem
        return self._slips[term.lower]


def load_synonyms(
    path: Path = SYNONYMS_FILE, *, is_english: Callable[[str], bool] = lambda _word: False
) -> Synonyms:
    """The synonyms in a YAML file: groups of the field, plain ones, and kinds."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Synonyms(
        content["plain"], field=content["field"], is_english=is_english, kinds=content["kinds"]
    )
