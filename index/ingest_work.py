"""What worker processes do for an ingest: read a file into sources, prepare a document of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.curated_sources import add_fields
from index.document_json import document_from_json, document_to_json
from index.embedding import TokenCounter
from index.library_rows import (
    DocumentVersion,
    PreparedDocument,
    RefusedRow,
    SourceHead,
    SourceRow,
    string_hash,
)
from index.merging import merge_documents
from index.models import AddedField
from index.parsers import read_records
from index.parsers.records import Refused
from index.parsers.source_file import SourceFile
from index.preparation import prepare_document
from index.publication_status import report_to_json


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A file to read, by its path in the folder; `content_hash` is of its bytes when it was listed."""

    path: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class PrepareTask:
    """A document to make from its sources: merged, completed by a curator, cut into chunks."""

    key: DocumentVersion
    heads: tuple[SourceHead, ...]
    records: tuple[str, ...]
    added: tuple[AddedField, ...]


@dataclass(frozen=True, slots=True)
class IngestWork:
    """Does a task in a worker process; it is sent there once, so it holds no model."""

    folder: Path
    max_bytes: int
    tokens: TokenCounter

    def __call__(
        self, task: ReadTask | PrepareTask
    ) -> Iterator[SourceRow | RefusedRow | PreparedDocument]:
        if isinstance(task, ReadTask):
            yield from read_file(self.folder, task.path, max_bytes=self.max_bytes)
        else:
            yield self._prepare(task)

    def _prepare(self, task: PrepareTask) -> PreparedDocument:
        document = merge_documents([document_from_json(record) for record in task.records])
        if document.identifiers.doi and not any(head.identifiers.doi for head in task.heads):
            # the DOI of another text that a source carries
            identifiers = replace(document.identifiers, doi=None)
            document = replace(document, document_id=task.key.document_id, identifiers=identifiers)
        return prepare_document(
            add_fields(document, task.added),
            self.tokens,
            version=task.key.version,
            paths=paths_of(task.heads),
        )


def read_file(folder: Path, path: str, *, max_bytes: int) -> Iterator[SourceRow | RefusedRow]:
    """The records of a file as the library keeps them, and those that are left out.

    Raises:
        DocumentError: nothing in it can be read.
    """
    source = SourceFile.at(folder / path, path=path, max_bytes=max_bytes)
    for position, one in enumerate(read_records(source)):
        if isinstance(one, Refused):
            reason = f"{one.where}: {one.reason}"
            yield RefusedRow(path, source.content_hash, position, reason)
            continue
        record = document_to_json(one.document)
        yield SourceRow(
            path=path,
            content_hash=source.content_hash,
            position=position,
            document_id=one.document.document_id,
            identifiers=one.document.identifiers,
            record=record,
            record_sha256=string_hash(record),
            status=report_to_json(one.status) if one.status else None,
        )


def paths_of(heads: Sequence[SourceHead]) -> tuple[str, ...]:
    """The files of those sources, each once, in order."""
    return tuple(dict.fromkeys(head.path for head in heads))
