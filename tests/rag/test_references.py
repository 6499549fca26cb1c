import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import AddedField
from index.publication_status import NOT_CHECKED, Standing
from rag.references import Draft, links_of, number_references, paper_id
from tests.rag.examples import document, listed_paper, span_of

PAGES = {
    name: document("Riluzole slows. Edaravone too.", name=name)
    for name in ("pmid:1", "pmid:2", "pmid:3")
}


def unchecked(_document_id: str, _identifiers: Identifiers) -> Standing:
    return NOT_CHECKED


def claim(name: str, quote: str = "Riluzole slows.") -> Draft:
    return Draft(quote, "claim", (span_of(quote, PAGES[name], chunk_id=f"{name}#0000"),), 1.0)


@given(st.lists(st.sampled_from(sorted(PAGES)), max_size=8))
def test_papers_are_numbered_by_first_use(names: list[str]) -> None:
    cited = number_references(
        [claim(name) for name in names], document=PAGES.__getitem__, standing=unchecked
    )

    first_uses = list(dict.fromkeys(names))
    assert [reference.document_id for reference in cited.references] == first_uses
    assert [reference.n for reference in cited.references] == [
        n for n, _ in enumerate(first_uses, start=1)
    ]
    assert [sentence.citations[0].n for sentence in cited.sentences] == [
        first_uses.index(name) + 1 for name in names
    ]


def test_a_paper_that_is_cited_twice_has_one_reference_with_both_spans() -> None:
    drafts = [claim("pmid:1"), claim("pmid:1", "Edaravone too."), claim("pmid:1")]

    (reference,) = number_references(
        drafts, document=PAGES.__getitem__, standing=unchecked
    ).references

    assert [span.quote for span in reference.spans] == ["Riluzole slows.", "Edaravone too."]


def test_a_listed_paper_is_the_reference_and_its_page_is_named() -> None:
    listed = listed_paper("Cells", pmid="7", author="Lee A", year=2018)
    draft = Draft("“Cells”.", "record", (span_of("Riluzole", PAGES["pmid:1"]),), None, listed)

    (reference,) = number_references(
        [draft], document=PAGES.__getitem__, standing=unchecked
    ).references

    assert (reference.document_id, reference.listed_in) == ("pmid:7", "pmid:1")
    assert (reference.title, reference.year) == ("Cells", 2018)
    assert [author.name for author in reference.authors] == ["Lee A"]


def test_two_listed_papers_of_one_page_are_two_references() -> None:
    span = span_of("Riluzole", PAGES["pmid:1"])
    drafts = [
        Draft(title, "record", (span,), None, listed_paper(title)) for title in ("Cells", "Genes")
    ]

    cited = number_references(drafts, document=PAGES.__getitem__, standing=unchecked)

    assert [reference.document_id for reference in cited.references] == [
        "title:cells",
        "title:genes",
    ]


def test_a_reference_says_what_its_document_does_not_give() -> None:
    (reference,) = number_references(
        [claim("pmid:1")], document=PAGES.__getitem__, standing=unchecked
    ).references

    assert reference.year is None
    assert reference.container is None
    assert reference.standing == NOT_CHECKED
    assert reference.listed_in is None


def test_what_was_added_to_a_page_is_not_added_to_a_paper_that_it_lists() -> None:
    added = (AddedField("year", "2021", "its DOI"),)
    page = document("Riluzole slows.", added=added, year=2021)
    span = span_of("Riluzole", page)
    drafts = [
        Draft("held", "record", (span,), None),
        Draft("listed", "record", (span,), None, listed_paper("Cells")),
    ]

    held, listed = number_references(
        drafts, document=lambda _name: page, standing=unchecked
    ).references

    assert held.added == added
    assert listed.added == ()


def test_no_drafts_give_no_references() -> None:
    cited = number_references([], document=PAGES.__getitem__, standing=unchecked)

    assert (cited.sentences, cited.references) == ((), ())


def test_a_listed_paper_is_known_by_identifier_else_by_title() -> None:
    assert paper_id(listed_paper("Cells", pmid="7")) == "pmid:7"
    assert paper_id(listed_paper("CELLS and Genes")) == "title:cells and genes"


@pytest.mark.parametrize(
    ("identifiers", "urls"),
    [
        (Identifiers(), []),
        (
            Identifiers(pmid="7", pmcid="PMC8", doi="10.1/x"),
            [
                "https://pubmed.ncbi.nlm.nih.gov/7/",
                "https://pmc.ncbi.nlm.nih.gov/articles/PMC8/",
                "https://doi.org/10.1/x",
            ],
        ),
        (
            Identifiers(doi="10.1002/(sici)1097<1::aid>3.0;2-#?"),
            ["https://doi.org/10.1002/(sici)1097%3C1::aid%3E3.0;2-%23%3F"],
        ),
        (Identifiers(isbn="9780306406157"), []),
    ],
)
def test_links_are_made_from_a_papers_own_identifiers(
    identifiers: Identifiers, urls: list[str]
) -> None:
    assert [link.url for link in links_of(identifiers)] == urls
