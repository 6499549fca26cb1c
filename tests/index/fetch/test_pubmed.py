"""Searches in PubMed and lists of identifiers, with a loopback service that answers as PubMed does."""

from dataclasses import replace
from datetime import date

import pytest

from index.fetch.entrez import LISTED_AT_MOST, Entrez
from index.fetch.errors import FetchError
from index.fetch.report import Skipped
from tests.index.fetch.bench import Bench
from tests.index.fetch.samples import (
    FAULTS,
    FakePubMed,
    PubMedRecord,
    records,
    search_xml,
)
from tests.index.fetch.web_server import Answer, Call, WebServer


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_search_that_fails_is_never_0_results_and_leaves_nothing(
    bench: Bench, fault: Answer
) -> None:
    bench.server.answer = lambda _: fault

    with pytest.raises(FetchError):
        bench.run()

    assert not any("no record" in text for text in bench.told)
    assert not bench.path.exists()


def test_0_results_are_told_with_the_words_that_pubmed_does_not_know(bench: Bench) -> None:
    bench.server.answer = lambda _: Answer(
        search_xml(
            0,
            [],
            rest='<WarningList><QuotedPhraseNotFound>"tofersenn"</QuotedPhraseNotFound>'
            "<OutputMessage>No items found.</OutputMessage></WarningList>",
        )
    )

    report = bench.run(query='"tofersenn"')

    assert bench.told == [
        'PubMed does not know "tofersenn".',
        'PubMed has no record for: "tofersenn"',
    ]
    assert (report.count, report.held, report.declined) == (0, 0, False)
    assert not bench.path.exists()


def test_words_that_pubmed_left_out_of_a_search_are_told(bench: Bench, pubmed: FakePubMed) -> None:
    bench.server.queue += [
        Answer(
            search_xml(
                1,
                [pubmed.records[0].pmid],
                rest="<ErrorList><PhraseNotFound>xyzzy</PhraseNotFound></ErrorList>"
                "<WarningList><OutputMessage>Wildcard ignored.</OutputMessage></WarningList>",
            )
        )
    ]

    report = bench.run()

    assert report.remarks == [
        "PubMed does not know, and searched without, xyzzy.",
        "PubMed remarks: Wildcard ignored.",
    ]
    assert set(report.remarks) <= set(bench.told)


def test_more_than_pubmed_lists_is_split_by_days_and_complete(
    bench: Bench, server: WebServer, small_entrez: Entrez
) -> None:
    pubmed = FakePubMed(records(1_000), limit=99)
    server.answer = pubmed.answer
    bench.entrez = small_entrez

    report = bench.run()

    assert report.held == report.count == 1_000
    assert report.remarks == []
    assert sorted(bench.pmids()) == sorted(record.pmid for record in pubmed.records)
    assert all("id" not in call.fields for call in server.calls)
    assert {call.fields.get("datetype", "edat") for call in server.called("esearch.fcgi")} == {
        "edat"
    }


def test_one_record_more_than_pubmed_lists_is_not_lost(
    bench: Bench, server: WebServer, small_entrez: Entrez
) -> None:
    pubmed = FakePubMed(records(100), limit=99)
    server.answer = pubmed.answer
    bench.entrez = small_entrez

    bench.run()

    assert sorted(bench.pmids()) == sorted(record.pmid for record in pubmed.records)
    assert LISTED_AT_MOST == 9_999


def test_split_fetch_goes_on_after_a_fault(
    bench: Bench, server: WebServer, small_entrez: Entrez
) -> None:
    pubmed = FakePubMed(records(1_000), limit=99)
    bench.entrez = small_entrez
    fetched = 0

    def answer(call: Call) -> Answer:
        nonlocal fetched
        fetched += call.path.endswith("efetch.fcgi")
        return Answer(status=503) if fetched > 4 else pubmed.answer(call)

    server.answer = answer
    with pytest.raises(FetchError):
        bench.run()
    before = len(bench.pmids())
    server.answer = pubmed.answer
    bench.run()

    assert 0 < before < 1_000
    assert sorted(bench.pmids()) == sorted(record.pmid for record in pubmed.records)


