"""The main text of a web page: an element in, sections with their headings out.

Headings make sections, named by their path; paragraphs stand on lines of their own, lists keep one
item a line, tables one row a line. A list of references is a listing; what is said of money and
thanks is said of the paper; navigation, buttons and lists of other articles are no text.
"""

import re
from collections.abc import Iterable

from index.models import SectionKind
from index.parsers.back_matter import CONFLICTS, REFERENCES, heading_kind
from index.parsers.in_text_citations import pointer, raised_pointer, without_pointers
from index.parsers.mathml import mathml_text
from index.parsers.paper_draft import DraftSection
from index.parsers.table_text import table_lines
from index.parsers.web.furniture import (
    is_furniture_heading,
    is_furniture_line,
    may_point_to_reference,
)
from index.parsers.xml_reading import Element, name_of, shifted

LEAD = "Text"
"""The name of what stands under no heading."""
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font"}
    | {"i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "rt", "ruby", "s", "samp", "small"}
    | {"span", "strike", "strong", "time", "tt", "u", "var", "wbr", "hi", "output"}
)
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "iframe", "svg", "img", "picture", "video", "audio"}
    | {"canvas", "object", "embed", "form", "button", "input", "select", "textarea", "del", "rp"}
    | {"head", "link", "meta", "title", "map", "dialog", "colgroup", "col"}
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BREAK = "\x04"
_PARAGRAPH_BREAK = re.compile(rf"{_BREAK}(?:\s*{_BREAK})+")
_BLOCKS = frozenset({"p", "div", "table", "ul", "ol", "section", "article", *_HEADINGS})
_REFERENCE_NAMES = frozenset(
    {"references", "reference-list", "ref-list", "reflist", "bibliography", "ref-list-sec"}
)
_SCOPES = frozenset({"fig", "figure", "table", "table-wrap", "tw", "box", "boxed-text"})
_KEYWORDS = re.compile(r"key ?words?\s*[:：]\s*(.+)", re.IGNORECASE)
_ANCHORS = ("¶", "#", "§", "🔗", "↑", "^")
_NUMBER_IN_BRACKETS = re.compile(r"\[\d{1,3}\]")


