"""What a PDF says of itself: pages and properties in, title, own identifiers, year, licence out.

Only what is printed plainly or written into the file is taken; nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence

from index.identifiers import DOI, DOI_IN_TEXT, PMCID_IN_TEXT, PMID_IN_TEXT, trim_doi
from index.parsers.pdf.lines import Line
from index.parsers.pdf.paragraphs import Paragraph

_LABELLED_DOI = re.compile(r"(?:\bdoi\b\s*[:.]?\s*|doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"(?:microsoft word|untitled|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|p65)\b|\S+$|layout \d|print)",
    re.IGNORECASE,
)
_YEAR_IN_LINE = re.compile(
    r"(?:©|\(c\)|copyright|published(?: online)?:?|vol(?:ume|\.)?|\bdoi\b|\|)[^\n]{0,60}?\b((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"creative\s*commons\s+attribution[\w\s\-–]*?(?:4\.0|3\.0|2\.0)?[\w\s]*licen[cs]e"
    r"|https?://creativecommons\.org/licenses/[\w\-/.]+",
    re.IGNORECASE,
)
_LABEL = 60
_INTRODUCTION = re.compile(r"\bintroduction\b", re.IGNORECASE)
_REFERENCES = re.compile(
    r"^\W*(?:\d+\.?\s*)?(?:references?|bibliography|literature cited|works cited)\W*$",
    re.IGNORECASE | re.MULTILINE,
)


def printed_identifiers(first_pages: Sequence[str]) -> list[tuple[str, str]]:
    """The paper's own DOI, PMID and PMCID as its first pages print them; none where several stand there.

    What stands from the heading of the references on is not looked at.
    """
    whole = _REFERENCES.split("\n".join(first_pages), maxsplit=1)[0]
    first = _REFERENCES.split(first_pages[0], maxsplit=1)[0] if first_pages else ""
    head = _INTRODUCTION.split(first, maxsplit=1)[0]
    found = [
        (name, values.pop())
        for name, pattern in (("pmid", PMID_IN_TEXT), ("pmcid", PMCID_IN_TEXT))
        if len(values := {one for line in _short_lines(head) for one in pattern.findall(line)}) == 1
    ]
    for text, pattern in ((first, _LABELLED_DOI), (head, DOI_IN_TEXT), (whole, _LABELLED_DOI)):
        dois = {trim_doi(one) for one in pattern.findall(text)}
        if dois:
            own = [one for one in dois if DOI.fullmatch(one)]
            return [*found, ("doi", own[0])] if len(dois) == len(own) == 1 else found
    return found


def _short_lines(text: str) -> list[str]:
    """Lines that could be a label; a number in the middle of a sentence is another paper's."""
    return [line for line in text.split("\n") if len(line) <= _LABEL]


def doi_of_properties(properties: Mapping[str, str]) -> str | None:
    """The DOI that the file's own properties give, where they give one."""
    text = " ".join(
        properties.get(name, "") for name in ("doi", "WPS-ARTICLEDOI", "Subject", "Title")
    )
    found = {trim_doi(one) for one in DOI_IN_TEXT.findall(text)}
    valid = [one for one in found if DOI.fullmatch(one)]
    return valid[0] if len(valid) == 1 else None


def title_of(
    first: Sequence[Line],
    paragraphs: Sequence[Paragraph],
    properties: Mapping[str, str],
    size: float,
) -> str | None:
    """The largest lines of the first page, or the title that the file's properties give."""
    given = " ".join(properties.get("Title", "").split())
    plausible = given if len(given.split()) >= 3 and not _NO_TITLE.match(given) else None
    on_page = " ".join(line.text for line in first).casefold()
    if plausible and _letters(plausible) in _letters(on_page):
        return plausible
    upper = [one for one in paragraphs if one.page == 0 and one.size >= 1.25 * size]
    large = [
        one
        for one in upper
        if 3 <= len(one.text.split()) <= 45 and not _is_journal(one.text, first)
    ]
    if large:
        best = max(large, key=lambda one: (round(one.size), -paragraphs.index(one)))
        return best.text.rstrip("*†‡ ")
    return plausible


def _is_journal(text: str, lines: Sequence[Line]) -> bool:
    """True where a line repeats the text and goes on with a volume or a year."""
    name = text.casefold()
    return any(
        line.text.casefold().startswith(name) and re.match(r"\W*\d", line.text[len(text) :])
        for line in lines
    )


def year_of(first_page: str) -> str | None:
    """The year that stands in a line of copyright, volume or publication; None where several do."""
    years = set(_YEAR_IN_LINE.findall(first_page))
    return years.pop() if len(years) == 1 else None


def licence_of(pages: Sequence[str]) -> str | None:
    """The Creative Commons licence that the pages name."""
    found = [match.group() for page in pages for match in _LICENCE.finditer(page)]
    urls = [one for one in found if one.lower().startswith("http")]
    return next(iter([*urls, *found]), None)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
