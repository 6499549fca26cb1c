"""A documents folder as it is now: the files to read, and those that are left out, with why."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from index.curated_sources import FILE_NAME as CURATED_FILE
from index.errors import DocumentError, SettingsError
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
        elif not is_readable(name):
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


def content_hash(path: Path, *, max_bytes: int) -> str:
    """sha256 of the file's bytes; raises DocumentError where it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise DocumentError(
                f"it has {size:,} bytes, more than the {max_bytes:,} that are read.",
                "Split it, or raise ALSQA_MAX_FILE_BYTES.",
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"it cannot be read ({error.strerror or error}).",
            "Check that it exists and its permissions.",
        ) from error
