"""Lines of text with their places on the page: an open PDF page in, its letters and lines out.

Coordinates are points from the lower left corner. Raised digits are told from what they stand on
(`10^6`, `Ca^2+`); a raised reference mark after a word is left out.
"""

import ctypes
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BROKEN_WORD = {"\x02", "\ufffe", "\xad"}
BREAK = "\xad"
"""Stands at the end of a line whose last word goes on in the next."""
_REFERENCE_MARK = re.compile(r"[\d,;\-–—*†‡§¶#a-f ]+")
_TAKES_POWER = re.compile(r"(?:\d|[\)\]]|\b(?:[A-Za-zχηρσ]|[cmkµμ]m|kg|sec|min)|[×x] ?10)$")
_SMALL, _RAISED = 0.85, 0.18
_WORD_GAP, _WIDEST_GAP = 1.2, 3.0
"""Of a letter's size: what words of one line seldom, and never, leave between them."""


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
class Letter:
    """A character where it stands."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def read_runs(page: Any) -> list[list[Letter]]:
    """Letters of a pypdfium2 page, those of one line together; text that is turned is left out."""
    text_page = page.get_textpage()
    try:
        return _runs(text_page)
    finally:
        text_page.close()


def lines_of(runs: Sequence[Sequence[Letter]]) -> list[Line]:
    """A line for each run that has ink."""
    return [line for run in runs if (line := _line(run))]


def _runs(text_page: Any) -> list[list[Letter]]:
    """Letters of one line each, as the file writes them."""
    import pypdfium2.raw as raw

    runs: list[list[Letter]] = [[]]
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
        letter = Letter(text, box.left, origin[1].value, box.right, box.top, size)
        if runs[-1] and not text.isspace() and _is_elsewhere(runs[-1], letter):
            runs.append([])
        runs[-1].append(letter)
    return [run for run in runs if run]


def _is_elsewhere(run: Sequence[Letter], letter: Letter) -> bool:
    """True where the letter is on another line, or beyond a gap as wide as between columns."""
    last = _last_inked(run)
    return last is not None and not _is_near(last, letter)


def _is_near(last: Letter, letter: Letter) -> bool:
    """True where the letter stands on the same line as the last one, and not far from it."""
    size = max(last.size, letter.size, 1.0)
    level = abs(letter.bottom - last.bottom) <= 0.6 * size
    return (
        level
        and letter.left - last.right <= _WIDEST_GAP * size
        and letter.right >= last.left - 2 * size
    )


def parted(run: Sequence[Letter], gutter: float | None) -> list[list[Letter]]:
    """The run cut at blanks wider than between words; with a gutter only at that which spans it."""
    parts: list[list[Letter]] = [[]]
    last: Letter | None = None
    for letter in run:
        if not letter.text.isspace():
            if (
                last is not None
                and letter.left - last.right > _WORD_GAP * max(last.size, letter.size, 1.0)
                and (gutter is None or last.right <= gutter + 4 <= letter.left + 5)
            ):
                parts.append([])
            last = letter
        parts[-1].append(letter)
    return parts


def _last_inked(run: Sequence[Letter]) -> Letter | None:
    return next((one for one in reversed(run) if not one.text.isspace()), None)


def _line(run: Sequence[Letter]) -> Line | None:
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


def _text(run: Sequence[Letter], size: float, base: float) -> str:
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
