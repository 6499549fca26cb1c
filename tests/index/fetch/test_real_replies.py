"""Real answers of NCBI's E-utilities, replayed; where the folder of samples is at hand."""

import gzip
import os
from pathlib import Path

import pytest

from index.fetch.entrez import Entrez
from index.fetch.entrez_replies import read_articles, read_search
from index.fetch.errors import FetchError, PassingFault
from index.fetch.fetch_folder import FetchFolder
from index.fetch.fetching import Fetch
from index.fetch.progress_file import Progress
from index.fetch.pubmed import PubMedSearch
from index.fetch.service import Reply
from tests.conftest import PROJECT
from tests.index.fetch.samples import search_xml
from tests.index.fetch.web_server import Answer, Call, WebServer

BENCH_DATA = Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT.parent / "shared/data"))
ENTREZ = BENCH_DATA / "formats/biopython_entrez"
RECORDS = BENCH_DATA / "pubmed_efetch_xml/raw/xml"

pytestmark = pytest.mark.skipif(
    not ENTREZ.is_dir() or not RECORDS.is_dir(),
    reason="ALSQA_BENCH_DATA names no folder with answers of E-utilities",
)


def _body(name: str) -> bytes:
    return (ENTREZ / name).read_bytes()


def test_searches_are_read() -> None:
    found = {name: read_search(Reply(200, _body(f"esearch{name}.xml"))) for name in (1, 2, 3, 5, 6)}

    assert {name: (one.count, len(one.pmids)) for name, one in found.items()} == {
        1: (63, 20),
        2: (42_249, 100),
        3: (2_651, 6),
        5: (5, 5),
        6: (1_018, 20),
    }
    assert (found[2].web_env, found[2].query_key) == ("MCID_6927d6e7fee3e90f880ec190", "1")
    assert found[1].web_env is None
    assert found[5].pmids == ("6540636", "5830998", "4460425", "4466840", "3443459")
    assert all(one.not_found == one.messages == () for one in found.values())


def test_answers_of_other_utilities_are_no_searches_and_no_records() -> None:
    for file in sorted(ENTREZ.glob("*.xml")):
        body = file.read_bytes()
        if not file.name.startswith("esearch"):
            with pytest.raises((PassingFault, FetchError)):
                read_search(Reply(200, body))
        if b"<PubmedArticleSet" not in body:
            with pytest.raises((PassingFault, FetchError)):
                read_articles(Reply(200, body))


def test_records_are_counted_by_their_own_pmids() -> None:
    found = read_articles(Reply(200, _body("pubmed4.xml")))

    assert found.pmids == ["27797938"]
    assert found.articles[0].dois == {"10.1136/gutjnl-2016-312510"}
    files = sorted(RECORDS.glob("*.xml"))
    for file in files:
        assert read_articles(Reply(200, file.read_bytes())).pmids == [file.stem]
    assert len(files) == 90


def test_real_records_are_fetched_whole_and_come_out_as_they_went_in(
    entrez: Entrez, server: WebServer, tmp_path: Path
) -> None:
    """The records that a search lists are put together from single ones, in sets as efetch gives."""
    bodies = {file.stem: file.read_bytes() for file in sorted(RECORDS.glob("*.xml"))}
    names = list(bodies)

    def answer(call: Call) -> Answer:
        if call.path.endswith("esearch.fcgi"):
            history = "<QueryKey>1</QueryKey><WebEnv>MCID_1</WebEnv>"
            return Answer(search_xml(len(names), names, history=history))
        start = int(call.fields["retstart"])
        chosen = names[start : start + int(call.fields["retmax"])]
        inner = b"".join(
            bodies[name][bodies[name].index(b"<PubmedArticle>") :].rpartition(
                b"</PubmedArticleSet>"
            )[0]
            for name in chosen
        )
        packed = gzip.compress(b"<PubmedArticleSet>" + inner + b"</PubmedArticleSet>")
        return Answer(packed, headers={"Content-Encoding": "gzip"})

    server.answer = answer
    told: list[str] = []
    folder = FetchFolder(tmp_path / "one")
    source = PubMedSearch(entrez, told.append)
    fetch = Fetch(source, folder, lambda _: True, told.append, lambda *_: None)

    report = fetch.run(Progress(source="pubmed", query="x"), most=None)

    assert (report.held, report.skipped, report.remarks) == (90, [], [])
    xml = gzip.decompress((folder.path / "0001.xml.gz").read_bytes())
    assert read_articles(Reply(200, xml)).pmids == names


def test_real_search_with_a_part_of_its_list_is_an_error_and_no_small_result(
    entrez: Entrez, server: WebServer
) -> None:
    server.answer = lambda _: Answer(_body("esearch1.xml"))

    with pytest.raises(FetchError, match="counts 63 records but lists 20"):
        entrez.search("biopython")
