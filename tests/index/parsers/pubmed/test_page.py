import pytest

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.pubmed.page import PUBMED_PAGE as PAGE
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from index.publication_status import StatusKind, StatusNote, StatusReport
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, pubmed_page

_TITLE = (
    "A perspective on therapies for amyotrophic lateral sclerosis: "
    "can disease progression be curbed?"
)
_FURNITURE = [
    *("LinkOut - more resources", "Figures", "Full Text Sources", "Other Literature Sources"),
    *("Medical", "Miscellaneous", "MeSH terms", "Substances", "Publication types"),
]
_REVIEWS = ["32062193", "30101496", "30810406", "36121612", "30401437", "39684324", "40565135"]
_LISTED = [
    ("32062193", "10.1016/j.neuropharm.2020.107986", "Neuropharmacology", "2020 May 1"),
    ("30101496", "10.1002/med.21528", "Med Res Rev", "2019 Mar"),
    ("30810406", "10.1080/14737175.2019.1581610", "Expert Rev Neurother", "2019 Mar"),
    ("36121612", "10.1007/s40265-022-01769-1", "Drugs", "2022 Sep"),
    ("30401437", "10.1016/j.mayocp.2018.04.007", "Mayo Clin Proc", "2018 Nov"),
    ("36536341", "10.1186/s12929-022-00890-3", "J Biomed Sci", "2022 Dec 20"),
    ("37101169", "10.1186/s12929-023-00921-7", "J Biomed Sci", "2023 Apr 26"),
    ("39684324", "10.3390/ijms252312613", "Int J Mol Sci", "2024 Nov 24"),
    ("40350531", "10.1186/s40035-025-00483-8", "Transl Neurodegener", "2025 May 12"),
    ("40565135", "10.3390/ijms26125671", "Int J Mol Sci", "2025 Jun 13"),
]


def _parse(text: str) -> Document:
    return _read(text.encode(), "page.txt")


def _read(data: bytes, path: str) -> Document:
    (record,) = PAGE.parse(SourceFile.of_bytes(data, path=path))
    assert isinstance(record, Parsed)
    return record.document


def _status(blocks: str) -> StatusReport | None:
    data = pubmed_page(blocks=blocks).encode()
    (record,) = PAGE.parse(SourceFile.of_bytes(data, path="page.txt"))
    assert isinstance(record, Parsed)
    return record.status


def _looks_like_page(text: str) -> bool:
    return PAGE.matches(SourceFile.of_bytes(text.encode(), path="x.txt"))


def _text(document: Document, name: str) -> str:
    (section,) = [section for section in document.sections if section.name == name]
    return document.text[section.start : section.end]


@pytest.fixture(scope="module")
def page() -> Document:
    data = (DEFAULT_DOCUMENTS / PUBMED_PAGE).read_bytes()
    return _read(data, PUBMED_PAGE)


def test_default_page_has_its_own_identifiers(page: Document) -> None:
    assert page.document_id == "pmid:34372914"
    assert page.identifiers == Identifiers(
        pmid="34372914", pmcid="PMC8353789", doi="10.1186/s40035-021-00250-5"
    )


def test_title_of_the_default_page_stands_once(page: Document) -> None:
    assert page.title == _TITLE
    assert page.text.count(_TITLE) == 1


def test_abstract_of_the_default_page_is_whole_and_nothing_more(page: Document) -> None:
    abstract = _text(page, "Abstract")

    assert abstract.startswith("Amyotrophic lateral sclerosis (ALS) is a progressive")
    assert abstract.endswith("the current and prospective therapies for ALS.")
    assert "\n" not in abstract


def test_default_page_has_five_keywords(page: Document) -> None:
    assert page.keywords == (
        *("Amyotrophic lateral sclerosis", "Autophagy", "Gene editing", "Motor neurons"),
        "Stem cells",
    )


def test_copyright_line_of_the_default_page_gives_the_year(page: Document) -> None:
    assert _text(page, "Copyright") == "© 2021. The Author(s)."
    assert page.year == 2021


def test_conflict_of_interest_statement_is_body(page: Document) -> None:
    assert _text(page, "Conflict of interest statement").startswith("Shengdi Chen is Editor-in")
    kinds = {section.name: section.kind for section in page.sections}
    assert kinds["Conflict of interest statement"] == kinds["Abstract"] == "body"
    assert list(kinds.values()).count("body") == 2


