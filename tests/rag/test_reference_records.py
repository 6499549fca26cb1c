from dataclasses import replace

import pytest

from index.identifiers import Identifiers
from index.models import AddedField, Author, Document
from index.publication_status import NOT_CHECKED, Standing
from rag.reference_records import Kind, ReferenceRecord, completed, record_of
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, parse_one
from tests.rag.examples import document, listed_paper
from tests.rag.reference_samples import RETRACTED, record

_EMPTY = ReferenceRecord(n=1, document_id="x", identifiers=Identifiers())


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        ({"identifiers": Identifiers(pmid="1")}, "article"),
        ({"identifiers": Identifiers(pmid="1", nbk="NBK5"), "container": "StatPearls"}, "chapter"),
        ({"identifiers": Identifiers(pmid="1"), "container": "StatPearls"}, "chapter"),
        ({"identifiers": Identifiers(pmid="1", nbk="NBK5")}, "book"),
        ({"identifiers": Identifiers(isbn="9783161484100"), "container": "A book"}, "chapter"),
        ({"identifiers": Identifiers(isbn="9783161484100")}, "book"),
        ({"publication_types": ("Book Chapter",), "container": "A book"}, "chapter"),
        ({"publication_types": ("Book",)}, "book"),
        ({"publication_types": ("Journal Article", "Preprint")}, "preprint"),
        ({"standing": Standing("preprint"), "identifiers": Identifiers(pmid="1")}, "preprint"),
        ({"publication_types": ("Thesis",)}, "thesis"),
        ({"publication_types": ("Journal Article",)}, "article"),
        ({"container": "Brain", "volume": "3"}, "article"),
        ({"container": "A site"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_kind_is_what_the_source_tells(known: dict[str, object], kind: Kind) -> None:
    assert completed(replace(_EMPTY, **known)).kind == kind  # type: ignore[arg-type]


def test_chapter_of_the_bookshelf_has_its_address() -> None:
    chapter = completed(replace(_EMPTY, identifiers=Identifiers(nbk="NBK5"), container="A book"))

    assert chapter.url == "https://www.ncbi.nlm.nih.gov/books/NBK5/"


@pytest.mark.parametrize(
    ("date", "year", "found"),
    [
        ("2020-05-03", 2020, "2020-05-03"),
        ("2018 Jul 3", 2018, "2018-07-03"),
        ("2018 Jul", 2018, "2018-07"),
        ("2018 Jul", 2019, "2019"),
        (None, 2019, "2019"),
        (None, None, None),
        ("soon", None, None),
    ],
)
def test_date_is_as_precise_as_it_is_known(
    date: str | None, year: int | None, found: str | None
) -> None:
    assert record(document("A text.", date=date, year=year)).date == found


def test_texts_are_on_one_line_and_blank_authors_are_none() -> None:
    odd = document(
        "A text.",
        title="A\n\x00 title\u2028",
        authors=(Author(" Doe\tJ", family="Doe "), Author(" ")),
        keywords=("a\nb", " "),
    )

    found = record(odd)

    assert (found.title, found.keywords) == ("A title", ("a b",))
    assert found.authors == (Author("Doe J", family="Doe"),)


def test_listed_paper_names_the_page_and_has_what_the_entry_says() -> None:
    entry = listed_paper("On muscles.", pmid="5", author="Roe R", year=2020, date="2020 May")

    found = record_of(entry, n=3, standing=NOT_CHECKED, listed_in="pmid:1")

    assert (found.n, found.document_id, found.title) == (3, "pmid:5", "On muscles.")
    assert (found.kind, found.date, found.listed_in) == ("article", "2020-05", "pmid:1")
    assert found.remarks() == ["Listed in pmid:1; its text is not in the library."]


def test_remarks_tell_the_standing_and_what_was_added() -> None:
    added = (AddedField("year", "2021", "the DOI"),)
    paper = document("A text.", added=added, year=2021)

    found = record_of(paper, n=1, standing=RETRACTED)

    assert found.is_retracted
    assert found.remarks() == [
        "Retracted (notice of 2023-07-12, PubMed record, read 2026-05-04). Notice: PMID 22222222.",
        "Added by a curator, not given by the source: year.",
    ]
    assert record_of(paper, n=1, standing=Standing("no_notice")).remarks() == found.remarks()[1:]


def _default(name: str) -> Document:
    return parse_one((DEFAULT_DOCUMENTS / name).read_bytes(), path=name)


def test_default_review_is_an_article_with_all_its_identifiers() -> None:
    found = record(_default(PUBMED_PAGE))

    assert found.kind == "article"
    assert found.identifiers == Identifiers(
        pmid="34372914", pmcid="PMC8353789", doi="10.1186/s40035-021-00250-5"
    )


def test_default_foreword_is_a_chapter_once_a_curator_names_its_book() -> None:
    foreword = _default(FOREWORD)
    book = "Amyotrophic Lateral Sclerosis (book, Exon Publications)"

    found = record(replace(foreword, container=book))

    assert record(foreword).kind == "unknown"
    assert (found.kind, found.container) == ("chapter", "Amyotrophic Lateral Sclerosis")
    assert found.publisher == "Exon Publications"
