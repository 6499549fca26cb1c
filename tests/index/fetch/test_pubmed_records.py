"""Downloads from PubMed, with a service on the loopback address that answers as PubMed does."""

import pytest

from index.fetch.errors import FetchError, ReplyError
from index.fetch.report import Skipped
from tests.index.fetch.bench import Bench
from tests.index.fetch.samples import (
    FAULTS,
    FakePubMed,
    PubMedRecord,
    articles_xml,
    records,
)
from tests.index.fetch.web_server import Answer, Call, WebServer


def test_query_is_fetched_through_the_held_search_in_files_of_200(
    bench: Bench, pubmed: FakePubMed
) -> None:
    report = bench.run()

    names = [record.pmid for record in pubmed.records]
    assert bench.files() == {
        "0001.xml.gz": names[:200],
        "0002.xml.gz": names[200:400],
        "0003.xml.gz": names[400:],
    }
    assert (report.count, report.held, report.fetched, report.skipped) == (450, 450, 450, [])
    assert report.files == ["0001.xml.gz", "0002.xml.gz", "0003.xml.gz"]
    assert bench.hidden() == [".fetch.json"]
    (search,) = bench.server.called("esearch.fcgi")
    assert search.fields["usehistory"] == "y"
    assert search.fields["term"] == "tofersen"
    fetches = bench.server.called("efetch.fcgi")
    assert [call.fields["retstart"] for call in fetches] == ["0", "200", "400"]
    assert all("WebEnv" in call.fields and "id" not in call.fields for call in fetches)
    assert all(call.fields["tool"] == "alsqa" for call in bench.server.calls)
    assert all(call.fields["retmode"] == "xml" for call in bench.server.calls)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_same_command_goes_on_after_a_fault_with_the_missing_files(
    bench: Bench, pubmed: FakePubMed, fault: Answer
) -> None:
    def answer(call: Call) -> Answer:
        return fault if call.fields.get("retstart") == "200" else pubmed.answer(call)

    bench.server.answer = answer
    with pytest.raises(FetchError) as caught:
        bench.run()
    after_fault = bench.files()
    bench.server.answer = pubmed.answer
    calls = len(bench.server.calls)
    report = bench.run()

    assert "same command" in caught.value.remedy
    assert list(after_fault) == ["0001.xml.gz"]
    assert (report.fetched, report.held) == (250, 450)
    assert bench.pmids() == [record.pmid for record in pubmed.records]
    assert bench.hidden() == [".fetch.json"]
    assert "1 of 3 files here; going on with the rest." in bench.told
    assert len(bench.server.calls) - calls == 3


def test_search_that_expired_is_made_again(bench: Bench, pubmed: FakePubMed) -> None:
    def forget(call: Call) -> Answer:
        pubmed.forget()
        return pubmed.answer(call)

    bench.server.queue += [pubmed.answer, pubmed.answer, forget]

    report = bench.run()

    assert report.held == 450
    assert bench.pmids() == [record.pmid for record in pubmed.records]
    assert len(bench.server.called("esearch.fcgi")) == 2
    assert all("id" not in call.fields for call in bench.server.calls)


def test_pubmed_that_grew_in_between_loses_no_record_and_gives_none_twice(
    bench: Bench, pubmed: FakePubMed
) -> None:
    planned = [record.pmid for record in pubmed.records]

    def grow(call: Call) -> Answer:
        pubmed.forget()
        pubmed.records = [*records(30, first=900), *pubmed.records]
        return pubmed.answer(call)

    bench.server.queue += [pubmed.answer, pubmed.answer, grow]

    bench.run()

    assert bench.pmids() == planned
    assert any("480 records now, 450 when this download began" in text for text in bench.told)
    assert [call.fields.get("id", "").count(",") for call in bench.server.calls[-2:]] == [199, 49]


def test_search_that_never_stays_held_is_done_by_pmid(bench: Bench, pubmed: FakePubMed) -> None:
    def answer(call: Call) -> Answer:
        pubmed.forget()
        return pubmed.answer(call)

    bench.server.answer = answer

    assert bench.run().held == 450
    assert bench.pmids() == [record.pmid for record in pubmed.records]


def test_held_search_that_gives_other_records_is_not_trusted(
    bench: Bench, pubmed: FakePubMed
) -> None:
    others = Answer(articles_xml(*records(200, first=5_000)))
    bench.server.queue += [pubmed.answer, others]

    bench.run()

    assert bench.pmids() == [record.pmid for record in pubmed.records]


def test_answer_with_other_records_than_those_asked_by_pmid_is_an_error(
    bench: Bench,
) -> None:
    bench.server.answer = lambda _: Answer(articles_xml(*records(3, first=5_000)))

    with pytest.raises(ReplyError, match="other records than those asked for"):
        bench.run_identifiers(["10000001"], [])
    assert bench.files() == {}


def test_records_missing_from_a_batch_are_asked_for_once_more(
    bench: Bench, pubmed: FakePubMed
) -> None:
    late, lost = pubmed.records[3].pmid, pubmed.records[210].pmid
    pubmed.lost = {late, lost}

    def answer(call: Call) -> Answer:
        if "id" in call.fields:
            pubmed.lost = {lost}
        return pubmed.answer(call)

    bench.server.answer = answer
    report = bench.run()

    assert report.held == 449
    assert bench.files()["0004.xml.gz"] == [late]
    assert report.skipped == [Skipped(lost, "PubMed sent no record of this PMID")]
    assert bench.server.calls[-1].fields["id"] == f"{late},{lost}"


def test_file_that_was_removed_is_fetched_again(bench: Bench, pubmed: FakePubMed) -> None:
    bench.run()
    (bench.path / "0002.xml.gz").unlink()

    report = bench.run()

    assert report.files == ["0002.xml.gz"]
    assert bench.pmids() == [record.pmid for record in pubmed.records]


def test_books_are_records_too(bench: Bench, server: WebServer) -> None:
    server.answer = FakePubMed([PubMedRecord("11", is_book=True), PubMedRecord("22")]).answer

    assert bench.run().held == 2


def test_file_that_cannot_be_written_ends_the_run_and_leaves_nothing_half(
    bench: Bench, pubmed: FakePubMed
) -> None:
    (bench.path / "0002.xml.gz").mkdir(parents=True)
    with pytest.raises(FetchError, match=r"0002\.xml\.gz cannot be read or written"):
        bench.run()
    left = sorted(file.name for file in bench.path.iterdir())
    (bench.path / "0002.xml.gz").rmdir()
    report = bench.run()

    assert left == [".fetch.json", "0001.xml.gz", "0002.xml.gz"]
    assert report.held == 450
    assert bench.pmids() == [record.pmid for record in pubmed.records]
