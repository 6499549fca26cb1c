from typing import Any

import rispy
from hypothesis import given

from index.models import Author, Document
from index.parsers.references.ris import RIS
from index.parsers.references.text import tidy
from rag.author_parts import person_name
from rag.reference_records import ReferenceRecord
from rag.reference_ris import write_ris
from tests.index.parsers.references.record_checks import papers
from tests.rag.reference_samples import (
    ARTICLE,
    CHAPTER,
    RECORDS,
    RETRACTED_ARTICLE,
    hostile_documents,
    record,
)


def _read(*records: ReferenceRecord) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rispy.loads(write_ris(records))
    return found


def test_rispy_reads_every_field_of_an_article() -> None:
    (entry,) = _read(ARTICLE)

    assert entry == {
        "type_of_reference": "JOUR",
        "id": "pmid:101",
        "authors": [
            "van der Berg, John A, Jr",
            "Xu, Xiaojiao",
            "Ministry of Health, Labour and Welfare,",
        ],
        "title": "Do 50% of {ALS} patients & carers_agree? A trial",
        "secondary_title": "Journal of Nerves & Muscles",
        "year": "2020",
        "date": "2020/05/03/",
        "volume": "12",
        "number": "3",
        "start_page": "335",
        "end_page": "339",
        "doi": "10.1000/a_b(1)",
        "accession_number": "101",
        "name_of_database": "PubMed",
        "custom2": "PMC77",
        "language": "eng",
        "keywords": ["home ventilation", "riluzole"],
    }


def test_chapter_stands_in_its_book() -> None:
    (entry,) = _read(CHAPTER)

    assert entry["type_of_reference"] == "CHAP"
    assert (entry["secondary_title"], entry["publisher"]) == ("StatPearls", "StatPearls Publishing")
    assert entry["urls"] == ["https://www.ncbi.nlm.nih.gov/books/NBK556151/"]
    assert (entry["issn"], entry["date"]) == ("9783161484100", "2024/01//")


def test_retracted_paper_is_marked_in_a_note() -> None:
    (entry,) = _read(RETRACTED_ARTICLE)

    assert entry["notes"] == [
        "Retracted (notice of 2023-07-12, PubMed record, read 2026-05-04). Notice: PMID 22222222."
    ]


def test_records_are_as_many_as_there_are_papers() -> None:
    assert [one["id"] for one in _read(*RECORDS)] == [one.document_id for one in RECORDS]
    assert write_ris(()) == ""


def test_our_own_reader_gets_back_what_was_written() -> None:
    article, chapter, _, _ = papers(RIS, write_ris(RECORDS))

    assert article.identifiers == ARTICLE.identifiers
    assert article.authors == (
        Author("van der Berg John A Jr", family="van der Berg"),
        Author("Xu Xiaojiao", family="Xu"),
        Author("Ministry of Health, Labour and Welfare"),
    )
    assert (article.title, article.container) == (ARTICLE.title, ARTICLE.container)
    assert (article.date, article.volume, article.issue) == ("2020-05-03", "12", "3")
    assert article.pages == "335-339"
    assert (chapter.container, chapter.publication_types) == ("StatPearls", ("Book Chapter",))


@given(paper=hostile_documents())
def test_hostile_text_comes_back_on_one_line(paper: Document) -> None:
    (entry,) = _read(record(paper))

    for name, text in (
        ("title", paper.title),
        ("secondary_title", paper.container),
        ("volume", paper.volume),
    ):
        assert entry.get(name, "") == tidy(text or "")


@given(paper=hostile_documents())
def test_hostile_names_come_back(paper: Document) -> None:
    (entry,) = _read(record(paper))

    kept = [one for one in paper.authors if tidy(one.name)]
    assert len(entry.get("authors", [])) == len(kept)
    for author, written in zip(kept, entry.get("authors", []), strict=True):
        person = person_name(author)
        if person is not None and person.given and not person.suffix:
            assert written == f"{person.family}, {person.given}"
        elif person is None:
            assert written.removesuffix(",") == tidy(author.name).removesuffix(",")
