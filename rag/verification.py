"""The checks that every answer passes before anyone sees it: an answer in, what is wrong out.

One function, used at run time, by the tests and by the evaluation.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Literal
from urllib.parse import urlsplit

from index.errors import UnknownDocumentError
from index.identifiers import (
    DOI_IN_TEXT,
    PMCID_IN_TEXT,
    PMID_IN_TEXT,
    Identifiers,
    trim_doi,
)
from index.models import Document, Related
from index.publication_status import WARNED_OF, Standing
from rag.models import Answer, AnswerSentence, Span
from rag.readable import definitions_hold, is_of, quote_of
from rag.references import describes, links_of
from rag.support import check_support
from rag.time_notices import old_sources

Invariant = Literal[
    "markers", "quotes", "references", "standing", "retrieved", "invented identifiers", "claims"
]

PUBMED_SEARCH = "https://pubmed.ncbi.nlm.nih.gov/?"
"""Beginning of the one link that a notice may have."""

_LINK_END = ".,;)”"
_MARKER = re.compile(r"\[(\d+)\]")
_LINK = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)


def check_answer(
    answer: Answer,
    *,
    document: Callable[[str], Document],
    retrieved: Collection[str],
    standing: Callable[[str, Identifiers], Standing],
) -> list[str]:
    """What is wrong with the answer; empty where all holds. Arguments as for `check_invariants`."""
    by_invariant = check_invariants(
        answer, document=document, retrieved=retrieved, standing=standing
    )
    return [fault for faults in by_invariant.values() for fault in faults]


def check_invariants(
    answer: Answer,
    *,
    document: Callable[[str], Document],
    retrieved: Collection[str],
    standing: Callable[[str, Identifiers], Standing],
) -> dict[Invariant, list[str]]:
    """What is wrong with the answer, by what does not hold; every invariant is a key.

    Args:
        answer: what is about to be shown.
        document: the record's document by its id.
        retrieved: ids of the chunks and of the papers' records that were found for this answer.
        standing: what is known of the standing of the paper with that id and these identifiers.
    """
    return {
        "markers": _check_numbering(answer),
        "quotes": _check_quotes(answer, document),
        "references": _check_references(answer, document),
        "standing": _check_standing(answer, standing) + _check_age(answer),
        "retrieved": _check_retrieved(answer, retrieved),
        "invented identifiers": _check_identifiers(answer),
        "claims": [fault for one in answer.sentences for fault in _check_sentence(one, document)],
    }


def _check_numbering(answer: Answer) -> list[str]:
    faults: list[str] = []
    used = list(dict.fromkeys(citation.n for one in answer.sentences for citation in one.citations))
    listed = [reference.n for reference in answer.references]
    if used != listed:
        faults.append(f"markers in order of use are {used}, references are {listed}")
    if used != list(range(1, len(used) + 1)):
        faults.append(f"markers {used} are not numbered by first use")
    spans = {reference.n: set(reference.spans) for reference in answer.references}
    for sentence in answer.sentences:
        for citation in sentence.citations:
            if citation.span not in spans.get(citation.n, set()):
                faults.append(f"a span of marker [{citation.n}] is not one of its reference's")
    ids = [reference.document_id for reference in answer.references]
    if len(set(ids)) != len(ids):
        faults.append("a paper is listed twice")
    return faults


def _check_quotes(answer: Answer, document: Callable[[str], Document]) -> list[str]:
    return [
        f"the quote at {span.start}–{span.end} of {span.document_id} is not its text"
        for span in answer.spans()
        if not _stands_there(span, _find(span.document_id, document))
    ]


def _stands_there(span: Span, source: Document | None) -> bool:
    return source is not None and source.text[span.start : span.end] == span.quote != ""


def _check_references(answer: Answer, document: Callable[[str], Document]) -> list[str]:
    faults: list[str] = []
    for reference in answer.references:
        holder = _find(reference.listed_in or reference.document_id, document)
        papers: Sequence[Document | Related] = ()
        if holder:
            papers = holder.related if reference.listed_in else (holder,)
        if not any(describes(reference, paper) for paper in papers):
            faults.append(f"reference {reference.n} is not as the library records that paper")
    return faults


def _check_standing(answer: Answer, standing: Callable[[str, Identifiers], Standing]) -> list[str]:
    faults = [
        f"reference {one.n} is shown as {one.standing.status}, which it is not"
        for one in answer.references
        if one.standing != standing(one.document_id, one.identifiers)
    ]
    doubtful = sum(one.standing.status in WARNED_OF for one in answer.references)
    if doubtful > sum(notice.kind == "standing" for notice in answer.notices):
        faults.append("a paper that is retracted or in doubt is cited without a warning")
    return faults


def _check_age(answer: Answer) -> list[str]:
    """Notices on the age of sources name references alone, and every one that has grown old."""
    texts = {
        kind: [one.text for one in answer.notices if one.kind == kind]
        for kind in ("as_of", "sources_disagree")
    }
    numbers = {str(reference.n) for reference in answer.references}
    faults = [
        f"a notice names [{n}], which is no reference"
        for said in texts.values()
        for text in said
        for n in _MARKER.findall(text)
        if n not in numbers
    ]
    old = old_sources(answer.sentences, answer.references, answer.receipt.as_of)
    named = {n for text in texts["as_of"] for n in _MARKER.findall(text)}
    return faults + [
        f"what may have changed since rests on [{n}], and no notice says so"
        for n in sorted(set().union(*old.values()))
        if str(n) not in named
    ]


def _find(document_id: str, document: Callable[[str], Document]) -> Document | None:
    try:
        return document(document_id)
    except UnknownDocumentError:
        return None


def _check_retrieved(answer: Answer, retrieved: Collection[str]) -> list[str]:
    faults = [
        f"{span.chunk_id or span.document_id} was not retrieved"
        for span in answer.spans()
        if (span.chunk_id or span.document_id) not in retrieved
    ]
    listed = {reference.n for reference in answer.references if reference.listed_in}
    for sentence in answer.sentences:
        if sentence.kind == "claim" and listed & {citation.n for citation in sentence.citations}:
            faults.append("a claim rests on a paper that is only listed")
    for reference in answer.references:
        holder = reference.listed_in or reference.document_id
        if any(span.document_id != holder for span in reference.spans):
            faults.append(f"a span of reference {reference.n} lies in another document")
    return faults


def _check_identifiers(answer: Answer) -> list[str]:
    faults: list[str] = []
    allowed = {pair for reference in answer.references for pair in reference.identifiers.items()}
    links = {link.url for reference in answer.references for link in reference.links}
    for reference in answer.references:
        if reference.links != links_of(reference.identifiers):
            faults.append(f"reference {reference.n} has a link that is not of its identifiers")
        for added in reference.added:
            links |= {link.rstrip(_LINK_END) for link in _LINK.findall(added.source)}
    texts = [sentence.text for sentence in answer.sentences]
    for text in texts + [notice.text for notice in answer.notices]:
        faults += [
            f"{name} {value} is not of one of its references"
            for name, value in labelled_identifiers(text)
            if (name, value) not in allowed
        ]
        faults += [
            f"the link {link} is not of one of its references"
            for link in _LINK.findall(text)
            if link.rstrip(_LINK_END) not in links
        ]
    for notice in answer.notices:
        if notice.url is not None and not notice.url.startswith(PUBMED_SEARCH):
            faults.append(f"a notice links to {urlsplit(notice.url).hostname}")
    return faults


def cannot_be_cited(text: str, own: Identifiers) -> bool:
    """True where a passage has a link, another paper's identifier, or markers of its own.

    Its markers ("[2]") would read as ours, and an answer names no paper but its references.
    """
    return has_link_or_marker(text) or any(
        pair not in own.items() for pair in labelled_identifiers(text)
    )


def has_link_or_marker(text: str) -> bool:
    """True where the text has a link, or what would read as a marker of ours."""
    return bool(_LINK.search(text) or _MARKER.search(text))


def without_links(text: str) -> str:
    """The text with "…" in place of links and labelled identifiers, to be named in a notice."""
    for pattern in (_LINK, DOI_IN_TEXT, PMCID_IN_TEXT, PMID_IN_TEXT):
        text = pattern.sub("…", text)
    return text


def labelled_identifiers(text: str) -> list[tuple[str, str]]:
    """Identifiers in the text that say what they are, as (name, value) pairs."""
    found = [("doi", trim_doi(match)) for match in DOI_IN_TEXT.findall(text)]
    rest = DOI_IN_TEXT.sub(" ", text)
    found += [("pmcid", match.upper()) for match in PMCID_IN_TEXT.findall(rest)]
    return found + [("pmid", match) for match in PMID_IN_TEXT.findall(rest)]


def _check_sentence(sentence: AnswerSentence, document: Callable[[str], Document]) -> list[str]:
    if not sentence.text.strip():
        return ["a sentence is empty"]
    if not sentence.citations:
        return [f"a {sentence.kind} has no citation"]
    if sentence.kind == "record":
        return []
    if _MARKER.search(sentence.text):
        return ["a claim has a marker in its text"]
    own_words = quote_of(sentence.text, sentence.dropped, sentence.expanded)
    if not own_words or (sentence.expanded and not _are_defined(sentence, document)):
        return ["a claim explains an abbreviation as its source does not"]
    if _is_verbatim(sentence):
        return []
    quotes = [citation.span.quote for citation in sentence.citations]
    faults = [fault.message for fault in check_support(own_words, quotes).faults]
    if not faults and sentence.support == 1.0:
        faults.append("a claim that is said to be verbatim is not its quote")
    return faults


def _is_verbatim(sentence: AnswerSentence) -> bool:
    return any(
        is_of(sentence.text, sentence.dropped, sentence.expanded, citation.span.quote)
        for citation in sentence.citations
    )


def _are_defined(sentence: AnswerSentence, document: Callable[[str], Document]) -> bool:
    sources = {citation.span.document_id for citation in sentence.citations}
    texts = [found.text for name in sources if (found := _find(name, document))]
    return any(definitions_hold(sentence.expanded, sentence.text, text) for text in texts)
