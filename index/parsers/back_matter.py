"""Headings that papers have in common: a heading in, what kind of section stands under it out.

What authors say of money, thanks and data is said of the paper; a statement on conflicts of
interest is evidence, as on a page of PubMed.
"""

import re
from typing import Literal

CONFLICTS = "Conflict of interest statement"
REFERENCES = "References"

HeadingKind = Literal["conflicts", "about", "references"]

_NUMBER = r"(?:(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])[.)]?\s+)?"
_CONFLICTS = re.compile(
    _NUMBER
    + r"(?:(?:authors?['’]?s?['’]?|declarations?|statements?|disclosures?|potential|of|the|any"
    r"|financial|and|non-financial|personal)\s+)*"
    r"(?:conflicts?\s+of\s+interests?|conflicting\s+interests?|duality\s+of\s+interests?"
    r"|competing\s+(?:financial\s+|and\s+)?(?:conflicts?|interests?)|declarations?\s+of\s+interests?)"
    r"(?:\s+(?:statements?|declarations?|disclosures?|policy|form))*\s*[:.]?",
    re.IGNORECASE,
)
_SAYS_CONFLICTS = re.compile(
    r"\W*(?:declaration of )?(?:conflicts? of interests?|competing (?:financial )?interests?)\b"
    r"|the authors? (?:have )?declares? (?:that )?(?:\w+ ){0,4}(?:competing|conflicts? of) interest",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    _NUMBER + r"(?:acknowledge?ments?(?:\s+and\s+.{1,40})?"
    r"|(?:(?:sources?\s+of|grant|research|financial)\s+)?(?:funding|support)"
    r"(?:\s+(?:and\s+sponsorship|statements?|information|sources?|sources?\s+and\s+.{1,30}"
    r"|disclosure|acknowledge?ments?|role))*|role\s+of\s+the\s+funding\s+source|financial\s+disclosures?"
    r"|(?:authors?['’]?s?['’]?|contributors?|credit)\s*(?:roles?\s+)?(?:author(?:ship)?\s+)?"
    r"contributions?(?:\s+statements?)?|contributors?|contributorship(?:\s+statement)?|contributions"
    r"|credit\s+authorship\s+contribution\s+statement"
    r"|(?:data|code|software|materials?)(?:,?\s+(?:and\s+)?(?:data|code|software|materials?))*"
    r"\s+(?:availability|accessibility|sharing)(?:\s+statements?)?"
    r"|availability\s+of\s+(?:supporting\s+)?(?:data|code|materials?)(?:\s+and\s+.{1,30})?"
    r"|ethics\s+(?:approval|statements?|declarations?)(?:\s+and\s+.{1,40})?|ethical\s+approval"
    r"|institutional\s+review\s+board\s+statement|(?:patient\s+)?informed\s+consent(?:\s+statement)?"
    r"|(?:patient\s+)?consent\s+(?:for\s+publication|statement)|declarations"
    r"|publisher['’]s\s+notes?|disclaimers?|provenance\s+and\s+peer\s+review"
    r"|(?:open\s+)?peer\s+review(?:er)?\s+(?:information|reports?|file)"
    r"|(?:electronic\s+)?supplement(?:ary|al)\s+(?:materials?|information|data|files?)"
    r"|supporting\s+information|additional\s+(?:files?|information)|associated\s+data"
    r"|(?:authors?|article)\s+(?:notes?|information|details|affiliations)|contributor\s+information"
    r"|publication\s+types|mesh\s+terms|substances|grants\s+and\s+(?:funding|financial\s+support)"
    r"|about\s+the\s+authors?|footnotes?|rights\s+and\s+permissions|copyright(?:\s+and\s+license)?"
    r"|open\s+access|(?:how\s+to\s+)?cite\s+this(?:\s+article)?|publication\s+history)\s*[:.]?",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    _NUMBER
    + r"(?:references?(?:\s+(?:list|cited|and\s+notes))?|reference\s+list|bibliography|works\s+cited"
    r"|literature(?:\s+cited)?|notes\s+and\s+references|cited\s+(?:literature|references)"
    r"|further\s+reading)\s*:?",
    re.IGNORECASE,
)


def heading_kind(heading: str) -> HeadingKind | None:
    """The kind that the heading as a whole tells; None for the paper's own text."""
    if len(heading) > 100:
        return None
    if _CONFLICTS.fullmatch(heading):
        return "conflicts"
    if _ABOUT.fullmatch(heading):
        return "about"
    return "references" if _REFERENCES.fullmatch(heading) else None


def says_conflicts(text: str) -> bool:
    """True where a note without a heading is a statement on conflicts of interest."""
    return _SAYS_CONFLICTS.match(text) is not None
