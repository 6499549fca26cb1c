"""What a sentence says of an effect, for Evidence Inference: a sentence in, a direction or None out.

Rules, not a reader: a sentence speaks of an outcome where it has at least half of its words, and gives
a direction where it has words of one direction alone. So a rate made of these is rough; compare systems
by it, never publish it as accuracy.
"""

import re

from eval.measures.citations import Relation
from index.text_analysis import terms_of

_NONE = re.compile(
    r"\b(?:no|not|without)\b[^.;]{0,40}\b(?:significant\w*|differ\w*|effect|change\w*|associat\w*)"
    r"|\bnon-?significant\w*|\bn\.?s\.(?!\w)|\bsimilar\b|\bcomparable\b|\bunchanged\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:increas|higher|greater|more|improv|rais|rose|elevat|longer|enhanc)\w*", re.IGNORECASE
)
_LESS = re.compile(
    r"\b(?:decreas|lower|reduc|fewer|less|smaller|declin|fell|shorter|diminish)\w*", re.IGNORECASE
)
_MOSTLY = 0.5


def effect_relation(sentence: str, *, outcome: str, effect: str) -> Relation:
    """What a sentence is to the labelled effect on an outcome.

    Args:
        sentence: quoted from a paper that the label was given for.
        outcome: what was measured, in the set's words.
        effect: the label, one of `eval.benchmarks.gold.EFFECTS`.
    """
    wanted = {term.stem for term in terms_of(outcome) if len(term.lower) > 2}
    said = {term.stem for term in terms_of(sentence)}
    if len(wanted & said) < _MOSTLY * len(wanted):
        return "neutral"
    direction = direction_of(sentence)
    if direction is None:
        return "neutral"
    return "supports" if direction == effect else "contradicts"


def direction_of(sentence: str) -> str | None:
    """The one direction that the sentence gives, None where it gives none or several."""
    if _NONE.search(sentence):
        return "no significant difference"
    more, less = bool(_MORE.search(sentence)), bool(_LESS.search(sentence))
    if more == less:
        return None
    return "significantly increased" if more else "significantly decreased"
