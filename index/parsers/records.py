"""What a parser gives: of each record of a file the paper, or why there is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.errors import DocumentError
from index.models import Document
from index.parsers.source_file import SourceFile
from index.publication_status import StatusReport


@dataclass(frozen=True, slots=True)
class Parsed:
    """A paper; `status` is None where the format does not speak of a paper's standing."""

    document: Document
    status: StatusReport | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is left out; the rest of its file is read.

    `where` names it for the user, such as `record 12 (PMID 123)`; `reason` says what was wrong and
    what to do.
    """

    where: str
    reason: str


Record = Parsed | Refused


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    `matches` looks at the head of a file, seldom at its suffix. `parse` yields its records one
    by one, so that a file may hold thousands; it raises DocumentError where the file as a whole
    cannot be read, or cannot be read any further.
    """

    name: str
    matches: Callable[[SourceFile], bool]
    parse: Callable[[SourceFile], Iterator[Record]]


def attempt(where: str, make: Callable[[], Parsed]) -> Record:
    """The record, or the reason why it is left out."""
    try:
        return make()
    except DocumentError as error:
        return Refused(where, str(error))
