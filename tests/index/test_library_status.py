"""Reports on papers' standing in a library: of files, of an imported list, and what holds now."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from index.build_paths import BuildPaths
from index.identifiers import Identifiers
from index.ingest import ingest
from index.library import Library
from index.library_rows import FileState, RefusedRow, SourceRow, string_hash
from index.library_sources import Reading
from index.publication_status import (
    NOT_CHECKED,
    Standing,
    StatusNote,
    StatusReport,
    report_to_json,
)
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, add_build, make_document, pubmed_page, store, write_files

_PAPER = Identifiers(pmid="11111111", doi="10.1000/page")
_RETRACTED = StatusReport("a list", (StatusNote("retracted", Identifiers(pmid="22222222")),))
_NOTICE = "Abstract\nAutophagy declines.\nRetraction in\n- J Test. 2024;1:2. PMID: 33333333"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db", writable=True) as opened:
        yield opened


def _standing(library: Library, identifiers: Identifiers = _PAPER) -> Standing:
    return library.status.standing(identifiers.document_id or "sha256:0", identifiers)


def _reading(
    path: str,
    content: str,
    *reports: StatusReport | None,
    identifiers: Identifiers = _PAPER,
    whole: bool = True,
) -> Reading:
    """A file of that content, with a record on the paper for each report."""
    rows = tuple(
        SourceRow(
            path=path,
            content_hash=content,
            position=position,
            document_id=identifiers.document_id or "sha256:0",
            identifiers=identifiers,
            record="{}",
            record_sha256=string_hash("{}"),
            status=report_to_json(report) if report else None,
        )
        for position, report in enumerate(reports)
    )
    return Reading(path, FileState(content, "1"), rows, whole=whole)


def test_paper_is_found_by_any_of_its_identifiers(library: Library) -> None:
    library.status.replace_list("a list", [(Identifiers(doi="10.1000/page"), _RETRACTED)], now=NOW)

    standing = _standing(library)

    assert standing.status == "retracted"
    assert standing.checked_at == NOW.isoformat()
    assert standing.notes[0].note.notice == Identifiers(pmid="22222222")
    assert _standing(library, Identifiers(doi="10.1000/page")) == standing
    assert _standing(library, Identifiers(pmid="11111112")) == NOT_CHECKED
    assert _standing(library, Identifiers(isbn="1234567890")) == NOT_CHECKED


def test_paper_is_found_by_the_id_that_an_answer_knows_it_by(library: Library) -> None:
    chapter = Identifiers(nbk="NBK1450")
    library.status.replace_list("a list", [(chapter, _RETRACTED)], now=NOW)

    assert library.status.standing("nbk:NBK1450", Identifiers()).status == "retracted"
    assert library.status.standing("nbk:NBK1451", Identifiers()) == NOT_CHECKED
    assert library.status.standing("title:nbk1450", Identifiers()) == NOT_CHECKED


def test_report_of_an_isbn_alone_is_of_no_paper(library: Library) -> None:
    book = Identifiers(isbn="1234567890")
    library.status.replace_list("a list", [(book, _RETRACTED)], now=NOW)

    assert library.status.standing("isbn:1234567890", book) == NOT_CHECKED


def test_report_on_a_paper_of_several_identifiers_counts_once(library: Library) -> None:
    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)

    assert len(_standing(library).notes) == 1


def test_list_that_is_imported_again_replaces_what_it_said(library: Library) -> None:
    reports = [(Identifiers(pmid=str(number)), _RETRACTED) for number in range(1, 12_001)]
    assert library.status.replace_list("a list", reports, now=NOW) == 12_000
    assert _standing(library, Identifiers(pmid="12000")).status == "retracted"

    later = NOW + timedelta(days=1)
    assert library.status.replace_list("a list", reports[:1], now=later) == 1

    assert _standing(library, Identifiers(pmid="1")).checked_at == later.isoformat()
    assert _standing(library, Identifiers(pmid="12000")) == NOT_CHECKED
    assert library.status.lists() == {"a list": later.isoformat()}


def test_list_that_breaks_off_leaves_the_one_before(library: Library) -> None:
    def broken() -> Iterator[tuple[Identifiers, StatusReport]]:
        yield Identifiers(pmid="2"), _RETRACTED
        raise ValueError("the file ends")

    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)
    with pytest.raises(ValueError, match="the file ends"):
        library.status.replace_list("a list", broken(), now=NOW)

    assert _standing(library).status == "retracted"
    assert _standing(library, Identifiers(pmid="2")) == NOT_CHECKED


def test_readers_see_the_list_before_until_the_new_one_is_whole(
    library: Library, tmp_path: Path
) -> None:
    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)
    seen: list[str] = []

    def reports() -> Iterator[tuple[Identifiers, StatusReport]]:
        for number in range(1, 12_001):
            yield Identifiers(pmid=str(number)), _RETRACTED
        with Library(tmp_path / "library.db") as reader:
            seen.append(_standing(reader).status)
            seen.append(_standing(reader, Identifiers(pmid="1")).status)

    library.status.replace_list("a list", reports(), now=NOW)

    assert seen == ["retracted", "not_checked"]
    assert _standing(library) == NOT_CHECKED
    assert _standing(library, Identifiers(pmid="1")).status == "retracted"


def test_two_sources_are_both_listed(library: Library) -> None:
    later = NOW + timedelta(days=3)
    corrected = StatusReport("PubMed record", (StatusNote("corrected"),))
    library.sources.record([_reading("a.xml", "A", corrected)], now=NOW)
    library.status.replace_list("a list", [(Identifiers(doi=_PAPER.doi), _RETRACTED)], now=later)

    standing = _standing(library)

    assert (standing.status, standing.checked_at) == ("retracted", later.isoformat())
    assert [(one.note.kind, one.source, one.checked_at) for one in standing.notes] == [
        ("retracted", "a list", later.isoformat()),
        ("corrected", "PubMed record", NOW.isoformat()),
    ]


def test_record_that_knows_of_nothing_is_a_check(library: Library) -> None:
    library.sources.record([_reading("a.xml", "A", StatusReport("PubMed record"))], now=NOW)

    assert _standing(library) == Standing("no_notice", (), NOW.isoformat())


def test_new_content_counts_once_it_was_read_whole(library: Library) -> None:
    library.sources.record([_reading("a.xml", "A", _RETRACTED)], now=NOW)

    library.sources.record([_reading("a.xml", "B", StatusReport("x"), whole=False)], now=NOW)
    assert _standing(library).status == "retracted"

    library.sources.record([Reading("a.xml", FileState("B", "1"), whole=True)], now=NOW)
    assert _standing(library).status == "no_notice"


@pytest.mark.parametrize("status", [None, StatusReport("PubMed record")])
def test_what_another_parser_no_longer_reads_in_a_file_is_forgotten(
    library: Library, status: StatusReport | None
) -> None:
    library.sources.record([_reading("a.xml", "A", _RETRACTED)], now=NOW)

    library.sources.record([_reading("a.xml", "A", status)], now=NOW)

    assert _standing(library).notes == ()


def test_record_that_is_refused_now_says_nothing(library: Library) -> None:
    library.sources.record([_reading("a.xml", "A", _RETRACTED, None)], now=NOW)
    refused = (RefusedRow("a.xml", "A", 0, "it has two titles."),)

    library.sources.record(
        [Reading("a.xml", FileState("A", "2"), refused=refused, whole=True)], now=NOW
    )

    assert _standing(library) == NOT_CHECKED
    assert [head.position for head in library.sources.heads()] == [1]


def test_list_outlives_a_file_of_its_name(library: Library) -> None:
    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)
    library.sources.record([_reading("a list", "A", None)], now=NOW)
    library.sources.keep_only([])

    assert _standing(library).status == "retracted"

    library.sources.record([_reading("a list", "A", StatusReport("x"))], now=NOW)
    library.status.replace_list("a list", [(Identifiers(pmid="1"), _RETRACTED)], now=NOW)

    assert _standing(library).status == "no_notice"


def test_document_without_identifiers_has_a_standing_by_its_content(
    index_settings: IndexSettings, documents: Path
) -> None:
    record = "TY  - JOUR\nTI  - RETRACTED: Riluzole and sleep\nJO  - J Test\nPY  - 2019\nER  - \n"
    write_files(documents, {"papers.ris": record})
    ingest(index_settings, HashingEmbedder())
    paths = BuildPaths(index_settings.data_dir)

    with Library(paths.library) as opened:
        (member,) = opened.builds.members(paths.live_build_id())

        assert member.document_id.startswith("sha256:")
        standing = opened.status.standing(member.document_id, Identifiers())
        assert standing.status == "retracted"
        assert opened.status.of_build(paths.live_build_id()) == {member.document_id: standing}


def test_file_says_what_it_says_now(index_settings: IndexSettings, documents: Path) -> None:
    def status() -> str:
        ingest(index_settings, HashingEmbedder())
        with Library(BuildPaths(index_settings.data_dir).library) as opened:
            return _standing(opened).status

    write_files(documents, {"page.txt": pubmed_page(blocks=_NOTICE)})
    assert status() == "retracted"

    write_files(documents, {"page.txt": pubmed_page(blocks="Abstract\nAutophagy declines.")})
    assert status() == "not_checked"

    write_files(documents, {"page.txt": pubmed_page(blocks=_NOTICE)})
    assert status() == "retracted"

    (documents / "page.txt").unlink()
    write_files(documents, {"other.md": "# Another\n\nIt has words.\n"})
    assert status() == "not_checked"


def test_file_that_became_unreadable_goes_on_saying_what_it_said(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(documents, {"page.txt": pubmed_page(blocks=_NOTICE)})
    ingest(index_settings, HashingEmbedder())
    (documents / "page.txt").write_bytes(b"\x00")
    ingest(index_settings, HashingEmbedder())

    with Library(BuildPaths(index_settings.data_dir).library) as opened:
        assert _standing(opened).status == "retracted"


def test_standing_of_a_build_is_that_of_its_documents(library: Library) -> None:
    papers = [
        make_document(
            "Text.", title=str(n), identifiers=Identifiers(pmid=str(n), doi=f"10.1000/{n}")
        )
        for n in range(1, 5)
    ]
    add_build(library, "b", store(library, HashingEmbedder(), papers[:3]))
    add_build(library, "other", store(library, HashingEmbedder(), papers[3:]))
    half_read = _reading("b.xml", "B", _RETRACTED, identifiers=Identifiers(pmid="3"), whole=False)
    library.sources.record([half_read], now=NOW)
    reports = [
        (Identifiers(pmid="1", doi="10.1000/1"), _RETRACTED),
        (Identifiers(doi="10.1000/1"), StatusReport("a list", (StatusNote("corrected"),))),
        (Identifiers(doi="10.1000/2"), StatusReport("a list")),
        (Identifiers(pmid="4"), _RETRACTED),
        (Identifiers(pmid="99"), _RETRACTED),
    ]
    library.status.replace_list("a list", reports, now=NOW)

    standings = library.status.of_build("b")

    assert list(standings) == ["pmid:1", "pmid:2"]
    assert [one.note.kind for one in standings["pmid:1"].notes] == ["retracted", "corrected"]
    assert standings == {one.document_id: _standing(library, one.identifiers) for one in papers[:2]}


def test_listed_papers_of_a_document_do_not_share_its_standing(
    index_settings: IndexSettings, documents: Path
) -> None:
    listing = "Similar articles\nOther paper.\nSmith J.\nJ Neurol. 2020. PMID: 22222222"
    write_files(documents, {"page.txt": pubmed_page(blocks=f"Abstract\nText.\n{listing}")})
    ingest(index_settings, HashingEmbedder())
    paths = BuildPaths(index_settings.data_dir)

    with Library(paths.library, writable=True) as opened:
        listed = Identifiers(pmid="22222222")
        opened.status.replace_list("a list", [(listed, _RETRACTED)], now=NOW)

        assert opened.status.of_build(paths.live_build_id()) == {}
        assert _standing(opened, listed).status == "retracted"


@contextmanager
def _watched() -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run in the block, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, values: Any, *_rest: Any) -> None:
        seen.append((text, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_standing_is_looked_up_in_the_index_however_many_reports_there_are(
    library: Library, tmp_path: Path
) -> None:
    reports = [
        (Identifiers(pmid=str(number), doi=f"10.1000/{number}"), _RETRACTED)
        for number in range(1, 60_001)
    ]
    library.status.replace_list("a list", reports, now=NOW)
    library.sources.record([_reading("a.xml", "A", _RETRACTED)], now=NOW)

    with _watched() as seen:
        started = time.perf_counter()
        for number in range(100):
            library.status.standing("pmid:7", Identifiers(pmid="7", doi=f"10.1000/{number}"))
        took_s = time.perf_counter() - started
        library.status.of_build("none")

    assert took_s < 1  # 0.03 s on an idle core; four seconds where the whole table is read
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'library.db'}")
    with engine.connect() as connection:
        for text, values in {
            text: values for text, values in seen if "status_reports" in text
        }.items():
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            assert not [row for row in rows if re.search(r"\bSCAN\b", row[-1])], rows
    engine.dispose()
