"""The evidence that a language model reads: sentences for the question in, numbered passages out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.identifiers import Identifiers
from index.models import Document
from rag.evidence import EvidenceSentence
from rag.models import Span
from rag.references import Draft
from rag.verification import cannot_be_cited, without_links

_MOST = 10
_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class NumberedPassage:
    """A sentence of a document, with the one before it where it cannot be read without."""

    n: int
    spans: tuple[Span, ...]
    title: str | None
    year: int | None

    @property
    def text(self) -> str:
        """Its words, in one line."""
        return " ".join(" ".join(span.quote for span in self.spans).split())

    @property
    def line(self) -> str:
        """As a model reads it: number, title and year, words."""
        # A title's own brackets would read as a marker.
        title = without_links(self.title or "").translate(str.maketrans("[]", "()")).strip()
        about = ", ".join(filter(None, (title[:_TITLE_CHARS], str(self.year or ""))))
        return f"[{self.n}] ({about}) {self.text}" if about else f"[{self.n}] {self.text}"

    @property
    def quotes(self) -> tuple[str, ...]:
        """The words of its spans."""
        return tuple(span.quote for span in self.spans)

    def drafts(self) -> list[Draft]:
        """It as verbatim sentences of an answer."""
        return [Draft(span.quote, "claim", (span,), support=1.0) for span in self.spans]


def number_evidence(
    drafts: Sequence[Draft],
    evidence: Sequence[EvidenceSentence],
    document: Callable[[str], Document],
    *,
    most_chars: int,
) -> list[NumberedPassage]:
    """Passages from 1: what an answer without a model would quote, then what else would do as one.

    What could not stand as an answer is not shown, for a model may be led astray by it: a sentence
    that its evidence bears is not yet one that answers the question.

    Args:
        drafts: of the verbatim answer.
        evidence: sentences for the question, best first.
        document: the record's document by its id.
        most_chars: how much of it the model can read; whole passages are left out at the end.
    """
    by_place = {(one.document_id, one.start, one.end): one for one in evidence}
    quoted = [span for draft in drafts for span in draft.spans]
    known = [by_place.get((span.document_id, span.start, span.end)) for span in quoted]
    leant_on = {(one.document_id, *one.leans_on) for one in known if one and one.leans_on}
    found = [
        _of_sentence(one, document) if one else _of_span(span, document)
        for span, one in zip(quoted, known, strict=True)
        if (span.document_id, span.start, span.end) not in leant_on
    ]
    rest = (_of_sentence(one, document) for one in evidence if one.answers and one not in known)
    found += [one for one in rest if not cannot_be_cited(one.text, Identifiers())]
    return _cut(found[:_MOST], most_chars)


def _cut(found: Sequence[NumberedPassage], most_chars: int) -> list[NumberedPassage]:
    kept: list[NumberedPassage] = []
    for passage in found:
        numbered = replace(passage, n=len(kept) + 1)
        most_chars -= len(numbered.line) + 1
        if most_chars < 0:
            break
        kept.append(numbered)
    return kept


def _of_sentence(
    sentence: EvidenceSentence, document: Callable[[str], Document]
) -> NumberedPassage:
    holder = document(sentence.document_id)
    places = [place for place in (sentence.leans_on, (sentence.start, sentence.end)) if place]
    spans = tuple(
        Span(sentence.document_id, sentence.chunk_id, start, end, holder.text[start:end])
        for start, end in places
    )
    return NumberedPassage(0, spans, holder.title, holder.year)


def _of_span(span: Span, document: Callable[[str], Document]) -> NumberedPassage:
    holder = document(span.document_id)
    return NumberedPassage(0, (span,), holder.title, holder.year)
