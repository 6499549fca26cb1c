"""What stands in a file of other papers never becomes the file's own."""

from tests.index.samples import parse_one

PAGE = """A title of our own
- PMID: 10000001
A title of our own
Abstract
Riluzole slows ALS.
© 2020. Us.
Similar articles
-
Comment on "Gene therapy", PMID: 22222222 (10.1000/other).J Foo. 2020 May;1:2. doi: 10.1000/own. J Foo. 2020. PMID: 33333333
-
Amyotrophic lateral sclerosis.Nat Rev Dis Primers. 2017 Oct 5;3:17071. doi: 10.1038/nrdp.2017.71. Nat Rev Dis Primers. 2017. PMID: 28980624 Review.
References
-
- Brown RH, Al-Chalabi A. Amyotrophic lateral sclerosis. N Engl J Med. 2017;377:162-172. - PubMed
"""


def test_an_entry_has_its_own_identifiers_not_those_in_its_title() -> None:
    first = parse_one(PAGE.encode(), path="page.txt").related[0]

    assert (first.identifiers.pmid, first.identifiers.doi) == ("33333333", "10.1000/own")


def test_papers_of_one_title_and_year_in_two_journals_stay_two() -> None:
    related = parse_one(PAGE.encode(), path="page.txt").related

    assert [paper.container for paper in related] == [
        "J Foo",
        "Nat Rev Dis Primers",
        "N Engl J Med",
    ]
    assert related[1].authors == ()


def test_identifiers_and_sentences_under_references_are_not_the_files_own() -> None:
    text = "# Notes\n\nWe say this.\n\n## References\n\nMiller A. It halves mortality.\n\nPMID: 24067398\n"

    document = parse_one(text.encode(), path="notes.txt")

    body = [document.text[one.start : one.end] for one in document.sections if one.kind == "body"]
    assert document.identifiers.pmid is None
    assert body == ["We say this."]
