"""Notes on files, as people read them: the quarantine, and one line for what has one reason."""

import re
from collections.abc import Iterable

from index.folder import FileNote
from index.library import Library
from index.library_rows import FileState, Quarantined
from index.library_sources import CONFLICT
from index.library_tables import WHOLE_FILE

_STAYS = " Its last good state stays in the library."
_RECORD = re.compile(r"record (\d+)(?: \(.*?\))?: ")
"""How a reason begins that is of one record: `record 12 (PMID 123): `."""
_RANGES_SHOWN = 10


def quarantine_notes(library: Library) -> list[FileNote]:
    """Files and records in quarantine, sorted, each with its reason and what stays of it."""
    held = library.sources.files()
    return [
        FileNote(row.path, f"{row.reason}{_STAYS if _is_held(row, held) else ''}")
        for row in library.sources.quarantined().values()
    ]


def summarise(notes: Iterable[FileNote]) -> list[FileNote]:
    """The notes in order; equal ones of a file are one, where the first stands.

    `record 2: x` and `record 3 (PMID 7): x` are `records 2–3: x`; two times `y` is `y (2 times)`.
    """
    groups: dict[tuple[str, str, bool], list[tuple[int, FileNote]]] = {}
    for note in notes:
        found = _RECORD.match(note.reason)
        said = note.reason[found.end() :] if found else note.reason
        number = int(found.group(1)) if found else 0
        groups.setdefault((note.path, said, found is not None), []).append((number, note))
    lines: list[FileNote] = []
    for (path, said, is_numbered), group in groups.items():
        if len(group) == 1:
            lines.append(group[0][1])
        elif is_numbered:
            numbers = sorted({number for number, _ in group})
            lines.append(FileNote(path, f"records {_ranges(numbers)}: {said}"))
        else:
            lines.append(FileNote(path, f"{said} ({len(group):,} times)"))
    return lines


def _ranges(numbers: list[int]) -> str:
    """Ascending numbers in words: `2–12, 14`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs[:_RANGES_SHOWN]
    )
    more = sum(map(len, runs[_RANGES_SHOWN:]))
    return f"{shown} and {more:,} more" if more else shown


def _is_held(row: Quarantined, held: dict[str, FileState]) -> bool:
    """Whether something that the file gave before is in the library still."""
    is_file = row.position == WHOLE_FILE and row.state.reader != CONFLICT
    return is_file and row.path in held
