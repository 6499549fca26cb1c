import pytest

from index.fetch.errors import FetchError
from index.fetch.identifier_list import (
    as_doi,
    as_pmid,
    is_identifier,
    is_meant_as_identifier,
    read_identifiers,
)


def test_lists_hold_pmids_and_dois_in_any_of_their_forms() -> None:
    lines = [
        "\ufeff34372914",
        "",
        "# papers on SOD1",
        "PMID: 30000000, 30000001,PMID:30000002  # two",
        "doi:10.1186/S40035-021-00250-5",
        "https://doi.org/10.1002/%28SICI%291097-4598(199604)19:4%3C401::AID-MUS1%3E3.0.CO;2-8",
        "https://pubmed.ncbi.nlm.nih.gov/30000003/",
        "34372914\t10.1000/x",
    ]

    papers = read_identifiers(lines, source="list.txt")

    assert papers.pmids == ("34372914", "30000000", "30000001", "30000002", "30000003")
    assert papers.dois == (
        "10.1186/s40035-021-00250-5",
        "10.1002/(sici)1097-4598(199604)19:4<401::aid-mus1>3.0.co;2-8",
        "10.1000/x",
    )
    assert len(papers) == 8


def test_every_line_that_holds_something_else_is_named() -> None:
    lines = ["34372914", "10.1/", "PMC8353789", "", "123456789", "0123"]

    with pytest.raises(FetchError) as caught:
        read_identifiers(lines, source="list.txt")

    assert "list.txt" in caught.value.problem
    for line in (
        "line 2: '10.1/'",
        "line 3: 'PMC8353789'",
        "line 5: '123456789'",
        "line 6: '0123'",
    ):
        assert line in caught.value.problem
    assert "nothing was asked" in caught.value.remedy


def test_message_on_a_wrong_file_stays_short() -> None:
    with pytest.raises(FetchError, match="and 40 more") as caught:
        read_identifiers(["no identifier" * 50] * 50, source="list.txt")
    assert len(str(caught.value)) < 2_000


def test_list_without_identifiers_is_refused() -> None:
    with pytest.raises(FetchError, match=r"list\.txt holds no PMID and no DOI"):
        read_identifiers(["# nothing", " "], source="list.txt")


@pytest.mark.parametrize("text", ["tofersen", "10.1000", "2020 2021", 'x"10.1000/y', '10.1000/"x'])
def test_other_text_is_no_identifier(text: str) -> None:
    assert not is_identifier(text)


def test_identifiers_are_told_apart() -> None:
    assert as_pmid("pmid:123") == "123"
    assert as_pmid("10.1000/1") is None
    assert as_doi("https://dx.doi.org/10.1000/A") == "10.1000/a"
    assert as_doi("123") is None


@pytest.mark.parametrize(
    "text", ["10.1/", "123456789", "doi: x", "PMID:", "https://doi.org/x", "11"]
)
def test_identifier_with_a_fault_is_no_query(text: str) -> None:
    assert is_meant_as_identifier(text)


@pytest.mark.parametrize(
    "text", ["tofersen", "SOD1[tiab]", "PMC8353789", "2020:2026[dp]", "10.1 mg"]
)
def test_query_is_no_identifier(text: str) -> None:
    assert not is_meant_as_identifier(text)
