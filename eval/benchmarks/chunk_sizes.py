"""How large chunks are best: a public set cut at several sizes and overlaps, figures of each out.

Chunks are ranked as an answer's are, by vectors and words. Span recall is the share of questions
whose answer's words, at least half of them together, stand in the first chunks of a gold document.
Large chunks show more words, so it is also given for the first thousand words.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.benchmarks.comparison import Figure, QuestionScores, compare
from eval.benchmarks.models import BenchQuestion, CorpusRecord, Progress, PublicSet
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.report import interval_of, p_value_of, parts_of, value_of
from eval.measures.citations import SpanRange
from eval.measures.ranking import ndcg_at
from eval.measures.score import NotScored, Score
from index.chunking import chunk_document, embedding_prefix
from index.embedding import TokenCounter, Vectors
from index.identifiers import Identifiers
from index.lexical import LexicalIndex, write_lexical
from index.models import Chunk, Document, Section
from rag.retrieval import fused, lexical_scores
from rag.search_query import load_field_synonyms

SIZES = (64, 96, 128, 192, 256)
"""Word pieces, title and section included."""
OVERLAPS = (0, 1)
"""Sentences of the chunk before that are said again."""
MEASURES = ("span recall@10", "span recall in 1,000 words", "nDCG@10")
_FIRST = 10
_WORDS = 1_000
_MOSTLY = 0.5
_DEPTH = 200
_NO_SPAN = NotScored("the set has no answer that stands in a gold document")


@dataclass(frozen=True, slots=True)
class Cut:
    """One way of cutting, and what it gave."""

    size: int
    overlap: int
    chunks: int
    mean_words: float
    figures: dict[str, Figure]

    def to_dict(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "size": self.size,
            "overlap": self.overlap,
            "chunks": self.chunks,
            "mean_words": round(self.mean_words, 1),
            "figures": parts_of(self.figures, value_of),
            "ci": parts_of(self.figures, interval_of),
            "p": parts_of(self.figures, p_value_of),
        }


@dataclass(frozen=True, slots=True)
class _Corpus:
    """A set cut in one way: chunks and the row of each one's document."""

    documents: Sequence[Document]
    chunks: Sequence[Chunk]
    owners: Sequence[int]
    vectors: Vectors
    lexical: LexicalIndex


