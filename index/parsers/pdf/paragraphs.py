"""Lines joined to paragraphs: lines of pages in, paragraphs in order out, those that are no prose marked."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.parsers.pdf.headings import CAPTION, LARGE, NAMED, NUMBERED_TITLE
from index.parsers.pdf.lines import BREAK, Line
from index.parsers.pdf.scraps import is_label, is_scrap

_BROKEN = re.compile(rf"([^\W_]+)(?:{BREAK}|-)$")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(slots=True)
class Paragraph:
    """Text of one or more lines; `starts` are (page, offset into the text) where pages begin in it."""

    text: str
    page: int
    size: float
    lines: int = 1
    starts: list[tuple[int, int]] = field(default_factory=list)
    is_scrap: bool = False
    """Whether it is no prose: words of a figure, cells of a table, a label."""


def body_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size in which most letters are set."""
    letters: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            letters[round(line.size * 2) / 2] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 10.0


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[Paragraph]:
    """Lines joined to paragraphs, across columns and pages where a sentence goes on."""
    words = Counter(
        word.casefold() for lines in pages for line in lines for word in _WORD.findall(line.text)
    )
    size = body_size(pages)
    paragraphs: list[Paragraph] = []
    last: Line | None = None
    for page, lines in enumerate(pages):
        for line in lines:
            if paragraphs and last and _goes_on(paragraphs[-1], last, line, size):
                current = paragraphs[-1]
                start = _append(current, line.text, words)
                if page != current.page + len(current.starts) and page not in {
                    one for one, _ in current.starts
                }:
                    current.starts.append((page, start))
                current.lines += 1
            else:
                paragraphs.append(Paragraph(line.text, page, line.size))
            last = line
    return _mended(paragraphs, words, size)


def _mended(paragraphs: Sequence[Paragraph], words: Counter[str], size: float) -> list[Paragraph]:
    """The paragraphs in order, those joined that a figure or a column's end had cut; scraps marked."""
    follows = {id(one): after for one, after in pairwise(paragraphs)}
    mended: list[Paragraph] = []
    for one in paragraphs:
        one.is_scrap = _is_scrap(one)
        last = _cut_before(one, mended, follows, size)
        if last:
            start = _append(last, one.text, words)
            if one.page != last.page:
                last.starts.append((one.page, start))
            last.starts += [(page, start + at) for page, at in one.starts]
            last.lines += one.lines
        else:
            mended.append(one)
    for one in mended:
        one.text = one.text.rstrip(BREAK)
        one.is_scrap = one.is_scrap or _is_label(one, follows.get(id(one)), size)
    return mended


def _cut_before(
    one: Paragraph,
    before: Sequence[Paragraph],
    follows: Mapping[int, Paragraph],
    size: float,
) -> Paragraph | None:
    """The paragraph that `one` goes on with; words of a figure in other letters may stand between."""
    if one.is_scrap or not one.text[0].islower():
        return None
    for last in reversed(before):
        if last.is_scrap:
            continue
        if abs(last.size - one.size) < 0.6:
            is_whole = last.text[-1] in ".?!:" or NAMED.fullmatch(last.text)
            return None if is_whole else last
        if not _is_label(last, follows.get(id(last)), size):
            return None
    return None


def _is_heading(text: str) -> bool:
    return bool(NAMED.fullmatch(text) or NUMBERED_TITLE.fullmatch(text))


def _is_scrap(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return not _is_heading(text) and not CAPTION.match(text) and is_scrap(text)


def _is_label(paragraph: Paragraph, after: Paragraph | None, size: float) -> bool:
    """True for a label, which is no heading either: what a paragraph of prose comes after."""
    text = paragraph.text
    if _is_heading(text) or CAPTION.match(text) or not is_label(text):
        return False
    leads = after is not None and after.text[-1] in ".?!:" and len(after.text.split()) >= 15
    is_titled = text[0].isupper() and paragraph.lines <= 3 and paragraph.size > size - 0.4
    return not (is_titled and (leads or paragraph.size >= LARGE * size))


def _goes_on(paragraph: Paragraph, last: Line, line: Line, size: float) -> bool:
    """True where the line belongs to the paragraph that ends with `last`."""
    if abs(line.size - last.size) > 0.6 or CAPTION.match(line.text) or NAMED.fullmatch(line.text):
        return False
    if NAMED.fullmatch(paragraph.text):
        return False
    same_column = line.top <= last.bottom + line.size and abs(line.left - last.left) < 8 * line.size
    if same_column:
        gap = last.bottom - line.top
        indented = 0.7 * line.size < line.left - last.left < 4 * line.size
        ended = last.text.endswith((".", "?", "!", ":"))
        return gap < 0.9 * line.size and not (indented and ended)
    # In another column or on another page: it goes on in the middle of a sentence.
    in_middle = not paragraph.text.endswith((".", "?", "!", ":"))
    return (
        in_middle
        and abs(last.size - size) < 1
        and (line.text[:1].islower() or paragraph.text.endswith((BREAK, "-", ",")))
    )


def _append(paragraph: Paragraph, text: str, words: Counter[str]) -> int:
    """Add a line; the offset at which it begins."""
    broken = _BROKEN.search(paragraph.text)
    following = _WORD.match(text)
    if not broken or not following:
        paragraph.text = paragraph.text.rstrip(BREAK) + " " + text
        return len(paragraph.text) - len(text)
    first, second = broken.group(1), following.group()
    joined, hyphened = words[(first + second).casefold()], words[f"{first}-{second}".casefold()]
    keeps = hyphened > joined or (
        not joined and (not second[0].islower() or any(one.isdigit() for one in first + second))
    )
    stem = paragraph.text.rstrip(BREAK + "-")
    paragraph.text = f"{stem}{'-' if keeps else ''}{text}"
    return len(paragraph.text) - len(text)
