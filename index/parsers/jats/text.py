"""The text of a stretch of a JATS article: mixed content in, one line for each paragraph out.

Lists keep one item a line, formulas are written once, numbers that point to the reference list are
taken out. Figures, tables and boxes are set aside for sections of their own, footnotes for theirs.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.parsers.in_text_citations import (
    note_pointer,
    pointer,
    raised_pointer,
    without_pointers,
)
from index.parsers.mathml import mathml_text, tex_text
from index.parsers.table_text import table_lines
from index.parsers.xml_reading import Element, character_of, name_of, shifted, text_of

FLOATS = frozenset(
    {
        "fig",
        "fig-group",
        "table-wrap",
        "table-wrap-group",
        "boxed-text",
        "media",
        "chem-struct-wrap",
    }
)
_SILENT = frozenset(
    {
        *("graphic", "inline-media", "object-id", "alt-text", "long-desc"),
        *("index-term", "index-term-range-end", "permissions", "supplementary-material"),
        *("private-char", "glyph-data", "sec-meta", "processing-meta", "milestone-start"),
        *("milestone-end", "target-start", "colgroup", "col", "contrib-group", "kwd-group"),
    }
)
"""What shows nothing, or is no text of the paper."""
_PARAGRAPHS = frozenset(
    {
        *("p", "title", "subtitle", "verse-line", "attrib", "speech", "preformat", "code"),
        *("statement", "disp-quote", "verse-group", "question", "answer", "explanation"),
        *("caption", "disp-formula-group"),
    }
)
_FORMULAS = frozenset({"disp-formula", "inline-formula", "alternatives", "math", "tex-math"})
_OTHER_FORMS = ("tex-math", "textual-form")
_BESIDE = ("label", "graphic", "inline-graphic")
_IMAGE, _IMAGE_OF_FORMULA = "[image]", "[formula]"
"""Said where a line has a picture in place of words, lest it be read as if nothing stood there."""
_LEFT_BETWEEN_POINTERS = (",", ";", "–", "-")
_POINTS_TO_NOTE = frozenset({"fn", "table-fn"})


@dataclass(slots=True)
class Aside:
    """What stands in a stretch but is not of its lines, in order."""

    floats: list[Element] = field(default_factory=list)
    notes: list[Element] = field(default_factory=list)


class Lines:
    """Lines under construction, after those of `first`; feed it elements, then ask for `lines`."""

    def __init__(self, aside: Aside, first: Iterable[str] = ()) -> None:
        self._aside = aside
        self._parts: list[str] = []
        self._lines: list[tuple[bool, str]] = [(False, line) for line in first]
        """Whether the line is a list item, and the line."""

    @property
    def lines(self) -> list[str]:
        """The lines so far; what was fed since the last line end is one more."""
        self._end_line()
        return [line for _, line in self._lines]

    def add_text(self, text: str | None) -> None:
        """Append running text."""
        if text:
            self._parts.append(text)

    def add_content(self, element: Element, *, skip: Collection[str] = ()) -> None:
        """Append what stands in the element, without the children of those names."""
        self.add_text(element.text)
        for child in element:
            if name_of(child) not in skip:
                self.add(child)
            self.add_text(child.tail)

    def add(self, child: Element) -> None:
        """Append the element, without its tail."""
        name = name_of(child)
        if child.tag is etree.Entity:
            self.add_text(character_of(child))
        elif not name or name in _SILENT:
            return
        elif name in FLOATS:
            self._aside.floats.append(child)
        elif name == "fn":
            self._aside.notes.append(child)
        elif name in ("sup", "sub"):
            self._add_shifted(name, child)
        elif name == "xref":
            self._add_pointer(child)
        elif name in _FORMULAS:
            self._add_formula(name, child)
        elif name in ("list", "def-list"):
            self._end_line()
            self._add_list(child)
        elif name in ("table", "array"):
            self._end_line()
            self._lines += [(False, line) for line in table_lines(child, self._cell)]
        elif name == "inline-graphic":
            self.add_text(text_of(child.find("{*}alt-text")) or _IMAGE)
        elif name == "speaker":
            self.add_content(child)
            self.add_text(": ")
        elif name in ("break", "hr"):
            self.add_text(" ")
        elif name in _PARAGRAPHS:
            self._end_line()
            self.add_content(child)
            self._end_line()
        else:
            self.add_content(child)

    def _end_line(self) -> None:
        line = " ".join(without_pointers("".join(self._parts)).split())
        self._parts.clear()
        if line:
            self._lines.append((False, line))

    def _inner(self, element: Element) -> str:
        """What stands in the element, on one line, its pointers still marked."""
        inner = Lines(self._aside)
        inner.add_content(element)
        return " ".join([*(line for _, line in inner._lines), "".join(inner._parts)]).strip()

    def _cell(self, cell: Element) -> str:
        inner = Lines(self._aside)
        inner.add_content(cell)
        return " ".join(inner.lines)

    def _add_shifted(self, name: str, child: Element) -> None:
        text = self._inner(child)
        mark = raised_pointer(text) if name == "sup" else None
        if mark is None:
            plain = " ".join(without_pointers(text).split())
            before = next((part[-1] for part in reversed(self._parts) if part), "")
            mark = "" if plain in _LEFT_BETWEEN_POINTERS else shifted(name, plain, before)
            if mark == f"^{plain}" and _runs_on(before, plain, child):
                mark = f"^({plain})"
        self.add_text(mark)

    def _add_pointer(self, child: Element) -> None:
        kind, text = child.get("ref-type"), self._inner(child)
        if kind == "bibr" or not text:
            self.add_text(pointer(text))
        elif kind in _POINTS_TO_NOTE:
            self._add_note_mark(text, child)
        else:
            self.add_text(text)

    def _add_note_mark(self, text: str, child: Element) -> None:
        """The mark of a footnote, raised where it would run together with what it stands on."""
        parent, mark = child.getparent(), note_pointer(text)
        before = next((part[-1] for part in reversed(self._parts) if part), " ")
        is_raised = text.startswith("^") or (parent is not None and name_of(parent) == "sup")
        if mark == text and not is_raised and before.isalnum():
            mark = shifted("sup", text, before)
        self.add_text(mark)

    def _add_formula(self, name: str, child: Element) -> None:
        """A formula once, whatever forms it is given in; its number only beside it."""
        if name == "math":
            self.add_text(mathml_text(child))
        elif name == "tex-math":
            self.add_text(tex_text(text_of(child)))
        else:
            if name == "disp-formula":
                self._end_line()
            has_mathml = next(child.iter("{*}math"), None) is not None
            written = len(self._parts)
            self.add_content(child, skip=(*_BESIDE, *(_OTHER_FORMS if has_mathml else ())))
            is_image = not "".join(self._parts[written:]).strip()
            if name != "alternatives" and is_image and _has_image(child):
                self.add_text(_IMAGE_OF_FORMULA)
            label = text_of(child.find("{*}label"))
            if label and "".join(self._parts[written:]).strip():
                self.add_text(f" {label}")
            if name == "disp-formula":
                self._end_line()

    def _add_list(self, element: Element) -> None:
        for child in element:
            name = name_of(child)
            if name == "list-item":
                self._lines += _as_item(self._item_lines(child))
            elif name == "def-item":
                terms = " / ".join(self._cell(one) for one in child.iterfind("{*}term"))
                meanings = " ".join(self._cell(one) for one in child.iterfind("{*}def"))
                self._lines.append((True, f"- {terms}: {meanings}".strip(" :")))
            elif name in ("list", "def-list"):
                self._add_list(child)
            elif name:
                self.add(child)
                self._end_line()

    def _item_lines(self, item: Element) -> list[tuple[bool, str]]:
        inner = Lines(self._aside)
        inner.add_text(f"{text_of(item.find('{*}label'))} ")
        for child in item:
            if name_of(child) == "p":
                inner.add_content(child)
                inner.add_text(" ")
            elif name_of(child) != "label":
                inner.add(child)
        inner._end_line()
        return inner._lines


def one_line(element: Element | None, *, skip: Collection[str] = ()) -> str:
    """All text of the element on one line, without pointers and footnotes; "" for None."""
    if element is None:
        return ""
    lines = Lines(Aside())
    lines.add_content(element, skip=skip)
    return " ".join(lines.lines)


def _has_image(formula: Element) -> bool:
    return next(formula.iter("{*}graphic", "{*}inline-graphic"), None) is not None


def _runs_on(before: str, raised: str, child: Element) -> bool:
    """True where a word goes on behind raised letters, as in CD24^(hi)CD38."""
    if not (before.isalnum() and raised[-1].isalnum()):
        return False
    following = child.getnext()
    if child.tail:
        return child.tail[0].isalnum()
    return following is not None and name_of(following) == "sub"


def _as_item(lines: list[tuple[bool, str]]) -> Iterator[tuple[bool, str]]:
    """The item's own text on one line, then the items of lists in it."""
    own = " ".join(line for is_item, line in lines if not is_item)
    if own:
        yield True, f"- {own}"
    yield from (line for line in lines if line[0])
