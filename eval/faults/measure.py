"""How many planted faults are caught and how many sound replies refused: replies in, figures out.

Each reply runs through what a language model's reply runs through: it is cut into sentences, its markers
are read, and each sentence is judged against the passages.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.faults.planting import SOUND, Kind, Planted
from eval.statistics import wilson_interval
from rag.reply_sentences import SentenceReader
from rag.sentence_judge import judge

REQUIRED = {
    Kind.VERBATIM: 0.01,
    Kind.PARAPHRASE: 0.08,
    Kind.IDENTIFIER: 0.99,
    Kind.NUMBER: 0.99,
    Kind.LISTED_NAME: 0.95,
    Kind.UNLISTED_NAME: 0.95,
    Kind.NEGATION_DROPPED: 0.80,
    Kind.NEGATION_ADDED: 0.80,
}
"""Of sound replies at most so many may be refused, of faults at least so many caught."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a reply."""

    planted: Planted
    is_passed: bool
    """Whether it would be shown as it was written, every sentence of it."""
    cites: tuple[int, ...]
    """The numbers of the passages that it would cite."""
    faults: tuple[str, ...]

    @property
    def is_caught(self) -> bool:
        """Nothing of it would be shown, or its marker would be put right."""
        if self.planted.kind is Kind.PASSAGE:
            return not self.is_passed or self.planted.gold in self.cites
        return not self.is_passed


@dataclass(frozen=True, slots=True)
class KindFigure:
    """Of one kind: how many were stopped, and the 95 % interval of their share."""

    kind: Kind
    replies: int
    stopped: int
    """Sound ones that were refused, faulty ones that were caught."""
    share: float
    low: float
    high: float
    required: float | None

    @property
    def is_reached(self) -> bool | None:
        """Whether the share is what it has to be; None where nothing is required."""
        if self.required is None:
            return None
        return self.share <= self.required if self.kind in SOUND else self.share >= self.required

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"kind": str(self.kind)}


def judged(
    replies: Sequence[Planted], on_done: Callable[[int], None] = lambda _n: None
) -> list[Outcome]:
    """What becomes of each."""
    outcomes: list[Outcome] = []
    for done, one in enumerate(replies, start=1):
        outcomes.append(_outcome(one))
        on_done(done)
    return outcomes


def figures_of(outcomes: Sequence[Outcome]) -> list[KindFigure]:
    """By kind, in the order of `Kind`; kinds of which there is no reply are left out."""
    figures: list[KindFigure] = []
    for kind in Kind:
        own = [one for one in outcomes if one.planted.kind is kind]
        stopped = sum(one.is_caught for one in own)
        interval = wilson_interval(stopped, len(own))
        if interval:
            figures.append(
                KindFigure(
                    kind,
                    len(own),
                    stopped,
                    interval.estimate,
                    interval.low,
                    interval.high,
                    REQUIRED.get(kind),
                )
            )
    return figures


def _outcome(one: Planted) -> Outcome:
    reader = SentenceReader()
    sentences = [*reader.feed(one.text), *reader.end()]
    judgements = [judge(each, one.passages) for each in sentences]
    drafts = [each.draft for each in judgements if each.draft]
    spans = {span for draft in drafts for span in draft.spans}
    cites = tuple(each.n for each in one.passages if spans & set(each.spans))
    faults = tuple(fault for each in judgements for fault in each.faults)
    return Outcome(one, len(drafts) == len(sentences) > 0, cites, faults)
