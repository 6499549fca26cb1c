"""What the relevance model reads: a question and a passage in, word pieces and their sentences out.

Training and answering encode pairs here, so that both read the same: the question, then the
passage's title and its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding import read_tokenizer

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MAX_QUESTION_TOKENS = 96
"""What is longer loses its end."""
_SPECIAL_TOKENS = 3
_QUESTIONS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document, as the model reads it."""

    text: str
    title: str = ""
    """Of its document; read with the text, never quoted."""
    sentences: tuple[tuple[int, int], ...] = ()
    """Spans in `text`, ascending."""


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage's word pieces, special ones left out."""

    ids: NDArray[np.int64]
    sentence_of: NDArray[np.int64]
    """For each word piece the sentence that it is of; -1 for the title and between sentences."""
    sentence_count: int


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """The arrays of one question with one passage, each as long as the pair."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    sentence_of: NDArray[np.int64]
    """-1 where a word piece is of no sentence of the passage."""
    sentence_count: int
    is_cut: bool
    """True where the passage's end was left out."""


class PairEncoder:
    """Encodes for a BERT model; safe to share between threads.

    Args:
        tokenizer_path: a `tokenizer.json` with BERT's special word pieces.
        max_tokens: the most word pieces of a pair, special ones included.
    """

    def __init__(self, tokenizer_path: Path, *, max_tokens: int) -> None:
        self._tokenizer: Tokenizer = read_tokenizer(tokenizer_path)
        self._max_tokens = max_tokens
        self._start = self._id("[CLS]")
        self._end = self._id("[SEP]")
        self._question_ids = lru_cache(_QUESTIONS_KEPT)(self._encode_question)

    def encode_passages(self, passages: Sequence[Passage]) -> list[EncodedPassage]:
        """Each passage's word pieces, whole."""
        titles = [_as_lead(one.title, one.text) for one in passages]
        encoded = self._tokenizer.encode_batch(
            [title + one.text for title, one in zip(titles, passages, strict=True)],
            add_special_tokens=False,
        )
        return [
            EncodedPassage(
                np.array(pieces.ids, dtype=np.int64),
                _sentence_of(pieces, one.sentences, before=len(title)),
                len(one.sentences),
            )
            for pieces, title, one in zip(encoded, titles, passages, strict=True)
        ]

    def pair(
        self, question: str, passage: EncodedPassage, *, max_tokens: int | None = None
    ) -> EncodedPair:
        """The question with the passage, as much of it as there is room for."""
        asked = self._question_ids(question)
        room = self.room(question, max_tokens=max_tokens)
        read = passage.ids[:room]
        first = len(asked) + _SPECIAL_TOKENS - 1
        ids = np.concatenate([[self._start], asked, [self._end], read, [self._end]])
        types = np.zeros(len(ids), dtype=np.int64)
        types[first:] = 1
        sentence_of = np.full(len(ids), -1, dtype=np.int64)
        sentence_of[first : first + len(read)] = passage.sentence_of[:room]
        return EncodedPair(
            ids.astype(np.int64),
            types,
            sentence_of,
            passage.sentence_count,
            is_cut=len(passage.ids) > room,
        )

    def room(self, question: str, *, max_tokens: int | None = None) -> int:
        """Word pieces of a passage that can be read beside the question."""
        return max(0, (max_tokens or self._max_tokens) - self.taken(question))

    def taken(self, question: str) -> int:
        """Word pieces of a pair that are none of the passage."""
        return len(self._question_ids(question)) + _SPECIAL_TOKENS

    def _encode_question(self, question: str) -> NDArray[np.int64]:
        ids = self._tokenizer.encode(question, add_special_tokens=False).ids
        return np.array(ids[:MAX_QUESTION_TOKENS], dtype=np.int64)

    def _id(self, piece: str) -> int:
        found = self._tokenizer.token_to_id(piece)
        if found is None:
            raise ValueError(f"the tokenizer has no {piece}")
        return found


def _as_lead(title: str, text: str) -> str:
    """What stands before the text: the title, unless the text begins with it."""
    title = title.strip()
    if not title or text.startswith(title):
        return ""
    return f"{title} " if title[-1] in ".?!" else f"{title}. "


def _sentence_of(
    pieces: "Encoding", sentences: Sequence[tuple[int, int]], *, before: int
) -> NDArray[np.int64]:
    """The sentence of each word piece; the text begins `before` characters into what was encoded."""
    if not sentences or not pieces.offsets:
        return np.full(len(pieces.ids), -1, dtype=np.int64)
    starts = np.array([start for start, _ in pieces.offsets]) - before
    first = np.array([start for start, _ in sentences])
    ends = np.array([end for _, end in sentences])
    place = np.searchsorted(first, starts, side="right") - 1
    inside = (place >= 0) & (starts < ends[place])
    return np.where(inside, place, -1).astype(np.int64)
