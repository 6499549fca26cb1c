"""Whether claims keep to the numbers and names of their quotes: both in, what is missing out.

The fourth invariant of the design, measured apart from the code that enforces it. It is a guard,
not entailment: a claim may repeat its quote's numbers and still say something else.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.measures.score import Score, ratio
from rag.quantities import find_quantities, plain

_START, _END = r"(?<![^\W_])(?<!\d\.)", r"(?![^\W_])"
_NAME = re.compile(
    rf"""{_START}(?:
      [^\W\d_][^\W_]*(?:-\d+(?:\.\d+)?[^\W_]*)+            # TDP-43, IL-1β, FM1-43
    | (?=[^\W_]*\d)(?=[^\W_]*[^\W\d_])[^\W_]+(?:\.\d+)?    # SOD1, AMX0035, C9orf72, Nav1.6
    | [^\W_]+(?<=[^\W\d_])(?=[A-Z])[^\W_]+                 # mTOR, FUS
    ){_END}""",
    re.VERBOSE,
)
_PART = re.compile(r"\.?\d+(?:\.\d+)?|[^\W\d_]+")
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")


@dataclass(frozen=True, slots=True)
class QuotedClaim:
    """A claim's text, without markers, and the quotes that it cites."""

    text: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """How far claims keep to the numbers and names of their quotes."""

    share: Score
    """Share of the claims of which nothing is missing, those without numbers and names too."""
    missing: tuple[tuple[str, ...], ...]
    """For each claim, what does not stand in its quotes."""


def grounding(claims: Sequence[QuotedClaim], *, names: Collection[str] = ()) -> Grounding:
    """Measure the claims of one answer, or of many.

    Args:
        claims: what was claimed, with its quotes.
        names: drugs and the like that do not look like names ("riluzole"), in any case.
    """
    missing = tuple(missing_terms(one.text, one.quotes, names=names) for one in claims)
    share = ratio(missing.count(()), len(missing), otherwise="nothing is claimed")
    return Grounding(share, missing)


def missing_terms(
    claim: str, quotes: Iterable[str], *, names: Collection[str] = ()
) -> tuple[str, ...]:
    """Numbers (with units) and names of the claim that stand in none of its quotes.

    A name is a word with letters and digits or with a capital inside (SOD1, TDP-43, mTOR, ALS), or
    one of `names`; its digits are no number. Case, hyphens inside names ("TDP43") and a plural s
    make no difference. A number without a unit may have any in the quote; one with a unit must have
    the same. Numbers in words ("three") are not read.
    """
    texts = [plain(quote) for quote in quotes]
    text = plain(claim)
    found_names, rest = _take_names(text, names)
    missing = [one for one in found_names if not any(_occurs(one, quote) for quote in texts)]
    quoted = [quantity for one in texts for quantity in find_quantities(_take_names(one, names)[1])]
    missing += [
        quantity.text
        for quantity in find_quantities(rest)
        if not any(quantity.is_in(one) for one in quoted)
    ]
    return tuple(dict.fromkeys(missing))


def _take_names(text: str, names: Collection[str]) -> tuple[list[str], str]:
    """The names in a plain text, in order, and the text without them."""
    found: list[tuple[int, str]] = []
    quantities = find_quantities(text)

    def take(match: re.Match[str]) -> str:
        if any(one.start <= match.start() and match.end() <= one.end for one in quantities):
            return match[0]  # "50mg", or the unit of "5 mM"
        found.append((match.start(), match[0]))
        return "_" * len(match[0])

    for name in sorted(names, key=len, reverse=True):
        text = _spelling(plain(name)).sub(take, text)
    rest = _NAME.sub(take, text)
    return [name for _, name in sorted(found)], rest


def _occurs(name: str, text: str) -> bool:
    return _spelling(_PLURAL.sub("", name)).search(text) is not None


@lru_cache(maxsize=10_000)
def _spelling(name: str) -> re.Pattern[str]:
    """Matches a name with or without hyphens and spaces between its letters and its digits."""
    parts = r"[-\s]*".join(re.escape(part) for part in _PART.findall(name))
    return re.compile(f"{_START}{parts or '(?!)'}s?{_END}", re.IGNORECASE)
