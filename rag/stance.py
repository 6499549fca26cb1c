"""What a sentence of the literature is to a claim: a pair in, probabilities and hard limits out.

Two logistic regressions over words in common, nearness and cues, to be fitted on trials (`alsqa
train stance`; `stance_weights.json` says whether and on which they were). The limits are rules that
no probability overrides.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import ModelError
from index.index_terms import index_terms
from index.lexical import QueryTerm
from index.term_rarity import load_term_rarity
from index.text_analysis import terms_of
from rag.logistic import Logistic
from rag.search_query import FieldSynonyms
from rag.stance_cues import Cues, compares_the_other_way, read_cues

WEIGHTS_FILE = Path(__file__).with_name("stance_weights.json")
FEATURES = (
    "coverage",
    "coverage_in_context",
    "similarity",
    "agrees",
    "opposes",
    "says_no_effect",
    "value_differs",
    "negation_differs",
    "numbers_missing",
    "hedged",
    "is_result",
    "agrees_on_it",
    "opposes_on_it",
)
"""What the probabilities are made of."""
_LEAST_COVERED = 0.6
"""Of the weight of a claim's terms, in the sentence and what stands around it."""
_LEAST_SAID = 0.35
"""Of the same, in the sentence itself."""
_OPPOSED = {("more", "less"), ("less", "more")}
_NAME = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z0-9]|\w*\d\w*[A-Z]|[A-Z]\w*-?\d)[\w-]{2,}")
_STRONG = re.compile(
    r"\b(?:cur(?:e[sd]?|able|ative|ing)|prevent\w*|revers\w*|stop\w*|halt\w*|always|never|all|only|every|most|best|first"
    r"|safe\w*|approv\w*|caus\w*|proven|guarantee\w*|recommend\w*|common\w*|rare\w*|require\w*|must|replac\w*)\b",
    re.IGNORECASE,
)
"""Words that make a claim another one: a sentence without them does not bear it out."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim's sentence beside a sentence of the literature.

    `context` is what the sentence is read with: its paper's title, its section, the sentence before.
    """

    claim: str
    sentence: str
    context: str
    similarity: float
    """Cosine of the vectors of the two."""


@dataclass(frozen=True, slots=True)
class Stance:
    """What a sentence is to a claim."""

    supports: float
    """The probability, 0 to 1; 0 where a limit forbids it."""
    contradicts: float
    """The same."""
    coverage: float
    """Share of the weight of the claim's terms that it or its context has."""


