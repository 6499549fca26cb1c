"""What the same command does when it is called again, and what is new."""

import gzip
from dataclasses import replace
from datetime import date

import pytest

from index.fetch.errors import FetchError
from index.fetch.progress_file import Plan
from tests.index.fetch.bench import Bench
from tests.index.fetch.samples import (
    FakePubMed,
    PubMedRecord,
)
from tests.index.fetch.web_server import Answer


@pytest.mark.usefixtures("pubmed")
def test_count_is_told_before_the_download_which_can_be_declined(
    bench: Bench,
) -> None:
    seen: list[int] = []

    def decline(plan: Plan) -> bool:
        seen.append(plan.records)
        return False

    bench.confirm = decline

    report = bench.run()

    assert seen == [450]
    assert bench.told == ["PubMed: 450 records for: tofersen; 450 to download, in 3 files."]
    assert report.declined
    assert not bench.path.exists()
    assert bench.server.called("efetch.fcgi") == []


def test_newest_are_taken_where_a_number_is_given(bench: Bench, pubmed: FakePubMed) -> None:
    bench.run(most=250)
    first = bench.pmids()
    bench.run(most=300)

    assert first == [record.pmid for record in pubmed.records[:250]]
    assert sorted(bench.pmids()) == sorted(record.pmid for record in pubmed.records[:300])
    assert [len(pmids) for pmids in bench.files().values()] == [200, 50, 50]


@pytest.mark.usefixtures("pubmed")
def test_complete_fetch_asks_once_and_downloads_nothing_again(
    bench: Bench,
) -> None:
    bench.run()
    calls = len(bench.server.calls)

    report = bench.run()

    assert (report.fetched, report.held, report.files) == (0, 450, [])
    assert [call.path for call in bench.server.calls[calls:]] == ["/entrez/eutils/esearch.fcgi"]


def test_new_records_come_in_files_beside_the_old_ones_and_none_twice(
    bench: Bench, pubmed: FakePubMed
) -> None:
    bench.run()
    fresh = [PubMedRecord(str(20_000_000 + n), date(2026, 5, 3)) for n in range(3)]
    pubmed.records = [*fresh, *pubmed.records]

    report = bench.run_new()
    again = bench.run_new()

    assert (report.fetched, report.held, report.files) == (3, 453, ["0004.xml.gz"])
    assert bench.files()["0004.xml.gz"] == [record.pmid for record in fresh]
    assert (again.fetched, again.files) == (0, [])
    searches = [call.fields for call in bench.server.called("esearch.fcgi")]
    assert searches[-1]["datetype"] == "edat"
    assert searches[-1]["mindate"] == "2026/05/03"


def test_records_that_pubmed_changed_come_again_in_their_files(
    bench: Bench, pubmed: FakePubMed
) -> None:
    bench.run()
    before = bench.files()
    pubmed.records[300] = replace(pubmed.records[300], retracted=date(2026, 5, 3))

    report = bench.run_new()

    assert (report.fetched, report.changed, report.changed_files) == (0, 1, ["0002.xml.gz"])
    assert bench.files() == before
    text = gzip.decompress((bench.path / "0002.xml.gz").read_bytes()).decode()
    assert text.count("RetractionIn") == 1
    assert (
        "PubMed changed 1 record of those here since 2026-05-03; 1 file to download again."
        in bench.told
    )
    changes = [
        call.fields
        for call in bench.server.called("esearch.fcgi")
        if call.fields.get("datetype") == "mdat"
    ]
    assert [len(one["term"].split(" OR ")) for one in changes] == [200, 200, 50]
    assert {one["mindate"] for one in changes} == {"2026/05/03"}


def test_changed_records_are_kept_as_they_were_until_they_come(
    bench: Bench, pubmed: FakePubMed
) -> None:
    bench.run()
    before = bench.files()
    pubmed.records[0] = replace(pubmed.records[0], retracted=date(2026, 5, 3))
    bench.server.answer = lambda call: (
        Answer(status=503) if call.path.endswith("efetch.fcgi") else pubmed.answer(call)
    )
    with pytest.raises(FetchError):
        bench.run_new()
    assert bench.files() == before

    bench.server.answer = pubmed.answer
    bench.run()

    text = gzip.decompress((bench.path / "0001.xml.gz").read_bytes()).decode()
    assert text.count("RetractionIn") == 1
    assert bench.files() == before


def test_changed_records_of_a_list_come_again_and_no_others(
    bench: Bench, pubmed: FakePubMed
) -> None:
    pmids = [pubmed.records[number].pmid for number in (5, 6)]
    bench.run_identifiers(pmids, [])
    pubmed.records[6] = replace(pubmed.records[6], retracted=date(2026, 5, 4))

    report = bench.run_new_of_list()

    assert (report.fetched, report.changed, report.held) == (0, 1, 2)
    assert sorted(bench.pmids()) == sorted(pmids)


def test_new_records_are_looked_for_from_the_day_that_is_given(
    bench: Bench, pubmed: FakePubMed
) -> None:
    bench.run(most=100)

    report = bench.run_new(date(2000, 5, 1))

    since = [record.pmid for record in pubmed.records if record.day >= date(2000, 5, 1)]
    assert sorted(bench.pmids()) == sorted(
        {*(record.pmid for record in pubmed.records[:100]), *since}
    )
    assert len(bench.pmids()) == report.held


def test_new_goes_on_with_what_was_left_first(bench: Bench, pubmed: FakePubMed) -> None:
    bench.server.queue += [pubmed.answer, pubmed.answer, *([Answer(status=503)] * 5)]
    with pytest.raises(FetchError):
        bench.run()
    pubmed.records = [PubMedRecord("20000000", date(2026, 5, 4)), *pubmed.records]

    bench.run_new()

    assert sorted(bench.pmids()) == sorted(record.pmid for record in pubmed.records)
