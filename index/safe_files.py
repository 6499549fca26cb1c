"""Files that survive a fault of power: written whole or not at all, and synced to the disk."""

import os
import secrets
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that it has the old or the new text, whatever happens."""
    temporary = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync every file and folder below `folder`, and itself."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)


def sync(path: Path) -> None:
    """Have what was written of a file or folder reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
