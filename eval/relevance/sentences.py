"""Sentences that were found for questions of a set, and whether they are among those that it marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.benchmarks.library import BenchLibrary
from eval.benchmarks.models import Progress
from eval.relevance.asks import Ask, is_quoted, normalised
from rag.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """What is known of one, and what is right."""

    ask_id: str
    values: Mapping[str, float]
    """Those in `rag.evidence.READ`."""
    is_right: bool


def find_sentences(
    asks: Sequence[Ask],
    library: BenchLibrary,
    pipeline: Pipeline,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> Iterator[FoundSentence]:
    """Those that the reranker read, for asks with quotes or marked answers.

    Sentences of gold documents of which none is right are left out: any of them may be.
    """
    ids = library.document_ids
    for done, ask in enumerate(asks, start=1):
        gold = {ids[name]: ask.quotes.get(name, ()) for name in ask.relevant}
        found = pipeline.evidence(ask.text) if ask.quotes or ask.spans else []
        right = [
            one.document_id in gold and _is_right(one.text, gold[one.document_id], ask.spans)
            for one in found
        ]
        unknown = gold.keys() - {
            one.document_id for one, is_right in zip(found, right, strict=True) if is_right
        }
        for one, is_right in zip(found, right, strict=True):
            if one.document_id not in unknown and (values := one.values):
                yield FoundSentence(ask.ask_id, values, is_right)
        on_progress("sentences", done, len(asks))


def _is_right(sentence: str, quotes: Sequence[str], spans: Sequence[str]) -> bool:
    text = normalised(sentence)
    return any(is_quoted(text, one) for one in quotes) or any(one in text for one in spans)
