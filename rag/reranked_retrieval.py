"""What was retrieved, in the order of the reranker: `Found` in, `Found` out."""

from dataclasses import replace

from rag.reranking import Candidate, Reranker, passage_of
from rag.retrieval import Found


def rerank_found(found: Found, question: str, reranker: Reranker, *, k: int) -> Found:
    """The same with its first k chunks, and their documents, in the reranker's order.

    What was asked for by name stays first.
    """
    scores = {one.entry_id: one.score for one in found.ranking}
    chunks = [one.chunk for one in found.stored[:k]]
    candidates = [
        Candidate(
            one.chunk_id,
            passage_of(one, found.documents[one.document_id].title),
            scores[one.chunk_id],
        )
        for one in chunks
    ]
    reranked = reranker.rerank(question, candidates)
    places = {name: place for place, name in enumerate(reranked.order)}
    behind = len(places)

    def place(chunk_id: str, *, is_asked_for: bool) -> int:
        return -1 if is_asked_for else places.get(chunk_id, behind)

    asked = {one.entry_id for one in found.ranking if one.is_asked_for}
    read = reranked.relevances.keys()
    ranking = sorted(
        found.ranking, key=lambda one: place(one.entry_id, is_asked_for=one.is_asked_for)
    )
    stored = sorted(
        found.stored,
        key=lambda one: place(one.chunk.chunk_id, is_asked_for=one.chunk.chunk_id in asked),
    )
    first = [one.chunk.document_id for one in stored if one.chunk.chunk_id in asked | read]
    return replace(
        found,
        ranking=ranking,
        stored=stored,
        document_ids=tuple(dict.fromkeys((*first, *found.document_ids))),
        reranked=reranked,
    )
