"""Numbers in prose: a text in, its numbers with their units out, however they are written."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

_CHARACTERS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
    | {"\u00b5": "\u03bc"}  # the micro sign and the Greek letter
)
_THOUSANDS = re.compile(
    r"(?<![^\W_])(?<!\d[.,])\d{1,3}(?:(?:[,\u00a0\u2009\u202f]\d{3})+|(?: 000)+)(?!\d)"
)
_MIDDLE_DOT = re.compile(r"(?<=\d)[·∙](?=\d)")  # The Lancet's decimal point
_PER_CENT = re.compile(r"(?<![^\W\d_])per ?cent\b", re.IGNORECASE)

_UNITS = {
    "%": "%",
    "°C": r"°\ ?C",
    "mmHg": r"mm\ ?Hg",
    "year": r"(?i:years?|yrs?)",
    "month": r"(?i:months?)",
    "week": r"(?i:weeks?|wks?)",
    "day": r"(?i:days?)|d",
    "hour": r"(?i:hours?|hrs?)|h",
    "minute": r"(?i:minutes?|mins?)",
    "second": r"(?i:seconds?|secs?)|s",
    "fold": r"(?i:fold)",
    "unit": r"(?i:units?)|I?U",
    "kg": r"(?i:kilograms?)",
    "g": r"(?i:grams?)",
    "mg": r"(?i:milligrams?)",
    "ml": r"(?i:millilit(?:re|er)s?)",
}
_SI = r"(?:mc|[kcdmuμnpM])?(?:mol|Da|Hz|[gmlLMV])"
_QUANTITY = re.compile(
    rf"""
    (?:(?<![^\s(\[=<>≤≥:,~])(?P<sign>-))?              # a hyphen before it is no minus
    (?<![^\W_])(?<!\d\.)(?P<number>\d++(?:\.\d++)?+|\.\d++)
    (?:
      [ -]?(?P<unit>{"|".join(_UNITS.values())}|{_SI})(?:(?<=%)|(?![^\W_]))
      (?:(?:/|\ per\ )(?P<per>{_SI})(?![^\W_]))?       # mg/kg; a rate's time ("mg/day") is left out
    | (?:st|nd|rd|th)?(?![^\W_])
    )""",
    re.VERBOSE,
)
_SERIES = re.compile(r"\s*(?:-|,|,?\s*(?:to|and|or|versus|vs\.?))\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, from `start`; `unit` is None where none follows that is known."""

    start: int
    text: str
    value: Decimal
    unit: str | None
    shared_unit: str | None
    """In a series ("3 to 5 years"), the unit that a later number has for all."""

    @property
    def end(self) -> int:
        """Where its unit ends, or the number where it has none; not included."""
        return self.start + len(self.text)

    def is_in(self, other: "Quantity") -> bool:
        """Whether a text that has `other` says this number, with its unit if it has one.

        Without a sign it stands for either ("a decline of 2.5" for "-2.5").
        """
        if self.unit is not None and self.unit not in (other.unit, other.shared_unit):
            return False
        return self.value in (other.value, abs(other.value))


def plain(text: str) -> str:
    """The text with one kind of dash, space and micro sign, "%", and 1000 for "1,000"."""
    text = _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = _MIDDLE_DOT.sub(".", text.translate(_CHARACTERS))
    return _PER_CENT.sub("%", text)


def find_quantities(text: str) -> list[Quantity]:
    """Every number of a `plain` text, in order. Digits in a word ("SOD1") are none."""
    matches = list(_QUANTITY.finditer(text))
    units = [_unit(one) for one in matches]
    shared = units[:]
    for place, (one, following) in reversed(list(enumerate(pairwise(matches)))):
        if shared[place] is None and _SERIES.fullmatch(text, one.end(), following.start()):
            shared[place] = shared[place + 1]
    return [
        Quantity(
            one.start(), one[0], Decimal((one["sign"] or "") + one["number"]), unit, shared_unit
        )
        for one, unit, shared_unit in zip(matches, units, shared, strict=True)
    ]


def _unit(match: re.Match[str]) -> str | None:
    if match["unit"] is None:
        return None
    for name, pattern in _UNITS.items():
        if re.fullmatch(pattern, match["unit"], re.VERBOSE):
            return name
    return _si(match["unit"]) + (f"/{_si(match['per'])}" if match["per"] else "")


def _si(unit: str) -> str:
    return re.sub(r"^(?:mc|u)(?=.)", "μ", unit).replace("L", "l")
