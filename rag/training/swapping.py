"""Questions that their passage does not answer any more, for one of their words is another one.

A word that the passage has is replaced by one of its kind (a number, a name with digits or capitals,
a name, a rare word) from another question, which the passage does not have.
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

    def swap(self, question: str, source: str, passage: str, chance: random.Random) -> str | None:
        """The question with a word changed; None where no word of it can be."""
        lower = passage.lower()
        words = [
            (found, kind)
            for found in _WORD.finditer(question)
            if found[0].lower() in lower and (kind := self._kind(found))
        ]
        if not words:
            return None
        found, kind = chance.choice(words)
        stock = self._stock[source, kind]
        for _ in range(_TRIES):
            other = chance.choice(stock)
            if other.lower() not in lower and other.lower() not in question.lower():
                return question[: found.start()] + other + question[found.end() :]
        return None

    def _kind(self, found: re.Match[str]) -> str | None:
        word = found[0]
        if _NUMBER.fullmatch(word):
            return "number"
        if _LIKE_A_GENE.search(word):
            return "like a gene"
        if word[0].isupper() and found.start() > 0:
            return "name"
        if len(word) >= _LONG and self._counts[word.lower()] <= _RARE:
            return "word"
        return None
