"""From paragraphs to what a paper says: furniture of pages out, sections named."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from index.models import PageStart, SectionKind
from index.parsers.paper_draft import DraftSection
from index.parsers.pdf.headings import CAPTION, LARGE, NAMED, NUMBERED, NUMBERED_TITLE
from index.parsers.pdf.lines import Line
from index.parsers.pdf.paragraphs import Paragraph

_MARGIN = 0.1
_NOTE = 0.92
"""Smaller letters than those on a first page are of affiliations and footnotes."""
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page )?\d{1,5}(?: ?(?:of|/|\|) ?\d{1,5})?|[ivxl]{1,6}", re.IGNORECASE
)
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


def sections_of(
    paragraphs: Sequence[Paragraph], labels: Sequence[str], size: float
) -> list[DraftSection]:
    """Paragraphs under their headings; captions apart; `labels` are those of the pages.

    What stands before the abstract, or before the first long paragraph, says who wrote it and where.
    Scraps are kept, but are no evidence: which cell stands under which head is not known.
    """
    sections: list[DraftSection] = [DraftSection("First page", "", "about")]
    captions: list[DraftSection] = []
    follows = {id(one): after for one, after in pairwise(paragraphs)}
    leads = {
        id(one): after for one, after in pairwise(one for one in paragraphs if not one.is_scrap)
    }
    has_abstract = any(_named(one) == ("Abstract", "body") for one in paragraphs)
    scraps = DraftSection("Figures and tables", "", "about")
    for paragraph in paragraphs:
        is_note = (
            paragraph.page == 0
            and (len(sections) == 1 or bool(sections[-1].text))
            and paragraph.size < _NOTE * size
            and not _is_prose(paragraph)
            and not _RUN_IN.match(paragraph.text)
            and not CAPTION.match(paragraph.text)
        )
        if paragraph.is_scrap and sections[-1].kind == "listing":
            _add(sections[-1], paragraph, labels)
            continue
        if paragraph.is_scrap or is_note or _heads_column(paragraph, follows, size):
            _add(sections[0] if paragraph.page == 0 else scraps, paragraph, labels)
            continue
        named = _named(paragraph) or _large(paragraph, leads.get(id(paragraph)), size)
        if named:
            sections.append(DraftSection(named[0], "", named[1]))
            continue
        run_in = _RUN_IN.match(paragraph.text)
        if run_in and sections[-1].kind == "about" and len(sections) == 1:
            sections.append(DraftSection("Abstract", ""))
            cut = run_in.start("rest")
            paragraph.text = paragraph.text[cut:]
            paragraph.starts = [(page, max(0, at - cut)) for page, at in paragraph.starts]
        caption = CAPTION.match(paragraph.text)
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
    match = NAMED.fullmatch(text.strip())
    if match and paragraph.lines <= 2:
        kind: SectionKind = "listing" if match["listing"] else "about" if match["about"] else "body"
        name = re.sub(rf"^{NUMBERED}", "", text).strip(" :.")
        return (name.capitalize() if name.isupper() else name[0].upper() + name[1:]), kind
    return None


def _heads_column(paragraph: Paragraph, follows: Mapping[int, Paragraph], size: float) -> bool:
    """True for a name such as "Method" that stands over a column of a table, in smaller letters."""
    after = follows.get(id(paragraph))
    is_small = paragraph.size < size - 0.6
    return is_small and bool(_named(paragraph)) and after is not None and after.is_scrap


def _large(
    paragraph: Paragraph, after: Paragraph | None, size: float
) -> tuple[str, SectionKind] | None:
    """A heading told by its letters, which are larger than those of the prose that follows."""
    text = paragraph.text
    is_large = paragraph.size >= LARGE * size or bool(NUMBERED_TITLE.fullmatch(text))
    is_short = paragraph.lines <= 3 and len(text) <= 150 and text[-1] not in ".,;:"
    leads = after is not None and len(after.text.split()) >= 15 and after.size <= paragraph.size
    if is_large and is_short and leads and any(one.isalpha() for one in text):
        return re.sub(rf"^{NUMBERED}", "", text) or text, "body"
    return None


def _is_marginal(line: Line, height: float) -> bool:
    return line.top > (1 - _MARGIN) * height or line.bottom < _MARGIN * height


def _shape(line: Line) -> str:
    return _NUMBER.sub("#", line.text.casefold())
