"""From lines on pages to what a paper says: furniture out, words and paragraphs joined, sections named."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.models import PageStart, SectionKind
from index.parsers.paper_draft import DraftSection
from index.parsers.pdf.lines import BREAK, Line

_MARGIN = 0.1
_NOTE = 0.92
"""Smaller letters than those on a first page are of affiliations and footnotes."""
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page )?\d{1,5}(?: ?(?:of|/|\|) ?\d{1,5})?|[ivxl]{1,6}", re.IGNORECASE
)
_BODY_NAMES = (
    r"abstract|summary|background|introduction|(?:materials? and |patients and |subjects and )?methods?"
    r"|methods and materials|experimental(?: procedures| section)?|results?(?: and discussion)?"
    r"|discussion|conclusions?|concluding remarks|limitations|case (?:report|presentation)|objectives?"
    r"|statistical analys[ie]s|participants|study design|conflicts? of interests?|competing interests?"
)
_ABOUT_NAMES = (
    r"acknowledge?ments?|funding|author contributions?|authors['’] contributions|keywords?|key words"
    r"|abbreviations|data availability(?: statement)?|ethics statement|availability of data(?: and materials?)?|orcid"
    r"|additional information|supplementary (?:information|material|materials|data)|appendix(?: [a-z0-9])?"
)
_LISTING_NAMES = r"references|literature cited|bibliography|works cited|references and notes"
_NUMBERED = r"(?:\d+(?:\.\d+)*\.?\s+|[IVX]+\.\s+)?"
_NAMED = re.compile(
    rf"{_NUMBERED}(?:(?P<body>{_BODY_NAMES})|(?P<about>{_ABOUT_NAMES})|(?P<listing>{_LISTING_NAMES}))\s*[:.]?",
    re.IGNORECASE,
)
_NUMBERED_TITLE = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]\w+(?:\s+[\w\-–:,()]+){0,9}")
_FURNITURE = re.compile(
    r"check for updates|open access|(?:original |research )?articles?|downloaded from .*|view article online",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(
    r"\b(?:University|Universität|Université|Department|Dept|Institute|Hospital|School|Faculty|College"
    r"|Cent(?:er|re) (?:for|of)|Laboratory|E-?mail|Correspond\w+)\b|@",
    re.IGNORECASE,
)
_RUN_IN = re.compile(r"(?P<name>abstract|summary)\s*[:.—–-]\s*(?P<rest>\S.*)", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?P<name>(?:FIG(?:URE|\.)?|Fig(?:ure|\.)?|TABLE|Table) ?\d+)(?:\s*[.:|]\s*|\s+(?=[A-Z]))\S"
)
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
    """Whether it is no prose: words of a figure, cells of a table."""


def without_furniture(pages: Sequence[tuple[float, list[Line]]]) -> list[list[Line]]:
    """The lines of each page (given with its height) without running heads, feet and page numbers."""
    seen: Counter[str] = Counter()
    for height, lines in pages:
        seen.update({_shape(line) for line in lines if _is_marginal(line, height)})
    often = {shape for shape, count in seen.items() if count >= 2}
    everywhere: Counter[str] = Counter()
    for _, lines in pages:
        everywhere.update({_shape(line) for line in lines})
    always = {shape for shape, count in everywhere.items() if count > max(2, len(pages) / 2)}
    return [
        [
            line
            for line in lines
            if _shape(line) not in always
            and not _FURNITURE.fullmatch(line.text)
            and not (
                _is_marginal(line, height)
                and (_shape(line) in often or _PAGE_NUMBER.fullmatch(line.text))
            )
        ]
        for height, lines in pages
    ]


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
    return _mended(paragraphs, words)


def _mended(paragraphs: Sequence[Paragraph], words: Counter[str]) -> list[Paragraph]:
    """Paragraphs that a figure or a column's end had cut joined; scraps of figures at the end."""
    scraps = [one for one in paragraphs if _is_scrap(one)]
    mended: list[Paragraph] = []
    for one in paragraphs:
        if _is_scrap(one):
            continue
        last = mended[-1] if mended else None
        if (
            last
            and abs(last.size - one.size) < 0.6
            and last.text[-1] not in ".?!:"
            and one.text[0].islower()
            and not _NAMED.fullmatch(last.text)
        ):
            start = _append(last, one.text, words)
            if one.page != last.page:
                last.starts.append((one.page, start))
            last.starts += [(page, start + at) for page, at in one.starts]
            last.lines += one.lines
        else:
            mended.append(one)
    for one in (*mended, *scraps):
        one.text = one.text.rstrip(BREAK)
        one.is_scrap = one in scraps
    return [*mended, *scraps]


def _is_scrap(paragraph: Paragraph) -> bool:
    """True for words of a figure or cells of a table: few, or mostly numbers, and no sentence."""
    text = paragraph.text
    if _NAMED.fullmatch(text) or _CAPTION.match(text) or _NUMBERED_TITLE.fullmatch(text):
        return False
    words = text.split()
    spoken = sum(len(word) > 1 and word[0].isalpha() for word in words)
    if text[-1] in ".?!:" and spoken >= 4:
        return False
    return len(words) <= 3 or spoken < 0.5 * len(words)


