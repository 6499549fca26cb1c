"""Peer: BM25 alone, as Pyserini's flat index has it (k1 0.9, b 0.4), with an English stemmer."""

from collections.abc import Sequence

import bm25s
import Stemmer

from eval.benchmarks.models import BenchDocument, Passage

_K1, _B = 0.9, 0.4


class Bm25Peer:
    """Documents in a bm25s index: title and text, bm25s's own words and English stop words."""

    name = "bm25"

    def __init__(self, documents: Sequence[BenchDocument]) -> None:
        self._documents = list(documents)
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25(k1=_K1, b=_B)
        self._index.index(self._words([one.whole for one in documents]), show_progress=False)

    def rank(self, question: str, *, k: int) -> list[str]:
        return [one.document_id for one in self.passages(question, k=k)]

    def passages(self, question: str, *, k: int) -> list[Passage]:
        """Whole documents that have a word of the question."""
        words = self._words([question])
        if not words.vocab:
            return []
        rows, scores = self._index.retrieve(
            words, k=min(k, len(self._documents)), show_progress=False
        )
        return [
            Passage(self._documents[row].document_id, self._documents[row].whole, float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if score > 0
        ]

    def _words(self, texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
