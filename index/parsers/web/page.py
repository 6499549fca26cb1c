"""Web pages: the page of an article, or any page with a text, as a browser saves it.

What the page says of itself is read by `html_metadata`, which part is its text is told by
`html_main`, and its sections are made by `html_text`. A page that holds no text of its own (an error,
a login, a page that only forwards or shows its text by script) is refused with the reason.
"""

import re
from collections.abc import Iterator

from index.errors import DocumentError
from index.parsers.paper_draft import ABSTRACT, DraftSection, PaperDraft
from index.parsers.records import Format, Parsed, Record
from index.parsers.retracted_titles import retraction_mark
from index.parsers.source_file import SourceFile
from index.parsers.web.main import (
    LEAST_TEXT,
    abstract_beside,
    found_main,
    marked_main,
    strip_frame,
    text_length,
)
from index.parsers.web.metadata import PageMetadata
from index.parsers.web.source import page_root
from index.parsers.web.text import LEAD, PageText
from index.parsers.xml_reading import Element, root_tag, text_of
from index.publication_status import StatusNote, StatusReport

_SAVE_AGAIN = "Open it in a browser, then save the page that shows the text."
_DOCTYPE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<!doctype\s+html\b", re.I | re.S)
_SUFFIXES = (".html", ".htm", ".xhtml")
_FRAGMENTS = frozenset(
    {
        "article",
        "main",
        "section",
        "div",
        "p",
        "h1",
        "h2",
        "table",
        "span",
        "title",
        "meta",
        "center",
    }
)
_ERROR_TITLE = re.compile(
    r"(?:error\W*)?(?:40[0-9]|410|429|50[0-4])\b.{0,60}|.{0,40}\b(?:page|file|article|content) (?:was )?"
    r"(?:not found|cannot be found|unavailable)\b.{0,40}|not found\b.{0,30}|access (?:is )?denied.{0,60}"
    r"|forbidden\b.{0,40}|(?:service|temporarily) unavailable.{0,40}|bad gateway.{0,40}"
    r"|(?:an )?error(?: occurred| page)?|too many requests.{0,40}|request (?:blocked|rejected).{0,40}",
    re.IGNORECASE,
)
_GUARD_TITLE = re.compile(
    r"just a moment.{0,40}|attention required.{0,60}|are you (?:a robot|human).{0,20}|.{0,20}captcha.{0,20}"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human.{0,40}|security (?:check|verification).{0,40}"
    r"|checking your browser.{0,60}|one more step.{0,40}|ddos-guard.{0,20}|pardon our interruption.{0,20}",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(
    r"(?:please )?(?:sign|log)[ -]?(?:in|on)\b.{0,60}|login\b.{0,60}|.{0,40}\blogin(?: page| required)?"
    r"|(?:institutional|shibboleth) (?:access|login|sign in).{0,40}",
    re.IGNORECASE,
)
_OVER_ARTICLE = re.compile(
    r"\b10\.\d{4,9}/|@|\b(?:received|accepted|published|citation|copyright|correspondence)\b.{0,3}:|©",
    re.IGNORECASE,
)
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|requires?|turn on|activate)\s+javascript|javascript is (?:disabled|required)", re.I
)
_NEEDS_LOGIN = re.compile(
    r"\b(?:sign in|log in|login|purchase access|buy this article|subscribe to)\b", re.I
)
_SAYS_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|article) (?:was )?not found|access denied|forbidden", re.I
)


def _matches(source: SourceFile) -> bool:
    text = source.head_text.lstrip("\ufeff \t\r\n")
    root = (root_tag(source) or "").lower()
    if _DOCTYPE.match(text[:2000]) or root == "html":
        return True
    is_xml = text.startswith("<?xml")
    return not is_xml and (
        root in ("head", "body") or (source.suffix in _SUFFIXES and root in _FRAGMENTS)
    )


def _parse(source: SourceFile) -> Iterator[Record]:
    try:
        yield _parsed(source)
    except RecursionError as error:
        raise DocumentError("its elements are nested too deeply.", "Save it as text.") from error