def test_newest_of_a_split_search_are_taken_where_a_number_is_given(
    bench: Bench, server: WebServer, small_entrez: Entrez
) -> None:
    pubmed = FakePubMed(records(1_000), limit=99)
    server.answer = pubmed.answer
    bench.entrez = small_entrez

    bench.run(most=250)

    assert bench.pmids() == [record.pmid for record in pubmed.records[:250]]


def test_a_day_with_more_than_pubmed_lists_is_told(
    bench: Bench, server: WebServer, small_entrez: Entrez
) -> None:
    same_day = [replace(record, day=date(2020, 1, 1)) for record in records(120)]
    server.answer = FakePubMed(same_day, limit=99).answer
    bench.entrez = small_entrez

    with pytest.raises(FetchError, match="120 records for this query on 2020-01-01 alone"):
        bench.run()


def test_search_that_lists_fewer_than_it_counts_is_an_error(
    bench: Bench, server: WebServer
) -> None:
    server.answer = lambda _: Answer(search_xml(63, ["41282813", "41148224"]))

    with pytest.raises(FetchError, match="counts 63 records but lists 2"):
        bench.run()


def test_list_that_comes_in_several_answers_is_put_together(
    bench: Bench, pubmed: FakePubMed
) -> None:
    pubmed_answer = pubmed.answer

    def answer(call: Call) -> Answer:
        if call.path.endswith("esearch.fcgi"):
            fields = call.fields | {"retmax": str(min(100, int(call.fields["retmax"])))}
            return pubmed_answer(replace(call, fields=fields))
        return pubmed_answer(call)

    bench.server.answer = answer

    bench.run()

    assert bench.pmids() == [record.pmid for record in pubmed.records]


def test_pmids_and_dois_are_fetched_and_those_not_found_are_listed(
    bench: Bench, server: WebServer
) -> None:
    pubmed = FakePubMed([PubMedRecord("11", doi="10.1000/A"), PubMedRecord("22"), *records(3)])
    server.answer = pubmed.answer

    report = bench.run_identifiers(["22", "99"], ["10.1000/a", "10.1000/none"])

    assert sorted(bench.pmids()) == ["11", "22"]
    assert report.count == 4
    assert report.skipped == [
        Skipped("10.1000/none", "PubMed has no record with this DOI"),
        Skipped("99", "PubMed sent no record of this PMID"),
    ]
    assert server.calls[0].fields["term"] == '"10.1000/a"[doi]'


def test_paper_that_pubmed_gives_for_a_doi_but_has_another_is_not_kept(
    bench: Bench, server: WebServer
) -> None:
    pubmed = FakePubMed([PubMedRecord("11", doi="10.1000/abc"), PubMedRecord("22")])

    def answer(call: Call) -> Answer:
        term = call.fields.get("term")
        return Answer(search_xml(1, ["11"])) if term else pubmed.answer(call)

    server.answer = answer

    report = bench.run_identifiers(["22"], ["10.1000/ab"])

    assert bench.pmids() == ["22"]
    assert report.skipped == [Skipped("10.1000/ab", "PubMed gives PMID 11, which has another DOI")]


def test_list_goes_on_where_it_stopped_and_asks_again_for_what_was_not_found(
    bench: Bench, server: WebServer
) -> None:
    pubmed = FakePubMed([PubMedRecord("11", doi="10.1000/a"), *records(300)])
    pmids = [record.pmid for record in pubmed.records[1:]]
    server.answer = pubmed.answer
    server.queue += [pubmed.answer, pubmed.answer, *([Answer(status=502)] * 5)]
    with pytest.raises(FetchError):
        bench.run_identifiers(pmids, ["10.1000/late"])
    stopped = bench.run_identifiers(pmids, ["10.1000/late"])
    pubmed.records = [*pubmed.records, PubMedRecord("12", doi="10.1000/late")]
    later = bench.run_identifiers(pmids, ["10.1000/late"])

    assert stopped.held == 300
    assert [one.name for one in stopped.skipped] == ["10.1000/late"]
    assert (later.held, later.fetched, later.skipped) == (301, 1, [])


def test_long_lists_are_posted(bench: Bench, server: WebServer) -> None:
    pubmed = FakePubMed(records(500))
    server.answer = pubmed.answer

    bench.run_identifiers([record.pmid for record in pubmed.records], [])

    assert {call.method for call in server.calls} == {"POST"}
    assert [call.fields["id"].count(",") + 1 for call in server.calls] == [200, 200, 100]