def measure_chunk_sizes(
    data: PublicSet,
    vectors: PeerVectors,
    tokens: TokenCounter,
    *,
    sizes: Sequence[int] = SIZES,
    overlaps: Sequence[int] = OVERLAPS,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> list[Cut]:
    """Cut, embed and ask at every size with every overlap; the first is what others are tested to."""
    documents = [_document(record) for record in data.records]
    questions = [one for one in data.questions if one.relevant]
    cuts = [(size, overlap) for size in sizes for overlap in overlaps]
    scores: dict[str, list[QuestionScores]] = {}
    sizes_of: dict[str, tuple[int, float]] = {}
    for size, overlap in cuts:
        name = f"{size} word pieces, overlap {overlap}"

        def told(done: int, total: int, name: str = name) -> None:
            on_progress(f"embedding {name}", done, total)

        with tempfile.TemporaryDirectory() as folder:
            pairs = list(_cut(documents, tokens, size=size, overlap=overlap))
            chunks, owners = [chunk for chunk, _ in pairs], [owner for _, owner in pairs]
            strings = [_embedded(documents[owner], chunk, tokens, size) for chunk, owner in pairs]
            embedded = vectors.embed_documents(strings, on_progress=told)
            _write(Path(folder) / "lexical", documents, chunks, strings)
            lexical = LexicalIndex(Path(folder) / "lexical")
            corpus = _Corpus(documents, chunks, owners, embedded, lexical)
            scores[name] = []
            for done, one in enumerate(questions, start=1):
                scores[name].append(_scores(corpus, one, vectors))
                on_progress(f"asking {name}", done, len(questions))
        words = [len(one.text.split()) for one in chunks]
        sizes_of[name] = len(chunks), float(np.mean(words))
    figures = compare(scores, against=next(iter(scores)))
    return [
        Cut(size, overlap, *sizes_of[name], figures[name])
        for (size, overlap), name in zip(cuts, scores, strict=True)
    ]


def _document(record: CorpusRecord) -> Document:
    """The record's text as one section."""
    section = Section("", "body", 0, len(record.text))
    return Document(
        document_id=record.name,
        identifiers=Identifiers(),
        title=record.title or None,
        authors=(),
        container=None,
        year=None,
        publication_types=(),
        keywords=(),
        license=None,
        url=None,
        text=record.text,
        sections=(section,),
        related=(),
        added=(),
        source_path=record.name,
        content_hash="",
    )


def _cut(
    documents: Sequence[Document], tokens: TokenCounter, *, size: int, overlap: int
) -> Iterator[tuple[Chunk, int]]:
    for row, document in enumerate(documents):
        chunks = chunk_document(document, count_tokens=tokens.count_tokens, max_tokens=size)
        for number, chunk in enumerate(chunks):
            before = chunks[number - 1].sentences[-overlap:] if number and overlap else ()
            start = before[0][0] if before else chunk.start
            text = document.text[start : chunk.end]
            yield (
                Chunk(
                    chunk.chunk_id,
                    chunk.document_id,
                    chunk.section,
                    start,
                    chunk.end,
                    text,
                    (*before, *chunk.sentences),
                ),
                row,
            )


def _embedded(document: Document, chunk: Chunk, tokens: TokenCounter, size: int) -> str:
    prefix = embedding_prefix(document, "", tokens.count_tokens, size)
    return prefix + chunk.text


def _write(
    folder: Path, documents: Sequence[Document], chunks: Sequence[Chunk], strings: Sequence[str]
) -> None:
    write_lexical(
        folder,
        {
            "chunks": ((one.chunk_id, text) for one, text in zip(chunks, strings, strict=True)),
            "documents": ((one.document_id, f"{one.title or ''}\n{one.text}") for one in documents),
            "records": (),
        },
    )


def _scores(corpus: _Corpus, question: BenchQuestion, vectors: PeerVectors) -> QuestionScores:
    terms = load_field_synonyms().expand(question.text).terms
    similarities = corpus.vectors @ vectors.embed_query(question.text)
    words = lexical_scores(corpus.lexical, "chunks", terms)
    order = np.argsort(-fused(similarities, words, terms), kind="stable")
    ranked = [corpus.chunks[row] for row in order[:_DEPTH]]
    documents = list(dict.fromkeys(one.document_id for one in ranked))
    spans = list(_gold_spans(corpus.documents, question))
    return {
        "span recall@10": _found(ranked[:_FIRST], spans),
        "span recall in 1,000 words": _found(_first_words(ranked), spans),
        "nDCG@10": ndcg_at(documents, question.relevant, k=10),
    }


def _gold_spans(documents: Sequence[Document], question: BenchQuestion) -> Iterator[SpanRange]:
    """Every place in a gold document where the answer's words stand."""
    for document in documents:
        if document.document_id in question.relevant:
            for answer in (one for synonyms in question.exact_answers for one in synonyms):
                words = r"\s+".join(re.escape(word) for word in answer.split())
                for match in re.finditer(words, document.text):
                    yield SpanRange(document.document_id, match.start(), match.end())


def _found(chunks: Sequence[Chunk], spans: Sequence[SpanRange]) -> Score:
    if not spans:
        return _NO_SPAN
    return float(any(_shows(chunk, span) for chunk in chunks for span in spans))


def _shows(chunk: Chunk, span: SpanRange) -> bool:
    if chunk.document_id != span.document_id:
        return False
    common = min(chunk.end, span.end) - max(chunk.start, span.start)
    return common >= _MOSTLY * (span.end - span.start)


def _first_words(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The first chunks that have a thousand words together, at least one."""
    kept, words = list[Chunk](), 0
    for one in chunks:
        words += len(one.text.split())
        if kept and words > _WORDS:
            break
        kept.append(one)
    return kept
