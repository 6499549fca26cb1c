"""Questions that their passage does not answer any more, for one of their words is another one.

A word that the passage has is replaced by one of its kind (a number, a name with digits or capitals,
a name, a rare word): from another question, which the passage does not have, or from elsewhere in
the passage, so that only how words belong together tells.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_WORD = re.compile(r"[\w'-]+")
_NUMBER = re.compile(r"[\d.,%]+")
_LIKE_A_GENE = re.compile(r"\d|[A-Z].*[A-Z]")
_LONG = 6
_RARE = 12
"""Questions that have it, at most."""
_TRIES = 5
_PLAIN = "word"
_SENTENCE_ENDS = ".?!:"


class WordSwapper:
    """Changes questions; the words of all of them, by kind and by where they are from, are its stock.

    Args:
        questions: text and source of each.
    """

    def __init__(self, questions: Sequence[tuple[str, str]]) -> None:
        self._counts = Counter(
            word for text, _ in questions for word in {one.lower() for one in _WORD.findall(text)}
        )
        self._stock: dict[tuple[str, str], list[str]] = defaultdict(list)
        for text, source in questions:
            for found in _WORD.finditer(text):
                if kind := self._kind(found):
                    self._stock[source, kind].append(found[0])

    def swap(
        self, question: str, source: str, passage: str, chance: random.Random, *, within: float = 0
    ) -> str | None:
        """The question with a word changed; None where no word of it can be.

        Args:
            question: whose passage answers it.
            source: where the question is from.
            passage: text of its passage.
            chance: draws.
            within: how likely a word of the passage is taken, where it has one that fits.
        """
        lower = passage.lower()
        words = [
            (found, kind)
            for found in _WORD.finditer(question)
            if found[0].lower() in lower and (kind := self._kind(found))
        ]
        if not words:
            return None
        found, kind = chance.choice(words)
        if kind != _PLAIN and chance.random() < within:
            names = (one[0] for one in _WORD.finditer(passage) if self._kind(one) == kind)
            if here := [one for one in names if one.lower() not in question.lower()]:
                return _replaced(question, found, chance.choice(here))
        stock = self._stock[source, kind]
        for _ in range(_TRIES):
            other = chance.choice(stock)
            if other.lower() not in lower and other.lower() not in question.lower():
                return _replaced(question, found, other)
        return None

    def _kind(self, found: re.Match[str]) -> str | None:
        word = found[0]
        if _NUMBER.fullmatch(word):
            return "number"
        if _LIKE_A_GENE.search(word):
            return "like a gene"
        before = found.string[: found.start()].rstrip()
        if word[0].isupper() and before and before[-1] not in _SENTENCE_ENDS:
            return "name"
        if len(word) >= _LONG and self._counts[word.lower()] <= _RARE:
            return _PLAIN
        return None


def _replaced(text: str, found: re.Match[str], word: str) -> str:
    return text[: found.start()] + word + text[found.end() :]
