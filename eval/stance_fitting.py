"""Fits the formulas of the claim check: claims with known verdicts in, a `StanceModel` out.

Claims are searched for as they are when a user sends them. The formulas learn sentence by sentence;
from which probability on a verdict is given is set claim by claim, on other claims.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.benchmarks.made_claims import MadeClaim
from eval.benchmarks.models import Progress
from eval.logistic_fit import fit_logistic
from eval.relevance.asks import is_quoted, normalised
from rag.claim_passages import pair_of
from rag.claims import Side
from rag.logistic import Logistic
from rag.pipeline import Pipeline
from rag.stance import FEATURES, StanceModel, features, may_contradict, may_support

MOST_FALSE = 0.05
"""Of the verdicts of a side, at most so many may be wrong."""
_FEWEST_VERDICTS = 20
_NEVER = 1.01


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A sentence that was found for a claim."""

    values: dict[str, float]
    may_support: bool
    may_contradict: bool
    side: Side | None
    """What is right."""
    is_known: bool
    """False for a sentence of a gold document that nobody marked: it is not learned from."""


@dataclass(frozen=True, slots=True)
class FoundForClaim:
    """A claim with what was found for it."""

    claim: MadeClaim
    pairs: tuple[FoundPair, ...]


def find_pairs(
    claims: Sequence[MadeClaim], pipeline: Pipeline, *, on_progress: Progress
) -> list[FoundForClaim]:
    """What the library holds for each claim."""
    found: list[FoundForClaim] = []
    synonyms = pipeline.field_synonyms
    for done, claim in enumerate(claims, start=1):
        with pipeline.live.lease() as build:
            read, evidence = pipeline.find(claim.text, build)
            pairs = []
            for one in evidence:
                pair = pair_of(claim.text, one, read.documents[one.document_id])
                values = features(pair, synonyms)
                is_gold = one.document_id in claim.documents
                sentence = normalised(one.text)
                is_marked = is_gold and any(is_quoted(sentence, each) for each in claim.quotes)
                pairs.append(
                    FoundPair(
                        values,
                        may_support(pair, values, synonyms),
                        may_contradict(values),
                        _side_of(claim) if is_marked else None,
                        is_marked or not is_gold,
                    )
                )
        found.append(FoundForClaim(claim, tuple(pairs)))
        on_progress("searching for claims", done, len(claims))
    return found


def fit_stance(
    learned: Sequence[FoundForClaim], calibrated: Sequence[FoundForClaim]
) -> StanceModel:
    """The formulas that fit the first best, with thresholds under which the others err seldom."""
    supports, contradicts = _fit(learned, "supports"), _fit(learned, "contradicts")
    return StanceModel(
        supports,
        contradicts,
        _threshold(calibrated, supports, "supported", lambda one: one.may_support),
        _threshold(calibrated, contradicts, "contradicted", lambda one: one.may_contradict),
    )


def _side_of(claim: MadeClaim) -> Side:
    return "supports" if claim.gold == "supported" else "contradicts"


def _fit(found: Sequence[FoundForClaim], side: Side) -> Logistic:
    """A logistic regression over the known sentences; each claim weighs the same."""
    rows: list[list[float]] = []
    labels: list[bool] = []
    weights: list[float] = []
    for one in found:
        known = [pair for pair in one.pairs if pair.is_known]
        rows += [[pair.values[name] for name in FEATURES] for pair in known]
        labels += [pair.side == side for pair in known]
        weights += [1 / len(known)] * len(known)
    return fit_logistic(FEATURES, np.array(rows), np.array(labels), np.array(weights))


def _threshold(
    found: Sequence[FoundForClaim],
    formula: Logistic,
    verdict: str,
    is_allowed: Callable[[FoundPair], bool],
) -> float:
    """The lowest from which on at most `MOST_FALSE` of the verdicts are wrong, however high it is set."""
    scored = sorted(
        (
            (
                max(
                    (formula.probability(p.values) for p in one.pairs if is_allowed(p)),
                    default=0.0,
                ),
                one.claim.gold == verdict,
            )
            for one in found
        ),
        reverse=True,
    )
    best, wrong = _NEVER, 0
    following = [probability for probability, _ in scored[1:]] + [0.0]
    for count, ((probability, is_right), after) in enumerate(
        zip(scored, following, strict=True), start=1
    ):
        wrong += not is_right
        if probability <= 0:
            break
        # A threshold takes all that are as probable.
        is_last = after < probability
        if is_last and count >= _FEWEST_VERDICTS and wrong <= MOST_FALSE * count:
            best = probability
    return best
