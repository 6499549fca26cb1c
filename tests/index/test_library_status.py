"""Reports on papers' standing in a library: of files, of an imported list, and what holds now."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.identifiers import Identifiers
from index.ingest import ingest
from index.library import Library
from index.publication_status import NOT_CHECKED, StatusNote, StatusReport
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, pubmed_page, write_files

_PAPER = Identifiers(pmid="11111111", doi="10.1000/page")
_RETRACTED = StatusReport("a list", (StatusNote("retracted", Identifiers(pmid="22222222")),))
_NOTICE = "Abstract\nAutophagy declines.\nRetraction in\n- J Test. 2024;1:2. PMID: 33333333"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db", writable=True) as opened:
        yield opened


def test_paper_is_found_by_any_of_its_identifiers(library: Library) -> None:
    library.status.replace_list("a list", [(Identifiers(doi="10.1000/page"), _RETRACTED)], now=NOW)

    standing = library.status.standing(_PAPER)

    assert standing.status == "retracted"
    assert standing.checked_at == NOW.isoformat()
    assert standing.notes[0].note.notice == Identifiers(pmid="22222222")
    assert library.status.standing(Identifiers(pmid="11111112")) == NOT_CHECKED
    assert library.status.standing(Identifiers(isbn="1234567890")) == NOT_CHECKED


def test_report_on_a_paper_of_several_identifiers_counts_once(library: Library) -> None:
    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)

    assert len(library.status.standing(_PAPER).notes) == 1


def test_list_that_is_imported_again_replaces_what_it_said(library: Library) -> None:
    reports = [(Identifiers(pmid=str(number)), _RETRACTED) for number in range(1, 12_001)]
    assert library.status.replace_list("a list", reports, now=NOW) == 12_000
    assert library.status.standing(Identifiers(pmid="12000")).status == "retracted"

    later = NOW + timedelta(days=1)
    assert library.status.replace_list("a list", reports[:1], now=later) == 1

    assert library.status.standing(Identifiers(pmid="1")).checked_at == later.isoformat()
    assert library.status.standing(Identifiers(pmid="12000")) == NOT_CHECKED
    assert library.status.lists() == {"a list": later.isoformat()}


def test_list_that_breaks_off_leaves_the_one_before(library: Library) -> None:
    def broken() -> Iterator[tuple[Identifiers, StatusReport]]:
        yield Identifiers(pmid="2"), _RETRACTED
        raise ValueError("the file ends")

    library.status.replace_list("a list", [(_PAPER, _RETRACTED)], now=NOW)
    with pytest.raises(ValueError, match="the file ends"):
        library.status.replace_list("a list", broken(), now=NOW)

    assert library.status.standing(_PAPER).status == "retracted"
    assert library.status.standing(Identifiers(pmid="2")) == NOT_CHECKED


def test_file_says_what_it_says_now(index_settings: IndexSettings, documents: Path) -> None:
    def status() -> str:
        ingest(index_settings, HashingEmbedder())
        with Library(BuildPaths(index_settings.data_dir).library) as opened:
            return opened.status.standing(_PAPER).status

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
        assert opened.status.standing(_PAPER).status == "retracted"


def test_documents_of_a_build_with_a_notice_are_listed(
    index_settings: IndexSettings, documents: Path
) -> None:
    write_files(
        documents,
        {
            "page.txt": pubmed_page(blocks=_NOTICE),
            "other.txt": pubmed_page(title="Another title", identifiers="- PMID: 44444444"),
        },
    )
    ingest(index_settings, HashingEmbedder())
    paths = BuildPaths(index_settings.data_dir)
    no_notice = StatusReport("a list")

    with Library(paths.library, writable=True) as opened:
        opened.status.replace_list("a list", [(Identifiers(pmid="44444444"), no_notice)], now=NOW)
        build_id = paths.live_build_id()

        assert opened.status.marked(build_id) == ["pmid:11111111"]
        assert opened.status.by_document(build_id, ["pmid:11111111", "pmid:44444444"]) == {
            "pmid:11111111": "retracted",
            "pmid:44444444": "no_notice",
        }
