"""Judged passages of a public set: what is asked of it in, with what our retrieval finds for it, out.

Passages of gold documents that hold what is right are relevant; those of other documents are taken
as not relevant, which some of them will be: nobody judged all documents for all questions.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from eval.benchmarks.library import BenchLibrary
from eval.benchmarks.models import Progress
from eval.relevance.asks import Ask, is_quoted, normalised
from index.build_reader import Build
from index.embedding import Embedder
from rag.errors import QuestionError
from rag.pipeline import Pipeline
from rag.relevance_input import Passage
from rag.reranking import passage_of
from rag.retrieval import Found
from rag.timing import Timer
from rag.training.judgements import JudgedPassage, JudgedQuestion, fold_of

FOUND = 50
"""Passages that are kept of what is found."""
_LONG_WORD = 4
_LEAST_SHARED = 0.4
_NEAR_THE_BEST = 0.8


def mine(
    asks: Sequence[Ask],
    library: BenchLibrary,
    embedder: Embedder,
    *,
    source: str,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> Iterator[JudgedQuestion]:
    """What is asked, with judged passages: those found, best first, then the others of gold documents.

    Args:
        asks: what is asked.
        library: of the set.
        embedder: its model.
        source: named as that of each question.
        on_progress: told of what was asked.
    """
    settings = library.settings.model_copy(update={"candidate_k": FOUND})
    passages: dict[str, Passage] = {}
    with closing(Pipeline(settings, embedder)) as pipeline, pipeline.live.lease() as build:
        for done, ask in enumerate(asks, start=1):
            try:
                found = pipeline.retrieve(ask.text, timer=Timer())
            except QuestionError:
                continue
            judged = tuple(_judged(found, _Gold.of(ask, library), build, passages))
            if judged:
                yield JudgedQuestion(
                    ask.ask_id, ask.text, source, ask.group, judged, fold_of(ask.group)
                )
            on_progress(f"passages for {source}", done, len(asks))


@dataclass(frozen=True, slots=True)
class _Gold:
    """What is right for one ask, by document id."""

    ask: Ask
    judged: frozenset[str]
    relevant: frozenset[str]
    quotes: dict[str, tuple[str, ...]]
    words: frozenset[str]

    @classmethod
    def of(cls, ask: Ask, library: BenchLibrary) -> "_Gold":
        ids = library.document_ids
        return cls(
            ask=ask,
            judged=frozenset(ids[name] for name in ask.judged - set(library.not_indexed)),
            relevant=frozenset(ids[name] for name in ask.relevant),
            quotes={ids[name]: quotes for name, quotes in ask.quotes.items()},
            words=_words(ask.text),
        )


@dataclass(frozen=True, slots=True)
class _Label:
    relevant: bool
    answers: bool | None
    sentences: tuple[bool | None, ...]


def _judged(
    found: Found, gold: _Gold, build: Build, passages: dict[str, Passage]
) -> Iterator[JudgedPassage]:
    ranked = {one.entry_id: one for one in found.ranking}
    rest = [
        name
        for one in sorted(gold.judged)
        for name in build.chunk_ids_of(one)
        if name not in ranked
    ]
    chunks = [one.chunk for one in (*found.stored, *build.chunks(rest))]
    documents = build.documents(dict.fromkeys(one.document_id for one in chunks))
    for one in chunks:
        if one.chunk_id not in passages:
            passages[one.chunk_id] = passage_of(one, documents[one.document_id].title)
    own = [passages[one.chunk_id] for one in chunks]
    labels = _labels(own, [one.document_id for one in chunks], gold)
    for chunk, passage, label in zip(chunks, own, labels, strict=True):
        if label is None:
            continue
        if gold.ask.hides_title:
            if label.relevant and passage.title and passage.text.startswith(passage.title):
                continue
            passage = replace(passage, title="")  # of all, or its lack would tell
        place = ranked.get(chunk.chunk_id)
        yield JudgedPassage(
            passage=passage,
            relevant=label.relevant,
            answers=label.answers,
            sentences=label.sentences,
            similarity=place.similarity if place else None,
            lexical=place.lexical if place else None,
        )


def _labels(
    passages: Sequence[Passage], document_ids: Sequence[str], gold: _Gold
) -> list[_Label | None]:
    """What is known of each passage; None where it is of a gold document and may answer or not."""
    if gold.ask.is_statement:
        return _labels_by_words(passages, document_ids, gold)
    labels = [
        _label(passage, document_id, gold)
        for passage, document_id in zip(passages, document_ids, strict=True)
    ]
    quoted = {
        name
        for name, one in zip(document_ids, labels, strict=True)
        if one is not None and one.relevant
    }
    return [
        # The quotes of a document may all be of a full text that the library does not have.
        _unsaid(passage) if label is None and name not in quoted else label
        for passage, name, label in zip(passages, document_ids, labels, strict=True)
    ]


def _label(passage: Passage, document_id: str, gold: _Gold) -> _Label | None:
    if document_id not in gold.relevant:
        return _irrelevant(passage)
    texts = [normalised(passage.text[start:end]) for start, end in passage.sentences]
    if gold.ask.spans:
        return _label_by_spans(texts, gold) or _irrelevant(passage)
    if quotes := gold.quotes.get(document_id):
        sentences = tuple(any(is_quoted(text, quote) for quote in quotes) for text in texts)
        return _Label(True, True, sentences) if any(sentences) else None
    return _unsaid(passage)


def _label_by_spans(texts: Sequence[str], gold: _Gold) -> _Label | None:
    """By the sentence with the answer that is nearest to the question; another one may be chance."""
    holding = [
        place for place, text in enumerate(texts) if any(one in text for one in gold.ask.spans)
    ]
    if not holding:
        return None
    best = max(holding, key=lambda place: len(gold.words & _words(texts[place])))
    sentences = tuple(
        True if place == best else None if place in holding else False
        for place in range(len(texts))
    )
    return _Label(True, True, sentences)


def _labels_by_words(
    passages: Sequence[Passage], document_ids: Sequence[str], gold: _Gold
) -> list[_Label | None]:
    """Of gold documents those passages bear a statement out that share most of its words."""
    shared = [
        len(gold.words & _words(passage.text)) / max(1, len(gold.words))
        if name in gold.relevant
        else 0.0
        for passage, name in zip(passages, document_ids, strict=True)
    ]
    enough = max(_LEAST_SHARED, _NEAR_THE_BEST * max(shared, default=0.0))
    return [
        _irrelevant(passage)
        if name not in gold.relevant
        else _unsaid(passage)
        if share >= enough
        else None
        for passage, name, share in zip(passages, document_ids, shared, strict=True)
    ]


def _irrelevant(passage: Passage) -> _Label:
    return _Label(False, False, (False,) * len(passage.sentences))


def _unsaid(passage: Passage) -> _Label:
    """Relevant, and nobody said where."""
    return _Label(True, True, (None,) * len(passage.sentences))


def _words(text: str) -> frozenset[str]:
    return frozenset(one for one in normalised(text).split() if len(one) >= _LONG_WORD)
