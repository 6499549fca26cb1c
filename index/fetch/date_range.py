"""Ranges of days, by which a search with too many results is split."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one day to another, both included."""

    first: date
    last: date

    def halves(self) -> "tuple[DateRange, DateRange]":
        """Its newer and its older half; together they are the whole.

        Raises:
            ValueError: it is a single day.
        """
        if self.first == self.last:
            raise ValueError("a day has no halves")
        middle = date.fromordinal((self.first.toordinal() + self.last.toordinal()) // 2)
        after = date.fromordinal(middle.toordinal() + 1)
        return DateRange(after, self.last), DateRange(self.first, middle)


EVER = DateRange(date(1700, 1, 1), date(2100, 12, 31))
"""Holds the day on which PubMed took any record in."""
