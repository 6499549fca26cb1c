"""Whether a sentence that a language model wrote may be passed on, and what it cites then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.text_analysis import Term, terms_of
from rag.numbered_evidence import NumberedPassage
from rag.references import Draft
from rag.reply_sentences import WrittenSentence
from rag.support import Support, check_support
from rag.verification import has_link_or_marker, labelled_identifiers

_MOST_CHARS = 500
_ATTACHED = 4
"""Passages that are tried where the sentence cites none that bears it."""
_LEAST_COVERAGE = 0.7
"""Of a passage that the sentence does not cite itself."""
_SAME_WORDS = 0.8
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>|\]\(|\{\{|[{}\\]")
_OF_ITSELF = re.compile(r"\b(?:AI|language model|I|me|my|you|your|yourself)\b")
_ADVICE = re.compile(
    r"\b(?:should|must|ought to|please|(?:we|strongly) recommend|consult)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A draft where the sentence may be passed on; else what is wrong with it."""

    draft: Draft | None
    faults: tuple[str, ...]
    cited: tuple[NumberedPassage, ...]
    """The passages that its markers name."""


def judge(sentence: WrittenSentence, passages: Sequence[NumberedPassage]) -> Judgement:
    """The sentence as a draft that cites what bears it, or its faults.

    Where the passages that it names do not bear it, or it names none, the one among all that has
    most of its words and bears it is cited instead.
    """
    by_number = {one.n: one for one in passages}
    cited = tuple(by_number[n] for n in sentence.markers if n in by_number)
    form = _faults_of_form(sentence.text, passages)
    if form:
        return Judgement(None, form, cited)
    faults: tuple[str, ...] = ()
    if cited:
        support = _support(sentence.text, cited)
        if not support.faults:
            return Judgement(_draft(sentence.text, cited, support), (), cited)
        faults = tuple(fault.message for fault in support.faults)
    for passage in nearest(sentence.text, passages, most=_ATTACHED):
        support = _support(sentence.text, (passage,))
        if not support.faults and support.coverage >= _LEAST_COVERAGE:
            return Judgement(_draft(sentence.text, (passage,), support), (), cited)
    return Judgement(None, faults or ("it cites no evidence that says so",), cited)


def nearest(text: str, passages: Sequence[NumberedPassage], *, most: int) -> list[NumberedPassage]:
    """The passages that share most words with the text, first those that share more."""
    stems = {term.stem for term in terms_of(text)}
    shared = {one.n: len(stems & {term.stem for term in terms_of(one.text)}) for one in passages}
    return sorted(passages, key=lambda one: -shared[one.n])[:most]


def says_the_same(text: str, drafts: Sequence[Draft]) -> bool:
    """True where one of the drafts has the same numbers and nearly the same words."""
    return any(_nearly_equal(terms_of(text), terms_of(one.text)) for one in drafts)


def _nearly_equal(one: Sequence[Term], other: Sequence[Term]) -> bool:
    numbers = [{term.lower for term in terms if not term.lower.isalpha()} for terms in (one, other)]
    first, second = ({term.stem for term in terms} for terms in (one, other))
    same = len(first & second) >= _SAME_WORDS * max(len(first), len(second))
    return same and numbers[0] == numbers[1]


def _faults_of_form(text: str, passages: Sequence[NumberedPassage]) -> tuple[str, ...]:
    faults: list[str] = []
    if len(text) > _MOST_CHARS:
        faults.append("it is too long")
    if labelled_identifiers(text) or has_link_or_marker(text):
        faults.append("it names an identifier or a link")
    if _MARKUP.search(text):
        faults.append("it has markup")
    quoted = " ".join(one.text for one in passages)
    for pattern, fault in (
        (_OF_ITSELF, "it speaks of you or to the reader"),
        (_ADVICE, "it advises"),
    ):
        if not set(pattern.findall(text)) <= set(pattern.findall(quoted)):
            faults.append(fault)
    return tuple(faults)


def _support(text: str, cited: Sequence[NumberedPassage]) -> Support:
    return check_support(text, [quote for one in cited for quote in one.quotes])


def _draft(text: str, cited: Sequence[NumberedPassage], support: Support) -> Draft:
    spans = dict.fromkeys(span for one in cited for span in one.spans)
    is_quote = any(text == span.quote for span in spans)
    return Draft(text, "claim", tuple(spans), support=1.0 if is_quote else support.score)
