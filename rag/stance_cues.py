"""What a sentence says of an effect: text in; direction, negation, hedges and numbers out.

Rules over words. Where a sentence speaks of several effects, the part that shares most of the words
in question is read; where that has words of both directions, it has none.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from index.text_analysis import terms_of

Direction = Literal["more", "less", "none"]
"""`none`: the sentence says that there is no difference."""
Value = Literal["better", "worse"]

_NO_EFFECT = re.compile(
    r"\b(?:no|not|nor|neither|without|lack of)\b[^.;]{0,50}?"
    r"\b(?:significan\w*|differ\w*|effect\w*|affect\w*|change[sd]?|alter\w*|associat\w*|impact\w*|influenc\w*"
    r"|correlat\w*|benefit\w*)"
    r"|\bnon-?significan\w*|\binsignifican\w*|\bn\.?s\.(?!\w)|\bsimilar(?:ly)?\b|\bcomparable\b|\bunchanged\b"
    r"|\bunaffected\b|\bdid not\b[^.;]{0,20}?\b(?:significantly )?(?:reach|improv|reduc|increas|decreas|lower|slow"
    r"|prolong|extend|delay|chang|differ|alter|affect)\w*|\bequivalent\b|\bequally\b|\bineffective\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:increas|higher|greater|more|rais|rose|elevat|longer|prolong|enhanc|extend|accelerat|upregulat|larger"
    r"|augment|doubl)\w*|\bsuperior\b|\bfaster\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:decreas|lower|reduc|fewer|less|smaller|declin|fell|shorter|shorten|diminish|slow|delay|downregulat|inhibit"
    r"|suppress|prevent|attenuat|minimi[sz]|inferior|halv)\w*",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:improv|benefi|efficac|protect|ameliorat|alleviat|effective)\w*|\bbetter\b", re.IGNORECASE
)
_WORSE = re.compile(
    r"\b(?:wors|impair|deteriorat|harm|exacerbat|aggravat|detriment)\w*", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|neither|nor|without|cannot|absence|absent|lacks?|lacking|failed|fails?|unlikely|none|nothing)\b|n[’']t\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|possibl[ey]|perhaps|suggest\w*|potential\w*|hypothes\w*|propos\w*|seem\w*|appear\w*|likely"
    r"|unclear|unknown|uncertain|whether|aim(?:s|ed)?|objective|to (?:assess|investigate|determine|evaluate|compare|examine|study|test))\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\bsignifican\w*|\bp\s*[<=>≤]\s*0?\.\d|\b9[05]\s?%\s?(?:CI|confidence)|\brespectively\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,·]\d+)*(?![\w-])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_CONTRAST = re.compile(
    r"[;:]\s+|,?\s+(?:but|whereas|while|although|though|however|yet)\s+|,\s+and\s+", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:than|compared (?:with|to)|in comparison (?:with|to)|versus|vs\.?|relative to)\b",
    re.IGNORECASE,
)
_OPPOSITES = {
    "increases": "decreases",
    "increased": "decreased",
    "increase": "decrease",
    "higher": "lower",
    "elevated": "reduced",
    "reduces": "increases",
    "slows": "speeds up",
    "slow": "speed up",
    "improves": "worsens",
    "common": "rare",
    "progressive": "transient",
    "associated": "not associated",
    "linked": "not linked",
    "causes": "does not cause",
    "cause": "do not cause",
    "leads": "does not lead",
}
_OPPOSITE = re.compile(rf"\b(?:{'|'.join(_OPPOSITES)})\b")


@dataclass(frozen=True, slots=True)
class Cues:
    """What words of a sentence say, whatever it is about."""

    direction: Direction | None
    """None where nothing or both are said."""
    value: Value | None
    is_negated: bool
    is_hedged: bool
    is_result: bool
    """A test of significance or an interval is given."""
    numbers: frozenset[str]
    """Of the whole sentence, with a point for decimals; those in names are none."""


def read_cues(text: str, *, about: Collection[str] = ()) -> Cues:
    """Cues of the part of the text that shares most of the stems `about`; of all of it without them."""
    part = _part_about(text, about)
    more, less = bool(_MORE.search(part)), bool(_LESS.search(part))
    better, worse = bool(_BETTER.search(part)), bool(_WORSE.search(part))
    direction: Direction | None = None
    if _NO_EFFECT.search(part):
        direction = "none"
    elif more != less:
        direction = "more" if more else "less"
    return Cues(
        direction=direction,
        value=None if better == worse else "better" if better else "worse",
        is_negated=bool(_NEGATION.search(part)),
        is_hedged=bool(_HEDGE.search(part)),
        is_result=bool(_RESULT.search(text)),
        numbers=numbers_in(text),
    )


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text in one spelling: 1,482 is 1482 and 39·3 is 39.3."""
    return frozenset(
        one.replace("·", ".").replace(",", ".") for one in _NUMBER.findall(_THOUSANDS.sub("", text))
    )


def compares_the_other_way(claim: str, sentence: str) -> bool:
    """True where one says "A … than B" and the other "B … than A" of the same two."""
    claimed, said = _sides(claim), _sides(sentence)
    if not claimed or not said:
        return False
    (one, other), (left, right) = claimed, said
    one, other = one - other, other - one
    straight = len(one & left) + len(other & right)
    crossed = len(one & (right - left)) + len(other & (left - right))
    return crossed > straight


def opposite(text: str) -> str | None:
    """The text with the first word that has an opposite exchanged for it; None where none has."""
    turned = _OPPOSITE.sub(lambda match: _OPPOSITES[match.group()], text, count=1)
    return None if turned == text else turned


def _sides(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Stems before and after what compares."""
    parts = _COMPARED.split(text, maxsplit=1)
    return (_stems(parts[0]), _stems(parts[1])) if len(parts) == 2 else None


def _part_about(text: str, about: Collection[str]) -> str:
    parts = _CONTRAST.split(text)
    if not about or len(parts) == 1:
        return text
    shared = [len(_stems(part) & set(about)) for part in parts]
    most = max(shared)
    return text if shared.count(most) > 1 else parts[shared.index(most)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms_of(text) if len(term.lower) > 2)
