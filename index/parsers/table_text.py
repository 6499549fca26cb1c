"""Tables as lines: a table of HTML or CALS in, one line of `cell | cell` for each row out.

A cell that spans rows is said again in each of them, so that no row slips to the left; one that
spans columns is followed by empty cells.
"""

from collections.abc import Callable, Iterator

from index.parsers.xml_reading import Element, name_of

_PARTS = frozenset({"thead", "tbody", "tfoot", "tgroup"})
_MOST_COLUMNS = 100
_MOST_REPEATED = 200
"""Characters of a cell that are said again in each row that it spans."""


def table_lines(table: Element, cell_text: Callable[[Element], str]) -> list[str]:
    """Its rows from top to bottom; rows without text are left out."""
    lines: list[str] = []
    spanning: dict[int, tuple[int, str]] = {}
    for row in _rows(table):
        cells = _filled(row, cell_text, spanning)
        line = " | ".join(cells).rstrip(" |")
        if line:
            lines.append(line)
    return lines


def _rows(part: Element) -> Iterator[Element]:
    for child in part:
        name = name_of(child)
        if name in ("tr", "row"):
            yield child
        elif name in _PARTS:
            yield from _rows(child)


def _filled(
    row: Element, cell_text: Callable[[Element], str], spanning: dict[int, tuple[int, str]]
) -> list[str]:
    """The cells of the row, those that reach into it from above in their places."""
    cells: list[str] = []
    above = dict(spanning)
    spanning.clear()

    def take_from_above(column: int) -> None:
        left, text = above.pop(column)
        if left > 1:
            spanning[column] = (left - 1, text)
        if column >= len(cells):
            cells.extend([""] * (column - len(cells)))
            cells.append(text)

    for cell in row:
        if name_of(cell) not in ("td", "th", "entry"):
            continue
        while len(cells) in above:
            take_from_above(len(cells))
        text = cell_text(cell)
        rows = _count(cell, "rowspan", 1) + _count(cell, "morerows", 0)
        said_again = text if len(text) <= _MOST_REPEATED else ""
        columns = max(1, min(_count(cell, "colspan", 1), _MOST_COLUMNS - len(cells)))
        for one, again in ((text, said_again), *[("", "")] * (columns - 1)):
            if rows > 1:
                spanning[len(cells)] = (rows - 1, again)
            cells.append(one)
    for column in sorted(above):
        take_from_above(column)
    return cells


def _count(cell: Element, name: str, otherwise: int) -> int:
    value = (cell.get(name) or "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else otherwise
