import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.embedding import Vectors
from index.errors import LibraryError, LockedError, SettingsError, UnknownDocumentError
from index.ingest import ingest
from index.ingest_report import IngestReport
from index.library import Library
from index.library_rows import FileState
from index.library_runs import Run
from index.library_sources import Reading
from index.manifest import read_manifest
from index.models import Document
from index.reading import READER
from index.settings import IndexSettings, read_settings
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder, WordCounter
from tests.index.damage import DAMAGES
from tests.index.samples import (
    DEFAULT_DOCUMENTS,
    EDARAVONE,
    FOREWORD_ID,
    NOW,
    RILUZOLE,
    hashing_embedder_for,
    hashing_live,
    pubmed_page,
    write_files,
)

T = TypeVar("T")
_RILUZOLE_ID = "doi:10.1000/riluzole"
_EDARAVONE_ID = "doi:10.1000/edaravone"


def _long_paper(sentences: int) -> str:
    lines = (f"Finding number {n} concerns neuron w{n}." for n in range(sentences))
    return "\n".join(["# Long paper", "", "DOI: 10.1000/long", "", *lines])


_LONG = _long_paper(150)


class _FailingEmbedder(HashingEmbedder):
    """Fails once it has embedded as many strings as it is given."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if len(self.embedded) + len(texts) > self.limit:
            raise RuntimeError("the power went")
        return super().embed_documents(texts)


def _find(settings: IndexSettings, question: str) -> tuple[str, str]:
    """Id and text of the chunk nearest to the question in the live build."""

    def search(build: Build) -> tuple[str, str]:
        (vector,) = HashingEmbedder().embed_queries([question])
        (hit,) = build.query("chunks", vector, k=1)
        return hit.entry_id, build.chunks([hit.entry_id])[0].chunk.text

    return _with_live(settings, search)


def _document(settings: IndexSettings, document_id: str) -> Document:
    return _with_live(settings, lambda build: build.document(document_id))


def _ids(settings: IndexSettings) -> list[str]:
    return _with_live(settings, lambda build: [one.document_id for one in build.members])


def _with_live(settings: IndexSettings, use: Callable[[Build], T]) -> T:
    live = hashing_live(BuildPaths(settings.data_dir))
    try:
        with live.lease() as build:
            return use(build)
    finally:
        live.close()


def _chunk_changes(report: IngestReport) -> tuple[int, int, int]:
    return report.chunks_added, report.chunks_removed, report.chunks_unchanged


def _document_changes(report: IngestReport) -> tuple[int, int, int, int]:
    return (
        report.documents_added,
        report.documents_changed,
        report.documents_unchanged,
        report.documents_removed,
    )


@pytest.fixture
def two_papers(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> IngestReport:
    """Riluzole and edaravone, two chunks each, in the library."""
    write_files(documents, {"riluzole.md": RILUZOLE, "edaravone.md": EDARAVONE})
    return ingest(index_settings, hashing_embedder)


@pytest.mark.worker_processes
def test_default_documents_are_indexed(tmp_path: Path, hashing_embedder: HashingEmbedder) -> None:
    settings = read_settings(
        IndexSettings, data_dir=tmp_path / "data", documents_dir=DEFAULT_DOCUMENTS
    )

    report = ingest(settings, hashing_embedder)

    assert (report.documents, report.documents_added, report.listed_papers) == (2, 2, 10)
    assert report.failed == []
    assert [note.path for note in report.ignored] == ["LICENSE", "README.md", "sources.yaml"]
    assert _ids(settings) == [FOREWORD_ID, "pmid:34372914"]
    foreword = _document(settings, FOREWORD_ID)
    assert foreword.year == 2021
    assert {field.name for field in foreword.added} == {"container", "year"}
    found = _with_live(
        settings,
        lambda build: (
            build.find_identifier("pmid", "30401437"),
            build.find_identifier("doi", "10.1016/j.mayocp.2018.04.007"),
        ),
    )
    assert found == (["pmid:34372914~0004"], ["pmid:34372914~0004"])


def test_first_run_reports_everything_as_added(
    two_papers: IngestReport, index_settings: IndexSettings, hashing_embedder: HashingEmbedder
) -> None:
    assert two_papers.documents == 2
    assert _document_changes(two_papers) == (2, 0, 0, 0)
    assert two_papers.chunks == 4
    assert _chunk_changes(two_papers) == (4, 0, 0)
    # for each paper: two chunks, four sentences, one record
    assert two_papers.embeddings_computed == 14 == len(set(hashing_embedder.embedded))
    assert len(hashing_embedder.embedded) == 14
    assert two_papers.build_made
    assert two_papers.build_id == BuildPaths(index_settings.data_dir).live_build_id()


def test_second_run_changes_nothing(
    two_papers: IngestReport, index_settings: IndexSettings
) -> None:
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert embedder.embedded == []
    assert report.embeddings_computed == 0
    assert _document_changes(report) == (0, 0, 2, 0)
    assert _chunk_changes(report) == (0, 0, 4)
    assert (report.build_id, report.build_made) == (two_papers.build_id, False)


def test_changed_file_changes_its_own_chunks_alone(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path
) -> None:
    before = _document(index_settings, _EDARAVONE_ID)
    write_files(documents, {"riluzole.md": RILUZOLE.replace("monthly", "weekly")})
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert _document_changes(report) == (0, 1, 1, 0)
    assert _chunk_changes(report) == (1, 1, 3)
    assert sorted(embedder.embedded) == [
        "Patients are monitored weekly.",
        "Riluzole in trials – Safety\n"
        "Riluzole raises liver enzymes. Patients are monitored weekly.",
    ]
    assert report.build_made
    assert report.build_id != two_papers.build_id
    assert "weekly" in _find(index_settings, "patients monitored liver enzymes")[1]
    assert _document(index_settings, _EDARAVONE_ID) == before


@pytest.mark.usefixtures("two_papers")
def test_deleted_file_takes_its_own_chunks_alone(
    index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").unlink()

    report = ingest(index_settings, HashingEmbedder())

    assert _document_changes(report) == (0, 0, 1, 1)
    assert _chunk_changes(report) == (0, 2, 2)
    assert report.embeddings_computed == 0
    assert _ids(index_settings) == [_EDARAVONE_ID]
    assert _find(index_settings, "riluzole liver enzymes")[0].startswith(_EDARAVONE_ID)


@pytest.mark.usefixtures("two_papers")
def test_added_file_leaves_the_others_as_they_are(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"inner/page.txt": pubmed_page()})

    report = ingest(index_settings, HashingEmbedder())

    assert _document_changes(report) == (1, 0, 2, 0)
    assert _chunk_changes(report) == (1, 0, 4)
    assert _find(index_settings, "autophagy declines")[0] == "pmid:11111111#0000"


@pytest.mark.usefixtures("two_papers")
def test_file_that_comes_back_needs_no_embedding(
    index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").unlink()
    ingest(index_settings, HashingEmbedder())
    write_files(documents, {"riluzole.md": RILUZOLE})
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert embedder.embedded == []
    assert _document_changes(report) == (1, 0, 1, 0)


@pytest.mark.usefixtures("two_papers")
def test_renamed_file_needs_no_embedding_and_keeps_its_chunks(
    index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").rename(documents / "renamed.md")

    report = ingest(index_settings, HashingEmbedder())

    assert report.embeddings_computed == 0
    assert _chunk_changes(report) == (0, 0, 4)
    assert _document(index_settings, _RILUZOLE_ID).source_path == "renamed.md"


@pytest.mark.usefixtures("two_papers")
@pytest.mark.parametrize("files", [{}, {"table.csv": "a,b\n"}, {"empty.txt": ""}])
def test_folder_that_holds_nothing_does_not_empty_the_library_unless_told(
    index_settings: IndexSettings, documents: Path, files: dict[str, str]
) -> None:
    for path in documents.iterdir():
        path.unlink()
    write_files(documents, files)

    for _ in range(2):
        with pytest.raises(SettingsError, match="the library holds 2 documents") as refusal:
            ingest(index_settings, HashingEmbedder())
        assert "--allow-empty" in refusal.value.remedy
        assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]

    write_files(documents, {"riluzole.md": RILUZOLE, "edaravone.md": EDARAVONE})
    embedder = HashingEmbedder()
    assert _document_changes(ingest(index_settings, embedder)) == (0, 0, 2, 0)
    assert embedder.embedded == []


def test_folder_that_holds_nothing_makes_an_empty_library(index_settings: IndexSettings) -> None:
    for _ in range(2):
        assert ingest(index_settings, HashingEmbedder()).documents == 0


@pytest.mark.usefixtures("two_papers")
def test_emptied_folder_empties_the_library_where_that_is_allowed(
    index_settings: IndexSettings, documents: Path
) -> None:
    for path in documents.iterdir():
        path.unlink()

    report = ingest(index_settings, HashingEmbedder(), allow_empty=True)

    assert (report.documents, report.chunks, report.documents_removed) == (0, 0, 2)
    assert _ids(index_settings) == []


@pytest.mark.worker_processes
def test_bad_files_are_reported_and_the_rest_goes_on(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    write_files(
        documents,
        {
            "a-copy.md": RILUZOLE,
            "empty.txt": "",
            "two-papers.txt": "# T\n\nPMID: 1\n\nText.\n\nPMID: 2\n",
            "picture.png": "PNG",
            "README.md": "About the folder.",
            "riluzole.md": RILUZOLE,
        },
    )
    (documents / "binary.txt").write_bytes(b"a\x00b")
    (documents / "latin.txt").write_bytes("Ménage.".encode("latin-1"))
    (documents / "link.txt").symlink_to(documents / "nowhere")

    report = ingest(index_settings, hashing_embedder)

    reasons = {note.path: note.reason for note in report.failed}
    assert list(reasons) == ["binary.txt", "empty.txt", "latin.txt", "link.txt", "two-papers.txt"]
    for path, part in {
        "binary.txt": "binary",
        "empty.txt": "empty",
        "latin.txt": "not UTF-8",
        "link.txt": "cannot be read",
        "two-papers.txt": "two values of its own PMID",
    }.items():
        assert part in reasons[path]
    ignored = {note.path: note.reason for note in report.ignored}
    assert sorted(ignored) == ["README.md", "picture.png"]
    assert [(note.path, note.reason) for note in report.merged] == [
        ("riluzole.md", "it holds doi:10.1000/riluzole, as a-copy.md does")
    ]
    assert report.documents == 1
    assert _find(index_settings, "riluzole survival")[0] == f"{_RILUZOLE_ID}#0000"


def test_two_files_of_one_paper_are_one_document_and_stay_so(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    page = pubmed_page(identifiers="- PMID: 11111111\n- DOI: 10.1000/riluzole")
    write_files(documents, {"page.txt": page, "text.md": RILUZOLE})
    first = ingest(index_settings, hashing_embedder)

    second = ingest(index_settings, hashing_embedder)

    document = _document(index_settings, "pmid:11111111")
    assert (first.documents, len(first.merged)) == (1, 1)
    assert (document.identifiers.pmid, document.identifiers.doi) == ("11111111", "10.1000/riluzole")
    assert "Riluzole prolongs survival" in document.text
    assert second.embeddings_computed == 0
    assert (second.build_id, second.build_made) == (first.build_id, False)
    assert second.merged == first.merged


@pytest.mark.usefixtures("two_papers")
def test_id_goes_on_to_resolve_when_a_better_identifier_arrives_and_when_it_goes(
    index_settings: IndexSettings, documents: Path
) -> None:
    page = pubmed_page(identifiers="- PMID: 11111111\n- DOI: 10.1000/riluzole")
    write_files(documents, {"page.txt": page})
    ingest(index_settings, HashingEmbedder())

    assert _ids(index_settings) == [_EDARAVONE_ID, "pmid:11111111"]
    assert _document(index_settings, _RILUZOLE_ID).document_id == "pmid:11111111"

    (documents / "page.txt").unlink()
    ingest(index_settings, HashingEmbedder())
    assert _document(index_settings, "pmid:11111111").document_id == _RILUZOLE_ID

    (documents / "riluzole.md").unlink()
    ingest(index_settings, HashingEmbedder())
    for gone in ("pmid:11111111", _RILUZOLE_ID):
        with pytest.raises(UnknownDocumentError, match="has been taken out"):
            _document(index_settings, gone)
    with pytest.raises(UnknownDocumentError, match="No document"):
        _document(index_settings, "pmid:99")


def test_id_of_a_text_without_identifiers_resolves_after_an_edit_and_not_after_an_exchange(
    index_settings: IndexSettings, documents: Path
) -> None:
    body = "# Notes\n\nRiluzole helps. Edaravone may help. Tofersen is new. Others failed.\n"
    write_files(documents, {"notes.md": body})
    ingest(index_settings, HashingEmbedder())
    (first,) = _ids(index_settings)

    write_files(documents, {"notes.md": body.replace("Others failed", "Many failed")})
    ingest(index_settings, HashingEmbedder())
    (second,) = _ids(index_settings)
    assert first != second
    assert _document(index_settings, first).document_id == second

    write_files(documents, {"notes.md": "# Cooking\n\nStir the soup. Add salt.\n"})
    ingest(index_settings, HashingEmbedder())
    with pytest.raises(UnknownDocumentError, match="has been taken out"):
        _document(index_settings, first)


def test_files_that_contradict_each_other_go_to_quarantine_and_come_back(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    write_files(
        documents,
        {
            "a.txt": pubmed_page(identifiers="- PMID: 11111111\n- DOI: 10.1000/x"),
            "b.txt": pubmed_page(identifiers="- PMID: 22222222\n- DOI: 10.1000/x"),
        },
    )

    for _ in range(2):
        report = ingest(index_settings, hashing_embedder)
        assert _ids(index_settings) == ["pmid:11111111"]
        assert [note.path for note in report.failed] == ["b.txt"]
        assert "PMID 22222222, which a.txt gives the PMID 11111111" in report.failed[0].reason

    write_files(documents, {"b.txt": pubmed_page(identifiers="- PMID: 22222222")})
    report = ingest(index_settings, HashingEmbedder())
    assert report.failed == []
    assert _ids(index_settings) == ["pmid:11111111", "pmid:22222222"]


def test_two_texts_that_carry_one_doi_are_both_there(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    chapter = "# {}\n\nDOI: 10.1000/book\n\n## Text\n\n{}\n"
    weight = "Thickened fluids and a feeding tube keep the weight of most patients for a year."
    write_files(
        documents,
        {
            "a.md": chapter.format(
                "Survival of people with motor neuron disease on riluzole",
                "Riluzole prolonged survival by three months in both of the large trials of it.",
            ),
            "b.md": chapter.format("Swallowing and nutrition in patients with weakness", weight),
        },
    )

    first = ingest(index_settings, hashing_embedder)
    second = ingest(index_settings, hashing_embedder)

    book, other = _ids(index_settings)
    assert book == "doi:10.1000/book"
    assert other.startswith("sha256:")
    assert _document(index_settings, other).identifiers.doi is None
    assert weight in _find(index_settings, "feeding tube weight of most patients")[1]
    assert (first.documents, first.failed, first.merged) == (2, [], [])
    assert first.warnings == second.warnings
    assert first.warnings[0].startswith("b.md: it gives DOI 10.1000/book, as a.md does, but")
    assert not second.build_made

    (documents / "a.md").unlink()
    ingest(index_settings, hashing_embedder)
    assert _ids(index_settings) == ["doi:10.1000/book"]
    assert weight in _document(index_settings, "doi:10.1000/book").text


@pytest.mark.parametrize("data", [b"", b"\x00", "é".encode("latin-1")])
def test_good_file_that_becomes_bad_stays_in_the_library(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path, data: bytes
) -> None:
    (documents / "riluzole.md").write_bytes(data)

    for _ in range(2):
        report = ingest(index_settings, HashingEmbedder())

        assert [note.path for note in report.failed] == ["riluzole.md"]
        assert "last good state" in report.failed[0].reason
        assert _document_changes(report) == (0, 0, 2, 0)
        assert (report.build_id, report.build_made) == (two_papers.build_id, False)
    assert _find(index_settings, "riluzole prolongs survival")[0] == f"{_RILUZOLE_ID}#0000"


@pytest.mark.usefixtures("two_papers")
def test_last_good_state_outlives_an_addition_for_another_document(
    index_settings: IndexSettings, documents: Path
) -> None:
    (documents / "riluzole.md").write_bytes(b"")
    ingest(index_settings, HashingEmbedder())
    write_files(
        documents, {"sources.yaml": f"{_EDARAVONE_ID}: {{year: {{value: 2017, source: me}}}}\n"}
    )

    report = ingest(index_settings, HashingEmbedder())

    assert report.documents_removed == 0
    assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]


def test_file_of_marks_alone_does_not_stop_the_others(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    write_files(documents, {"a.md": "[](https://x.org/y)", "riluzole.md": RILUZOLE})

    report = ingest(index_settings, hashing_embedder)

    assert [note.path for note in report.failed] == ["a.md"]
    assert report.documents == 1


@pytest.mark.usefixtures("two_papers")
def test_added_field_reaches_the_document_without_any_embedding(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(
        documents, {"sources.yaml": f"{_RILUZOLE_ID}: {{year: {{value: 1996, source: me}}}}\n"}
    )

    report = ingest(index_settings, HashingEmbedder())

    assert report.embeddings_computed == 0
    assert _document_changes(report) == (0, 1, 1, 0)
    assert _chunk_changes(report) == (0, 0, 4)
    assert _document(index_settings, _RILUZOLE_ID).year == 1996


@pytest.mark.usefixtures("two_papers")
def test_source_that_changed_on_disk_stops_the_run_and_becomes_no_document(
    index_settings: IndexSettings, documents: Path
) -> None:
    connection = sqlite3.connect(BuildPaths(index_settings.data_dir).library)
    connection.execute("UPDATE sources SET record = replace(record, 'modest', 'mOdest')")
    connection.commit()
    connection.close()
    write_files(
        documents, {"sources.yaml": f"{_RILUZOLE_ID}: {{year: {{value: 1996, source: me}}}}\n"}
    )

    with pytest.raises(LibraryError, match=r"what riluzole\.md gave has changed on disk"):
        ingest(index_settings, HashingEmbedder())

    assert "The effect is modest." in _document(index_settings, _RILUZOLE_ID).text


def test_unusable_sources_file_stops_the_run_and_changes_nothing(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"sources.yaml": "- a list\n", "riluzole.md": ""})

    with pytest.raises(SettingsError, match=r"sources\.yaml"):
        ingest(index_settings, HashingEmbedder())

    assert BuildPaths(index_settings.data_dir).live_build_id() == two_papers.build_id


def test_missing_folder_is_a_settings_error_and_changes_nothing(
    two_papers: IngestReport, index_settings: IndexSettings, tmp_path: Path
) -> None:
    settings = read_settings(
        IndexSettings, data_dir=index_settings.data_dir, documents_dir=tmp_path / "nowhere"
    )

    with pytest.raises(SettingsError, match="nowhere"):
        ingest(settings, HashingEmbedder())

    assert BuildPaths(index_settings.data_dir).live_build_id() == two_papers.build_id


def test_run_beside_another_writer_is_refused(index_settings: IndexSettings) -> None:
    with writer_lock(index_settings.data_dir), pytest.raises(LockedError, match=str(os.getpid())):
        ingest(index_settings, HashingEmbedder())


def test_library_that_is_no_database_is_refused(index_settings: IndexSettings) -> None:
    index_settings.data_dir.mkdir()
    (index_settings.data_dir / "library.db").write_bytes(b"no database" * 100)

    with pytest.raises(LibraryError, match="is damaged"):
        ingest(index_settings, HashingEmbedder())


def test_failure_while_embedding_leaves_the_live_build_and_is_caught_up(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path
) -> None:
    paths = BuildPaths(index_settings.data_dir)
    write_files(documents, {"long.md": _long_paper(600)})
    (documents / "edaravone.md").unlink()
    failing = _FailingEmbedder(limit=550)

    with pytest.raises(RuntimeError, match="the power went"):
        ingest(index_settings, failing)

    assert 0 < len(failing.embedded) <= 550
    assert paths.live_build_id() == two_papers.build_id
    assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]
    assert _find(index_settings, "edaravone infusion")[0] == f"{_EDARAVONE_ID}#0001"

    embedder = HashingEmbedder()
    report = ingest(index_settings, embedder)
    assert _document_changes(report) == (1, 0, 1, 1)
    assert set(embedder.embedded).isdisjoint(failing.embedded)
    assert len(embedder.embedded) + len(failing.embedded) > 600
    assert _ids(index_settings) == ["doi:10.1000/long", _RILUZOLE_ID]


def test_failure_while_building_leaves_the_live_build_and_is_caught_up(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path
) -> None:
    paths = BuildPaths(index_settings.data_dir)
    write_files(documents, {"long.md": _LONG})

    def fail(stage: str, _done: int, _total: int) -> None:
        if stage == "building":
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        ingest(index_settings, HashingEmbedder(), on_progress=fail)

    assert paths.live_build_id() == two_papers.build_id
    assert [folder.name for folder in paths.builds.iterdir()] == [two_papers.build_id]
    assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]
    assert _find(index_settings, "edaravone infusion")[0] == f"{_EDARAVONE_ID}#0001"

    report = ingest(index_settings, HashingEmbedder())
    assert (report.build_made, report.embeddings_computed) == (True, 0)
    assert _ids(index_settings) == [_EDARAVONE_ID, "doi:10.1000/long", _RILUZOLE_ID]


def test_failure_in_the_first_run_leaves_nothing_live(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"long.md": _LONG})

    with pytest.raises(RuntimeError, match="the power went"):
        ingest(index_settings, _FailingEmbedder(limit=70))

    assert not BuildPaths(index_settings.data_dir).current.exists()
    assert ingest(index_settings, HashingEmbedder()).documents_added == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_build_is_made_again_without_any_embedding(
    index_settings: IndexSettings,
    documents: Path,
    hashing_embedder: HashingEmbedder,
    damage: Callable[[Path], None],
) -> None:
    write_files(documents, {"long.md": _LONG, "riluzole.md": RILUZOLE})
    first = ingest(index_settings, hashing_embedder)
    paths = BuildPaths(index_settings.data_dir)
    damage(paths.build(first.build_id))
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert embedder.embedded == []
    assert report.build_made
    assert report.build_id != first.build_id
    assert _document_changes(report) == (0, 0, 2, 0)
    left = sorted(folder.name for folder in paths.builds.iterdir())
    assert left == sorted([report.build_id, f"{first.build_id}.damaged"])
    assert _find(index_settings, "riluzole prolongs survival")[0] == f"{_RILUZOLE_ID}#0000"


@pytest.mark.parametrize("text", [None, "gone"])
@pytest.mark.usefixtures("two_papers")
def test_lost_current_is_set_again_without_any_embedding(
    index_settings: IndexSettings, text: str | None
) -> None:
    current = BuildPaths(index_settings.data_dir).current
    if text is None:
        current.unlink()
    else:
        current.write_text(text, encoding="utf-8")

    report = ingest(index_settings, HashingEmbedder())

    assert (report.build_made, report.embeddings_computed) == (True, 0)
    assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]


def test_previous_build_is_kept_and_older_ones_go(
    two_papers: IngestReport, index_settings: IndexSettings, documents: Path
) -> None:
    made = [two_papers.build_id]
    for text in ("weekly", "daily"):
        write_files(documents, {"riluzole.md": RILUZOLE.replace("monthly", text)})
        made.append(ingest(index_settings, HashingEmbedder()).build_id)

    paths = BuildPaths(index_settings.data_dir)

    assert {folder.name for folder in paths.builds.iterdir()} == set(made[1:])
    previous = Build(paths, made[1], load_embedder=hashing_embedder_for)
    assert "weekly" in previous.document(_RILUZOLE_ID).text
    previous.close()
    assert "daily" in _document(index_settings, _RILUZOLE_ID).text


@pytest.mark.usefixtures("two_papers")
def test_lease_outlives_an_ingest_and_the_next_one_has_the_new_build(
    index_settings: IndexSettings, documents: Path
) -> None:
    embedder = HashingEmbedder()
    live = hashing_live(BuildPaths(index_settings.data_dir))
    (question,) = embedder.embed_queries(["edaravone infusion route"])
    with live.lease() as old:
        (documents / "edaravone.md").unlink()
        report = ingest(index_settings, embedder)

        (hit,) = old.query("chunks", question, k=1)
        assert hit.entry_id == f"{_EDARAVONE_ID}#0001"
        assert old.chunks([hit.entry_id])[0].chunk.text.startswith("Edaravone is given")
        assert old.document(_EDARAVONE_ID).title == "Edaravone in trials"
        with live.lease() as new:
            assert new.manifest.build_id == report.build_id
            assert [one.document_id for one in new.members] == [_RILUZOLE_ID]
    live.close()


def test_another_embedding_model_embeds_everything_anew(
    two_papers: IngestReport, index_settings: IndexSettings
) -> None:
    other = HashingEmbedder("another-model")

    report = ingest(index_settings, other)

    assert report.embeddings_computed == two_papers.embeddings_computed == len(other.embedded)
    assert report.build_made
    assert _document_changes(report) == (0, 0, 2, 0)
    build = Build(
        BuildPaths(index_settings.data_dir), report.build_id, load_embedder=hashing_embedder_for
    )
    assert build.manifest.embedding_fingerprint == other.fingerprint
    build.close()


def test_stages_are_reported_to_their_ends(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    write_files(documents, {"long.md": _LONG, "riluzole.md": RILUZOLE})
    seen: dict[str, tuple[int, int]] = {}

    def note(stage: str, done: int, total: int) -> None:
        seen[stage] = (done, total)

    report = ingest(index_settings, hashing_embedder, on_progress=note)

    assert list(seen) == ["reading", "embedding", "building"]
    assert seen["reading"] == (2, 2)
    assert seen["embedding"] == (2, 2)
    assert seen["building"] == (report.chunks + 2,) * 2


def test_rebuild_makes_another_build_of_the_same_without_any_embedding(
    two_papers: IngestReport, index_settings: IndexSettings
) -> None:
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder, rebuild=True)

    paths = BuildPaths(index_settings.data_dir)
    assert embedder.embedded == []
    assert (report.build_made, report.documents_unchanged) == (True, 2)
    assert report.build_id != two_papers.build_id
    digests = [read_manifest(paths, one).digest for one in (two_papers.build_id, report.build_id)]
    assert digests[0] == digests[1]


def test_lost_vectors_are_embedded_again_from_the_record(
    two_papers: IngestReport, index_settings: IndexSettings
) -> None:
    paths = BuildPaths(index_settings.data_dir)
    connection = sqlite3.connect(paths.library)
    connection.execute("DELETE FROM vectors WHERE embedded_hash < '8'")
    connection.commit()
    connection.close()
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder, rebuild=True)

    assert 0 < report.embeddings_computed == len(embedder.embedded) < two_papers.embeddings_computed
    assert _find(index_settings, "edaravone infusion")[0] == f"{_EDARAVONE_ID}#0001"


@pytest.mark.worker_processes
def test_hostile_file_costs_only_itself_and_is_not_read_again(
    index_settings: IndexSettings, documents: Path, hashing_embedder: HashingEmbedder
) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE, "deep.md": "> " * 400_000 + "\n\ntext " * 10})
    settings = read_settings(
        IndexSettings,
        data_dir=index_settings.data_dir,
        documents_dir=documents,
        max_file_bytes=600_000,
    )

    report = ingest(settings, hashing_embedder)

    assert [note.path for note in report.failed] == ["deep.md"]
    assert report.documents == 1


def test_every_run_is_in_the_log(two_papers: IngestReport, index_settings: IndexSettings) -> None:
    def last() -> Run:
        with Library(BuildPaths(index_settings.data_dir).library) as library:
            run = library.runs.last()
        assert run is not None
        return run

    first = last()
    assert (first.outcome, first.report["build_id"]) == ("finished", two_papers.build_id)  # type: ignore[index]

    def stop(_stage: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(index_settings, HashingEmbedder(), on_progress=stop)
    assert last().outcome == "interrupted"


@pytest.mark.usefixtures("two_papers")
def test_last_two_backups_are_kept(index_settings: IndexSettings) -> None:
    folder = index_settings.data_dir / "backups"
    assert len(list(folder.iterdir())) == 1
    for _ in range(3):
        ingest(index_settings, HashingEmbedder(), rebuild=True)

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert all(name.startswith("alsqa-") for name in names)


class _LongWords(WordCounter):
    """Counts no text that has a certain word: as a tokenizer that fails on one file would."""

    def count_tokens(self, text: str) -> int:
        if "unspeakable" in text:
            raise RuntimeError("no such word")
        return super().count_tokens(text)


class _ChokingEmbedder(HashingEmbedder):
    tokens = _LongWords()


@pytest.mark.usefixtures("two_papers")
def test_second_file_that_cannot_be_prepared_leaves_the_paper_as_it_was(
    index_settings: IndexSettings, documents: Path
) -> None:
    longer = RILUZOLE + "\nAn unspeakable word stands here, and here is more text of this paper.\n"
    write_files(documents, {"z.md": longer})

    report = ingest(index_settings, _ChokingEmbedder())

    assert report.documents_removed == 0
    assert {note.path for note in report.failed} == {"riluzole.md", "z.md"}
    assert all("no such word" in note.reason for note in report.failed)
    assert "unspeakable" not in _document(index_settings, _RILUZOLE_ID).text


def test_file_of_a_worker_that_died_by_accident_is_read_by_the_next_run(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE})
    paths = BuildPaths(index_settings.data_dir)
    state = FileState("", READER)
    with Library(paths.library, writable=True) as library:
        died = Reading("riluzole.md", state, failure="the process that read it died (signal 9).")
        library.sources.record([died], now=NOW)

    report = ingest(index_settings, HashingEmbedder())

    assert (report.failed, report.documents) == ([], 1)


@pytest.mark.usefixtures("two_papers")
def test_library_that_is_gone_is_not_begun_anew_where_a_backup_is(
    index_settings: IndexSettings,
) -> None:
    library = BuildPaths(index_settings.data_dir).library
    library.write_bytes(b"")
    for name in ("library.db-wal", "library.db-shm"):
        (library.parent / name).unlink(missing_ok=True)
    embedder = HashingEmbedder()

    with pytest.raises(LibraryError, match=r"alsqa restore .*zip"):
        ingest(index_settings, embedder)

    assert embedder.embedded == []


def test_build_that_the_library_does_not_know_is_made_again(
    two_papers: IngestReport, index_settings: IndexSettings
) -> None:
    connection = sqlite3.connect(BuildPaths(index_settings.data_dir).library)
    connection.execute("UPDATE builds SET digest = 'of another library'")
    connection.commit()
    connection.close()

    report = ingest(index_settings, HashingEmbedder())

    assert (report.build_made, report.embeddings_computed) == (True, 0)
    assert report.build_id != two_papers.build_id
    assert _ids(index_settings) == [_EDARAVONE_ID, _RILUZOLE_ID]


@pytest.mark.usefixtures("two_papers")
def test_document_whose_id_looks_like_a_listed_paper_is_its_own(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"odd.md": EDARAVONE.replace("10.1000/edaravone", "10.1000/riluzole~1")})
    ingest(index_settings, HashingEmbedder())

    found = _with_live(index_settings, lambda build: build.record_of(f"{_RILUZOLE_ID}~1"))

    assert found == (f"{_RILUZOLE_ID}~1", None)


@pytest.mark.usefixtures("two_papers")
def test_no_backup_is_kept_where_none_is_wanted(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"page.txt": pubmed_page()})
    settings = index_settings.model_copy(update={"backups": 0})
    before = sorted((settings.data_dir / "backups").iterdir())

    ingest(settings, HashingEmbedder())

    assert sorted((settings.data_dir / "backups").iterdir()) == before


@pytest.mark.usefixtures("two_papers")
def test_backup_that_cannot_be_written_is_a_warning(index_settings: IndexSettings) -> None:
    (index_settings.data_dir / "history.db").write_bytes(b"no database" * 100)

    report = ingest(index_settings, HashingEmbedder(), rebuild=True)

    assert report.build_made
    assert "No backup was written" in report.warnings[0]
