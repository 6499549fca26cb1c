from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.errors import DocumentError
from index.identifiers import (
    Identifiers,
    identifiers_in,
    normalise_document_id,
    normalise_doi,
    normalise_pmcid,
    normalise_pmid,
    trim_doi,
)

_SUFFIX = st.text(alphabet="abcXYZ019.-_;()/:", min_size=1, max_size=30)
_DOIS = st.builds(
    lambda registrant, suffix, last: f"10.{registrant}/{suffix}{last}",
    st.integers(min_value=1000, max_value=999_999_999),
    _SUFFIX,
    st.sampled_from("abz09"),
)


@given(st.integers(min_value=1, max_value=99_999_999))
def test_normalising_a_pmid_twice_changes_nothing_more(number: int) -> None:
    once = normalise_pmid(f" {number}\n")

    assert once == str(number)
    assert normalise_pmid(once) == once


@given(st.integers(min_value=1, max_value=999_999_999), st.sampled_from(["PMC", "pmc", "Pmc"]))
def test_normalising_a_pmcid_twice_changes_nothing_more(number: int, label: str) -> None:
    once = normalise_pmcid(f" {label}{number} ")

    assert once == f"PMC{number}"
    assert normalise_pmcid(once) == once


@given(_DOIS)
def test_normalising_a_doi_twice_changes_nothing_more(doi: str) -> None:
    once = normalise_doi(doi)

    assert normalise_doi(once) == once


@given(st.text())
def test_whatever_normalises_to_a_doi_is_a_fixed_point_of_trimming(text: str) -> None:
    once = trim_doi(f"10.1234/a{text}")

    assert trim_doi(once) == once
    assert once.startswith("10.1234/a")


@given(_DOIS, st.sampled_from([".", ",", ";", ").", '."', "”.", "?!", "*", ".)", "].", "’"]))
def test_punctuation_of_the_sentence_is_trimmed_from_a_doi(doi: str, punctuation: str) -> None:
    assume(doi.count("(") == doi.count(")"))

    assert trim_doi(doi + punctuation) == doi.lower()


@given(st.text(), st.sampled_from([normalise_pmid, normalise_pmcid, normalise_doi]))
def test_arbitrary_text_is_normalised_or_refused_with_a_document_error(
    text: str, normalise: Callable[[str], str]
) -> None:
    try:
        value = normalise(text)
    except DocumentError:
        return
    assert value
    assert value.strip() == value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.1186/S40035-021-00250-5", "10.1186/s40035-021-00250-5"),
        ("https://doi.org/10.1186/s40035-021-00250-5", "10.1186/s40035-021-00250-5"),
        ("http://dx.doi.org/10.1002/med.21528", "10.1002/med.21528"),
        ("doi: 10.1002/med.21528.", "10.1002/med.21528"),
        ("10.1016/S0140-6736(21)01234-5", "10.1016/s0140-6736(21)01234-5"),
        ("(10.1016/s0140-6736(21)01234-5)", "10.1016/s0140-6736(21)01234-5"),
        (
            "doi:10.1002/(SICI)1097-0258(199808)17:15/16<1661::AID-SIM968>3.0.CO;2-2.",
            "10.1002/(sici)1097-0258(199808)17:15/16<1661::aid-sim968>3.0.co;2-2",
        ),
        ("10.1175/1520(1996)009<0001:AB>2.0.CO;2", "10.1175/1520(1996)009<0001:ab>2.0.co;2"),
        ("<https://doi.org/10.1000/x>", "10.1000/x"),
    ],
)
def test_doi_is_brought_to_one_form(written: str, expected: str) -> None:
    assert normalise_doi(written) == expected


@pytest.mark.parametrize("text", ["", "0", "01234", "123456789", "12a", "PMID 12", "-5"])
def test_text_of_another_form_is_no_pmid(text: str) -> None:
    with pytest.raises(DocumentError, match="is not a PMID"):
        normalise_pmid(text)


@pytest.mark.parametrize("text", ["", "8353789", "PMC", "PMC0", "PMC1234567890", "PMC12 x"])
def test_text_of_another_form_is_no_pmcid(text: str) -> None:
    with pytest.raises(DocumentError, match="is not a PMCID"):
        normalise_pmcid(text)


@pytest.mark.parametrize("text", ["", "10.1/abc", "10.1234", "10.1234/", "doi.org"])
def test_text_of_another_form_is_no_doi(text: str) -> None:
    with pytest.raises(DocumentError, match="is not a DOI"):
        normalise_doi(text)


