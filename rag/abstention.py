"""What is said where the library gives no answer: why, what came nearest, and where to look.

Texts are fixed templates; they state nothing about the disease.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.models import Document
from index.text_analysis import terms_of
from rag.evidence import EvidenceSentence
from rag.models import Notice, Status
from rag.question import Question, QuestionTerm
from rag.record_drafts import paper_name
from rag.verification import PUBMED_SEARCH, without_links

_OUT_OF_FIELD_SIMILARITY = 0.3
_MAX_TITLES = 3
_MAX_EACH = 2
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
    *,
    unknown: Sequence[str] = (),
) -> Abstention:
    """Say that the library does not answer, and what it was asked for and holds.

    `unknown` are words of the question that stand nowhere in the library.
    """
    words = [term.unit.written for term in question.terms if term.is_content]
    out_of_field = _is_out_of_field(question, evidence)
    notices = [_searched(words, holdings)]
    if evidence:
        notices.append(_nearest(evidence[0], documents))
    if evidence and not out_of_field:
        notices += _missing(evidence[0], unknown)
    if unknown:
        notices.append(Notice("missing", f"Nowhere in the library: {', '.join(unknown)}."))
    if held := _held(question, evidence, documents):
        notices.append(held)
    elif documents:
        notices.append(_holds_in_all(documents, holdings))
    if words:
        notices.append(pubmed_notice(words))
    return Abstention("out_of_scope" if out_of_field else "insufficient_evidence", tuple(notices))


def no_text_notice(document: Document) -> Notice:
    """That of a paper no more than its record is held."""
    text = f"The library holds no text of {_name(document)}: nothing can be said of what it found."
    return Notice("text_not_held", text)


def not_on_notice(document: Document, aspects: Sequence[QuestionTerm]) -> Notice:
    """That no sentence of the paper which is asked about answers on these."""
    words = ", ".join(term.unit.written for term in aspects)
    text = f"The library holds {_name(document)}, but no sentence of it was found that answers on: {words}."
    return Notice("missing", text)


def unlikely_notice(probability: float, least: float) -> Notice:
    """That sentences were found, and are held back because they hardly answer."""
    text = (
        f"The probability that the library answers is {probability:.0%}; from {least:.0%} "
        "sentences would be shown."
    )
    return Notice("unlikely", text)


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
        f"No answer was found in the library. Searched {_count(holdings.documents, 'document')} "
        f"({_count(holdings.chunks, 'passage')}) and {_count(holdings.listed_papers, 'listed paper')}{what}.",
    )


def _nearest(sentence: EvidenceSentence, documents: dict[str, Document]) -> Notice:
    document = documents[sentence.document_id]
    return Notice(
        "nearest", f"The nearest passage, which was not taken for one, stands in {_name(document)}."
    )


def _missing(sentence: EvidenceSentence, unknown: Sequence[str]) -> list[Notice]:
    words = [term.unit.written for term in sentence.missing]
    words = [word for word in words if word not in unknown]
    if words:
        return [Notice("missing", f"That passage has no word for: {', '.join(words)}.")]
    if not sentence.missing and not sentence.fits_answer_type:
        return [Notice("missing", "That passage gives no number or date for this.")]
    return []


def _held(
    question: Question, evidence: Sequence[EvidenceSentence], documents: dict[str, Document]
) -> Notice | None:
    """Where the library has the words that the question is on; those of every day say too little.

    A paper with the word in its title comes first; a passage far from the question in meaning likely
    has the word in another sense and does not count.
    """
    parts: list[str] = []
    for term in question.content_terms:
        if not term.is_vital:
            continue
        names = dict.fromkeys(
            one.document_id
            for one in evidence
            if one.similarity >= _OUT_OF_FIELD_SIMILARITY
            and term.unit.key not in {missing.unit.key for missing in one.missing}
        )
        if names:
            papers = sorted((documents[name] for name in names), key=_in_title(term))
            parts.append(f"{term.unit.written} ({_listed(papers)})")
    if not parts:
        return None
    return Notice("holds", f"Passages near to the question have: {', '.join(parts)}.")


def _in_title(term: QuestionTerm) -> Callable[[Document], bool]:
    """Sorts papers with the term in their title before others."""
    wanted = {one.stem for one in terms_of(term.unit.written)}
    return lambda paper: not wanted <= {one.stem for one in terms_of(paper.title or "")}


def _listed(papers: Sequence[Document]) -> str:
    """Their names, the first few of them, each once, and how many more there are."""
    names = list(
        dict.fromkeys(f"{paper_name(one)} ({one.year or 'year not given'})" for one in papers)
    )
    more = len(names) - _MAX_EACH
    shown = "; ".join(names[:_MAX_EACH])
    return f"in {shown}{f' and {more} more' if more > 0 else ''}"


def _holds_in_all(documents: dict[str, Document], holdings: Holdings) -> Notice:
    """What there is instead: everything where it is little, else what stands nearest."""
    titled = sorted(documents.values(), key=lambda one: one.title is None)
    names = "; ".join(list(dict.fromkeys(map(_name, titled)))[:_MAX_TITLES])
    if holdings.documents <= _MAX_TITLES:
        return Notice("holds", f"The library holds: {names}.")
    count = _count(holdings.documents, "document")
    return Notice("holds", f"The library holds {count}; nearest to the question are: {names}.")


def _name(document: Document) -> str:
    title = (
        f"“{without_links(document.title)}”"
        if document.title
        else f"a paper without a title in {document.source_path}"
    )
    parts = [title, document.container, str(document.year or "year not given")]
    return ", ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
