"""What a fetch did, for people and programs to read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skipped:
    """What could not be had, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class FetchReport:
    """What one run of a fetch did.

    Args:
        source: the service.
        query: as it was asked; "" for a list of identifiers.
        folder: where the files are.
        count: how many records the service has for it, or were asked for by name.
        held: how many records are in the folder now.
        fetched: how many of these came in this run.
        changed: how many that were held came again, for the service had changed them.
        files: what this run wrote of these.
        changed_files: the files that came again with the changed ones.
        skipped: what could not be had.
        remarks: what the service had to say.
        declined: whether the user chose not to download.
    """

    source: str
    query: str
    folder: str
    count: int = 0
    held: int = 0
    fetched: int = 0
    changed: int = 0
    files: list[str] = field(default_factory=list)
    changed_files: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    declined: bool = False


def counted(count: int, noun: str) -> str:
    """`1 record`, `1,000 records`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
