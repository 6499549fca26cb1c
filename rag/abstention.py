"""What is said where the library gives no answer: why, what came nearest, and where to look.

Texts are fixed templates; they state nothing about the disease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.models import Document
from rag.evidence import EvidenceSentence
from rag.models import Notice, Status
from rag.question import Question
from rag.verification import PUBMED_SEARCH, without_links

_OUT_OF_FIELD_SIMILARITY = 0.3
_MAX_TITLES = 3
_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Holdings:
    """What was searched."""

    documents: int
    chunks: int
    listed_papers: int


@dataclass(frozen=True, slots=True)
class Abstention:
    """A status and the notices that explain it."""

    status: Status
    notices: tuple[Notice, ...]


def abstain(
    question: Question,
    evidence: Sequence[EvidenceSentence],
    documents: dict[str, Document],
    holdings: Holdings,
) -> Abstention:
    """Say that the library does not answer, and what it was asked for and holds."""
    words = [term.unit.written for term in question.terms if term.is_content]
    out_of_field = _is_out_of_field(question, evidence)
    notices = [_searched(words, holdings)]
    if evidence:
        notices.append(_nearest(evidence[0], documents))
    if evidence and not out_of_field:
        notices += _missing(evidence[0])
    if held := _held(question, evidence, documents):
        notices.append(held)
    elif documents:
        notices.append(_holds_in_all(documents, holdings))
    if words:
        notices.append(pubmed_notice(words))
    return Abstention("out_of_scope" if out_of_field else "insufficient_evidence", tuple(notices))


def pubmed_notice(words: Sequence[str]) -> Notice:
    """A link that searches PubMed for `words`; nothing is sent before it is followed."""
    term = " ".join(words[:_MAX_WORDS])
    return Notice(
        "pubmed_search",
        f"PubMed may hold more on: {term}.",
        PUBMED_SEARCH + urlencode({"term": term}),
    )


def _is_out_of_field(question: Question, evidence: Sequence[EvidenceSentence]) -> bool:
    """True where no sentence speaks of any term, or only of general ones and from afar."""
    if not question.content_terms or not evidence:
        return True
    content = {term.unit.key: term for term in question.content_terms}
    spoken: set[str] = set()
    for sentence in evidence:
        spoken |= content.keys() - {term.unit.key for term in sentence.missing}
    if any(content[key].is_of_field for key in spoken):
        return False
    nearest = max(sentence.similarity for sentence in evidence)
    return not spoken or nearest < _OUT_OF_FIELD_SIMILARITY


def _searched(words: Sequence[str], holdings: Holdings) -> Notice:
    what = f" for: {', '.join(words)}" if words else ""
    return Notice(
        "searched",
        f"The library does not answer this. Searched {_count(holdings.documents, 'document')} "
        f"({_count(holdings.chunks, 'passage')}) and {_count(holdings.listed_papers, 'listed paper')}{what}.",
    )


def _nearest(sentence: EvidenceSentence, documents: dict[str, Document]) -> Notice:
    document = documents[sentence.document_id]
    return Notice(
        "nearest", f"The nearest passage, which does not answer it, stands in {_name(document)}."
    )


def _missing(sentence: EvidenceSentence) -> list[Notice]:
    words = [term.unit.written for term in sentence.missing]
    if words:
        return [Notice("missing", f"It does not speak of: {', '.join(words)}.")]
    if not sentence.fits_answer_type:
        return [Notice("missing", "It gives no number or date for this.")]
    return []


def _held(
    question: Question, evidence: Sequence[EvidenceSentence], documents: dict[str, Document]
) -> Notice | None:
    """Which of the question's terms the library does speak of, and where."""
    found: dict[str, list[str]] = {}
    for sentence in evidence:
        missing = {term.unit.key for term in sentence.missing}
        for term in question.content_terms:
            if term.unit.key not in missing:
                titles = found.setdefault(term.unit.written, [])
                name = _name(documents[sentence.document_id])
                if name not in titles:
                    titles.append(name)
    if not found:
        return None
    parts = [f"{word} (in {'; '.join(titles[:_MAX_TITLES])})" for word, titles in found.items()]
    return Notice("holds", f"The library does speak of: {', '.join(parts)}.")


def _holds_in_all(documents: dict[str, Document], holdings: Holdings) -> Notice:
    names = "; ".join(_name(document) for document in list(documents.values())[:_MAX_TITLES])
    more = " and more" if holdings.documents > _MAX_TITLES else ""
    return Notice("holds", f"The library holds: {names}{more}.")


def _name(document: Document) -> str:
    title = f"“{without_links(document.title)}”" if document.title else document.source_path
    parts = [title, document.container, str(document.year or "year not given")]
    return ", ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
