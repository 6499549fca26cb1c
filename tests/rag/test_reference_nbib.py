import io
from typing import Any

import pytest
from Bio.Medline import parse
from hypothesis import given

from index.models import Author, Document
from index.parsers.pubmed.medline import MEDLINE
from index.parsers.references.text import tidy
from rag.reference_nbib import write_nbib
from rag.reference_records import ReferenceRecord
from tests.index.parsers.references.record_checks import FORMATS, needs_samples, papers
from tests.rag.reference_samples import (
    ARTICLE,
    CHAPTER,
    LISTED,
    RECORDS,
    RETRACTED_ARTICLE,
    hostile_documents,
    record,
)


def _entries(text: str) -> list[dict[str, Any]]:
    return [dict(one) for one in parse(io.StringIO(text))]  # type: ignore[no-untyped-call]


def _read(*records: ReferenceRecord) -> list[dict[str, Any]]:
    return _entries(write_nbib(records))


def test_biopython_reads_every_field_of_an_article() -> None:
    (entry,) = _read(ARTICLE)

    assert entry == {
        "PMID": "101",
        "VI": "12",
        "IP": "3",
        "DP": "2020 May 3",
        "TI": "Do 50% of {ALS} patients & carers_agree? A trial",
        "PG": "335-9",
        "LID": "10.1000/a_b(1) [doi]",
        "FAU": ["van der Berg, John A Jr", "Xu, Xiaojiao"],
        "AU": ["van der Berg JA Jr", "Xu X"],
        "CN": ["Ministry of Health, Labour and Welfare"],
        "LA": ["eng"],
        "PT": ["Journal Article", "Randomized Controlled Trial"],
        "JT": "Journal of Nerves & Muscles",
        "PMC": "PMC77",
        "MH": ["Aged"],
        "OT": ["home ventilation", "riluzole"],
        "AID": ["10.1000/a_b(1) [doi]"],
    }


def test_chapter_stands_in_its_book() -> None:
    (entry,) = _read(CHAPTER)

    assert (entry["TI"], entry["BTI"]) == ("Amyotrophic Lateral Sclerosis", ["StatPearls"])
    assert entry["AID"] == ["NBK556151 [bookaccession]"]
    assert "JT" not in entry


def test_retracted_paper_is_marked_as_pubmed_marks_it() -> None:
    (entry,) = _read(RETRACTED_ARTICLE)

    assert entry["PT"] == ["Journal Article", "Retracted Publication"]
    assert entry["RIN"] == ["J Test. 2023 Jul 12;1(2):3. PMID: 22222222"]


def test_paper_that_is_only_listed_names_the_page() -> None:
    (entry,) = _read(LISTED)

    assert entry["GN"] == ["Listed in pmid:101; its text is not in the library."]


def test_our_own_reader_gets_back_what_was_written() -> None:
    article, chapter, retracted = papers(MEDLINE, write_nbib(RECORDS[:3]))

    assert article.identifiers == ARTICLE.identifiers
    assert article.authors == (
        Author("van der Berg JA Jr", family="van der Berg"),
        Author("Xu X", family="Xu"),
        Author("Ministry of Health, Labour and Welfare"),
    )
    assert (article.title, article.date, article.pages) == (ARTICLE.title, "2020-05-03", "335-9")
    assert chapter.identifiers.nbk == "NBK556151"
    assert chapter.container == "StatPearls"
    assert "Retracted Publication" in retracted.publication_types


@given(paper=hostile_documents())
def test_hostile_text_comes_back_on_one_line(paper: Document) -> None:
    (entry,) = _read(record(paper))

    for tag, text in (("TI", paper.title), ("JT", paper.container), ("VI", paper.volume)):
        assert entry.get(tag, "") == tidy(text or "")


@needs_samples
@pytest.mark.parametrize("name", ["nbib/single.nbib", "nbib/pubmed-balloongui-set.nbib"])
def test_records_of_pubmed_come_back_with_its_own_fields(name: str) -> None:
    file = FORMATS / name
    documents = papers(MEDLINE, file)
    theirs = {one["PMID"]: one for one in _entries(file.read_text(encoding="utf-8"))}

    ours = _read(*map(record, documents))

    assert [one["PMID"] for one in ours] == list(theirs)
    for one in ours:
        their = theirs[one["PMID"]]
        for tag in ("TI", "AU", "CN", "LA", "PT", "VI", "IP", "JT", "PMC"):
            assert one.get(tag) == their.get(tag), (one["PMID"], tag)
