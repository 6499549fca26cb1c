import hashlib
import pickle
from pathlib import Path

import pytest

from index.document_json import document_from_json, document_to_json
from index.errors import DocumentError
from index.identifiers import Identifiers
from index.ingest_work import IngestWork, PrepareTask, ReadTask, paths_of
from index.library_rows import (
    DocumentVersion,
    PreparedDocument,
    SourceHead,
    SourceRow,
    string_hash,
)
from index.models import AddedField
from tests.fakes import WordCounter
from tests.index.samples import EDARAVONE, RILUZOLE, pubmed_page, write_files

_TOKENS = WordCounter()


def _work(folder: Path, max_bytes: int = 1_000_000) -> IngestWork:
    return IngestWork(folder, max_bytes, _TOKENS)


def _read_task(folder: Path, name: str) -> ReadTask:
    return ReadTask(name, hashlib.sha256((folder / name).read_bytes()).hexdigest())


def _read(folder: Path, name: str) -> SourceRow:
    (row,) = _work(folder)(_read_task(folder, name))
    assert isinstance(row, SourceRow)
    return row


def _head(row: SourceRow) -> SourceHead:
    return SourceHead(row.path, row.position, row.document_id, row.identifiers, row.record_sha256)


def _prepare(
    folder: Path, *rows: SourceRow, added: tuple[AddedField, ...] = ()
) -> PreparedDocument:
    task = PrepareTask(
        key=DocumentVersion("the id", "the version"),
        heads=tuple(map(_head, rows)),
        records=tuple(row.record for row in rows),
        added=added,
    )
    (prepared,) = _work(folder)(task)
    assert isinstance(prepared, PreparedDocument)
    return prepared


def test_file_becomes_a_source_with_its_hashes(tmp_path: Path) -> None:
    write_files(tmp_path, {"inner/riluzole.md": RILUZOLE})

    row = _read(tmp_path, "inner/riluzole.md")

    assert (row.path, row.position) == ("inner/riluzole.md", 0)
    assert row.document_id == "doi:10.1000/riluzole"
    assert row.identifiers == Identifiers(doi="10.1000/riluzole")
    assert row.content_hash == hashlib.sha256(RILUZOLE.encode()).hexdigest()
    assert row.record_sha256 == string_hash(row.record)
    document = document_from_json(row.record)
    assert document.source_path == "inner/riluzole.md"
    assert document.content_hash == row.content_hash
    assert "Riluzole prolongs survival by months." in document.text


def test_text_without_identifiers_is_named_by_its_content(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": "# Notes\n\nSome text.\n", "b.md": "# Notes\n\nSome text.\n"})

    one, two = _read(tmp_path, "a.md"), _read(tmp_path, "b.md")

    assert one.document_id == two.document_id
    assert one.document_id.startswith("sha256:")


def test_file_that_changed_since_it_was_listed_is_read_as_it_is_now(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})
    task = _read_task(tmp_path, "a.md")
    write_files(tmp_path, {"a.md": EDARAVONE})

    (row,) = _work(tmp_path)(task)

    assert isinstance(row, SourceRow)
    assert row.content_hash == hashlib.sha256(EDARAVONE.encode()).hexdigest() != task.content_hash
    assert row.document_id == "doi:10.1000/edaravone"


def test_file_that_is_gone_or_too_large_or_bad_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE, "empty.md": ""})

    for task, work, reason in (
        (ReadTask("gone.md", "0"), _work(tmp_path), "cannot be read"),
        (_read_task(tmp_path, "a.md"), _work(tmp_path, max_bytes=10), "more than the 10"),
        (_read_task(tmp_path, "empty.md"), _work(tmp_path), "it is empty"),
    ):
        with pytest.raises(DocumentError, match=reason):
            list(work(task))


def test_source_becomes_a_document_of_the_version_that_was_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})
    row = _read(tmp_path, "a.md")

    prepared = _prepare(tmp_path, row)

    assert prepared.version == "the version"
    assert prepared.paths == ("a.md",)
    assert document_to_json(prepared.document) == row.record
    assert [one.chunk.chunk_id for one in prepared.chunks] == [
        "doi:10.1000/riluzole#0000",
        "doi:10.1000/riluzole#0001",
    ]
    assert all(string_hash(text) == name for name, text in prepared.strings.items())


def test_two_sources_are_merged_and_both_files_named(tmp_path: Path) -> None:
    page = pubmed_page(identifiers="- PMID: 11111111\n- DOI: 10.1000/riluzole")
    write_files(tmp_path, {"a.txt": page, "b.md": RILUZOLE})

    prepared = _prepare(tmp_path, _read(tmp_path, "a.txt"), _read(tmp_path, "b.md"))

    assert prepared.document.document_id == "pmid:11111111"
    assert prepared.document.identifiers.doi == "10.1000/riluzole"
    assert "Riluzole prolongs survival" in prepared.document.text
    assert prepared.paths == ("a.txt", "b.md")
    assert prepared.key.document_id == "pmid:11111111"


def test_field_of_a_curator_is_added_and_marked(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})
    year = AddedField("year", "1996", "me")

    prepared = _prepare(tmp_path, _read(tmp_path, "a.md"), added=(year,))

    assert prepared.document.year == 1996
    assert prepared.document.added == (year,)


def test_work_and_tasks_can_be_sent_to_another_process(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": RILUZOLE})
    task = _read_task(tmp_path, "a.md")

    work, sent = pickle.loads(pickle.dumps((_work(tmp_path), task)))

    assert list(work(sent)) == list(_work(tmp_path)(task))


def test_files_of_several_records_are_named_once_in_order() -> None:
    heads = [
        SourceHead(path, position, "id", Identifiers(), "")
        for path, position in (("b.md", 0), ("a.md", 0), ("b.md", 1), ("a.md", 1))
    ]

    assert paths_of(heads) == ("b.md", "a.md")
    assert paths_of([]) == ()
