"""Fields of a record that is read line by line: tags and lines in, the values of each tag out."""

from collections.abc import Collection, Iterator

Fields = dict[str, list[str]]
"""Values by tag, `TY` for the kind; lines that go on are parted by line feeds."""


class TaggedFields:
    """The record that is being read."""

    def __init__(self) -> None:
        self._values: list[tuple[str, list[str]]] = []

    def begin(self, kind: str) -> None:
        """Begin a record of that kind; what was read before and not taken is dropped."""
        self._values = [("TY", [kind])]

    def add(self, tag: str, value: str) -> None:
        """Add a field."""
        self._values.append((tag, [value]))

    def go_on(self, line: str) -> None:
        """Add a line to the last field; nothing before the first."""
        if self._values:
            self._values[-1][1].append(line)

    def has_only(self, tag: str) -> bool:
        """True where the record has that field and no other."""
        return bool(self._values) and all(name == tag for name, _ in self._values)

    def taken(self, *, joined_by_blanks: Collection[str] = ()) -> Iterator[Fields]:
        """The fields, where there are any, which are then forgotten.

        Args:
            joined_by_blanks: tags whose lines are parts of one line.
        """
        if not self._values:
            return
        fields: Fields = {}
        for tag, lines in self._values:
            fields.setdefault(tag, []).append(
                (" " if tag in joined_by_blanks else "\n").join(lines)
            )
        self._values = []
        yield fields
