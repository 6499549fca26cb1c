import pytest

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.parsers.own_identifiers import own_identifiers


def test_labelled_values_are_normalised() -> None:
    labelled = [
        ("pmid", "34372914"),
        ("PMCID", "pmc8353789"),
        ("Doi", "https://doi.org/10.1000/X."),
    ]

    assert own_identifiers(labelled) == Identifiers(
        pmid="34372914", pmcid="PMC8353789", doi="10.1000/x"
    )


def test_nothing_labelled_gives_no_identifiers() -> None:
    assert own_identifiers([]) == Identifiers()


def test_value_that_is_said_twice_counts_once() -> None:
    assert own_identifiers([("DOI", "10.1000/X"), ("doi", "10.1000/x")]).doi == "10.1000/x"


@pytest.mark.parametrize(
    ("label", "one", "other"),
    [("PMID", "1", "2"), ("PMCID", "PMC1", "PMC2"), ("DOI", "10.1000/x", "10.1000/y")],
)
def test_two_values_of_one_kind_are_refused_and_both_named(
    label: str, one: str, other: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        own_identifiers([(label, one), (label, other)])

    for part in (label, one, other):
        assert part in caught.value.problem


def test_value_of_another_form_is_refused() -> None:
    with pytest.raises(DocumentError, match="'soon' is not a PMID"):
        own_identifiers([("PMID", "soon")])
