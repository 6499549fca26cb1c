"""`alsqa doctor --parse FOLDER`: what the parsers make of a folder, as a table or as JSON."""

import dataclasses
import json
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from index.cli import refuse_file
from index.errors import SettingsError
from index.folder import FileNote
from index.notes import summarise
from index.parse_check import FIELDS, ParseCheck, check_parsing
from index.progress import show_progress
from index.settings import IndexSettings, read_settings

_SHOWN = 20


def check_folder(folder: Path, *, as_json: bool) -> None:
    """Print the check; exit code 1 where a file could not be read for no foreseen reason.

    Raises:
        SettingsError: there is no such folder.
    """
    refuse_file(folder, "Give the folder it lies in.")
    if not folder.is_dir():
        raise SettingsError(f"The folder {folder} does not exist.", "Give one that does.")
    settings = read_settings(IndexSettings)
    with show_progress() as show:
        check = check_parsing(
            folder,
            max_bytes=settings.max_file_bytes,
            on_progress=lambda done, total: show("reading", done, total),
        )
    if as_json:
        content = dataclasses.asdict(check) | {"ok": check.ok}
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        _print(Console(), check, folder)
    raise typer.Exit(0 if check.ok else 1)


def _print(console: Console, check: ParseCheck, folder: Path) -> None:
    if not check.formats:
        what = "No file here can be read" if check.ignored or check.refused else "No files are here"
        console.print(f"{what}: {folder}", style="yellow", markup=False, highlight=False)
    table = Table("format", "files", "refused", "records", "refused", "fields given", box=None)
    for one in check.formats.values():
        shares = (
            f"{name.replace('_', ' ')} {one.given[name] / one.records:.0%}"
            for name in FIELDS
            if one.given[name]
        )
        counts = (one.files, one.files_refused, one.records, one.records_refused)
        table.add_row(one.name, *(f"{count:,}" for count in counts), ", ".join(shares))
    if check.formats:
        console.print(table)
    for word, style, notes in (
        ("ignored", "dim", check.ignored),
        ("refused", "dim", check.refused),
        ("unexplained", "red", check.unexplained),
    ):
        lines = summarise(FileNote(path, reason) for path, reason in notes)
        for note in lines[:_SHOWN]:
            line = f"  {word} {note.path}: {note.reason}"
            console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
        if lines[_SHOWN:]:
            console.print(f"  {word}: {len(lines) - _SHOWN} more; see --json", style=style)