def test_what_the_default_page_does_not_give_stays_empty(page: Document) -> None:
    assert (page.authors, page.publication_types, page.added) == ((), (), ())
    assert (page.container, page.license, page.url) == (None, None, None)


def test_ten_listed_papers_have_identifiers_journal_and_date(page: Document) -> None:
    listed = [
        (paper.identifiers.pmid, paper.identifiers.doi, paper.container, paper.date)
        for paper in page.related
    ]

    assert listed == _LISTED
    assert [paper.year for paper in page.related] == [int(date[:4]) for *_, date in _LISTED]


def test_review_mark_is_where_the_page_puts_it(page: Document) -> None:
    reviews = [
        paper.identifiers.pmid for paper in page.related if "Review" in paper.publication_types
    ]

    assert reviews == _REVIEWS


def test_reference_of_the_default_page_is_one_record_with_the_similar_article(
    page: Document,
) -> None:
    (paper,) = [paper for paper in page.related if paper.identifiers.pmid == "30401437"]

    assert paper.relations() == ("similar", "reference")
    assert paper.authors == (
        Author("Oskarsson B", family="Oskarsson"),
        Author("Gendron TF", family="Gendron"),
        Author("Staff NP", family="Staff"),
    )
    assert [p for p in page.related if "reference" in p.relations()] == [paper]


def test_relations_of_the_default_page_are_five_similar_and_five_citing(page: Document) -> None:
    relations = [paper.relations()[0] for paper in page.related]

    assert relations == ["similar"] * 5 + ["cited_by"] * 5


def test_titles_of_listed_papers_stand_in_their_mentions(page: Document) -> None:
    for paper in page.related:
        first = paper.mentions[0]
        assert page.text[first.start : first.end].startswith(paper.title)
        assert paper.title.endswith(".")


@pytest.mark.parametrize("name", _FURNITURE)
def test_page_furniture_is_nowhere_in_the_text(page: Document, name: str) -> None:
    assert name in (DEFAULT_DOCUMENTS / PUBMED_PAGE).read_text(encoding="utf-8")
    assert name not in page.text.split("\n")
    if " " in name:
        assert name not in page.text


def test_page_is_told_from_other_text() -> None:
    assert _looks_like_page((DEFAULT_DOCUMENTS / PUBMED_PAGE).read_text(encoding="utf-8"))
    assert _looks_like_page(pubmed_page())
    assert not _looks_like_page((DEFAULT_DOCUMENTS / FOREWORD).read_text(encoding="utf-8"))
    assert not _looks_like_page("# T\n\nPMID: 12\n\nText alone.")
    assert not _looks_like_page("Abstract\nText without an identifier.")
    assert not _looks_like_page("See PMID: 12 for more.\nAbstract\nText.")


def test_journal_line_and_author_line_are_read_where_the_page_has_them() -> None:
    document = _parse(
        pubmed_page(
            header="Transl Neurodegener. 2020 Aug 10;10(1):29. doi: 10.1000/page.\n"
            "Xiaojiao Xu 1, Dingding Shen 1 2, Jean-Luc O'Hara #"
        )
    )

    assert (document.container, document.year) == ("Transl Neurodegener", 2020)
    assert document.authors == (
        Author("Xiaojiao Xu", family="Xu"),
        Author("Dingding Shen", family="Shen"),
        Author("Jean-Luc O'Hara", family="O'Hara"),
    )
    assert document.title == "Autophagy and its modulators in motor neurons"


@pytest.mark.parametrize("title", ["Amyotrophic Lateral Sclerosis", "Motor Neuron Disease."])
def test_title_in_capitals_is_no_author(title: str) -> None:
    document = _parse(pubmed_page(title=title))

    assert document.title == title
    assert document.authors == ()


def test_publication_types_and_mesh_terms_are_read_where_the_page_has_them() -> None:
    document = _parse(
        pubmed_page(
            blocks="Abstract\nText.\nPublication types\n- Review\n- Research Support\n"
            "MeSH terms\n- Humans\nGrants and funding\n- R01 1234"
        )
    )

    assert document.publication_types == ("Review", "Research Support")
    assert "Humans" in _text(document, "MeSH terms")
    assert "R01" not in document.text