def _parsed(source: SourceFile) -> Parsed:
    root = page_root(source)
    metadata = PageMetadata(root)
    draft = metadata.draft()
    _refuse_by_title(root, metadata)
    draft.title = draft.title or _shown_title(root, metadata)
    _add_sections(root, metadata, draft)
    mark = retraction_mark(draft.title)
    notes = (StatusNote("retracted", text=mark),) if mark else ()
    status = StatusReport("web page", notes) if notes else None
    return Parsed(draft.to_document(source), status)


def _add_sections(root: Element, metadata: PageMetadata, draft: PaperDraft) -> None:
    forwards = _forwards(root)
    body = strip_frame(root)
    main = marked_main(body)
    if main is None and text_length(body) >= LEAST_TEXT:
        main = found_main(body)
    if main is None and len(metadata.abstract or "") < LEAST_TEXT:
        raise _no_text(root, body, forwards=forwards)
    page = PageText(filter(None, (draft.title, *metadata.page_titles)))
    if main is not None:
        abstract = abstract_beside(body, main)
        if abstract is not None:
            page.add(abstract, under=ABSTRACT)
        page.add(main)
    has_headings = any(section.name != LEAD for section in page.sections)
    for section in page.sections:
        if section.name == LEAD and metadata.is_article and has_headings:
            section.text = "\n".join(filter(_is_prose, section.text.split("\n")))
        _add(draft, section)
    if not any(section.kind == "body" for section in draft.sections):
        draft.add_abstract(metadata.abstract)
    if sum(len(one.text) for one in draft.sections if one.kind == "body") < LEAST_TEXT:
        raise _no_text(root, body, forwards=forwards)
    draft.keywords = draft.keywords or page.keywords


def _add(draft: PaperDraft, section: DraftSection) -> None:
    name, _, label = section.name.partition(" – ")
    if name.lower() == ABSTRACT.lower() and section.kind == "body":
        draft.add_abstract(section.text, label)
    else:
        draft.sections.append(section)


def _is_prose(line: str) -> bool:
    """True for a paragraph; False for what stands over an article: people, dates, its citation."""
    return len(line) >= 100 and line[-1] in '.?!:)”"' and not _OVER_ARTICLE.search(line)


def _shown_title(root: Element, metadata: PageMetadata) -> str | None:
    """The only heading of the first rank, else the title of the page."""
    headings = [text for one in root.iter("h1") if (text := text_of(one))]
    return headings[0] if len(headings) == 1 else next(iter(metadata.page_titles), None)


def _forwards(root: Element) -> bool:
    return any((one.get("http-equiv") or "").lower() == "refresh" for one in root.iter("meta"))


def _refuse_by_title(root: Element, metadata: PageMetadata) -> None:
    """Raise DocumentError for the page of an error, a guard or a login."""
    if metadata.is_article:
        return
    headings = [text_of(one) for one in root.iter("h1")][:1]
    for title in (*metadata.page_titles, *headings):
        if _ERROR_TITLE.fullmatch(title):
            raise DocumentError("it is the page of an error, not of a paper.", _SAVE_AGAIN)
        if _GUARD_TITLE.fullmatch(title):
            raise DocumentError("it is a page that checks for robots, not a paper.", _SAVE_AGAIN)
        if _LOGIN_TITLE.fullmatch(title):
            raise DocumentError("it is a login page, not a paper.", _SAVE_AGAIN)


def _no_text(root: Element, body: Element, *, forwards: bool) -> DocumentError:
    """Why the page has no text of its own."""
    if forwards:
        return DocumentError("it only forwards to another page.", _SAVE_AGAIN)
    shown = " ".join(" ".join(map(str, root.itertext())).split())[:5000]
    if _NEEDS_SCRIPT.search(shown):
        return DocumentError("it shows its text by script only.", _SAVE_AGAIN)
    if _SAYS_NOT_FOUND.search(shown[:600]):
        return DocumentError("it is the page of an error, not of a paper.", _SAVE_AGAIN)
    if _NEEDS_LOGIN.search(shown):
        return DocumentError("it shows its text after a login only.", _SAVE_AGAIN)
    return DocumentError(
        f"it holds no text of its own (of {text_length(body)} characters that it shows, none is told"
        f" to be a text of at least {LEAST_TEXT}).",
        _SAVE_AGAIN,
    )


HTML_PAGE = Format("web page (HTML)", _matches, _parse)
