"""Where the library would lose most of its documents: a folder that is not mounted looks empty."""

from collections.abc import Sized
from pathlib import Path

from index.errors import SettingsError
from index.ingest_report import IngestReport

_FEW = 10
"""A library of fewer documents may lose any of them without a word."""


def refuse_to_empty(folder: Path, *, before: Sized, after: Sized) -> None:
    """Stop a run that would leave nothing of a library that holds something.

    Args:
        folder: what the library would follow.
        before: what the library holds.
        after: what the folder has for it.

    Raises:
        SettingsError: there is nothing after, and something before.
    """
    if before and not after:
        held = f"{len(before):,} document{'s' if len(before) > 1 else ''}"
        raise SettingsError(
            f"The documents folder {folder} holds no file that can be read, and the library holds"
            f" {held}: following the folder would take out all of it. The library stays as it is.",
            "Check that it is the right folder and is mounted (--documents, ALSQA_DOCUMENTS_DIR);"
            " if the library is to be emptied, run: alsqa index --allow-empty.",
        )


def loss_of(report: IngestReport, folder: Path) -> str | None:
    """What is to be said where more than half of a library's documents went; else None."""
    before = report.documents - report.documents_added + report.documents_removed
    if before < _FEW or report.documents_removed * 2 <= before:
        return None
    return (
        f"{report.documents_removed:,} of {before:,} documents were taken out: the library follows"
        f" the folder {folder}, which no longer gives them. If that was not meant, put the files"
        " back and run alsqa index again."
    )
