import pytest

from index.errors import DocumentError
from index.parsers.own_identifiers import own_identifiers
from index.parsers.references.identifiers import (
    doi_field,
    doi_link,
    marked,
    note_lines,
    only_isbn,
    pmcid_field,
    pmid_field,
)


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/Ab.c",
        "doi:10.1000/ab.c",
        "DOI: 10.1000/ab.c",
        "https://doi.org/10.1000/ab.c",
        "http://dx.doi.org/10.1000/ab.c",
        "10.1000/ab.c [doi]",
        "10.1000/ab.c.",
        "10.1000/ab.c; https://doi.org/10.1000/AB.C",
    ],
)
def test_a_field_for_dois_is_read_however_it_is_written(text: str) -> None:
    assert own_identifiers(doi_field(text)).doi == "10.1000/ab.c"


def test_an_escaped_address_of_a_doi_is_unescaped() -> None:
    assert own_identifiers(doi_field("https://doi.org/10.1000%2F(SICI)1-2")).doi == (
        "10.1000/(sici)1-2"
    )


def test_two_dois_in_a_field_are_two() -> None:
    assert doi_field("10.1000/a; 10.1000/b") == [("doi", "10.1000/a"), ("doi", "10.1000/b")]


def test_what_is_no_doi_is_given_back_to_be_refused() -> None:
    with pytest.raises(DocumentError, match=r"'10\.1/' is not a DOI"):
        own_identifiers(doi_field("10.1/"))


@pytest.mark.parametrize("text", ["", " ", "-", "N/A", "none"])
def test_a_placeholder_is_no_doi(text: str) -> None:
    assert doi_field(text) == []


def test_a_doi_is_whole_or_left_out() -> None:
    """A DOI cut short at `<` would be that of another paper of the same issue."""
    written = "10.1002/(sici)1097(1998)17:15<1661::aid-sim968>3.0.co;2-2"

    found = own_identifiers(doi_field(written)).doi

    assert found in (None, written)


@pytest.mark.parametrize(
    ("address", "doi"),
    [
        ("https://doi.org/10.1000/x", "10.1000/x"),
        ("http://dx.doi.org/10.1000/x%2Fy", "10.1000/x/y"),
        ("https://www.example.org/doi/10.1000/x", None),
        ("https://scopus.com/record?doi=10.1000%2fx", None),
        ("https://doi.org.example.org/10.1000/x", None),
        ("https://doi.org/", None),
        ("10.1000/x", None),
        ("http://[doi.org/10.1000/x", None),
        ("", None),
    ],
)
def test_only_a_link_to_the_resolver_gives_a_doi(address: str, doi: str | None) -> None:
    assert own_identifiers(doi_link(address)).doi == doi


def test_identifiers_of_a_note_stand_on_lines_of_their_own() -> None:
    note = "Read it again.\nPMID: 123\nPMCID: PMC45; DOI: 10.1000/x\nSee PMID: 9 and PMID: 8"

    assert note_lines(note) == [("pmid", "123"), ("pmcid", "PMC45"), ("doi", "10.1000/x")]


@pytest.mark.parametrize(
    "note", ["Comment on: PMID: 5", "Erratum in: doi: 10.1000/y", "PMID: x", "PMID 5 is similar"]
)
def test_a_note_on_another_paper_gives_no_identifier(note: str) -> None:
    assert note_lines(note) == []


def test_fields_for_one_kind_of_identifier_take_no_other() -> None:
    assert pmid_field("PMID: 123") == pmid_field(" 123 ") == [("pmid", "123")]
    assert pmcid_field("pmc12.1") == [("pmcid", "pmc12.1")]
    assert marked("26957754[pmid]") == [("pmid", "26957754")]
    assert marked("jpts-2015-817[PII]") == pmid_field("WOS:0001") == pmcid_field("123") == []
    assert pmid_field("123456789") == []


@pytest.mark.parametrize(
    ("texts", "isbn"),
    [
        (["978-1-4822-5326-9"], "9781482253269"),
        (["9781482253269 148225326X"], "9781482253269"),
        (["978-1-4822-5326-9", "1-4822-5326-X (pbk)"], "9781482253269"),
        (["978-1-4822-5326-9", "978-0-306-40615-7"], None),
        (["0932-0814"], None),
        (["080442957X"], "080442957X"),
        ([], None),
    ],
)
def test_an_isbn_counts_where_a_book_has_one_alone(texts: list[str], isbn: str | None) -> None:
    assert own_identifiers(only_isbn(texts)).isbn == isbn
