"""Lines of text with their places on the page: an open PDF page in, lines in reading order out.

Coordinates are points from the lower left corner. Raised digits are told from what they stand on
(`10^6`, `Ca^2+`); a raised reference mark after a word is left out.
"""

import ctypes
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BROKEN_WORD = {"\x02", "\ufffe", "\xad"}
BREAK = "\xad"
"""Stands at the end of a line whose last word goes on in the next."""
_REFERENCE_MARK = re.compile(r"[\d,;\-–—*†‡§¶#a-f ]+")
_TAKES_POWER = re.compile(r"(?:\d|[\)\]]|\b(?:[A-Za-zχηρσ]|[cmkµμ]m|kg|sec|min)|[×x] ?10)$")
_SMALL, _RAISED = 0.85, 0.18
_ROWS_OF_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `bottom` is what its letters stand on, `size` the height of most of them."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def read_lines(page: Any) -> list[Line]:
    """The lines of a pypdfium2 page, column by column; text that is turned is left out."""
    text_page = page.get_textpage()
    try:
        runs = _runs(text_page)
    finally:
        text_page.close()
    lines = [line for run in runs if (line := _line(run))]
    return _in_reading_order(lines, page.get_width())


def _runs(text_page: Any) -> list[list[_Letter]]:
    """Letters of one line each, as the file writes them."""
    import pypdfium2.raw as raw

    runs: list[list[_Letter]] = [[]]
    box = raw.FS_RECTF()
    origin = ctypes.c_double(), ctypes.c_double()
    for position in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, position)
        text = chr(code) if code < 0x110000 else "\ufffd"
        if text in "\r\n":
            if runs[-1]:
                runs.append([])
            continue
        if raw.FPDFText_GetCharAngle(text_page, position) > 0.1:
            continue
        raw.FPDFText_GetLooseCharBox(text_page, position, box)
        raw.FPDFText_GetCharOrigin(text_page, position, *origin)
        size = box.top - box.bottom
        letter = _Letter(text, box.left, origin[1].value, box.right, box.top, size)
        if runs[-1] and not text.isspace() and _is_elsewhere(runs[-1], letter):
            runs.append([])
        runs[-1].append(letter)
    return [run for run in runs if run]


def _is_elsewhere(run: Sequence[_Letter], letter: _Letter) -> bool:
    """True where the letter is on another line, or beyond a gap as wide as between columns."""
    last = next((one for one in reversed(run) if not one.text.isspace()), None)
    if last is None:
        return False
    size = max(last.size, letter.size, 1.0)
    apart = abs(letter.bottom - last.bottom) > 0.6 * size
    return apart or letter.left - last.right > 3 * size or letter.right < last.left - 2 * size


def _line(run: Sequence[_Letter]) -> Line | None:
    inked = [one for one in run if not one.text.isspace()]
    if not inked:
        return None
    size = statistics.mode(round(one.size, 1) for one in inked)
    full = [one for one in inked if one.size >= _SMALL * size] or inked
    base = statistics.median_low(one.bottom for one in full)
    text = _text(run, size, base)
    if not text:
        return None
    return Line(
        text,
        min(one.left for one in inked),
        base,
        max(one.right for one in inked),
        max(one.top for one in full),
        size,
    )


def _text(run: Sequence[_Letter], size: float, base: float) -> str:
    written = ""
    raised = ""
    for one in run:
        is_raised = one.size < _SMALL * size and one.bottom > base + _RAISED * size
        if is_raised:
            raised += one.text
            continue
        if raised:
            written = _with_raised(written, raised)
            raised = ""
        if one.text in _BROKEN_WORD:
            written += BREAK
        else:
            written += _LIGATURES.get(one.text, one.text)
    if raised:
        written = _with_raised(written, raised)
    whole = written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\s+(?=[.,;:)\]])", "", re.sub(r"\s+", " ", whole)).strip()


def _with_raised(before: str, raised: str) -> str:
    mark = raised.strip()
    if not mark:
        return before + raised
    if not _TAKES_POWER.search(before) and _REFERENCE_MARK.fullmatch(mark):
        return before + (" " if raised[-1:].isspace() else "")
    return f"{before}^{mark}" + (" " if raised[-1:].isspace() else "")


def _in_reading_order(lines: Sequence[Line], width: float) -> list[Line]:
    """Down the page; where it has two columns, down the left one first between lines across both."""
    gutter = _gutter(lines, width)
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
    places: Counter[int] = Counter()
    ordered = sorted(wide, key=lambda line: (round(line.bottom / 2), line.left))
    for one, other in pairwise(ordered):
        beside = abs(one.bottom - other.bottom) < 0.3 * one.size and one.right <= other.left
        if beside and 0.3 * width < (one.right + other.left) / 2 < 0.7 * width:
            places[round(other.left)] += 1
    if not places:
        return None
    left, _ = places.most_common(1)[0]
    pairs = sum(count for place, count in places.items() if abs(place - left) <= 3)
    return left - 4.0 if pairs >= _ROWS_OF_COLUMNS else None
