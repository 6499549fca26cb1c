"""Which document took the place of one that has gone: so that an id, once issued, goes on to resolve."""

from collections.abc import Iterable

from index.identifiers import OF_A_PAPER
from index.library import Library
from index.library_rows import DocumentVersion

_SHARE = 0.5
"""Of a text without identifiers, so many of the sentences must be found again in the same file."""


def find_successors(
    library: Library, before: Iterable[DocumentVersion], after: Iterable[DocumentVersion]
) -> dict[str, str]:
    """Ids of `before` that are not in `after`, with the id that now stands for the same paper.

    The same paper is one that has an identifier of the old one; where the old one had none, one
    from the same file that has at least half of its sentences.
    """
    new = {one.document_id: one for one in after}
    gone = [one for one in before if one.document_id not in new]
    if not gone:
        return {}
    by_identifier: dict[tuple[str, str], str] = {}
    by_path: dict[str, list[DocumentVersion]] = {}
    for one in new.values():
        for pair in library.documents.own_identifiers(one):
            by_identifier.setdefault(pair, one.document_id)
        for path in library.documents.paths(one):
            by_path.setdefault(path, []).append(one)
    successors: dict[str, str] = {}
    for old in gone:
        pairs = [pair for pair in library.documents.own_identifiers(old) if pair[0] in OF_A_PAPER]
        found = [by_identifier[pair] for pair in pairs if pair in by_identifier]
        if not pairs:
            neighbours = [
                one for path in library.documents.paths(old) for one in by_path.get(path, ())
            ]
            found = [one.document_id for one in neighbours if _is_same_text(library, old, one)]
        if found:
            successors[old.document_id] = found[0]
    return successors


def _is_same_text(library: Library, old: DocumentVersion, new: DocumentVersion) -> bool:
    sentences = library.documents.sentence_hashes([old])
    shared = sentences & library.documents.sentence_hashes([new])
    return bool(sentences) and len(shared) >= _SHARE * len(sentences)