class PageText:
    """Sections under construction; feed it the main element, then ask for `sections`."""

    def __init__(self, titles: Iterable[str]) -> None:
        """`titles` are those of the page: a heading that repeats one names no section."""
        self._titles = {_key(title) for title in titles}
        self._path: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._in_references = 0
        self.sections: list[DraftSection] = []
        self.keywords: list[str] = []

    def add(self, main: Element, *, under: str | None = None) -> None:
        """Append all that stands in the element, under the heading where it has none of its own."""
        if under and next(main.iter(*_HEADINGS), None) is None:
            self._path = [(1, under)]
        self._walk(main)
        self._close()
        self._path.clear()

    def _walk(self, element: Element) -> None:
        self._text(element.text)
        for child in element:
            self._add(child)
            self._text(child.tail)

    def _add(self, child: Element) -> None:
        name = name_of(child).lower()
        if not name or name in _SILENT:
            return
        if name == "br":
            self._text(_BREAK)
        elif name in ("sup", "sub"):
            self._add_shifted(name, child)
        elif name == "math":
            self._text(f" {mathml_text(child)} ")
        elif name == "a":
            text = _inner(child)
            if text.strip() not in _ANCHORS:
                self._text(
                    pointer(text) if text.strip() and may_point_to_reference(child) else text
                )
        elif name in _INLINE and not _has_block(child):
            self._walk(child)
        else:
            self._end_line()
            self._add_block(name, child)
            self._end_line()

    def _add_block(self, name: str, child: Element) -> None:
        if name in _HEADINGS:
            self._open(_HEADINGS[name], _line(_inner(child)))
        elif name == "table" and _is_data(child):
            caption = child.find("caption")
            if caption is not None:
                self._lines += _lines_of(caption)
            self._lines += table_lines(child, lambda cell: " ".join(_lines_of(cell)))
        elif name == "dl":
            self._add_definitions(child)
        elif name == "li" and not self._in_references:
            self._add_item(child)
        elif _is_reference_list(child) and not self._in_references:
            self._add_references(child)
        elif _is_scope(child):
            self._add_scope(child)
        else:
            self._walk(child)

    def _add_item(self, item: Element) -> None:
        inner = PageText(())
        inner._walk(item)
        inner._end_line()
        own = [line for line in inner._lines if not line.startswith("- ")]
        if own:
            self._lines.append(f"- {' '.join(own)}")
        self._lines += [line for line in inner._lines if line.startswith("- ")]

    def _add_definitions(self, element: Element) -> None:
        term = ""
        for one in element.iter("dt", "dd"):
            text = " ".join(_lines_of(one))
            if name_of(one) == "dt":
                term = f"{term} / {text}" if term else text
            elif text:
                self._lines.append(f"- {term}: {text}" if term else f"- {text}")
                term = ""

    def _add_references(self, element: Element) -> None:
        """A list of references without a heading of its own, or with it inside."""
        outer = list(self._path)
        self._close()
        self._in_references += 1
        self._walk(element)
        self._close()
        self._in_references -= 1
        self._path = outer

    def _add_scope(self, element: Element) -> None:
        """A part of the page whose headings do not reach beyond its end."""
        outer = list(self._path)
        self._walk(element)
        if self._path != outer:
            self._close()
            self._path = outer

    def _add_shifted(self, name: str, child: Element) -> None:
        text = _inner(child)
        if _NUMBER_IN_BRACKETS.fullmatch(text.strip()):
            text = pointer(text)
        mark = raised_pointer(text) if name == "sup" else None
        if mark is None:
            before = next((part[-1] for part in reversed(self._parts) if part), "")
            mark = shifted(name, _line(text), before)
        self._text(mark)

    def _text(self, text: str | None) -> None:
        if text:
            self._parts.append(text)

    def _end_line(self) -> None:
        for part in _PARAGRAPH_BREAK.split("".join(self._parts)):
            if line := _line(part):
                self._lines.append(line)
        self._parts.clear()

    def _open(self, level: int, heading: str) -> None:
        """Begin a section; a heading that repeats the title of the page begins none."""
        self._close()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        if heading and _key(heading) not in self._titles:
            self._path.append((level, heading.rstrip(".: ") or heading))

    def _close(self) -> None:
        """End the section, and keep it where it is text of the page."""
        self._end_line()
        lines, self._lines = self._lines, []
        headings = [heading for _, heading in self._path]
        if any(is_furniture_heading(heading) for heading in headings):
            return
        name, kind = _named(headings, in_references=self._in_references > 0)
        if kind != "listing":
            lines = [line for line in lines if not self._is_no_text(line)]
        if lines:
            self.sections.append(DraftSection(name, "\n".join(lines), kind))

    def _is_no_text(self, line: str) -> bool:
        """True for a label of a button; and for keywords, which are noted."""
        if is_furniture_line(line):
            return True
        match = _KEYWORDS.fullmatch(line)
        if match and len(line) < 600:
            text = match.group(1).rstrip(".")
            self.keywords += [one.strip() for one in re.split(";" if ";" in text else ",", text)]
            return True
        return False


def _named(headings: list[str], *, in_references: bool) -> tuple[str, SectionKind]:
    """The name of the section under these headings, and what kind it is."""
    kinds = [heading_kind(heading) for heading in headings]
    if in_references or "references" in kinds:
        return REFERENCES, "listing"
    if "conflicts" in kinds and all(kinds[: kinds.index("conflicts")]):
        return CONFLICTS, "body"
    return " – ".join(headings) or LEAD, "about" if kinds[:1] == ["about"] else "body"


def _lines_of(element: Element) -> list[str]:
    inner = PageText(())
    inner._walk(element)
    inner._end_line()
    return inner._lines


def _inner(element: Element) -> str:
    """What stands in the element on one line, its pointers still marked."""
    inner = PageText(())
    inner._walk(element)
    return " ".join([*inner._lines, "".join(inner._parts).replace(_BREAK, " ")])


def _line(text: str) -> str:
    return " ".join(without_pointers(text.replace(_BREAK, " ")).split())


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _has_block(element: Element) -> bool:
    return next((True for one in element.iter(*_BLOCKS)), False)


def _is_data(table: Element) -> bool:
    """True for a table of values; False for one that only arranges the page."""
    if table.get("role") == "presentation":
        return False
    inside = table.iterdescendants("table", *_HEADINGS)
    return next(inside, None) is None and len(list(table.iter("td", "th"))) > 1


def _is_scope(element: Element) -> bool:
    called = (element.get("class") or "").lower().split()
    return name_of(element) in ("section", "figure") or not _SCOPES.isdisjoint(called)


def _is_reference_list(element: Element) -> bool:
    if element.get("role") == "doc-bibliography":
        return True
    names = f"{element.get('id') or ''} {element.get('class') or ''}".lower().split()
    return not _REFERENCE_NAMES.isdisjoint(names)
