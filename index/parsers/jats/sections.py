"""What a JATS article says, section by section: its body and back matter in, drafts out.

A section is named by its path of titles (`Methods – Participants`). A table, a figure or a box is a
section of its own, after the text that it stands in. Left out are the reference list and the
captions of supplementary files.
"""

from collections.abc import Iterable

from index.models import SectionKind
from index.parsers.back_matter import CONFLICTS, heading_kind, says_conflicts
from index.parsers.jats.text import Aside, Lines, one_line
from index.parsers.paper_draft import DraftSection
from index.parsers.xml_reading import Element, name_of

_BODY = "Text"
_FOOTNOTES = "Footnotes"
_HEADING = frozenset({"title", "label", "sec-meta"})
_LEFT_OUT = frozenset({"ref-list", "supplementary-material"})
_SECTIONS = frozenset({"sec", "ack", "notes", "app", "app-group", "glossary", "bio", "fn-group"})
_ABOUT = frozenset({"ack", "notes", "bio", "fn-group"})
_NAMES = {"ack": "Acknowledgements", "glossary": "Abbreviations", "bio": "About the authors"}
_FLOAT_NAMES = {
    "fig": "Figure",
    "fig-group": "Figures",
    "table-wrap": "Table",
    "table-wrap-group": "Tables",
    "boxed-text": "Box",
    "media": "Media",
    "chem-struct-wrap": "Structure",
}
_CONFLICT_TYPES = frozenset(
    {"conflict", "coi-statement", "conflict-of-interest", "competing-interest"}
    | {"competing-interests"}
)


class SectionWriter:
    """Drafts under construction; `close` it at the end."""

    def __init__(self) -> None:
        self.drafts: list[DraftSection] = []
        self._notes: list[Element] = []

    def add_stretch(
        self, element: Element, name: str | None = None, kind: SectionKind = "body"
    ) -> None:
        """A body, back matter, or what is called `name`, whose own title is then passed over."""
        self._add_content(element, (name,) if name else (), kind)

    def add_lines(self, name: str, lines: Iterable[str], kind: SectionKind) -> None:
        """A section of these lines, where there are any."""
        if text := "\n".join(line for line in lines if line):
            self.drafts.append(DraftSection(name, text, kind))

    def add_notes(self, notes: Iterable[Element], name: str) -> None:
        """Footnotes; those on conflicts of interest are a section of their own."""
        conflicts: list[str] = []
        others: list[str] = []
        for note in notes:
            line = _note_line(note)
            is_conflict = _declares_conflicts(note) or says_conflicts(line)
            (conflicts if is_conflict else others).append(line)
        self.add_lines(CONFLICTS, conflicts, "body")
        self.add_lines(name, others, "about")

    def close(self) -> None:
        """Append the footnotes that were met on the way."""
        notes, self._notes = self._notes, []
        self.add_notes(notes, _FOOTNOTES)

    def _add_section(self, part: Element, path: tuple[str, ...], kind: SectionKind) -> None:
        """A section; one at the top whose heading says so is no text of the paper's own."""
        name = name_of(part)
        title, label = one_line(part.find("{*}title")), one_line(part.find("{*}label"))
        names = [label, title] if name == "app" else [title or label]
        own = tuple(one for one in names if one) or ((_NAMES[name],) if name in _NAMES else ())
        kind = "about" if name in _ABOUT else kind
        found = heading_kind(own[-1]) if own and (not path or kind == "about") else None
        if found == "conflicts" or _declares_conflicts(part):
            self._add_content(part, (CONFLICTS,), "body")
        elif found == "references":
            self._add_content(part, own, "listing")
        else:
            self._add_content(part, path + own, "about" if found == "about" else kind)

    def _add_content(
        self,
        part: Element,
        path: tuple[str, ...],
        kind: SectionKind,
        *,
        first: Iterable[str] = (),
        skip: frozenset[str] = _HEADING,
    ) -> None:
        """The lines of `part` under one name, after those of `first`; its sections under theirs."""
        aside = Aside()
        lines = Lines(aside, first)
        lines.add_text(part.text)
        for child in part:
            name = name_of(child)
            if name in _SECTIONS:
                self._write(path, lines, aside, kind)
                aside = Aside()
                lines = Lines(aside)
                self._add_section(child, path, kind)
            elif name not in _LEFT_OUT and name not in skip:
                lines.add(child)
            lines.add_text(child.tail)
        self._write(path, lines, aside, kind)

    def _write(self, path: tuple[str, ...], lines: Lines, aside: Aside, kind: SectionKind) -> None:
        text = lines.lines
        if path == (CONFLICTS,):
            text += [_note_line(note) for note in aside.notes]
        else:
            self._notes += aside.notes
        self.add_lines(" – ".join(path) or _BODY, text, kind)
        for one in aside.floats:
            self._add_float(one, kind)

    def _add_float(self, part: Element, kind: SectionKind) -> None:
        """A figure, table or box: label, title and caption in front, its notes at the end."""
        aside = Aside()
        head = _head(part, aside)
        label = one_line(part.find("{*}label")).rstrip(".: ")
        name = label or _FLOAT_NAMES[name_of(part)]
        if name_of(part) == "boxed-text":
            is_frame = not head and part.find("{*}sec") is not None
            path = () if is_frame else (label or one_line(part.find("{*}title")) or name,)
            self._add_content(part, path, kind, first=head, skip=_HEADING | {"caption"})
        else:
            lines = Lines(aside, head)
            for child in part:
                if name_of(child) not in ("label", "caption", "title"):
                    lines.add(child)
            notes = [_note_line(note) for note in aside.notes]
            self.add_lines(name, [*lines.lines, *notes], kind)
            aside.notes.clear()
        self._notes += aside.notes
        for one in aside.floats:
            self._add_float(one, kind)


def _head(part: Element, aside: Aside) -> list[str]:
    """`Table 1. Title`, then the paragraphs of the caption."""
    label = one_line(part.find("{*}label"))
    if label and label[-1].isalnum():
        label += "."
    title = one_line(part.find("{*}title")) or one_line(part.find("{*}caption/{*}title"))
    captions = Lines(aside)
    for caption in part.iterfind("{*}caption"):
        captions.add_content(caption, skip=("title",))
    rest = captions.lines
    first = title or (rest.pop(0) if rest else "")
    return [line for line in (f"{label} {first}".strip(), *rest) if line]


def _note_line(note: Element) -> str:
    """A footnote on one line, behind its mark."""
    aside = Aside()
    lines = Lines(aside)
    lines.add_content(note, skip=("label",))
    label = one_line(note.find("{*}label")).strip("^()")
    inner = [_note_line(one) for one in aside.notes]
    return " ".join([label, *lines.lines, *inner]).strip()


def _declares_conflicts(part: Element) -> bool:
    """True where its attributes, or the group of notes that it stands in, say so."""
    types = {(part.get(name) or "").lower() for name in ("sec-type", "notes-type", "fn-type")}
    group = part.getparent()
    if group is not None and name_of(group) == "fn-group":
        types.add((group.get("content-type") or "").lower())
        if heading_kind(one_line(group.find("{*}title"))) == "conflicts":
            return True
    return not types.isdisjoint(_CONFLICT_TYPES)