def test_page_that_claims_two_pmids_is_refused() -> None:
    with pytest.raises(DocumentError, match="own PMID, 11111111 and 2222"):
        _parse(pubmed_page(identifiers="- PMID: 11111111\n- PMID: 2222"))


def test_pmid_of_a_listed_paper_is_not_the_pages_own() -> None:
    blocks = (
        "Abstract\nText.\nSimilar articles\n-\nA title.Brain. 2020 May;1:2. Brain. 2020. PMID: 55"
    )

    document = _parse(pubmed_page(blocks=blocks))

    assert document.identifiers.pmid == "11111111"
    assert [paper.identifiers.pmid for paper in document.related] == ["55"]


def test_page_without_a_title_is_refused() -> None:
    with pytest.raises(DocumentError, match="no title"):
        _parse("- PMID: 5\nAbstract\nText.")


def test_page_without_an_abstract_still_gives_its_paper() -> None:
    document = _parse(pubmed_page(blocks="LinkOut - more resources\nFull Text Sources"))

    assert document.identifiers.pmid == "11111111"
    assert [section.kind for section in document.sections] == ["about", "about"]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Retraction in", "retracted"),
        ("Retracted and republished in", "retracted"),
        ("Partial retraction in", "partially_retracted"),
        ("Expression of concern in", "expression_of_concern"),
        ("Erratum in", "corrected"),
        ("Corrected and republished in", "corrected"),
        ("Update in", "updated"),
    ],
)
def test_heading_on_a_notice_is_the_papers_standing(heading: str, kind: StatusKind) -> None:
    line = "J Test. 2024 Feb 3;1(2):4. doi: 10.1000/notice. PMID: 33333333"

    status = _status(f"Abstract\nText.\n{heading}\n- {line}\nSimilar articles\nOther. PMID: 4")

    notice = Identifiers(pmid="33333333", doi="10.1000/notice")
    assert status == StatusReport("PubMed page", (StatusNote(kind, notice, line, "2024-02-03"),))


@pytest.mark.parametrize(
    "heading",
    ["Retraction of", "Erratum for", "Expression of concern for", "Update of", "Comment on"],
)
def test_heading_on_another_paper_is_not_the_papers_standing(heading: str) -> None:
    assert _status(f"Abstract\nText.\n{heading}\n- J Test. 2024;1:2. PMID: 33333333") is None
    status = _status(
        f"Abstract\nText.\nErratum in\n- J Test. 2023;1:2. PMID: 22222222\n{heading}\n- PMID: 33333333"
    )
    assert status is not None
    assert [note.notice.pmid for note in status.notes] == ["22222222"]


def test_each_item_is_a_note_with_its_own_identifiers() -> None:
    status = _status(
        "Abstract\nText.\nErratum in\n- J Test. 2023 Jan;1:2. PMID: 22222222\n"
        "- K Test. 2024 May;1:1234567.\ndoi: 10.1000/second."
    )

    assert status is not None
    assert [(note.notice, note.date) for note in status.notes] == [
        (Identifiers(pmid="22222222"), "2023-01"),
        (Identifiers(doi="10.1000/second"), "2024-05"),
    ]


def test_item_that_names_two_pmids_names_no_notice() -> None:
    status = _status("Abstract\nText.\nErratum in\nJ Test. PMID: 22222222\nK Test. PMID: 33333333")

    assert status is not None
    assert [note.notice for note in status.notes] == [Identifiers()]


def test_publication_type_says_that_a_paper_is_retracted() -> None:
    status = _status(
        "Abstract\nText.\nPublication types\n- Journal Article\n- Retracted Publication"
    )

    assert status is not None
    assert [note.kind for note in status.notes] == ["retracted"]


@pytest.mark.parametrize("kind", ["Retraction of Publication", "Published Erratum", "Review"])
def test_page_that_says_nothing_was_no_check(kind: str) -> None:
    assert _status(f"Abstract\nText.\nPublication types\n- {kind}") is None
    assert _status("Abstract\nThe trial was retracted, as stated in PMID: 33333333.") is None
