import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import FileState, RefusedRow, SourceKey, SourceRow, string_hash
from index.library_sources import Reading, Sources
from index.library_tables import WHOLE_FILE
from tests.index.samples import NOW


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    with Library(tmp_path / "library.db", writable=True) as library:
        yield library.sources


def _row(path: str, content: str, position: int = 0, text: str = "{}") -> SourceRow:
    names = Identifiers(pmid=str(position + 1))
    return SourceRow(
        path, content, position, f"pmid:{position + 1}", names, text, string_hash(text)
    )


def _reading(path: str, content: str, *texts: str, whole: bool = True) -> Reading:
    rows = tuple(_row(path, content, position, text) for position, text in enumerate(texts))
    return Reading(path, FileState(content, "1"), rows, whole=whole)


def _failure(path: str, content: str, reason: str) -> Reading:
    return Reading(path, FileState(content, "1"), failure=reason)


def _texts(sources: Sources) -> list[str]:
    return list(sources.records(sources.heads()))


def test_what_was_read_is_there(sources: Sources) -> None:
    sources.record([_reading("a.txt", "A", "one", "two"), _reading("b.txt", "B", "three")], now=NOW)

    assert sources.files() == {"a.txt": FileState("A", "1"), "b.txt": FileState("B", "1")}
    heads = sources.heads()
    assert [(head.path, head.position) for head in heads] == [
        ("a.txt", 0),
        ("a.txt", 1),
        ("b.txt", 0),
    ]
    assert heads[1].identifiers == Identifiers(pmid="2")
    assert heads[1].record_sha256 == string_hash("two")
    assert sources.records(heads[::-1]) == ("three", "two", "one")


def test_titles_are_read_without_the_rest(sources: Sources) -> None:
    texts = ('{"title":"One"}', '{"title":null}', "no JSON")
    sources.record([_reading("a.txt", "A", *texts)], now=NOW)

    assert sources.titles(sources.heads()) == ("One", None, None)
    assert sources.titles([]) == ()


def test_source_that_changed_on_disk_is_refused_and_named(sources: Sources, tmp_path: Path) -> None:
    sources.record([_reading("a.txt", "A", "one"), _reading("b.txt", "B", "two")], now=NOW)
    sources.check()
    connection = sqlite3.connect(tmp_path / "library.db")
    connection.execute("UPDATE sources SET record = 'tw0' WHERE path = 'b.txt'")
    connection.commit()
    connection.close()
    well, changed = sources.heads()

    assert sources.records([well]) == ("one",)
    with pytest.raises(LibraryError, match=r"what b\.txt gave has changed on disk"):
        sources.records([changed])
    with pytest.raises(LibraryError, match=r"b\.txt"):
        sources.check()


def test_earlier_content_counts_until_the_new_one_is_whole(sources: Sources) -> None:
    sources.record([_reading("a.txt", "A", "old", "older")], now=NOW)

    sources.record([_reading("a.txt", "B", "new", whole=False)], now=NOW)
    assert _texts(sources) == ["old", "older"]

    sources.record([Reading("a.txt", FileState("B", "1"), whole=True)], now=NOW)
    assert _texts(sources) == ["new"]
    assert sources.files() == {"a.txt": FileState("B", "1")}


def test_failure_leaves_the_earlier_content_and_says_why(sources: Sources) -> None:
    sources.record([_reading("a.txt", "A", "old")], now=NOW)
    sources.record([_reading("a.txt", "B", "half", whole=False)], now=NOW)

    sources.record([_failure("a.txt", "B", "it is torn.")], now=NOW)

    assert _texts(sources) == ["old"]
    (row,) = sources.quarantined().values()
    assert (row.path, row.state, row.reason) == ("a.txt", FileState("B", "1"), "it is torn.")
    assert row.since == NOW.isoformat()


def test_failure_keeps_the_time_it_was_found_first_until_the_reason_is_another(
    sources: Sources,
) -> None:
    later = NOW + timedelta(days=1)

    def since(reason: str) -> str:
        sources.record([_failure("a.txt", "A", reason)], now=later)
        return sources.quarantined()[SourceKey("a.txt", WHOLE_FILE)].since

    sources.record([_failure("a.txt", "A", "it is torn.")], now=NOW)

    assert since("it is torn.") == NOW.isoformat()
    assert since("it is empty.") == later.isoformat()


def test_file_that_is_well_again_leaves_the_quarantine(sources: Sources) -> None:
    sources.record([_failure("a.txt", "A", "it is empty.")], now=NOW)

    sources.record([_reading("a.txt", "B", "text")], now=NOW)

    assert sources.quarantined() == {}
    assert _texts(sources) == ["text"]


def test_files_that_are_gone_are_forgotten(sources: Sources) -> None:
    sources.record(
        [
            _reading("a.txt", "A", "one"),
            _reading("b.txt", "B", "two"),
            _failure("c.txt", "C", "no."),
        ],
        now=NOW,
    )

    sources.keep_only(["b.txt"])

    assert list(sources.files()) == ["b.txt"]
    assert _texts(sources) == ["two"]
    assert sources.quarantined() == {}


def test_conflicts_replace_each_other_and_keep_the_time_they_were_found(sources: Sources) -> None:
    sources.record([_failure("c.txt", "C", "it is empty.")], now=NOW)
    a, b, c = SourceKey("a.txt", 3), SourceKey("b.txt", 0), SourceKey("c.txt", WHOLE_FILE)
    sources.replace_conflicts({a: "two PMIDs.", c: "two DOIs."}, now=NOW)
    sources.replace_conflicts({a: "two PMIDs.", b: "two DOIs."}, now=NOW + timedelta(days=1))

    found = sources.quarantined()
    assert {key: row.reason for key, row in found.items()} == {
        a: "two PMIDs.",
        b: "two DOIs.",
        c: "it is empty.",
    }
    assert found[a].since == NOW.isoformat()
    assert found[b].since == (NOW + timedelta(days=1)).isoformat()

    sources.replace_conflicts({}, now=NOW)
    assert list(sources.quarantined()) == [c]


def test_records_that_are_left_out_stay_aside_until_the_file_is_read_without_them(
    sources: Sources,
) -> None:
    refused = RefusedRow("a.txt", "A", 1, "record 2: it has no title.")
    well = _reading("a.txt", "A", "one")
    sources.record([replace(well, refused=(refused,), whole=False), well], now=NOW)

    (row,) = sources.quarantined().values()
    assert (row.position, row.reason, row.since) == (1, refused.reason, NOW.isoformat())
    assert _texts(sources) == ["one"]

    sources.record([_failure("a.txt", "B", "it is torn.")], now=NOW)
    assert [row.position for row in sources.quarantined().values()] == [WHOLE_FILE, 1]

    sources.record([_reading("a.txt", "C", "two")], now=NOW)
    assert sources.quarantined() == {}


def test_what_was_left_out_of_a_file_that_then_failed_is_not_told(sources: Sources) -> None:
    refused = RefusedRow("a.txt", "B", 0, "record 1: it has no title.")
    begun = Reading("a.txt", FileState("B", "1"), refused=(refused,))

    sources.record([_reading("a.txt", "A", "old")], now=NOW)
    sources.record([begun, _failure("a.txt", "B", "it is torn.")], now=NOW)

    assert [row.position for row in sources.quarantined().values()] == [WHOLE_FILE]
