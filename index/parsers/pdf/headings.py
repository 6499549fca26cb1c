"""Headings and captions of a paper told by their words alone."""

import re

LARGE = 1.08
"""Of the size of the text: letters of a heading are larger."""
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
NUMBERED = r"(?:\d+(?:\.\d+)*\.?\s+|[IVX]+\.\s+)?"
NAMED = re.compile(
    rf"{NUMBERED}(?:(?P<body>{_BODY_NAMES})|(?P<about>{_ABOUT_NAMES})|(?P<listing>{_LISTING_NAMES}))\s*[:.]?",
    re.IGNORECASE,
)
NUMBERED_TITLE = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]\w+(?:\s+[\w\-–:,()]+){0,9}")
CAPTION = re.compile(
    r"(?P<name>(?:FIG(?:URE|\.)?|Fig(?:ure|\.)?|TABLE|Table) ?\d+)(?:\s*[.:|]\s*|\s+(?=[A-Z]))\S"
)
