"""What a public set can teach: its questions, and statements and titles that its documents bear out.

Each is asked of the library; what is right for it is told by document, by quote or by answer.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eval.benchmarks.models import BenchQuestion, PublicSet
from index.sentences import sentence_spans
from rag.training.judgements import Fold, fold_of

_SEED = 1
_SPAN_KIND = "extractive"
_STATEMENT_WORDS = range(6, 46)
_ANSWER_WORDS = range(12, 81)
_TITLE_WORDS = 6
_SHORTEST_QUOTE = 15
_VERDICT = re.compile(r"^(?:yes|no)\b[,.:;]?\s*", re.IGNORECASE)
_NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to search for, and what is right for it, by record name."""

    ask_id: str
    text: str
    group: str
    judged: frozenset[str]
    relevant: frozenset[str]
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Normalised, by record: a passage with one answers."""
    spans: tuple[str, ...] = ()
    """Normalised answers, where the set marks them in the text: a passage with one answers."""
    is_statement: bool = False
    """True where a passage of a relevant record has to share the words of the text to bear it out."""
    hides_title: bool = False
    """True where the text is the title of the relevant record."""


def normalised(text: str) -> str:
    """Words in lower case, parted by one space."""
    return _NO_WORD.sub(" ", text.lower()).strip()


def is_quoted(sentence: str, quote: str) -> bool:
    """Whether one, normalised, is in the other; a quote within has to be long enough to tell."""
    if not sentence:
        return False
    return sentence in quote or (len(quote) > _SHORTEST_QUOTE and quote in sentence)


def questions(data: PublicSet) -> Iterator[Ask]:
    """The set's own."""
    groups = Groups(data)
    for one in data.questions:
        judged = one.judged or frozenset(one.relevant)
        quotes: dict[str, tuple[str, ...]] = {}
        for snippet in one.snippets:
            for name in snippet.names:
                quotes[name] = (*quotes.get(name, ()), normalised(snippet.text))
        yield Ask(
            ask_id=f"{data.name}:{one.question_id}",
            text=one.text,
            group=groups.of(judged) if judged else f"{data.name}:{one.question_id}",
            judged=judged,
            relevant=frozenset(one.relevant) if one.answerable else frozenset(),
            quotes=quotes,
            spans=_spans(one),
        )


def folds_of(data: PublicSet) -> dict[str, Fold]:
    """The fold of each of the set's questions, by its id."""
    asks = questions(data)
    return {
        one.question_id: fold_of(ask.group) for one, ask in zip(data.questions, asks, strict=True)
    }


def statements(data: PublicSet) -> Iterator[Ask]:
    """A sentence of each ideal answer, or the whole of a short one, which gold documents bear out."""
    groups = Groups(data)
    chance = random.Random(_SEED)  # noqa: S311 - a draw
    for one in data.questions:
        answer = next(iter(one.ideal_answers), "")
        sentences = [_VERDICT.sub("", answer[a:b]).strip() for a, b in sentence_spans(answer)]
        fit = [text for text in sentences if len(text.split()) in _STATEMENT_WORDS]
        if len(sentences) > 1 and len(answer.split()) in _ANSWER_WORDS:
            fit.append(_VERDICT.sub("", answer).strip())
        if fit and one.relevant:
            yield Ask(
                ask_id=f"{data.name}:{one.question_id}:statement",
                text=chance.choice(fit),
                group=groups.of(one.judged or frozenset(one.relevant)),
                judged=frozenset(one.relevant),
                relevant=frozenset(one.relevant),
                is_statement=True,
            )


def titles(data: PublicSet) -> Iterator[Ask]:
    """The title of each document that has a long one; its text bears it out."""
    groups = Groups(data)
    for one in data.records:
        if len(one.title.split()) >= _TITLE_WORDS:
            own = frozenset((one.name,))
            yield Ask(
                ask_id=f"{data.name}:{one.name}:title",
                text=one.title,
                group=groups.of(own),
                judged=own,
                relevant=own,
                is_statement=True,
                hides_title=True,
            )


class Groups:
    """Names for groups of questions, so that no two groups share a document or a title."""

    def __init__(self, data: PublicSet) -> None:
        self._set = data.name
        self._titles = {one.name: one.title for one in data.records}
        self._parents: dict[str, str] = {}
        for question in data.questions:
            first, *others = sorted(
                {self._root(name) for name in self._keys(question.judged or question.relevant)}
            ) or [""]
            for other in others:
                self._parents[self._root(other)] = self._root(first)

    def of(self, names: frozenset[str]) -> str:
        """That of a question on those records."""
        return f"{self._set}:{self._root(min(self._keys(names)))}"

    def _keys(self, names: "frozenset[str] | Mapping[str, int]") -> list[str]:
        return [self._titles[name] or name for name in names]

    def _root(self, name: str) -> str:
        while (parent := self._parents.setdefault(name, name)) != name:
            name = parent
        return name


def _spans(question: BenchQuestion) -> tuple[str, ...]:
    if question.kind != _SPAN_KIND:
        return ()
    every = (normalised(one) for each in question.exact_answers for one in each)
    return tuple(one for one in every if one)
