import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Author, Related
from index.parsers.canonical_text import CanonicalText
from index.parsers.pubmed.listed_papers import add_listed_papers

_ENTRY = (
    "Riluzole and edaravone: A tale.Med Res Rev. 2019 Mar;39(2):733-748. doi: 10.1002/med.21528. "
    "Epub 2018 Aug 12. Med Res Rev. 2019. PMID: 30101496 Review."
)


def _papers(**lists: list[str]) -> tuple[Related, ...]:
    names = {"similar": "Similar articles", "cited": "Cited by", "references": "References"}
    return add_listed_papers(CanonicalText(), {names[name]: lines for name, lines in lists.items()})


def test_entry_is_taken_apart() -> None:
    (paper,) = _papers(similar=["-", _ENTRY])

    assert paper.title == "Riluzole and edaravone: A tale."
    assert (paper.container, paper.date, paper.year) == ("Med Res Rev", "2019 Mar", 2019)
    assert paper.identifiers.items() == [("pmid", "30101496"), ("doi", "10.1002/med.21528")]
    assert paper.publication_types == ("Review",)
    assert paper.authors == ()
    assert paper.relations() == ("similar",)


def test_word_review_in_the_title_is_no_mark() -> None:
    (paper,) = _papers(
        similar=["-", "A Review of Drugs.Brain. 2020 May 1;1:2. Brain. 2020. PMID: 5"]
    )

    assert paper.publication_types == ()


def test_every_mark_at_the_end_counts_but_free_article_does_not() -> None:
    entry = "A trial.Lancet. 2020 May;1:2. Lancet. 2020. PMID: 5 Free PMC article. Clinical Trial. Review."

    (paper,) = _papers(similar=["-", entry])

    assert set(paper.publication_types) == {"Clinical Trial", "Review"}


def test_authors_between_title_and_journal_are_read() -> None:
    entry = "A trial. Miller RG, Moore DH. Lancet. 2020 May;1:2. Lancet. 2020. PMID: 5"

    (paper,) = _papers(similar=["-", entry])

    assert paper.title == "A trial."
    assert paper.authors == (
        Author("Miller RG", family="Miller"),
        Author("Moore DH", family="Moore"),
    )


def test_vancouver_reference_is_taken_apart() -> None:
    line = "- Oskarsson B, Gendron TF, et al. An update: for 2018. Mayo Clin Proc. 2018;93:1617. - PMC - PubMed"

    (paper,) = _papers(references=["-", line])

    assert paper.title == "An update: for 2018."
    assert paper.authors == (
        Author("Oskarsson B", family="Oskarsson"),
        Author("Gendron TF", family="Gendron"),
    )
    assert (paper.container, paper.year, paper.date) == ("Mayo Clin Proc", 2018, "2018")
    assert paper.relations() == ("reference",)


def test_entry_of_unknown_form_is_kept_whole_as_title() -> None:
    (paper,) = _papers(references=["- World Federation of Neurology homepage"])

    assert paper.title == "World Federation of Neurology homepage"
    assert (paper.container, paper.year, paper.identifiers.items()) == (None, None, [])


def test_reference_joins_the_listed_paper_of_the_same_title_and_year() -> None:
    papers = _papers(
        similar=["-", _ENTRY],
        references=["- Jaiswal MK. Riluzole and Edaravone – a tale. Med Res Rev. 2019;39:733."],
    )

    (paper,) = papers
    assert paper.relations() == ("similar", "reference")
    assert paper.authors == (Author("Jaiswal MK", family="Jaiswal"),)
    assert paper.identifiers.pmid == "30101496"


def test_reference_of_the_same_title_in_another_year_stays_apart() -> None:
    papers = _papers(
        similar=["-", _ENTRY],
        references=["- Jaiswal MK. Riluzole and edaravone: a tale. Med Res Rev. 2017;39:733."],
    )

    assert [paper.year for paper in papers] == [2019, 2017]


def test_papers_with_a_shared_identifier_are_one_whatever_their_titles() -> None:
    papers = _papers(similar=["-", _ENTRY], cited=["-", _ENTRY.replace("A tale", "The tale")])

    assert [paper.relations() for paper in papers] == [("similar", "cited_by")]


def test_papers_of_one_title_with_other_identifiers_stay_apart() -> None:
    other = _ENTRY.replace("30101496", "5").replace("10.1002/med.21528", "10.1002/other")

    assert len(_papers(similar=["-", _ENTRY], cited=["-", other])) == 2


def test_title_that_ends_with_the_journals_name_is_whole() -> None:
    entry = "Advances in New Drugs.Drugs. 2022 Sep;82(13):1367. Drugs. 2022. PMID: 36121612"

    (paper,) = _papers(similar=["-", entry])

    assert paper.title == "Advances in New Drugs."


@pytest.mark.parametrize(
    ("first", "family"),
    [
        ("van den Berg LH", "van den Berg"),
        ("de Carvalho M", "de Carvalho"),
        ("Brown RH Jr", "Brown"),
    ],
)
def test_surnames_with_particles_are_authors_not_title(first: str, family: str) -> None:
    line = f"- {first}, Miller RG. An update. Lancet. 2018;93:1617."

    (paper,) = _papers(references=[line])

    assert paper.title == "An update."
    assert paper.authors == (Author(first, family=family), Author("Miller RG", family="Miller"))


@given(
    st.dictionaries(
        st.sampled_from(["Similar articles", "Cited by", "References"]),
        st.lists(
            st.one_of(
                st.sampled_from(
                    ["-", "- ", _ENTRY, f"- {_ENTRY}", "- A B. C. D. 2018;1. - PubMed"]
                ),
                st.text(alphabet=st.characters(exclude_characters="\n")).map(str.strip),
            ).filter(bool)
        ),
    )
)
def test_every_mention_is_the_slice_of_one_entry(lists: dict[str, list[str]]) -> None:
    canonical = CanonicalText()

    papers = add_listed_papers(canonical, lists)

    sections = {section.name: section for section in canonical.sections}
    names = {"similar": "Similar articles", "cited_by": "Cited by", "reference": "References"}
    slices: dict[str, list[tuple[int, int]]] = {name: [] for name in sections}
    for paper in papers:
        for mention in paper.mentions:
            entry = canonical.text[mention.start : mention.end]
            assert entry
            assert entry == entry.strip()
            slices[names[mention.relation]].append((mention.start, mention.end))
    for name, section in sections.items():
        ordered = sorted(slices[name])
        assert section.kind == "listing"
        assert ordered[0][0] == section.start
        assert ordered[-1][1] == section.end
        assert all(
            canonical.text[one[1] : other[0]] == "\n" for one, other in itertools.pairwise(ordered)
        )
