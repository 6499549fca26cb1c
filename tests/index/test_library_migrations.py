import sqlite3
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.embedding_models import load_embedder
from index.errors import LockedError
from index.filters import Filters
from index.identifiers import Identifiers
from index.ingest import ingest
from index.library import Library
from index.library_rows import SourceKey
from index.library_tables import SCHEMA_VERSION, WHOLE_FILE
from index.settings import IndexSettings
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, RILUZOLE, hashing_live, pubmed_page, write_files

_FIRST_SCHEMA = Path(__file__).with_name("library_v1.sql")
_SECOND_SCHEMA = Path(__file__).with_name("library_v2.sql")
_RILUZOLE = "doi:10.1000/riluzole"
_LISTING = (
    "Abstract\nAutophagy declines in motor neurons.\n"
    "Similar articles\nOther paper.\nSmith J.\nJ Neurol. 2020. PMID: 22222222"
)
_FIRST_MINILM = (
    "sentence-transformers/all-MiniLM-L6-v2@53aa51172d142c89:sentence-transformers:fp32:mean:"
    "normalised:384:256"
)


@pytest.fixture
def old_library(index_settings: IndexSettings) -> Path:
    """A library of the first schema: two documents, one failed file, vectors of two models."""
    path = BuildPaths(index_settings.data_dir).library
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(_FIRST_SCHEMA.read_text(encoding="utf-8"))
    connection.execute("INSERT INTO vectors VALUES ('h', ?, x'00')", (_FIRST_MINILM,))
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("writable", [True, False])
def test_library_of_the_first_schema_opens_with_all_it_holds(
    old_library: Path, writable: bool
) -> None:
    with Library(old_library, writable=writable) as library:
        assert {head.path for head in library.sources.heads()} == {"page.txt", "riluzole.md"}
        (build_id,) = ["0b5240f47458-4fb26bd5"]
        members = library.builds.members(build_id)
        assert [member.document_id for member in members] == [_RILUZOLE, "pmid:11111111"]
        assert library.documents.document(members[0]).title == "Riluzole in trials"
        assert len(list(library.documents.entries(members))) == 6
        assert library.builds.successor(_RILUZOLE) is None

    connection = sqlite3.connect(old_library)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()


def test_vectors_of_the_default_model_are_still_its_own(old_library: Path) -> None:
    with Library(old_library) as library:
        fingerprint = load_embedder(runtime="torch").fingerprint

        assert library.vectors.missing(["h"], fingerprint=fingerprint) == set()


@pytest.mark.usefixtures("old_library")
def test_next_run_embeds_nothing_that_was_embedded(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(
        documents,
        {"riluzole.md": RILUZOLE, "page.txt": pubmed_page(blocks=_LISTING), "empty.txt": ""},
    )
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert embedder.embedded == []
    assert (report.documents, report.build_made) == (2, True)
    live = hashing_live(BuildPaths(index_settings.data_dir))
    with live.lease() as build:
        assert build.document(_RILUZOLE).title == "Riluzole in trials"
    live.close()


@pytest.mark.usefixtures("old_library")
def test_file_that_failed_under_the_first_schema_keeps_its_last_good_state(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"riluzole.md": "", "page.txt": pubmed_page(blocks=_LISTING)})

    report = ingest(index_settings, HashingEmbedder())

    assert report.documents == 2
    assert "last good state" in report.failed[0].reason


def test_reader_leaves_an_old_library_to_the_writer_that_holds_it(old_library: Path) -> None:
    with writer_lock(old_library.parent), pytest.raises(LockedError):
        Library(old_library)


def test_migration_that_fails_leaves_the_old_library(old_library: Path) -> None:
    connection = sqlite3.connect(old_library)
    connection.execute("UPDATE documents SET record = 'no JSON'")
    connection.commit()

    with pytest.raises(ValueError, match="Expecting value"):
        Library(old_library, writable=True)

    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM files").fetchone() == (3,)
    connection.close()


@pytest.fixture
def second_library(index_settings: IndexSettings) -> Path:
    """A library of the second schema: two documents, one of them retracted, and one failed file."""
    path = BuildPaths(index_settings.data_dir).library
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(_SECOND_SCHEMA.read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.mark.parametrize("writable", [True, False])
def test_library_of_the_second_schema_opens_with_all_it_holds(
    second_library: Path, writable: bool
) -> None:
    with Library(second_library, writable=writable) as library:
        ((key, row),) = library.sources.quarantined().items()
        assert key == SourceKey("empty.txt", WHOLE_FILE)
        assert row.position == WHOLE_FILE
        assert row.reason == "it is empty. Remove it, or put the text in."
        assert row.since == NOW.isoformat()
        assert [head.path for head in library.sources.heads()] == ["page.txt", "riluzole.md"]
        members = library.builds.members("0d17adca7367-0fe60927")
        assert [member.document_id for member in members] == [_RILUZOLE, "pmid:11111111"]
        assert library.documents.document(members[0]).title == "Riluzole in trials"
        library.documents.check(members)
        library.sources.check()
        assert library.status.lists() == {}
        assert library.status.of_build("0d17adca7367-0fe60927") == {}

    connection = sqlite3.connect(second_library)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()


def test_migrated_library_has_the_tables_of_a_new_one(second_library: Path, tmp_path: Path) -> None:
    def tables(path: Path) -> dict[str, str]:
        with Library(path, writable=True):
            connection = sqlite3.connect(path)
            found = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
            connection.close()
            return found

    assert tables(second_library) == tables(tmp_path / "new" / "library.db")


@pytest.mark.usefixtures("second_library")
def test_next_run_reads_standing_and_facets_and_embeds_nothing(
    index_settings: IndexSettings, documents: Path
) -> None:
    blocks = _LISTING.replace(
        "Similar articles", "Retraction in\n- J Test. 2024;1:2. PMID: 33333333\nSimilar articles"
    )
    write_files(
        documents,
        {"riluzole.md": RILUZOLE, "page.txt": pubmed_page(blocks=blocks), "empty.txt": ""},
    )
    embedder = HashingEmbedder()

    report = ingest(index_settings, embedder)

    assert (embedder.embedded, report.documents) == ([], 2)
    live = hashing_live(BuildPaths(index_settings.data_dir))
    with live.lease() as build:
        assert build.standing("pmid:11111111", Identifiers()).status == "retracted"
        assert build.scope(Filters(statuses=("retracted",))).documents == {"pmid:11111111"}
    live.close()
