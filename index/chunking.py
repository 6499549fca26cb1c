"""Cuts a document into chunks: whole sentences of one section, never longer than the model reads.

What is embedded has the title and the section in front; what is quoted is the bare slice.
"""

from collections.abc import Callable, Iterator

from index.models import Chunk, Document, Section
from index.sentences import sentence_spans

CHUNKING_VERSION = 1
"""Raise it when the same document would be cut another way: documents are then cut anew."""

CountTokens = Callable[[str], int]
"""A text in, its number of word pieces as the model counts them (special tokens included) out."""

_PREFIX_SHARE = 3
"""The title takes at most one third of what the model reads."""


def chunk_document(
    document: Document, *, count_tokens: CountTokens, max_tokens: int
) -> list[Chunk]:
    """The chunks of the body sections, numbered through the document.

    What a source says of the paper itself is its record, not evidence; listings are other papers.
    """
    chunks: list[Chunk] = []
    for section in document.sections:
        if section.kind != "body":
            continue
        prefix = embedding_prefix(document, section.name, count_tokens, max_tokens)

        def fits(start: int, end: int, prefix: str = prefix) -> bool:
            return count_tokens(prefix + document.text[start:end]) <= max_tokens

        for sentences in _group(_sentences(document, section, fits), fits):
            start, end = sentences[0][0], sentences[-1][1]
            chunks.append(
                Chunk(
                    chunk_id=f"{document.document_id}#{len(chunks):04d}",
                    document_id=document.document_id,
                    section=section.name,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    sentences=tuple(sentences),
                )
            )
    return chunks


def embedding_prefix(
    document: Document, section: str, count_tokens: CountTokens, max_tokens: int
) -> str:
    """The line put in front of a chunk when it is embedded; shortened where the title is long."""
    words = " – ".join(dict.fromkeys(part for part in (document.title, section) if part)).split()
    while words and count_tokens(" ".join(words)) > max_tokens // _PREFIX_SHARE:
        words = words[: len(words) * 3 // 4]
    return f"{' '.join(words)}\n" if words else ""


def _sentences(
    document: Document, section: Section, fits: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    for start, end in sentence_spans(document.text[section.start : section.end]):
        yield from _pieces(document.text, section.start + start, section.start + end, fits)


def _pieces(
    text: str, start: int, end: int, fits: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """The stretch itself where it fits, else halves cut at white space (or anywhere, if none).

    No piece is blank or has white space around it.
    """
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end = start + len(stretch.strip())
    if start == end:
        return
    if fits(start, end) or end - start < 2:
        yield start, end
        return
    middle = (start + end) // 2
    cut = text.rfind(" ", start + 1, middle)
    cut = cut if cut > start else middle
    yield from _pieces(text, start, cut, fits)
    yield from _pieces(text, cut, end, fits)


def _group(
    sentences: Iterator[tuple[int, int]], fits: Callable[[int, int], bool]
) -> Iterator[list[tuple[int, int]]]:
    group: list[tuple[int, int]] = []
    for start, end in sentences:
        if group and not fits(group[0][0], end):
            yield group
            group = []
        group.append((start, end))
    if group:
        yield group