def sections_of(
    paragraphs: Sequence[Paragraph], labels: Sequence[str], size: float
) -> list[DraftSection]:
    """Paragraphs under their headings; captions apart; `labels` are those of the pages.

    What stands before the abstract, or before the first long paragraph, says who wrote it and where.
    """
    sections: list[DraftSection] = [DraftSection("First page", "", "about")]
    captions: list[DraftSection] = []
    follows = {id(one): after for one, after in pairwise(paragraphs)}
    has_abstract = any(_named(one) == ("Abstract", "body") for one in paragraphs)
    scraps = DraftSection("Figures and tables", "")
    for paragraph in paragraphs:
        is_note = (
            paragraph.page == 0
            and (len(sections) == 1 or bool(sections[-1].text))
            and paragraph.size < _NOTE * size
            and not _is_prose(paragraph)
            and not _RUN_IN.match(paragraph.text)
            and not _CAPTION.match(paragraph.text)
        )
        if paragraph.is_scrap or is_note:
            _add(sections[0] if paragraph.page == 0 else scraps, paragraph, labels)
            continue
        named = _named(paragraph) or _large(paragraph, follows.get(id(paragraph)), size)
        if named:
            sections.append(DraftSection(named[0], "", named[1]))
            continue
        run_in = _RUN_IN.match(paragraph.text)
        if run_in and sections[-1].kind == "about" and len(sections) == 1:
            sections.append(DraftSection("Abstract", ""))
            cut = run_in.start("rest")
            paragraph.text = paragraph.text[cut:]
            paragraph.starts = [(page, max(0, at - cut)) for page, at in paragraph.starts]
        caption = _CAPTION.match(paragraph.text)
        if caption and sections[-1].kind != "listing":
            name = caption["name"][0].upper() + caption["name"][1:]
            captions.append(DraftSection(name, ""))
            _add(captions[-1], paragraph, labels)
            continue
        if len(sections) == 1 and not has_abstract and not run_in and _is_prose(paragraph):
            sections.append(DraftSection("Text", ""))
        _add(sections[-1], paragraph, labels)
    return [section for section in [*sections, *captions, scraps] if section.text]


def _is_prose(paragraph: Paragraph) -> bool:
    """True for a paragraph that says something, and not who wrote it and where."""
    enough = len(paragraph.text.split()) >= 40 and paragraph.text.count(". ") >= 1
    return enough and len(_AFFILIATION.findall(paragraph.text)) < 2


def _add(section: DraftSection, paragraph: Paragraph, labels: Sequence[str]) -> None:
    if section.text:
        section.text += "\n"
    start = len(section.text)
    known = section.page_starts[-1].label if section.page_starts else None
    for page, offset in [(paragraph.page, 0), *paragraph.starts]:
        if labels[page] != known:
            section.page_starts.append(PageStart(labels[page], start + offset))
            known = labels[page]
    section.text += paragraph.text


def _named(paragraph: Paragraph) -> tuple[str, SectionKind] | None:
    """The heading that the paragraph is, and of what kind its section is; None where it is none."""
    text = paragraph.text
    match = _NAMED.fullmatch(text.strip())
    if match and paragraph.lines <= 2:
        kind: SectionKind = "listing" if match["listing"] else "about" if match["about"] else "body"
        name = re.sub(rf"^{_NUMBERED}", "", text).strip(" :.")
        return (name.capitalize() if name.isupper() else name[0].upper() + name[1:]), kind
    return None


def _large(
    paragraph: Paragraph, after: Paragraph | None, size: float
) -> tuple[str, SectionKind] | None:
    """A heading told by its letters, which are larger than those of the prose that follows."""
    text = paragraph.text
    is_large = paragraph.size >= 1.08 * size or bool(_NUMBERED_TITLE.fullmatch(text))
    is_short = paragraph.lines <= 3 and len(text) <= 150 and text[-1] not in ".,;:"
    leads = after is not None and len(after.text.split()) >= 15 and after.size <= paragraph.size
    if is_large and is_short and leads and any(one.isalpha() for one in text):
        return re.sub(rf"^{_NUMBERED}", "", text) or text, "body"
    return None


def _goes_on(paragraph: Paragraph, last: Line, line: Line, size: float) -> bool:
    """True where the line belongs to the paragraph that ends with `last`."""
    if abs(line.size - last.size) > 0.6 or _CAPTION.match(line.text) or _NAMED.fullmatch(line.text):
        return False
    if _NAMED.fullmatch(paragraph.text):
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


def _is_marginal(line: Line, height: float) -> bool:
    return line.top > (1 - _MARGIN) * height or line.bottom < _MARGIN * height


def _shape(line: Line) -> str:
    return _NUMBER.sub("#", line.text.casefold())
