"""Builds a document's canonical text piece by piece, so that every offset is known as it grows."""

from index.models import Section, SectionKind


class CanonicalText:
    """Text under construction; sections are parted by blank lines, headings stand outside them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.sections: list[Section] = []

    def add_section(
        self, name: str, text: str, *, kind: SectionKind, heading: str | None = None
    ) -> Section | None:
        """Append a section; returns it, or None (and appends nothing) where `text` is blank."""
        text = text.strip()
        if not text:
            return None
        if self._parts:
            self._append("\n\n")
        if heading:
            self._append(f"{heading}\n")
        start = self._length
        self._append(text)
        section = Section(name=name, kind=kind, start=start, end=self._length)
        self.sections.append(section)
        return section

    @property
    def text(self) -> str:
        """The canonical text so far."""
        return "".join(self._parts)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
