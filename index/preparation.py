"""From a document to all that the record keeps of it: chunks, and every string that is embedded."""

from index.chunking import chunk_document, embedding_prefix
from index.embedding import TokenCounter
from index.errors import DocumentError
from index.library_rows import PreparedDocument, StoredChunk, string_hash
from index.models import Document, Related

_MANY = 100
"""Chunks, of which a text may have so many before its repeating itself counts."""


def prepare_document(
    document: Document, tokens: TokenCounter, *, version: str, paths: tuple[str, ...]
) -> PreparedDocument:
    """The document cut into chunks, with every string that its build embeds.

    Args:
        document: merged from its sources and complete.
        tokens: counts as the embedding model does.
        version: names all that the document was made from.
        paths: the files that it was made from.

    Raises:
        DocumentError: it repeats itself so much that nothing beside it could be found any more: a
            graph of neighbours loses its way among many equal vectors.
    """
    count, limit = tokens.count_tokens, tokens.max_tokens
    strings: dict[str, str] = {}

    def noted(text: str) -> str:
        name = string_hash(text)
        strings[name] = text
        return name

    chunks = tuple(
        StoredChunk(
            chunk=chunk,
            embedded_hash=noted(
                embedding_prefix(document, chunk.section, count, limit) + chunk.text
            ),
            sentence_hashes=tuple(
                noted(document.text[start:end]) for start, end in chunk.sentences
            ),
        )
        for chunk in chunk_document(document, count_tokens=count, max_tokens=limit)
    )
    if len(chunks) > _MANY and len({one.embedded_hash for one in chunks}) < len(chunks) / 2:
        raise DocumentError(
            "it says the same words over and over.", "Keep each part once, or leave it out."
        )
    return PreparedDocument(
        document=document,
        version=version,
        paths=paths,
        chunks=chunks,
        record_hash=noted(_shortened(_record_text(document), tokens)),
        listed_hashes=tuple(
            noted(_shortened(_record_text(paper), tokens)) for paper in document.related
        ),
        strings=strings,
    )


def _record_text(paper: Document | Related) -> str:
    """What is embedded to find a paper by a question for it: its title, or what else it has."""
    if paper.title:
        return paper.title
    return paper.text[:1_000] if isinstance(paper, Document) else str(paper.identifiers.document_id)


def _shortened(text: str, tokens: TokenCounter) -> str:
    while tokens.count_tokens(text) > tokens.max_tokens:
        text = text[: len(text) * 3 // 4]
    return text
