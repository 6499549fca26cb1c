"""A documents folder as it is now: the files to read, and those that are left out, with why."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from index.curated_sources import FILE_NAME as CURATED_FILE
from index.errors import SettingsError
from index.parsers import is_readable

_NEVER_INDEXED = ("readme", "license", "licence", "notice")


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file and what became of it."""

    path: str
    reason: str


@dataclass(slots=True)
class FolderScan:
    """Paths in the folder, sorted: those to read, those that cannot be named, those left out."""

    files: list[str] = field(default_factory=list)
    failed: list[FileNote] = field(default_factory=list)
    ignored: list[FileNote] = field(default_factory=list)


def scan_folder(folder: Path) -> FolderScan:
    """List the folder with all folders in it; hidden files and those about the folder are left out.

    Raises:
        SettingsError: the folder does not exist, or it or one in it cannot be listed: its files
            are not gone, so nothing is read.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"The documents folder {folder} does not exist.", "Make it, or set ALSQA_DOCUMENTS_DIR."
        )
    scan = FolderScan()
    for path in _files_in(folder):
        inner = path.relative_to(folder)
        if any(part.startswith(".") for part in inner.parts):
            continue
        name = inner.as_posix().encode("utf-8", "replace").decode("utf-8")
        if name != inner.as_posix():
            scan.failed.append(FileNote(name, "its name is not UTF-8. Rename it."))
        elif path.exists() and not path.is_file():
            scan.ignored.append(FileNote(name, "it is no file"))
        elif path.stem.lower() in _NEVER_INDEXED or name == CURATED_FILE:
            scan.ignored.append(FileNote(name, "it describes the folder"))
        elif not is_readable(path):
            reason = f"no reader for {path.suffix or 'files without a suffix'}"
            scan.ignored.append(FileNote(name, reason))
        else:
            scan.files.append(name)
    return scan


def _files_in(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise SettingsError(
            f"The folder {error.filename} cannot be listed ({error.strerror}).",
            "Mend its permissions, or move it out of the documents folder.",
        ) from error

    return sorted(
        Path(parent) / name
        for parent, _, names in os.walk(folder, onerror=refuse)
        for name in names
    )
