"""Reads a documents folder: what changed is parsed, what did not is known already.

One bad file never stops the others; it is noted with its reason.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.curated_sources import FILE_NAME as CURATED_FILE
from index.errors import DocumentError, SettingsError
from index.library_rows import DocumentVersion, FileRow, PreparedDocument
from index.models import Document
from index.parsers import is_readable, parse_file
from index.parsers.source_file import read_bytes

_NEVER_INDEXED = ("readme", "license", "licence", "notice")


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file and why it gave no document."""

    path: str
    reason: str


@dataclass(slots=True)
class FolderContent:
    """A row for each file that can be read, and the documents of those that are new."""

    rows: list[FileRow] = field(default_factory=list)
    prepared: list[PreparedDocument] = field(default_factory=list)
    failed: list[FileNote] = field(default_factory=list)
    ignored: list[FileNote] = field(default_factory=list)


def read_folder(
    folder: Path,
    before: Mapping[str, FileRow],
    *,
    reader: str,
    max_bytes: int,
    prepare: Callable[[Document], PreparedDocument],
    on_progress: Callable[[int, int], None],
) -> FolderContent:
    """The folder's files against what was read before.

    Args:
        folder: read with all folders in it; hidden files and those about the folder are left out.
        before: what was read of each file, by its path in the folder.
        reader: names the way of reading; a file that was read another way is read again.
        max_bytes: larger files fail.
        prepare: makes a parsed document ready to be stored.
        on_progress: called with how many files are done, of how many.

    Raises:
        SettingsError: the folder does not exist.
    """
    content = FolderContent()
    owners: dict[str, str] = {}
    files = _list_files(folder, content)
    for number, path in enumerate(files):
        name = path.relative_to(folder).as_posix()
        known = before.get(name)
        row = _read_file(path, name, known, reader, max_bytes, prepare, content)
        row = _without_duplicate(row, owners, content)
        if row.failure:
            stays = " Its last good state stays in the library." if row.document else ""
            content.failed.append(FileNote(name, f"{row.failure}{stays}"))
        content.rows.append(row)
        on_progress(number + 1, len(files))
    return content


def _read_file(
    path: Path,
    name: str,
    known: FileRow | None,
    reader: str,
    max_bytes: int,
    prepare: Callable[[Document], PreparedDocument],
    content: FolderContent,
) -> FileRow:
    content_hash = ""
    try:
        data = read_bytes(path, max_bytes=max_bytes)
        content_hash = hashlib.sha256(data).hexdigest()
        if known and (known.content_hash, known.reader) == (content_hash, reader):
            return known
        item = prepare(parse_file(data, path=name))
    except DocumentError as error:
        return FileRow(name, content_hash, reader, str(error), known.document if known else None)
    content.prepared.append(item)
    version = DocumentVersion(item.document.document_id, item.version)
    return FileRow(name, content_hash, reader, None, version)


def _without_duplicate(row: FileRow, owners: dict[str, str], content: FolderContent) -> FileRow:
    """`row` without its document where an earlier file gave the same one."""
    if row.document is None:
        return row
    owner = owners.setdefault(row.document.document_id, row.path)
    if owner == row.path:
        return row
    reason = f"it holds {row.document.document_id}, which {owner} holds already"
    content.ignored.append(FileNote(row.path, reason))
    return dataclasses.replace(row, document=None, reader="")


def _list_files(folder: Path, content: FolderContent) -> list[Path]:
    if not folder.is_dir():
        raise SettingsError(
            f"The documents folder {folder} does not exist.", "Make it, or set ALSQA_DOCUMENTS_DIR."
        )
    files: list[Path] = []
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in inner.parts):
            continue
        name = inner.as_posix().encode("utf-8", "replace").decode("utf-8")
        if name != inner.as_posix():
            content.failed.append(FileNote(name, "its name is not UTF-8. Rename it."))
            continue
        if path.exists() and not path.is_file():
            content.ignored.append(FileNote(name, "it is no file"))
            continue
        if path.stem.lower() in _NEVER_INDEXED or name == CURATED_FILE:
            content.ignored.append(FileNote(name, "it describes the folder"))
        elif not is_readable(name):
            reason = f"no reader for {path.suffix or 'files without a suffix'}"
            content.ignored.append(FileNote(name, reason))
        else:
            files.append(path)
    return files
