"""What a whole document says, in its own words: its sentences in, the most central ones out.

A sentence is central where its vector is near the mean of all sentences of the document (centroid
summarisation, Radev et al. 2004).
"""

from collections.abc import Sequence

import numpy as np

from index.embedding import Vectors
from index.library_rows import StoredChunk
from index.models import Document
from rag.models import Span
from rag.references import Draft
from rag.verification import cannot_be_cited


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
    drafts: list[Draft] = []
    for chunk, (start, end) in sorted(central[:max_sentences], key=lambda place: place[1]):
        quote = document.text[start:end]
        span = Span(chunk.document_id, chunk.chunk_id, start, end, quote)
        drafts.append(Draft(quote, "claim", (span,), support=1.0))
    return drafts
