"""Which sentences are shown for and against a claim: judged evidence in, a few of each side out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.models import Document
from index.publication_status import WARNED_OF, StandingName
from rag.claims import Side
from rag.evidence import EvidenceSentence
from rag.search_query import FieldSynonyms
from rag.stance import Pair, Stance, StanceModel
from rag.verification import cannot_be_cited

MOST = 3
"""Of each kind, as TREC BioGen allows."""
_ON_THE_MATTER = 0.4
"""Share of the claim's terms from which a passage is shown though it is not judged."""


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of the literature with what it is to the claim."""

    evidence: EvidenceSentence
    stance: Stance
    side: Side | None
    """None where neither probability is high enough."""

    @property
    def probability(self) -> float:
        """Of its side, else of the likelier one."""
        if self.side is None:
            return max(self.stance.supports, self.stance.contradicts)
        return self.stance.supports if self.side == "supports" else self.stance.contradicts


def pair_of(claim: str, one: EvidenceSentence, document: Document) -> Pair:
    """The claim beside the sentence with what it is read with."""
    before = document.text[one.leans_on[0] : one.leans_on[1]] if one.leans_on else ""
    context = " . ".join((document.title or "", one.section, before))
    return Pair(claim, one.text, context, one.similarity)


def judge(
    claim: str,
    evidence: Iterable[EvidenceSentence],
    documents: Mapping[str, Document],
    model: StanceModel,
    synonyms: FieldSynonyms,
) -> list[JudgedSentence]:
    """Every sentence that can be cited, with its side where it is sure enough."""
    judged = []
    for one in evidence:
        document = documents[one.document_id]
        if cannot_be_cited(one.text, document.identifiers):
            continue
        stance = model.judge(pair_of(claim, one, document), synonyms)
        judged.append(JudgedSentence(one, stance, _side(stance, model)))
    return judged


def choose(
    judged: Sequence[JudgedSentence],
    *,
    status: Callable[[str], StandingName],
    same_work: Callable[[str], Sequence[str]],
) -> list[JudgedSentence]:
    """At most three of each side and three that are not judged, best first, a work each.

    Papers that were retracted or are in doubt come last of their kind.

    Args:
        judged: sentences for one claim.
        status: the standing of a document, by its id.
        same_work: ids of documents that are probably the same work as the one with that id.
    """
    sides: tuple[Side | None, ...] = ("supports", "contradicts", None)
    chosen: list[JudgedSentence] = []
    works: set[str] = set()
    for side in sides:
        own = [one for one in judged if one.side == side]
        if side is None:
            own = [one for one in own if one.stance.coverage >= _ON_THE_MATTER]
        kept = 0
        for one in sorted(own, key=lambda one: _order(one, status)):
            name = one.evidence.document_id
            # A paper may speak for and against; what is not judged only adds other papers.
            is_known = name in works if side is None else name in _of(chosen, side)
            if is_known or works & set(same_work(name)):
                continue
            chosen.append(one)
            works.add(name)
            kept += 1
            if kept == MOST:
                break
    return chosen


def _of(chosen: Iterable[JudgedSentence], side: Side) -> set[str]:
    return {one.evidence.document_id for one in chosen if one.side == side}


def _order(
    one: JudgedSentence, status: Callable[[str], StandingName]
) -> tuple[bool, float, float, str, int]:
    evidence = one.evidence
    doubtful = status(evidence.document_id) in WARNED_OF
    worth = one.probability if one.side else one.stance.coverage
    return (doubtful, -worth, -evidence.similarity, evidence.chunk_id, evidence.start)


def _side(stance: Stance, model: StanceModel) -> Side | None:
    supports = stance.supports - model.supported_from
    contradicts = stance.contradicts - model.contradicted_from
    if max(supports, contradicts) < 0:
        return None
    return "supports" if supports >= contradicts else "contradicts"
