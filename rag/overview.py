"""What a whole document says, in its own words: its sentences in, the most central ones out.

A sentence is central where its vector is near the mean of all sentences of the document (centroid
summarisation, Radev et al. 2004).
"""

import re
from collections.abc import Sequence

import numpy as np

from index.embedding import Vectors
from index.library_rows import StoredChunk
from index.models import Chunk, Document
from rag.models import Span
from rag.references import Draft
from rag.verification import cannot_be_cited

_BY_SECTION = (
    (re.compile(r"\b(?:conclusions?|interpretation|significance)\b", re.IGNORECASE), True),
    (re.compile(r"\b(?:results?|findings?)\b", re.IGNORECASE), True),
)
_BY_WORDS = (
    (re.compile(r"\b(?:conclud\w+|in conclusion|in summary|taken together)\b", re.I), False),
    (
        re.compile(r"\b(?:we (?:found|show|showed|find)|our (?:results|findings|data))\b", re.I),
        False,
    ),
)


def findings_drafts(
    document: Document, chunks: Sequence[tuple[StoredChunk, Vectors]], *, max_sentences: int
) -> list[Draft]:
    """Drafts of what the document concludes, then of what it found; empty where nothing says so.

    Those are the sentences of sections of that name; without such sections, those that begin as
    conclusions do ("We found …").
    """
    sentences = [(one.chunk, place) for one, _ in chunks for place in one.chunk.sentences]
    for tests in (_BY_SECTION, _BY_WORDS):
        chosen: dict[tuple[int, int], Chunk] = {}
        for pattern, of_section in tests:
            for chunk, (start, end) in sentences:
                said = chunk.section if of_section else document.text[start:end]
                if pattern.search(said):
                    chosen.setdefault((start, end), chunk)
        drafts = [
            _draft(document, chunk, place)
            for place, chunk in chosen.items()
            if not cannot_be_cited(document.text[slice(*place)], document.identifiers)
        ]
        if drafts:
            return drafts[:max_sentences]
    return []


def overview_drafts(
    document: Document, chunks: Sequence[tuple[StoredChunk, Vectors]], *, max_sentences: int
) -> list[Draft]:
    """Drafts of the most central sentences of one document, in reading order.

    Args:
        document: what is summed up.
        chunks: its chunks, each with the vectors of its sentences in their order.
        max_sentences: at most so many drafts.
    """
    places = [(stored.chunk, span) for stored, _ in chunks for span in stored.chunk.sentences]
    if not places:
        return []
    own = document.identifiers
    vectors = np.concatenate([vectors for _, vectors in chunks])
    nearness = vectors @ vectors.mean(axis=0)
    central = [
        (chunk, (start, end))
        for chunk, (start, end) in (places[at] for at in np.argsort(-nearness, kind="stable"))
        if not cannot_be_cited(document.text[start:end], own)
    ]
    chosen = sorted(central[:max_sentences], key=lambda place: place[1])
    return [_draft(document, chunk, place) for chunk, place in chosen]


def _draft(document: Document, chunk: Chunk, place: tuple[int, int]) -> Draft:
    quote = document.text[slice(*place)]
    span = Span(chunk.document_id, chunk.chunk_id, *place, quote)
    return Draft(quote, "claim", (span,), support=1.0)
