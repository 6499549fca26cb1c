"""Columns of a page: an open PDF page in, its lines in reading order out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from index.parsers.pdf.lines import Line, lines_of, parted, read_runs

_ROWS_OF_COLUMNS = 4
_HANGING = 30
"""Points by which lines may be indented that go on with an entry of a list, such as references."""


def read_lines(page: Any) -> list[Line]:
    """The lines of a pypdfium2 page, column by column."""
    runs = read_runs(page)
    pieces = [piece for run in runs for piece in parted(run, None)]
    gutter = _gutter(lines_of(pieces), page.get_width())
    if gutter is not None:
        runs = [piece for run in runs for piece in parted(run, gutter)]
    return _in_reading_order(lines_of(runs), gutter)


def _in_reading_order(lines: Sequence[Line], gutter: float | None) -> list[Line]:
    """Down the page; where it has two columns, down the left one first between lines across both."""
    if gutter is None:
        return _down(lines)
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if line.left < gutter - 5 and line.right > gutter + 5:
            ordered += _columns(band, gutter)
            ordered.append(line)
            band = []
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(band: Sequence[Line], gutter: float) -> list[Line]:
    left = [one for one in band if one.left < gutter - 5]
    return _down(left) + _down([one for one in band if one.left >= gutter - 5])


def _down(lines: Sequence[Line]) -> list[Line]:
    """Row after row, each from left to right; what stands on one height is one row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.bottom, line.left)):
        if rows and abs(rows[-1][0].bottom - line.bottom) < 0.3 * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [piece for row in rows for piece in _joined(sorted(row, key=lambda one: one.left))]


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Pieces that stand side by side with no more than a blank between them, as one line."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if (
            last
            and abs(last.bottom - line.bottom) < 0.35 * max(last.size, line.size)
            and -2 <= line.left - last.right < 0.6 * max(last.size, line.size)
        ):
            joined[-1] = Line(
                f"{last.text} {line.text}",
                last.left,
                min(last.bottom, line.bottom),
                line.right,
                max(last.top, line.top),
                last.size if len(last.text) >= len(line.text) else line.size,
            )
        else:
            joined.append(line)
    return joined


def _gutter(lines: Sequence[Line], width: float) -> float | None:
    """Where a page of two columns parts: between lines that stand side by side; None if few do."""
    wide = [line for line in lines if line.right - line.left > 0.2 * width]
    places = Counter(
        round(line.left)
        for line in wide
        if any(
            0.3 * width < (other.right + line.left) / 2 < 0.7 * width and _is_beside(other, line)
            for other in wide
        )
    )
    if not places:
        return None
    commonest, _ = places.most_common(1)[0]
    lefts = range(commonest - _HANGING, commonest + 1)
    rows = {left: sum(places[left + by] for by in range(-3, 4)) for left in lefts if places[left]}
    return next((left - 4.0 for left in rows if rows[left] >= _ROWS_OF_COLUMNS), None)


def _is_beside(left: Line, right: Line) -> bool:
    """True where `right` begins after `left` ends, at a height that they share in part."""
    shared = min(left.top, right.top) - max(left.bottom, right.bottom)
    return left.right <= right.left and shared > 0.2 * min(left.size, right.size)
