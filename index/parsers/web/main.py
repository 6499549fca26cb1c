"""Which part of a web page is its text: a page in, that element out, without what frames it.

What the page itself marks as its article or main part is taken. Of a page that marks none,
trafilatura (Apache-2.0) tells the text from the frame; it is loaded only then.
"""

import re
from copy import deepcopy
from typing import Any

from lxml import etree

from index.errors import DocumentError
from index.parsers.xml_reading import Element, name_of

LEAST_TEXT = 200
"""Characters without which a page has no text of its own."""

_FRAME_TAGS = frozenset({"nav", "header", "footer", "aside", "menu", "dialog"})
_FRAME_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog"}
    | {"menu", "menubar", "toolbar", "tablist"}
)
_FRAME_WORDS = frozenset(
    {"nav", "navbar", "navigation", "navbox", "breadcrumb", "breadcrumbs", "menu", "sidebar"}
    | {"share", "sharing", "social", "cookie", "cookies", "consent", "gdpr", "banner", "advert"}
    | {"advertisement", "ads", "promo", "newsletter", "subscribe", "subscription", "comments"}
    | {"comment", "disqus", "recommended", "recommendations", "related", "metrics", "altmetric"}
    | {"pagination", "pager", "toolbar", "tooltip", "modal", "popup", "overlay", "login", "toc"}
    | {"paywall", "skip", "editsection", "hatnote", "catlinks", "noprint", "infobox", "ambox"}
    | {"printfooter", "permalink", "feedback", "footer", "masthead", "goto"}
)
_LARGEST_FRAME = 0.3
"""Of the text of the page: what holds more is no frame, whatever it is called."""
_SCREEN_ONLY = re.compile(
    r"(?:^|\s)(?:sr-only|visually-hidden|visuallyhidden|screen-reader-text)\b"
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TABLE_PARTS = ("thead", "tbody", "tr", "td", "th")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAIN_IDS = ("main-content", "maincontent", "article-body", "main", "content", "bodycontent")
_TEXT_NAMES = frozenset(
    {"main-article-body", "article-body", "article__body", "articlebody", "c-article-body"}
    | {"article-fulltext", "article-full-text", "article-text", "fulltext-view", "hlfld-fulltext"}
    | {"html-body", "entry-content", "post-content", "jig-ncbiinpagenav"}
)
_ABSTRACT_NAMES = frozenset(
    {"abstract", "abstracts", "html-abstract", "article-abstract", "abstract-content"}
)
_FROM_TRAFILATURA = {
    "item": "li",
    "list": "ul",
    "row": "tr",
    "quote": "blockquote",
    "lb": "br",
    "ref": "a",
}


def strip_frame(root: Element) -> Element:
    """The body of the page, without navigation, banners and what is not shown."""
    found = root.find("body")
    body = root if found is None else found
    for element in list(body.iter()):
        if element is not body and (_is_hidden(element) or _is_frame(element)):
            _drop(element)
    most = _LARGEST_FRAME * text_length(body)
    for element in list(body.iter()):
        if _is_called_frame(element) and text_length(element) < most:
            _drop(element)
    return body


def marked_main(body: Element) -> Element | None:
    """What the page marks as the text of its article, as its article, or as its main part.

    The closest mark counts that holds at least half of what the widest one holds. None where no
    mark holds a text.
    """
    texts = _longest(one for one in body.iter() if _is_text(one))
    article = _longest(body.iter("article"))
    main = _longest(one for one in body.iter() if _is_main(one))
    widest = main if main is not None else article
    for one in (texts, article, main):
        if one is None or text_length(one) < LEAST_TEXT:
            continue
        if widest is None or 2 * text_length(one) >= text_length(widest):
            return one
    return None


def abstract_beside(body: Element, main: Element) -> Element | None:
    """The element of the abstract where it stands outside the main one."""
    for one in body.iter("section", "div"):
        called = f"{one.get('class') or ''} {one.get('id') or ''}".lower().split()
        if not _ABSTRACT_NAMES.isdisjoint(called) and text_length(one) >= LEAST_TEXT:
            is_within = one is main or main in one.iterancestors() or one in main.iterancestors()
            return None if is_within else one
    return None


def found_main(body: Element) -> Element | None:
    """What trafilatura takes for the text of the page, in elements of HTML; None for nothing.

    Raises:
        DocumentError: trafilatura is not there.
    """
    extract = _extractor()
    page = etree.Element("html")
    page.append(deepcopy(body))
    try:
        found = extract(
            etree.tostring(page, encoding="unicode", method="html"),
            favor_precision=True,
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            include_links=False,
            with_metadata=False,
        )
    except Exception:  # it names no errors of its own
        return None
    text = getattr(found, "body", None)
    if text is None:
        return None
    for element in text.iter():
        _rename(element)
    return text if text_length(text) >= LEAST_TEXT else None


def text_length(element: Element) -> int:
    """Characters of text in the element; a run of white space counts as one."""
    return len(" ".join("".join(map(str, element.itertext())).split()))


def _extractor() -> Any:
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        raise DocumentError(
            "its text cannot be told from its frame, for trafilatura is not installed.",
            "Install alsqa again, with all that it needs.",
        ) from error
    return bare_extraction


def _rename(element: Element) -> None:
    name, style = name_of(element), element.get("rend") or ""
    if name == "head":
        element.tag = style if style in _HEADINGS else "h2"
    elif name == "hi":
        element.tag = style.removeprefix("#") if style in ("#sup", "#sub") else "span"
    elif name == "cell":
        element.tag = "th" if element.get("role") == "head" else "td"
    elif name in _FROM_TRAFILATURA:
        element.tag = _FROM_TRAFILATURA[name]


def _is_text(element: Element) -> bool:
    called = (element.get("class") or "").lower().split()
    return element.get("itemprop") == "articleBody" or not _TEXT_NAMES.isdisjoint(called)


def _is_main(element: Element) -> bool:
    identity = (element.get("id") or "").lower().replace("_", "-")
    is_main = name_of(element) == "main" or element.get("role") == "main"
    return is_main or identity in _MAIN_IDS


def _longest(elements: Any) -> Element | None:
    return max(elements, key=text_length, default=None)


def _is_frame(element: Element) -> bool:
    """True for what its tag or role tells; a header with headings below h1 is one of a section."""
    name = name_of(element)
    if name == "header" and element.find(".//h1") is None:
        return next(element.iter(*_HEADINGS), None) is None
    return name in _FRAME_TAGS or element.get("role") in _FRAME_ROLES


def _is_called_frame(element: Element) -> bool:
    name = name_of(element)
    if not name or name in ("main", "article", "body", "p", *_HEADINGS) or name in _TABLE_PARTS:
        return False
    called = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return not _FRAME_WORDS.isdisjoint(re.split(r"[\s_-]+", called))


def _is_hidden(element: Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN_STYLE.search(element.get("style") or "") is not None
        or _SCREEN_ONLY.search(element.get("class") or "") is not None
    ) and name_of(element) not in _HEADINGS


def _drop(element: Element) -> None:
    """Take the element out, but not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)