@pytest.mark.parametrize("text", ["10.1234/.", "10.1234/).", "https://doi.org/10.1234/;;"])
def test_doi_of_punctuation_alone_is_refused(text: str) -> None:
    try:
        value = normalise_doi(text)
    except DocumentError:
        return
    assert not value.endswith("/")


def test_digits_of_other_scripts_are_no_pmid() -> None:
    with pytest.raises(DocumentError):
        normalise_pmid("1٢٣")


def test_document_id_prefers_pmid_then_pmcid_then_doi_then_nbk() -> None:
    everything = {"pmid": "1", "pmcid": "PMC2", "doi": "10.1000/x", "nbk": "NBK4", "isbn": "9"}
    ids = []
    for name in ("pmid", "pmcid", "doi", "nbk"):
        ids.append(Identifiers(**everything).document_id)
        del everything[name]

    assert ids == ["pmid:1", "pmcid:PMC2", "doi:10.1000/x", "nbk:NBK4"]
    assert Identifiers(**everything).document_id is None


def test_items_are_those_present_in_the_order_of_the_fields() -> None:
    identifiers = Identifiers(doi="10.1000/x", pmid="1", isbn="9")

    assert identifiers.items() == [("pmid", "1"), ("doi", "10.1000/x"), ("isbn", "9")]


def test_papers_share_an_identifier_only_where_both_carry_the_same_value() -> None:
    paper = Identifiers(pmid="1", doi="10.1000/x")

    assert paper.shares_one_with(Identifiers(doi="10.1000/x"))
    assert paper.shares_one_with(Identifiers(pmid="1", doi="10.1000/y"))
    assert not paper.shares_one_with(Identifiers(pmid="2"))
    assert not paper.shares_one_with(Identifiers())
    assert not Identifiers().shares_one_with(Identifiers())


def test_an_isbn_is_shared_by_all_chapters_so_it_joins_none() -> None:
    assert not Identifiers(isbn="9").shares_one_with(Identifiers(isbn="9"))


def test_identifiers_in_running_text_come_in_the_order_found() -> None:
    text = "See PMC8353789 and (doi:10.1016/S0140-6736(21)01234-5), PMID: 123, also 34372914."

    assert identifiers_in(text) == [
        ("pmcid", "PMC8353789"),
        ("doi", "10.1016/s0140-6736(21)01234-5"),
        ("pmid", "123"),
        ("pmid", "34372914"),
    ]


def test_old_doi_with_pages_in_pointed_brackets_is_found_whole() -> None:
    doi = "10.1002/(sici)1097-4598(199904)22:4<433::aid-mus1>3.0.co;2-w"

    assert identifiers_in(f"(see {doi.upper()}; 10.1000/x<br>)") == [
        ("doi", doi),
        ("doi", "10.1000/x"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "in 2021 there were 30,000 patients",
        "a sum of 1234567.50 euros",
        "10.1000/12345678",
        "grant R01-1234567",
        "a code such as X1234567",
        "the number 123456789",
    ],
)
def test_numbers_of_other_kinds_are_no_pmids(text: str) -> None:
    assert [name for name, _ in identifiers_in(text) if name == "pmid"] == []


@pytest.mark.parametrize("text", ["PMID 5", "pmid: 5", "PMID is 5", "PMID number 5", "PMID no. 5"])
def test_short_number_after_the_word_pmid_is_a_pmid(text: str) -> None:
    assert identifiers_in(text) == [("pmid", "5")]


@given(st.text())
def test_identifiers_found_in_any_text_are_in_normal_form(text: str) -> None:
    for name, value in identifiers_in(f"{text} PMC12 10.1000/X {text}"):
        assert value == (value.upper() if name == "pmcid" else value.lower())


@pytest.mark.parametrize(
    ("written", "document_id"),
    [
        ("doi:10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("DOI: 10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("https://doi.org/10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("http:/dx.doi.org/10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("doi:https://doi.org/10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("10.1056/NEJMoa2204705", "doi:10.1056/nejmoa2204705"),
        ("pmcid:pmc123", "pmcid:PMC123"),
        ("PMC123", "pmcid:PMC123"),
        ("PMID:12", "pmid:12"),
        ("nbk12", "nbk:NBK12"),
        ("sha256:0aB", "sha256:0aB"),
        ("pmid:twelve", "pmid:twelve"),
        ("", ""),
    ],
)
def test_document_id_is_the_same_however_it_is_written(written: str, document_id: str) -> None:
    assert normalise_document_id(written) == document_id
    assert normalise_document_id(document_id) == document_id
