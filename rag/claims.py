"""What a claim comes to: its sentences with passages for and against, and the verdicts on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.publication_status import WARNED_OF
from rag.models import Answer, Reference, Span

Verdict = Literal["supported", "contradicted", "mixed", "not_judged", "nothing_found"]
Side = Literal["supports", "contradicts"]


@dataclass(frozen=True, slots=True)
class ClaimPassage:
    """A quoted sentence, and what it is to the claim's sentence."""

    reference: Reference
    span: Span
    section: str
    side: Side | None
    """None where that is not judged."""
    probability: float | None
    """Of the side; None where there is none."""

    @property
    def bears_a_verdict(self) -> bool:
        """False of a paper that was retracted or is in doubt: it is shown, marked, and decides nothing."""
        return self.side is not None and self.reference.standing.status not in WARNED_OF


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a claim; of each kind at most three passages, best first, a paper each."""

    text: str
    verdict: Verdict
    supporting: tuple[ClaimPassage, ...]
    contradicting: tuple[ClaimPassage, ...]
    not_judged: tuple[ClaimPassage, ...]
    """On the matter, without a side that is sure enough."""


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """A claim with the verdict on it."""

    claim: str
    verdict: Verdict
    sentences: tuple[CheckedSentence, ...]
    quoted: Answer
    """The quotes as an answer that passed the checks of every answer: references, notices, receipt."""


def verdict_on_sentence(passages: Sequence[ClaimPassage]) -> Verdict:
    """By the sides of the passages that may decide it."""
    sides = {one.side for one in passages if one.bears_a_verdict}
    if len(sides) > 1:
        return "mixed"
    if sides:
        return "supported" if "supports" in sides else "contradicted"
    return "not_judged" if passages else "nothing_found"


def verdict_on_claim(sentences: Iterable[Verdict]) -> Verdict:
    """Supported only where every sentence is; one that is contradicted decides, beside others mixed."""
    verdicts = set(sentences)
    if "mixed" in verdicts or verdicts >= {"supported", "contradicted"}:
        return "mixed"
    if "contradicted" in verdicts:
        return "contradicted"
    if verdicts == {"supported"}:
        return "supported"
    return "nothing_found" if verdicts <= {"nothing_found"} else "not_judged"
