import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.fetch.entrez_replies import read_articles, read_search
from index.fetch.errors import FetchError, HistoryError, PassingFault
from index.fetch.service import Reply
from tests.index.fetch.samples import (
    BLOCKED_PAGE,
    HISTORY_GONE,
    RATE_LIMIT,
    PubMedRecord,
    articles_xml,
    search_xml,
)


def test_search_gives_count_records_history_and_what_was_not_found() -> None:
    body = search_xml(
        63,
        ["41282813", "41148224"],
        history="<QueryKey>2</QueryKey><WebEnv>MCID_1</WebEnv>",
        rest="<ErrorList><PhraseNotFound>tofersenn</PhraseNotFound>"
        "<FieldNotFound>yeer</FieldNotFound></ErrorList>"
        "<WarningList><PhraseIgnored>the</PhraseIgnored>"
        '<QuotedPhraseNotFound>"no such\x1b phrase"</QuotedPhraseNotFound>'.replace("\x1b", "&#9;")
        + "<OutputMessage>Unmatched double quote ignored.</OutputMessage></WarningList>",
    )

    found = read_search(Reply(200, body))

    assert (found.count, found.pmids) == (63, ("41282813", "41148224"))
    assert (found.web_env, found.query_key) == ("MCID_1", "2")
    assert found.not_found == ("tofersenn", "yeer", '"no such phrase"')
    assert found.messages == ("the", "Unmatched double quote ignored.")


def test_search_that_finds_nothing_has_count_0() -> None:
    found = read_search(Reply(200, search_xml(0, [])))

    assert (found.count, found.pmids) == (0, ())


def test_articles_are_counted_by_their_own_pmids_and_dois() -> None:
    body = articles_xml(
        PubMedRecord("11", doi="10.1000/ABC"), PubMedRecord("22", doi="10.1/b", is_book=True)
    )

    found = read_articles(Reply(200, body))

    assert found.pmids == ["11", "22"]
    assert [article.dois for article in found.articles] == [{"10.1000/abc"}, {"10.1/b"}]
    assert found.xml == body


BACKEND = (
    b"<eSearchResult><ERROR>Search Backend failed: Exception: timed out</ERROR></eSearchResult>"
)
PASSING = {
    "rate limit as JSON": RATE_LIMIT,
    "rate limit inside a result": b'{"esearchresult":{"ERROR":"API rate limit exceeded"}}',
    "JSON with a line feed in it": b'{"esearchresult":{"ERROR":"Search Backend failed:\nX"}}',
    "error of the backend": BACKEND,
    "web page": BLOCKED_PAGE,
    "web page without a title": b"<html><body>maintenance</body></html>",
    "JSON that breaks off": b'{"error":"API ra',
    "JSON without an error": b'{"esearchresult":{"count":"0"}}',
    "text": b"Unable to route request!",
    "nothing": b" \n",
    "another root": b"<eLinkResult/>",
}


@pytest.mark.parametrize("body", PASSING.values(), ids=PASSING)
def test_what_is_no_answer_is_a_fault_and_never_an_empty_result(body: bytes) -> None:
    for status in (200, 400):
        with pytest.raises(PassingFault):
            read_search(Reply(status, body))
        with pytest.raises(PassingFault):
            read_articles(Reply(status, body))


@pytest.mark.parametrize(
    "body",
    [
        b"<eSearchResult/>",
        b"<eSearchResult><Count/></eSearchResult>",
        b"<eSearchResult><Count>many</Count></eSearchResult>",
        b"<eSearchResult><Count>1</Count><IdList><Id>x</Id></IdList></eSearchResult>",
    ],
)
def test_search_without_a_count_is_a_fault(body: bytes) -> None:
    with pytest.raises(PassingFault, match="without a count"):
        read_search(Reply(200, body))


def test_records_that_break_off_anywhere_are_a_fault() -> None:
    body = articles_xml(PubMedRecord("11"), PubMedRecord("22"))

    for end in range(1, len(body), 7):
        with pytest.raises(PassingFault):
            read_articles(Reply(200, body[:end]))


def test_record_without_a_pmid_is_a_fault() -> None:
    body = b"<PubmedArticleSet><PubmedArticle><MedlineCitation/></PubmedArticle></PubmedArticleSet>"

    with pytest.raises(PassingFault, match="without a PMID"):
        read_articles(Reply(200, body))


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "body",
    [
        HISTORY_GONE,
        b"<eFetchResult><ERROR>Cannot retrieve history data. query_key: 1, WebEnv: M</ERROR>"
        b"</eFetchResult>",
        b'{"error":"cannot get query data by history"}',
    ],
)
def test_search_that_is_no_longer_held_is_told_apart(body: bytes, status: int) -> None:
    with pytest.raises(HistoryError):
        read_articles(Reply(status, body))


@pytest.mark.parametrize("status", [200, 400])
def test_unknown_records_are_an_empty_set(status: int) -> None:
    error = b"<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR></eFetchResult>"

    assert read_articles(Reply(status, error)).pmids == []
    assert read_articles(Reply(200, b"<PubmedArticleSet></PubmedArticleSet>")).pmids == []


def test_error_that_stays_is_told_in_the_words_of_the_service() -> None:
    body = b"<eSearchResult><ERROR>Invalid\x0a db name \xe2\x80\x94 family history</ERROR></eSearchResult>"

    with pytest.raises(FetchError, match="Invalid db name — family history") as caught:
        read_search(Reply(200, body))
    assert not isinstance(caught.value, HistoryError)


def test_wrong_key_is_told_with_the_setting_that_holds_it() -> None:
    with pytest.raises(FetchError, match="ALSQA_NCBI_API_KEY"):
        read_search(Reply(400, b'{"error":"API key invalid","api-key":"(key)"}'))


def test_entities_and_addresses_in_an_answer_are_left_alone() -> None:
    body = (
        b'<!DOCTYPE PubmedArticleSet [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>&f;</PMID></MedlineCitation>"
        b"</PubmedArticle></PubmedArticleSet>"
    )

    with pytest.raises(PassingFault, match="without a PMID"):
        read_articles(Reply(200, body))


@settings(deadline=None, max_examples=100)
@given(body=st.binary(max_size=200), start=st.sampled_from([b"", b"{", b"<eSearchResult>", b"[["]))
def test_no_bytes_do_other_than_raise_a_fault(body: bytes, start: bytes) -> None:
    for read in (read_search, read_articles):
        with pytest.raises((PassingFault, FetchError)):
            read(Reply(200, start + body))
