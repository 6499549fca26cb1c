"""What a whole document says, in its own words: its sentences in, the most central ones out.

A sentence is central where its vector is near the mean of all sentences of the document (centroid
summarisation, Radev et al. 2004).
"""

from collections.abc import Sequence

import numpy as np

from index.embedding import Vectors
from index.library_rows import StoredChunk
from rag.models import Span
from rag.references import Draft


def overview_drafts(
    chunks: Sequence[tuple[StoredChunk, Vectors]], *, max_sentences: int
) -> list[Draft]:
    """Drafts of the most central sentences of one document, in reading order.

    Args:
        chunks: the document's chunks, each with the vectors of its sentences in their order.
        max_sentences: at most so many drafts.
    """
    places = [(stored.chunk, span) for stored, _ in chunks for span in stored.chunk.sentences]
    if not places:
        return []
    vectors = np.concatenate([vectors for _, vectors in chunks])
    nearness = vectors @ vectors.mean(axis=0)
    central = [places[position] for position in np.argsort(-nearness, kind="stable")]
    drafts: list[Draft] = []
    for chunk, (start, end) in sorted(central[:max_sentences], key=lambda place: place[1]):
        quote = chunk.text[start - chunk.start : end - chunk.start]
        span = Span(chunk.document_id, chunk.chunk_id, start, end, quote)
        drafts.append(Draft(quote, "claim", (span,), support=1.0))
    return drafts
