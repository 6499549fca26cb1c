"""Questions asked of parts of a library, some of which answer them: how likely is an answer?

A part has so many documents, drawn at random; it has a gold document of the question or none.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.benchmarks.library import BenchLibrary
from eval.benchmarks.models import Progress
from eval.relevance.asks import Ask
from rag.answerability import Signals, signals_of
from rag.pipeline import Pipeline
from rag.timing import Timer

SIZES = (2, 20, 200, 2_000)
_SEED = 7


@dataclass(frozen=True, slots=True)
class AskedOfPart:
    """What was found for a question in a part of a library."""

    ask_id: str
    documents: int
    """Of the part; all of the library's, where it is the whole."""
    answerable: bool
    """Whether a gold document is in it."""
    signals: Signals


def ask_parts(
    asks: Sequence[Ask],
    library: BenchLibrary,
    pipeline: Pipeline,
    *,
    sizes: Sequence[int] = SIZES,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> Iterator[AskedOfPart]:
    """Each question of a part of each size, and of the whole, with its gold documents and without.

    Args:
        asks: with gold documents.
        library: of their set.
        pipeline: over the library, with a reranker.
        sizes: documents of a part; larger ones than the library are left out.
        on_progress: told of the questions asked.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a draw
    lost = set(library.not_indexed)
    every = sorted({library.document_ids[name] for name in library.document_ids.keys() - lost})
    for done, ask in enumerate(asks, start=1):
        gold = sorted({library.document_ids[name] for name in ask.relevant - lost})
        others = [one for one in every if one not in gold]
        for size in (*(one for one in sizes if one < len(every)), len(every)):
            is_whole = size == len(every)
            drawn = frozenset(others if is_whole else chance.sample(others, size))
            with_gold = frozenset(gold if is_whole else chance.sample(gold, min(1, len(gold))))
            gold_in = with_gold | (
                drawn if is_whole else frozenset(sorted(drawn)[len(with_gold) :])
            )
            for answerable in (True, False):
                documents = gold_in if answerable else drawn
                found = pipeline.retrieve(ask.text, timer=Timer(), documents=documents)
                if gold and (signals := signals_of(found)):
                    yield AskedOfPart(ask.ask_id, size, answerable, signals)
        on_progress("parts of the library", done, len(asks))


def ask_own_documents(
    asks: Sequence[Ask], library: BenchLibrary, pipeline: Pipeline
) -> Iterator[AskedOfPart]:
    """Each question of the documents that it was judged for; answerable where one is relevant."""
    lost = set(library.not_indexed)
    for ask in asks:
        own = frozenset(library.document_ids[name] for name in ask.judged - lost)
        found = pipeline.retrieve(ask.text, timer=Timer(), documents=own)
        if signals := signals_of(found):
            yield AskedOfPart(ask.ask_id, len(own), bool(ask.relevant), signals)