@dataclass(frozen=True, slots=True)
class StanceModel:
    """The two formulas, and from which probability on a verdict is given."""

    supports: Logistic
    contradicts: Logistic
    supported_from: float
    contradicted_from: float

    def judge(self, pair: Pair, synonyms: FieldSynonyms) -> Stance:
        """What the sentence is to the claim."""
        values = features(pair, synonyms)
        supports, contradicts = may_support(pair, values, synonyms), may_contradict(values)
        return Stance(
            supports=self.supports.probability(values) if supports else 0.0,
            contradicts=self.contradicts.probability(values) if contradicts else 0.0,
            coverage=values["coverage_in_context"],
        )

    def to_dict(self) -> dict[str, Any]:
        """As `from_dict` reads it."""
        return {
            "supports": self.supports.to_dict(),
            "contradicts": self.contradicts.to_dict(),
            "supported_from": self.supported_from,
            "contradicted_from": self.contradicted_from,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "StanceModel":
        """As `to_dict` wrote it; ModelError where it is of other values."""
        try:
            return cls(
                Logistic.from_dict(data["supports"], FEATURES),
                Logistic.from_dict(data["contradicts"], FEATURES),
                float(data["supported_from"]),
                float(data["contradicted_from"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"The weights of the claim check cannot be read ({error}).",
                "Make them again with `alsqa train stance`.",
            ) from error


@lru_cache(maxsize=1)
def load_stance_model(path: Path = WEIGHTS_FILE) -> StanceModel:
    """The formulas that are shipped."""
    return StanceModel.from_dict(json.loads(path.read_text(encoding="utf-8")))


def features(pair: Pair, synonyms: FieldSynonyms) -> dict[str, float]:
    """The values in `FEATURES`, each 0 to 1 but the cosine."""
    stems = _stems(pair.claim)
    claim, said = read_cues(pair.claim), read_cues(pair.sentence, about=stems)
    crossed = compares_the_other_way(pair.claim, pair.sentence)
    opposes = float(_opposes(claim, said, crossed=crossed))
    agrees = float(_agrees(claim, said, crossed=crossed))
    covered = _covered(pair.claim, f"{pair.context} . {pair.sentence}", synonyms)
    return {
        "coverage": _covered(pair.claim, pair.sentence, synonyms),
        "coverage_in_context": covered,
        "similarity": pair.similarity,
        "agrees": agrees,
        "opposes": opposes,
        "says_no_effect": float(said.direction == "none"),
        "value_differs": float(_value_differs(claim, said)),
        "negation_differs": float(claim.is_negated != said.is_negated),
        "numbers_missing": _missing(claim.numbers, said.numbers),
        "hedged": float(said.is_hedged and not claim.is_hedged),
        "is_result": float(said.is_result),
        "agrees_on_it": agrees * covered,
        "opposes_on_it": opposes * covered,
    }


def may_support(pair: Pair, values: Mapping[str, float], synonyms: FieldSynonyms) -> bool:
    """False where a rule forbids to take the sentence for a support of the claim."""
    claim = read_cues(pair.claim)
    has = _terms(f"{pair.context} . {pair.sentence}")
    names = [term for name in _NAME.findall(pair.claim) for term in synonyms.expand(name).terms]
    strong = {one.lower()[:4] for one in _STRONG.findall(pair.claim)}
    has_strong = {one.lower()[:4] for one in _STRONG.findall(pair.sentence)}
    is_directed = claim.direction is not None or claim.value is not None
    agrees_on_value = not is_directed or values["agrees"]
    return bool(
        _is_on_it(values)
        and agrees_on_value
        and not values["opposes"]
        and not values["value_differs"]
        and not (values["negation_differs"] and claim.direction is None)
        and not values["numbers_missing"]
        and not values["hedged"]
        and all(_is_in(name, has) for name in names)
        and strong <= has_strong
    )


def may_contradict(values: Mapping[str, float]) -> bool:
    """False where a rule forbids to take the sentence for a contradiction of the claim."""
    differs = values["opposes"] or values["value_differs"] or values["negation_differs"]
    return bool(_is_on_it(values) and differs and not values["agrees"])


def _is_on_it(values: Mapping[str, float]) -> bool:
    return values["coverage_in_context"] >= _LEAST_COVERED and values["coverage"] >= _LEAST_SAID


def _agrees(claim: Cues, said: Cues, *, crossed: bool) -> bool:
    if claim.direction is None:
        return claim.value is not None and claim.value == said.value
    if claim.direction == "none" or said.direction == "none":
        return claim.direction == said.direction
    same = claim.direction == said.direction
    return said.direction is not None and same != crossed


def _opposes(claim: Cues, said: Cues, *, crossed: bool) -> bool:
    if claim.direction is None:
        return claim.value is not None and (said.direction == "none" or _value_differs(claim, said))
    if said.direction is None or claim.direction == said.direction == "none":
        return False
    if "none" in (claim.direction, said.direction):
        return True
    return ((claim.direction, said.direction) in _OPPOSED) != crossed


def _value_differs(claim: Cues, said: Cues) -> bool:
    return None not in (claim.value, said.value) and claim.value != said.value


def _missing(claimed: frozenset[str], said: frozenset[str]) -> float:
    return len(claimed - said) / len(claimed) if claimed else 0.0


def _covered(claim: str, text: str, synonyms: FieldSynonyms) -> float:
    """Share of the claim's terms that the text has, in these or other words, each by its rarity."""
    weighed = _weighed(claim, synonyms)
    has = _terms(text)
    total = sum(weight for _, weight in weighed)
    return sum(weight for term, weight in weighed if _is_in(term, has)) / total if total else 0.0


@lru_cache(maxsize=64)
def _weighed(claim: str, synonyms: FieldSynonyms) -> tuple[tuple[QueryTerm, float], ...]:
    rarity = load_term_rarity()
    terms = dict.fromkeys(synonyms.expand(claim).terms)
    return tuple((term, rarity.idf(term.forms, held=0, of=0)) for term in terms)


def _is_in(term: QueryTerm, has: frozenset[str]) -> bool:
    return any(has.issuperset(form) for form in term.forms)


def _terms(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))


def _stems(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms_of(text) if len(term.lower) > 2)
