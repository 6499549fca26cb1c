"""Regressions planted on purpose: each changes the pipeline, the cases or the settings in one way.

The gate has to catch every one of them. A mutation wraps the real pipeline, behind its own checks,
as a fault of a later change would lie.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.build_reader import Build
from index.live import LiveBuild
from rag.models import Answer, AnswerSentence, Reference, Search, Span
from rag.pipeline import Pipeline
from rag.references import Draft, links_of, number_references

Change = Callable[[Build, Answer, Search], Answer]


@dataclass(slots=True)
class MutatedPipeline:
    """The pipeline with its answers, and what they find, changed; what it once gave is kept."""

    pipeline: Pipeline
    kept: dict[str, tuple[Answer, Search | None]]
    change: Change = lambda _build, answer, _search: answer
    change_search: Callable[[Search], Search] = lambda search: search

    @property
    def live(self) -> LiveBuild:
        return self.pipeline.live

    def answer(self, text: str) -> Answer:
        answer, search = self._asked(text)
        if search is None:
            return answer
        with self.live.lease() as build:
            return self.change(build, answer, search)

    def search(self, text: str) -> Search:
        search = self._asked(text)[1]
        assert search is not None
        return self.change_search(search)

    def _asked(self, text: str) -> tuple[Answer, Search | None]:
        if text not in self.kept:
            answer = self.pipeline.answer(text)
            search = None if answer.status == "crisis" else self.pipeline.search(text)
            self.kept[text] = (answer, search)
        return self.kept[text]


def top_hit_lost(search: Search) -> Search:
    """The best sentence is lost on the way."""
    return replace(search, evidence=search.evidence[1:])


def top_hit_not_said(build: Build, answer: Answer, search: Search) -> Answer:
    """What rests on the best sentence is not said any more."""
    if not search.evidence or any(one.kind == "record" for one in answer.sentences):
        return answer
    top = (search.evidence[0].document_id, search.evidence[0].start)
    left = [
        Draft(one.text, one.kind, tuple(each.span for each in one.citations), one.support)
        for one in answer.sentences
        if top not in {(each.span.document_id, each.span.start) for each in one.citations}
    ]
    if len(left) == len(answer.sentences):
        return answer
    return _saying(answer, left, build)


def wrong_pmid(_build: Build, answer: Answer, _search: Search) -> Answer:
    """A marker's reference bears the PMID of another paper."""

    def changed(reference: Reference) -> Reference:
        identifiers = replace(reference.identifiers, pmid="30101496")
        return replace(reference, identifiers=identifiers, links=links_of(identifiers))

    return replace(answer, references=tuple(changed(one) for one in answer.references))


def numbers_altered(_build: Build, answer: Answer, _search: Search) -> Answer:
    """Every digit of a claim is another one."""

    def changed(sentence: AnswerSentence) -> AnswerSentence:
        if sentence.kind == "record":
            return sentence
        digit = re.compile(r"\d")
        text = digit.sub(lambda found: str((int(found.group()) + 1) % 10), sentence.text)
        return replace(sentence, text=text)

    return replace(answer, sentences=tuple(changed(one) for one in answer.sentences))


def abstention_disabled(build: Build, answer: Answer, search: Search) -> Answer:
    """Where nothing answers, the nearest sentence is shown all the same, well cited."""
    if answer.sentences or not search.evidence:
        return answer
    near = search.evidence[0]
    span = Span(near.document_id, near.chunk_id, near.start, near.end, near.text)
    return _saying(answer, [Draft(near.text, "claim", (span,), 1.0)], build)


def quotes_shifted(_build: Build, answer: Answer, _search: Search) -> Answer:
    """Every span lies one character further on than its quote."""

    def shifted(span: Span) -> Span:
        return replace(span, start=span.start + 1, end=span.end + 1)

    sentences = tuple(
        replace(
            one, citations=tuple(replace(each, span=shifted(each.span)) for each in one.citations)
        )
        for one in answer.sentences
    )
    references = tuple(
        replace(one, spans=tuple(map(shifted, one.spans))) for one in answer.references
    )
    return replace(answer, sentences=sentences, references=references)


def references_twice(_build: Build, answer: Answer, _search: Search) -> Answer:
    """Every reference is listed a second time."""
    again = tuple(replace(one, n=one.n + len(answer.references)) for one in answer.references)
    return replace(answer, references=answer.references + again)


def _saying(answer: Answer, drafts: Sequence[Draft], build: Build) -> Answer:
    cited = number_references(drafts, document=build.document, standing=build.standing)
    return replace(
        answer,
        status="answered" if drafts else "insufficient_evidence",
        sentences=cited.sentences,
        references=cited.references,
    )
