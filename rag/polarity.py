"""Whether a sentence denies what its source says, or turns it round: two texts in, words out.

Rules over words, in the manner of NegEx (Chapman et al. 2001): a cue denies the words that follow
it, up to the end of the clause.
"""

import re
from collections.abc import Sequence

from index.text_analysis import stem

_CUE = re.compile(
    r"\b(?:not(?! only\b)|cannot|no(?! longer than\b)|never|none|neither|nor|without|unlikely|"
    r"unable|fail(?:s|ed|ing)?|failure to|lack(?:s|ed|ing)?|absen(?:t|ce)|unchanged|unaffected|"
    r"ineffective|hardly|scarcely|rarely|incurable|\w+n['’]t)\b",
    re.IGNORECASE,
)
_DOUBLE = re.compile(
    r"\b(?:not|never) (?:without|un\w+|incurable|absent|fail\w*|lack\w*)\b|\bcannot fail\b|"
    r"\bno lack of\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:.!?]\s|,\s*(?:but|whereas|while|although|though|however|yet)\b|"
    r"\b(?:but|whereas|although|though)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z][a-z'’-]+", re.IGNORECASE)
_SIDES = (
    ("increase raise rise higher elevate greater upregulate enhance heighten",
     "decrease reduce reduction lower decline diminish fewer less downregulate fall drop"),
    ("improve improvement better ameliorate amelioration alleviate",
     "worsen worse deteriorate deterioration exacerbate aggravate"),
    ("long longer prolong extend lengthen", "short shorter shorten curtail"),
    ("agonist", "antagonist"),
    ("activate activation stimulate induce", "inhibit inhibition suppress block"),
    ("before precede prior", "after follow following subsequent"),
    ("accelerate faster hasten quicker", "slow slower decelerate delay"),
    ("gain", "loss lose lost"),
    ("effective efficacious", "ineffective"),
)  # fmt: skip


def turned_negation(sentence: str, spans: Sequence[str]) -> tuple[str, ...]:
    """The words of a denial that the sentence adds to its spans, or leaves out; else empty."""
    own = _clauses(sentence)
    theirs = [clause for span in spans for clause in _clauses(span)]
    for clause in own:
        nearest = _nearest(clause, theirs)
        if not nearest:
            continue
        cues, meant = _cues(clause), any(_is_denied(one) for one in nearest)
        if _is_denied(clause) != meant and all(_is_denied(one) == meant for one in nearest):
            shown = cues or [cue for one in nearest for cue in _cues(one)]
            return tuple(shown)
    return ()


def turned_direction(sentence: str, spans: Sequence[str]) -> tuple[str, ...]:
    """Words of the sentence for which its spans have only the opposite; else empty."""
    own = _stems(sentence)
    theirs = {one for span in spans for one in _stems(span)}
    for first, second in _SIDE_STEMS:
        for side, opposite in ((first, second), (second, first)):
            said = own & side
            if said and not own & opposite and not theirs & side and theirs & opposite:
                return tuple(word for word in _WORD.findall(sentence) if stem(word.lower()) in said)
    return ()


def _clauses(text: str) -> list[str]:
    return [part for part in _CLAUSE.split(text) if part and len(_stems(part)) > 1] or [text]


def _nearest(clause: str, others: Sequence[str]) -> list[str]:
    """The clauses that share the most words with it."""
    own = {one for one in _stems(clause) if len(one) > 3}
    shared = [len(own & _stems(one)) for one in others]
    most = max(shared, default=0)
    if most < 2:
        return []
    return [one for one, count in zip(others, shared, strict=True) if count == most]


def _cues(clause: str) -> list[str]:
    return [found.group() for found in _CUE.finditer(_DOUBLE.sub(" ", clause))]


def _is_denied(clause: str) -> bool:
    return bool(_cues(clause))


def _stems(text: str) -> set[str]:
    return {stem(word.lower()) for word in _WORD.findall(text)}


_SIDE_STEMS = tuple((frozenset(_stems(one)), frozenset(_stems(other))) for one, other in _SIDES)
