"""What a search shows: found chunks in, each with its nearest sentence and why it was found, out."""

from collections.abc import Sequence

from index.build_reader import Build
from rag.evidence import EvidenceSentence
from rag.models import Passage
from rag.retrieval import Found


def found_passages(
    build: Build, found: Found, evidence: Sequence[EvidenceSentence]
) -> tuple[Passage, ...]:
    """The chunks that may be evidence, in the order of their ranking.

    Of each the sentence is shown that `evidence`, best first, has of it; else the nearest one.
    """
    best: dict[str, tuple[int, int]] = {}
    for sentence in evidence:
        best.setdefault(sentence.chunk_id, (sentence.start, sentence.end))
    stored = {one.chunk.chunk_id: (one.chunk, vectors) for one, vectors in found.chunks}
    passages: list[Passage] = []
    for ranked in found.ranking:
        if ranked.entry_id not in stored:
            continue
        chunk, vectors = stored[ranked.entry_id]
        nearest = chunk.sentences[int((vectors @ found.query.vector).argmax())]
        start, end = best.get(chunk.chunk_id, nearest)
        passages.append(
            Passage(
                chunk_id=chunk.chunk_id,
                document_id=chunk.document_id,
                section=chunk.section,
                start=start,
                end=end,
                text=chunk.text[start - chunk.start : end - chunk.start],
                score=ranked.score,
                similarity=ranked.similarity,
                lexical=ranked.lexical,
                dense_rank=ranked.dense_rank,
                lexical_rank=ranked.lexical_rank,
                matched=tuple(build.lexical.matched("chunks", ranked.row, found.query.terms)),
            )
        )
    return tuple(passages)
