"""What the lexical index is asked with: a question in; its terms, each with other words for it, out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError
from index.index_terms import index_words
from index.lexical import QueryTerm
from rag.models import AlsoSearched
from rag.settings import FIELD_SYNONYMS_FILE

_BEFORE_NUMBER = re.compile(r"(?<=[a-z]{3}) (?=[A-Z]?\d+$)", re.IGNORECASE)
_FORM = "A group is {words: [a name, another, …], source: …}; see rag/field_synonyms.yaml."


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The terms of a question, in its order."""

    terms: tuple[QueryTerm, ...]
    also: tuple[AlsoSearched, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Words and phrases that mean the same, the usual one first, and where that is from."""

    words: tuple[str, ...]
    source: str


class FieldSynonyms:
    """Groups by the index terms of their words; the longest phrase that fits is taken.

    Args:
        groups: no word or phrase stands in two of them.
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups: dict[tuple[str, ...], Group] = {}
        for group in groups:
            for word in group.words:
                for phrase in _phrases(word):
                    self._groups.setdefault(phrase, group)
        self._forms = {
            group: tuple(dict.fromkeys(one for word in group.words for one in _phrases(word)))
            for group in self._groups.values()
        }
        self._terms = frozenset(term for phrase in self._groups for term in phrase)
        self._longest = max((len(phrase) for phrase in self._groups), default=0)

    def knows(self, term: str) -> bool:
        """Whether the index term stands in some word or phrase of a group."""
        return term in self._terms

    def lists(self, phrase: str) -> bool:
        """Whether the phrase as a whole is of a group."""
        return _phrase(phrase) in self._groups

    def expand(self, question: str) -> SearchQuery:
        """The question's terms; a term that is said twice counts twice."""
        words = index_words(question)
        terms: list[QueryTerm] = []
        also: dict[Group, AlsoSearched] = {}
        position = 0
        while position < len(words):
            length, group = self._match(words, position)
            if group:
                written = " ".join(word for word, _ in words[position : position + length])
                terms.append(QueryTerm(written, self._forms[group]))
                own = _phrase(written)
                others = tuple(one for one in group.words if _phrase(one) != own)
                also.setdefault(group, AlsoSearched(written, others, group.source))
            else:
                written, own_terms = words[position]
                terms += [QueryTerm(written, ((one,),)) for one in own_terms]
            position += length
        return SearchQuery(tuple(_counted(terms)), tuple(also.values()))

    def _match(
        self, words: Sequence[tuple[str, tuple[str, ...]]], position: int
    ) -> tuple[int, Group | None]:
        whole = [terms[0] for _, terms in words[position : position + self._longest]]
        for length in range(len(whole), 0, -1):
            group = self._groups.get(tuple(whole[:length]))
            if group:
                return length, group
        return 1, None


@lru_cache(maxsize=4)
def load_field_synonyms(path: Path = FIELD_SYNONYMS_FILE) -> FieldSynonyms:
    """The synonyms of the library's field.

    Raises:
        SettingsError: the file cannot be read, or has another form.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        groups = [Group(_words(one["words"]), str(one["source"])) for one in content["groups"]]
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"The synonyms {path} cannot be read ({error}).", _FORM) from error
    except (KeyError, TypeError) as error:
        raise SettingsError(f"The synonyms {path} have another form.", _FORM) from error
    return FieldSynonyms(groups)


def _words(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):  # the letters of a single word are no words
        raise TypeError("words are no list")
    return tuple(str(word) for word in given)


def _phrases(word: str) -> tuple[tuple[str, ...], ...]:
    """The word's terms; those of "ataxin-2" and "ataxin2" too where it is "ataxin 2"."""
    joined = _BEFORE_NUMBER.sub("-", word)
    return (_phrase(word),) if joined == word else (_phrase(word), _phrase(joined))


def _phrase(text: str) -> tuple[str, ...]:
    """The terms of its words, each word as a whole."""
    return tuple(terms[0] for _, terms in index_words(text))


def _counted(terms: Sequence[QueryTerm]) -> Iterable[QueryTerm]:
    """Each term once, with how often it is said as its weight."""
    counts: dict[tuple[tuple[str, ...], ...], list[QueryTerm]] = {}
    for term in terms:
        counts.setdefault(term.forms, []).append(term)
    return (QueryTerm(same[0].written, forms, len(same)) for forms, same in counts.items())
