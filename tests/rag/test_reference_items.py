import json

from hypothesis import given

from index.models import Author, Document
from index.parsers.references.csl_json import CSL_JSON
from index.parsers.references.text import tidy
from rag.reference_items import csl_item, write_csl_json
from tests.index.parsers.references.record_checks import papers
from tests.rag.reference_samples import (
    ARTICLE,
    CHAPTER,
    LISTED,
    RECORDS,
    RETRACTED_ARTICLE,
    hostile_documents,
    record,
)


def test_item_has_what_the_record_has_and_no_more() -> None:
    assert csl_item(ARTICLE) == {
        "id": "pmid:101",
        "type": "article-journal",
        "title": "Do 50% of {ALS} patients & carers_agree? A trial",
        "author": [
            {"family": "van der Berg", "given": "John A", "suffix": "Jr"},
            {"family": "Xu", "given": "Xiaojiao"},
            {"literal": "Ministry of Health, Labour and Welfare"},
        ],
        "container-title": "Journal of Nerves & Muscles",
        "issued": {"date-parts": [[2020, 5, 3]]},
        "volume": "12",
        "issue": "3",
        "page": "335-9",
        "language": "en",
        "DOI": "10.1000/a_b(1)",
        "PMID": "101",
        "PMCID": "PMC77",
        "keyword": "home ventilation; riluzole",
    }
    assert csl_item(LISTED).keys() == {"id", "type", "title", "note"}


def test_chapter_stands_in_its_book_and_a_retracted_paper_is_marked() -> None:
    chapter, retracted = csl_item(CHAPTER), csl_item(RETRACTED_ARTICLE)

    assert (chapter["type"], chapter["container-title"]) == ("chapter", "StatPearls")
    assert chapter["URL"] == "https://www.ncbi.nlm.nih.gov/books/NBK556151/"
    assert retracted["status"] == "retracted"
    assert "PMID 22222222" in retracted["note"]


def test_our_own_reader_gets_back_what_was_written() -> None:
    article, chapter, *_ = papers(CSL_JSON, write_csl_json(RECORDS))

    assert article.identifiers == ARTICLE.identifiers
    assert article.authors[0] == Author("van der Berg John A Jr", family="van der Berg")
    assert article.authors[2] == Author("Ministry of Health, Labour and Welfare")
    assert (article.title, article.date) == (ARTICLE.title, "2020-05-03")
    assert (chapter.container, chapter.publication_types) == ("StatPearls", ("Book Chapter",))
    assert json.loads(write_csl_json(())) == []


@given(paper=hostile_documents())
def test_hostile_text_comes_back_on_one_line(paper: Document) -> None:
    (item,) = json.loads(write_csl_json([record(paper)]))

    assert item.get("title", "") == tidy(paper.title or "")
    assert item.get("container-title", "") == tidy(paper.container or "")
