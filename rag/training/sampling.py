"""Which pairs are read, in which order: judged questions in, seeded batches of labelled pairs out."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.relevance_input import EncodedPair, EncodedPassage, PairEncoder, Passage
from rag.training.judgements import JudgedPassage, JudgedQuestion
from rag.training.recipe import Recipe
from rag.training.swapping import WordSwapper

_FIRST = 3
_FIRST_OF_FEW = 1


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair as it is read, with what is known of it; -1 stands for "nobody said"."""

    pair: EncodedPair
    answers: float
    sentences: NDArray[np.float32]
    """For each sentence of the passage."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of some questions."""

    pairs: tuple[LabelledPair, ...]
    places: tuple[tuple[int, int, int], ...]
    """See `losses.ranking_loss`."""


class Sampler:
    """Draws batches without end; what comes next depends on the seed and on what came before alone.

    Args:
        questions: those of the training fold, each with its passages.
        encoder: of pairs.
        recipe: how much is drawn.
        forbidden: passages that are never read, by their text.
    """

    def __init__(
        self,
        questions: Sequence[JudgedQuestion],
        encoder: PairEncoder,
        recipe: Recipe,
        *,
        forbidden: frozenset[str] = frozenset(),
    ) -> None:
        self._questions = questions
        self._encoder = encoder
        self._recipe = recipe
        self._forbidden = forbidden
        self._swapper = WordSwapper([(one.text, one.source) for one in questions])
        self._encoded: dict[Passage, EncodedPassage] = {}
        self._chance = random.Random(recipe.seed)  # noqa: S311 - a draw, not a secret
        self._order: list[int] = []

    def state(self) -> dict[str, Any]:
        """Where it stands; `resume` goes on from there."""
        return {"chance": self._chance.getstate(), "order": list(self._order)}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where another sampler of the same questions stood."""
        self._chance.setstate(state["chance"])
        self._order = list(state["order"])

    def batch(self) -> Batch:
        """The next pairs."""
        pairs: list[LabelledPair] = []
        places: list[tuple[int, int, int]] = []
        while len(pairs) < self._recipe.batch_pairs:
            question = self._next_question()
            positives, negatives = self._drawn(question)
            limit = self._limit(question.text, positives)
            start = len(pairs)
            pairs += [self._labelled(question.text, one, limit) for one in (*positives, *negatives)]
            places.append((start, start + len(positives), len(pairs)))
            pairs += self._swapped(question, positives, limit)
        return Batch(tuple(pairs), tuple(places))

    def _next_question(self) -> JudgedQuestion:
        if not self._order:
            self._order = list(range(len(self._questions)))
            self._chance.shuffle(self._order)
        return self._questions[self._order.pop()]

    def _drawn(self, question: JudgedQuestion) -> tuple[list[JudgedPassage], list[JudgedPassage]]:
        """Relevant passages, and others: of those that were found, or of another question."""
        usable = [one for one in question.passages if one.passage.text not in self._forbidden]
        positives = [one for one in usable if one.relevant]
        others = [one for one in usable if not one.relevant]
        if len(positives) > self._recipe.positives:
            positives = self._chance.sample(positives, self._recipe.positives)
        if not others:
            others = [_as_negative(one) for one in self._of_another(question)]
        if not positives:
            return [], self._weighted(others, self._recipe.unanswered, _FIRST_OF_FEW)
        return positives, self._weighted(others, self._recipe.negatives, _FIRST)

    def _of_another(self, question: JudgedQuestion) -> list[JudgedPassage]:
        other = self._chance.choice(self._questions)
        if other.group == question.group:
            return []
        return [one for one in other.passages if one.passage.text not in self._forbidden]

    def _weighted(
        self, passages: list[JudgedPassage], count: int, first: int
    ) -> list[JudgedPassage]:
        """Some of them, without repetition, the n-th with a weight of 1 / (n + first).

        As Efraimidis and Spirakis (2006) draw.
        """
        keys = [self._chance.random() ** (place + first) for place in range(len(passages))]
        best = sorted(range(len(passages)), key=lambda place: -keys[place])
        return [passages[place] for place in best[:count]]

    def _limit(self, question: str, positives: Sequence[JudgedPassage]) -> int:
        """How many word pieces of each pair of a question are read: alike, or length would tell.

        Where nobody said which sentence of a passage answers, a stretch could leave it out.
        """
        is_unsaid = any(not any(one.sentences) for one in positives)
        if is_unsaid or self._chance.random() < self._recipe.whole:
            return self._recipe.max_tokens
        least = self._encoder.taken(question) + min(self._recipe.short_tokens) // 2
        return max(least, self._chance.choice(self._recipe.short_tokens))

    def _swapped(
        self, question: JudgedQuestion, positives: Sequence[JudgedPassage], limit: int
    ) -> list[LabelledPair]:
        if not positives or self._chance.random() >= self._recipe.swapped:
            return []
        one = positives[0]
        text = self._swapper.swap(
            question.text,
            question.source,
            one.passage.text,
            self._chance,
            within=self._recipe.swapped_within,
        )
        return [self._labelled(text, one, limit, is_swapped=True)] if text else []

    def _labelled(
        self, question: str, judged: JudgedPassage, limit: int, *, is_swapped: bool = False
    ) -> LabelledPair:
        """The pair as it is read; with a swapped word the same passage does not answer."""
        right = [place for place, one in enumerate(judged.sentences) if one]
        around = self._chance.choice(right or range(max(1, len(judged.sentences))))
        room = self._encoder.room(question, max_tokens=limit)
        passage = stretch(self._encode(judged.passage), around, room)
        pair = self._encoder.pair(question, passage, max_tokens=limit)
        said = _as_negative(judged) if is_swapped else judged
        answers = -1.0 if said.answers is None else float(said.answers)
        known = [-1.0 if one is None else float(one) for one in said.sentences]
        return LabelledPair(pair, answers, np.array(known, dtype=np.float32))

    def _encode(self, passage: Passage) -> EncodedPassage:
        if passage not in self._encoded:
            (self._encoded[passage],) = self._encoder.encode_passages([passage])
        return self._encoded[passage]


def stretch(passage: EncodedPassage, around: int, room: int) -> EncodedPassage:
    """Title and whole sentences around one of them, in at most so many word pieces."""
    of = passage.sentence_of
    if len(of) <= room or not (of == around).any():
        return passage
    title = int(np.argmax(of >= 0))
    left = room - title
    first = last = around
    while True:
        before = _length(of, first - 1, last) if first > 0 else left + 1
        behind = _length(of, first, last + 1) if last + 1 < passage.sentence_count else left + 1
        if min(before, behind) > left:
            break
        first, last = (first - 1, last) if before <= behind else (first, last + 1)
    taken = np.flatnonzero((of >= first) & (of <= last))[: max(1, left)]
    kept = np.concatenate([np.arange(title), taken])[:room]
    return EncodedPassage(passage.ids[kept], of[kept], passage.sentence_count)


def _length(of: NDArray[np.int64], first: int, last: int) -> int:
    return int(((of >= first) & (of <= last)).sum())


def _as_negative(judged: JudgedPassage) -> JudgedPassage:
    return JudgedPassage(judged.passage, False, False, (False,) * len(judged.sentences))
