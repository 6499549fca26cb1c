"""Titles and abstracts as references carry them, with or without HTML or JATS tags: plain text out.

Only tags of HTML, JATS and MathML count as tags, so `p<0.05 and n>3` stays as it is.
"""

import html
import re
from dataclasses import dataclass, field

from index.parsers.paper_draft import PaperDraft
from index.parsers.references.formulas import without_formula_tags
from index.parsers.xml_reading import shifted

_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    *("p", "sec", "section", "div", "br", "li", "list", "list-item", "ul", "ol", "table", "tr"),
    *("abstract", "disp-formula"),
}
_INLINE = frozenset(
    {
        *("i", "b", "em", "strong", "italic", "bold", "sup", "sub", "inf", "u", "underline", "sc"),
        *("span", "a", "font", "small", "monospace", "tt", "td", "th", "s", "strike", "roman"),
        *("ext-link", "xref", "email", "uri", "inline-formula", "inline-graphic", "alternatives"),
        *("tex-math", "label", "fn", "named-content", "styled-content", "overline", "cite"),
    }
)
_NAMES = "|".join(sorted(_BLOCKS | _INLINE, key=len, reverse=True))
_TAG = re.compile(
    rf"<(?P<end>/?)(?:(?:jats|html|xhtml|ns\d):)?(?P<name>{_NAMES})"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))*\s*(?P<empty>/?)>",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"&lt;(/?(?:jats:)?(?:i|b|em|strong|italic|bold|sup|sub|p|title|sec|u|br)\s*/?)&gt;",
    re.IGNORECASE,
)
_ESCAPED_ENTITY = re.compile(r"&amp;(#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"[\n\r\x0b\x0c\u2028\u2029]")
_LEADING_WORD = re.compile(
    r"(?:Abstract|ABSTRACT)(?:\s*[:.\u2013\u2014]\s*|\s*\n\s*|\s+(?=[A-Z0-9\"“(]))"
)
_RIGHTS = re.compile(
    r"(?:^|(?<=[.!?)\]])\s+|\n\s*)"
    r"((?:crown\s+)?(?:copyright\b\s*(?:©|\(c\))?|©|\(c\))[^\n]{0,60}?\b(?:19|20)\d\d\b[^\n]{0,400})$",
    re.IGNORECASE,
)
_MOST_RIGHTS = 500
_LONGEST_WITH_FORMULAS = 200_000
_DEEPEST = 20


@dataclass(slots=True)
class _Reading:
    """Parts of a text found so far, (heading, pieces), and the tags that are open within them."""

    parts: list[tuple[str | None, list[str]]] = field(default_factory=lambda: [(None, [])])
    open: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def pieces(self) -> list[str]:
        return self.open[-1][1] if self.open else self.parts[-1][1]

    def start(self, name: str) -> None:
        if len(self.open) < _DEEPEST:
            self.open.append((name, []))

    def end(self, name: str) -> None:
        """Close the tag, and those opened within it; nothing where it is not open."""
        if all(name != opened for opened, _ in self.open):
            return
        opened = ""
        while opened != name:
            opened, pieces = self.open.pop()
            text = _line("".join(pieces))
            if opened == "heading":
                heading = text.rstrip(" .:")
                self.parts.append((None if heading.lower() in ("", "abstract") else heading, []))
            else:
                before = next((piece[-1] for piece in reversed(self.pieces) if piece), "")
                self.pieces.append(shifted(opened, text, before))


def tidy(text: str) -> str:
    """The text on one line, without unprintable characters."""
    return _line(_UNPRINTABLE.sub("", text))


def plain(text: str) -> str:
    """The text on one line, tags and entities resolved: `10<sup>6</sup>` gives `10^6`."""
    return _line(" ".join(part for _, part in _parts(text, has_headings=False)))


def paragraphs(text: str) -> list[tuple[str | None, str]]:
    """(heading, text) of each part; what the text marks as headings by tags parts it."""
    return _parts(text, has_headings=True)


def add_abstract(draft: PaperDraft, text: str | None) -> None:
    """Add the abstract to the draft, part by part; its copyright line goes to `copyright`."""
    parts = paragraphs(text or "")
    if not parts:
        return
    if parts[0][0] is None:
        parts[0] = (None, without_leading_word(parts[0][1]))
    heading, last = parts[-1]
    body, rights = split_copyright(last)
    parts[-1] = (heading, body)
    draft.copyright = draft.copyright or rights
    for heading, body in parts:
        draft.add_abstract(body, heading)


def without_leading_word(text: str) -> str:
    """The abstract without the word `Abstract` at its beginning."""
    if text.strip(" .:").lower() == "abstract":
        return ""
    match = _LEADING_WORD.match(text)
    return text[match.end() :] if match else text


def split_copyright(text: str) -> tuple[str, str | None]:
    """The abstract, and the copyright line that stands at its end."""
    start = max(0, len(text) - _MOST_RIGHTS)
    match = _RIGHTS.search(text[start:])
    if match is None or (start and match.start() == match.start(1) == 0):
        return text, None
    return text[: start + match.start()].rstrip(), _line(match.group(1))


def unwrapped(text: str) -> str:
    """Lines that were broken to fit are joined; a line that ends a sentence ends a paragraph."""
    found, paragraph = list[str](), list[str]()
    for line in map(_line, text.split("\n")):
        if paragraph and (not line or paragraph[-1][-1] in '.!?:;)”"'):
            found.append(" ".join(paragraph))
            paragraph.clear()
        if line:
            paragraph.append(line)
    return "\n".join([*found, " ".join(paragraph)]).strip()


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _lines(text: str) -> str:
    return "\n".join(line for line in map(_line, _LINE_ENDS.split(text)) if line)


def _parts(text: str, *, has_headings: bool) -> list[tuple[str | None, str]]:
    text = _UNPRINTABLE.sub("", text)
    if "<" not in text and "&" not in text:
        return [(None, lines)] if (lines := _lines(text)) else []
    text = _ESCAPED_ENTITY.sub(r"&\1;", _ESCAPED_TAG.sub(r"<\1>", text))
    if len(text) <= _LONGEST_WITH_FORMULAS:
        text = without_formula_tags(_without_comments(text))
    reading = _read(text, has_headings=has_headings)
    found = ((heading, _lines("".join(pieces))) for heading, pieces in reading.parts)
    return [(heading, lines) for heading, lines in found if lines]


def _without_comments(text: str) -> str:
    end = text.rfind("-->") + len("-->")
    return _COMMENT.sub("", text[:end]) + text[end:] if "<!--" in text else text


def _read(text: str, *, has_headings: bool) -> _Reading:
    tags = list(_TAG.finditer(text))
    has_blocks = any(tag["name"].lower() in _BLOCKS for tag in tags)
    reading, position = _Reading(), 0
    for tag in tags:
        reading.pieces.append(_characters(text[position : tag.start()], is_marked_up=has_blocks))
        position = tag.end()
        name = "sub" if tag["name"].lower() == "inf" else tag["name"].lower()
        if tag["empty"] and name not in _BLOCKS - _HEADINGS:
            continue
        if has_headings and name in _HEADINGS:
            reading.end("heading")
            if not tag["end"]:
                reading.start("heading")
        elif name in ("sup", "sub"):
            (reading.end if tag["end"] else reading.start)(name)
        elif name in _BLOCKS:
            reading.pieces.append("\n")
    reading.pieces.append(_characters(text[position:], is_marked_up=has_blocks))
    while reading.open:
        reading.end(reading.open[-1][0])
    return reading


def _characters(text: str, *, is_marked_up: bool) -> str:
    """Text between tags; where blocks are marked up, its own line ends mean nothing."""
    if is_marked_up:
        text = _SPACES.sub(" ", text)
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text
