"""What the tests of the reference formats share: reading samples, and what must hold of any record."""

import contextlib
import os
from pathlib import Path

import pytest

from index.errors import DocumentError
from index.models import Document
from index.parsers.records import Format, Parsed, Record, Refused
from index.parsers.source_file import SourceFile
from tests.conftest import PROJECT

FORMATS = Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT.parent / "shared/data")) / "formats"
EXPORTS = FORMATS / "asysd_reference_exports"
JABREF = FORMATS / "jabref"
CASSETTES = FORMATS / "crossref_cassettes"
EUROPE_PMC = FORMATS / "europepmc_openalex" / "resources" / "invasive_plant_species_test"

needs_samples = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the exported records are not on this machine"
)


def source_of(data: str | bytes, path: str = "export") -> SourceFile:
    return SourceFile.of_bytes(data.encode() if isinstance(data, str) else data, path=path)


def read(kind: Format, data: str | bytes | Path) -> list[Record]:
    """All records; the file must be of that kind."""
    if isinstance(data, Path):
        return _read(kind, source_of(data.read_bytes(), data.name))
    return _read(kind, source_of(data))


def _read(kind: Format, source: SourceFile) -> list[Record]:
    assert kind.matches(source)
    return list(kind.parse(source))


def papers(kind: Format, data: str | bytes | Path) -> list[Document]:
    """The documents; none may be refused."""
    records = read(kind, data)
    assert [record for record in records if isinstance(record, Refused)] == []
    return [record.document for record in records if isinstance(record, Parsed)]


def paper(kind: Format, data: str | bytes | Path) -> Document:
    (document,) = papers(kind, data)
    return document


def refusal(kind: Format, data: str | bytes | Path) -> Refused:
    (record,) = read(kind, data)
    assert isinstance(record, Refused)
    return record


def section(document: Document, name: str) -> str:
    (found,) = [one for one in document.sections if one.name == name]
    return document.text[found.start : found.end]


def assert_only_document_errors(kind: Format, data: bytes) -> None:
    """Whatever the bytes: `matches` answers, records are sound, and only DocumentError is raised."""
    source = source_of(data)
    kind.matches(source)
    with contextlib.suppress(DocumentError):
        for record in kind.parse(source):
            if isinstance(record, Parsed):
                assert_sound(record.document)
            else:
                assert record.where.startswith("record ")
                assert record.reason


def assert_sound(document: Document) -> None:
    """Sections follow one another, none begins or ends blank, and the text can be written down."""
    end = 0
    for one in document.sections:
        text = document.text[one.start : one.end]
        assert text
        assert text == text.strip()
        assert one.start >= end
        end = one.end
    assert end == len(document.text)
    assert document.text.encode().decode() == document.text
