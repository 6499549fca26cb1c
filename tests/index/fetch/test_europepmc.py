"""Whole fetches from Europe PMC, with a service on the loopback address that answers as it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.fetch.errors import FetchError
from index.fetch.europepmc import EuropePmcSearch, europe_pmc
from index.fetch.fetch_folder import FetchFolder
from index.fetch.fetching import Fetch
from index.fetch.http_client import HttpClient
from index.fetch.progress_file import Progress
from index.fetch.report import FetchReport, Skipped
from index.fetch.settings import FetchSettings
from tests.index.fetch.fake_europepmc import ONLY_A_VERSION, FakeEuropePmc, jats
from tests.index.fetch.samples import BLOCKED_PAGE, StillClock
from tests.index.fetch.web_server import Answer, Call, WebServer, plain_transport

NO_TEXT = "Europe PMC has no full text of it"


@dataclass
class Bench:
    """Runs the same fetch again and again, as the same command does, and looks at its folder."""

    client: HttpClient
    clock: StillClock
    server: WebServer
    path: Path
    told: list[str]

    def run(self, most: int | None = None) -> FetchReport:
        folder = FetchFolder(self.path)
        begun = Progress(source="europepmc", query="tofersen", most=most)
        return self._fetch(folder).run(folder.load() or begun, most=most)

    def run_new(self) -> FetchReport:
        folder = FetchFolder(self.path)
        progress = folder.load()
        assert progress is not None
        return self._fetch(folder).run_new(progress, since=None)

    def _fetch(self, folder: FetchFolder) -> Fetch:
        source = EuropePmcSearch(self.client, self.clock)
        return Fetch(source, folder, lambda _: True, self.told.append, lambda *_: None)

    def files(self) -> list[str]:
        return sorted(file.name for file in self.path.glob("*"))


@pytest.fixture
def bench(
    settings: FetchSettings,
    clock: StillClock,
    server: WebServer,
    tmp_path: Path,
    told: list[str],
) -> Iterator[Bench]:
    service = europe_pmc(settings)
    with HttpClient(
        service, timeout_s=5, clock=clock, tell=told.append, transport=plain_transport()
    ) as client:
        yield Bench(client, clock, server, tmp_path / "one", told)


def test_full_texts_are_written_as_they_came_one_file_each(bench: Bench) -> None:
    bench.server.answer = FakeEuropePmc(["PMC1", "PMC2", "PMC3"]).answer

    report = bench.run()

    assert bench.files() == [".fetch.json", "PMC1.xml", "PMC2.xml", "PMC3.xml"]
    assert (bench.path / "PMC2.xml").read_bytes() == jats("PMC2")
    assert (report.count, report.held, report.skipped) == (3, 3, [])
    search = bench.server.calls[0]
    assert search.fields["query"] == "(tofersen) AND OPEN_ACCESS:Y"
    assert search.fields["resultType"] == "lite"
    assert not any("api_key" in call.fields for call in bench.server.calls)


def test_pages_are_followed_to_the_last(bench: Bench) -> None:
    pmcids: list[str | None] = [f"PMC{number}" for number in range(1, 2_301)]
    europepmc = FakeEuropePmc(pmcids, without_text={str(pmcid) for pmcid in pmcids[3:]})
    bench.server.answer = europepmc.answer
    progress = Progress(source="europepmc", query="tofersen")

    plan = EuropePmcSearch(bench.client, bench.clock).plan(
        progress, since=None, show=lambda *_: None
    )

    assert [part.ids for part in plan.parts] == [[pmcid] for pmcid in pmcids]
    assert [call.fields["cursorMark"] for call in bench.server.calls] == [
        "*",
        "AoE/=1000",
        "AoE/=2000",
    ]


def test_as_many_as_asked_for_are_taken(bench: Bench) -> None:
    bench.server.answer = FakeEuropePmc(["PMC1", "PMC2", "PMC3"]).answer

    first = bench.run(most=1)
    second = bench.run(most=2)

    assert (first.held, second.held, second.fetched) == (1, 2, 1)
    assert bench.server.calls[0].fields["pageSize"] == "1"


def test_articles_without_a_full_text_are_listed_and_asked_for_again_next_time(
    bench: Bench,
) -> None:
    europepmc = FakeEuropePmc(["PMC1", "PMC2", None], without_text={"PMC2"})
    bench.server.answer = europepmc.answer

    first = bench.run()
    europepmc.without_text = set()
    second = bench.run()

    assert {one.name for one in first.skipped} == {"PMC2", "MED:1"}
    assert {one.reason for one in first.skipped} == {NO_TEXT}
    assert [one.name for one in second.skipped] == ["MED:1"]
    assert second.files == ["PMC2.xml"]


FAULTS = {
    "429 for good": Answer(b'{"error":"too many"}', status=429),
    "502": Answer(status=502),
    "reset": Answer(ends="reset"),
    "cut off": Answer(jats("PMC3"), ends="cut"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_same_command_goes_on_after_a_fault_with_the_missing_articles(
    bench: Bench, fault: Answer
) -> None:
    europepmc = FakeEuropePmc(["PMC1", "PMC2", "PMC3"])

    def answer(call: Call) -> Answer:
        return fault if "PMC3" in call.path else europepmc.answer(call)

    bench.server.answer = answer
    with pytest.raises(FetchError, match="5 times in a row"):
        bench.run()
    kept = bench.files()
    bench.server.answer = europepmc.answer
    calls = len(bench.server.calls)
    report = bench.run()

    assert kept == [".fetch.json", "PMC1.xml", "PMC2.xml"]
    assert (report.fetched, report.held) == (1, 3)
    assert [call.path for call in bench.server.calls[calls:]] == ["/rest/PMC3/fullTextXML"]


BROKEN = {
    "web page": Answer(BLOCKED_PAGE),
    "truncated": Answer(jats("PMC2")[:-20]),
    "empty": Answer(b""),
    "another root": Answer(b"<responseWrapper/>"),
    "another article": Answer(jats("PMC9")),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_article_that_arrives_broken_is_left_aside_and_the_rest_is_fetched(
    bench: Bench, answer: Answer
) -> None:
    europepmc = FakeEuropePmc(["PMC1", "PMC2", "PMC3"])

    def answer_broken(call: Call) -> Answer:
        return answer if "PMC2" in call.path else europepmc.answer(call)

    bench.server.answer = answer_broken
    first = bench.run()
    bench.server.answer = europepmc.answer
    second = bench.run()

    assert first.held == 2
    (skipped,) = first.skipped
    assert skipped.name == "PMC2"
    assert "The next run asks again" in skipped.reason
    assert (second.held, second.skipped) == (3, [])


def test_service_that_sends_nothing_but_web_pages_is_left(bench: Bench) -> None:
    europepmc = FakeEuropePmc([f"PMC{number}" for number in range(1, 9)])

    def answer(call: Call) -> Answer:
        return Answer(BLOCKED_PAGE) if "PMC" in call.path else europepmc.answer(call)

    bench.server.answer = answer

    with pytest.raises(FetchError, match="sent a web page"):
        bench.run()
    assert len({call.path for call in bench.server.calls}) == 1 + 3


@pytest.mark.parametrize(
    "body",
    [
        ONLY_A_VERSION.body,
        b'{"hitCount":5,"resultList":{"result":[]}}',
        b'{"hitCount":5}',
        b'{"hitCount":"5","resultList":{"result":[]}}',
        b'{"hitCount":1,"resultList":{"resu',
        b"[]",
        BLOCKED_PAGE,
    ],
)
def test_search_that_fails_is_never_0_results(bench: Bench, body: bytes) -> None:
    bench.server.answer = lambda _: Answer(body)

    with pytest.raises(FetchError):
        bench.run()
    assert not bench.path.exists()
    assert len(bench.server.calls) == 5


def test_error_in_the_query_is_told_in_the_words_of_the_service(bench: Bench) -> None:
    bench.server.answer = lambda _: Answer(
        b'{"errCode":400,"errMsg":"Invalid query\\u0007 syntax"}', status=400
    )

    with pytest.raises(FetchError, match="Invalid query syntax"):
        bench.run()


def test_search_that_comes_without_its_results_at_times_is_asked_again(bench: Bench) -> None:
    bench.server.queue += [ONLY_A_VERSION, ONLY_A_VERSION]
    bench.server.answer = FakeEuropePmc(["PMC1"]).answer

    assert bench.run().held == 1


def test_0_results_are_told(bench: Bench) -> None:
    bench.server.answer = FakeEuropePmc([]).answer

    report = bench.run()

    assert bench.told == ["Europe PMC has no record for: tofersen"]
    assert report.count == 0


def test_fewer_results_than_counted_are_told(bench: Bench) -> None:
    bench.server.answer = FakeEuropePmc(["PMC1", "PMC2"], overcount=3).answer

    report = bench.run()

    assert report.remarks == ["Europe PMC counts 5 articles but lists 2 of them."]
    assert report.held == 2


def test_new_articles_are_searched_by_the_day_they_came_in(bench: Bench) -> None:
    europepmc = FakeEuropePmc(["PMC1", None])
    bench.server.answer = europepmc.answer
    bench.run(most=2)
    europepmc.pmcids = ["PMC2", *europepmc.pmcids]

    report = bench.run_new()

    assert report.files == ["PMC2.xml"]
    assert report.skipped == []
    query = bench.server.called("search")[-1].fields["query"]
    assert query == "(tofersen) AND OPEN_ACCESS:Y AND FIRST_IDATE:[2026-05-03 TO 3000-12-31]"


def test_skipped_articles_have_a_name_even_without_a_pmcid(bench: Bench) -> None:
    bench.server.answer = FakeEuropePmc([None]).answer

    report = bench.run()

    assert report.skipped == [Skipped("MED:1", NO_TEXT)]
    assert (report.count, report.held) == (1, 0)
