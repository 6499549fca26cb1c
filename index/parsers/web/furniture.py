"""Words and links that web pages have around a text: is a heading, a line or a link one of these."""

import re

from index.parsers.xml_reading import Element

_FURNITURE = re.compile(
    r"(?:similar|related|recommended|popular|latest|most read|trending) (?:articles?|content|papers?|posts"
    r"|information|stories|reading)(?: in pubmed)?|cited by(?: other articles)?(?: in pubmed)?"
    r"|more like this|you (?:may|might) also (?:like|be interested in).{0,30}|metrics|altmetrics?"
    r"|share(?: this(?: article| page)?)?|actions|links to .{3,30}|linkout.{0,30}|full[- ]text links"
    r"|page navigation|navigation(?: menu)?|menu|(?:table of )?contents|(?:in|on) this (?:article|page)"
    r"|article (?:tools|metrics)|tools|download(?: pdf)?|citation tools|export citation|save|permalink"
    r"|(?:leave a )?(?:comments?|reply)(?: \(\d+\))?|subscribe.{0,40}|newsletter|sign up.{0,40}"
    r"|cookies?.{0,40}|privacy.{0,40}|follow us|search|log ?in|resources|add to collections"
    r"|external links|see also|personal use only",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    r"open in (?:a )?(?:new tab|new window|separate window)|go to:?|full size (?:image|table)|back to top"
    r"|view (?:large|full text|figure|table|article)(?: .{0,30})?|download (?:image|slide|figure|powerpoint)"
    r".{0,40}|(?:show|read|see|load) (?:more|all|less)(?: .{0,20})?|google scholar|crossref|pubmed|expand"
    r"|advertisement|share|save|print|edit|cite|copy link|opens in a new .{3,10}",
    re.IGNORECASE,
)
_REFERENCE_WORDS = frozenset({"bibr", "bib", "ref", "citation", "reference"})
_TO_OTHER_PARTS = re.compile(
    r"(?:^|[-_.:])(?:fig(?:ure)?|f|tab(?:le)?|tbl|t|sec(?:tion)?|s|equ?(?:ation)?|e|disp|box|app(?:endix)?"
    r"|video|fn|tfn|footnote|media|supp?l?)[-_.:]?\d"
)


def is_furniture_heading(heading: str) -> bool:
    """True where what stands under the heading serves the site, or is about other papers."""
    return _FURNITURE.fullmatch(heading) is not None


def is_furniture_line(line: str) -> bool:
    """True for the label of a button, also where it stands in a list."""
    return _FURNITURE_LINE.fullmatch(line.removeprefix("- ")) is not None


def may_point_to_reference(link: Element) -> bool:
    """True for a link that is called one to a reference, or leads to what may be one on the page."""
    address = link.get("href") or ""
    called = re.split(r"[\s_-]+", (link.get("class") or "").lower())
    if not _REFERENCE_WORDS.isdisjoint(called):
        return True
    return "#" in address and _TO_OTHER_PARTS.search(address.rpartition("#")[2].lower()) is None
