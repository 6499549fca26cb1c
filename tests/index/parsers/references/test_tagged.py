import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author
from index.parsers.records import Parsed, Refused
from index.parsers.references.tagged import ENDNOTE_TAGS, WEB_OF_SCIENCE
from tests.index.parsers.references.record_checks import (
    JABREF,
    assert_only_document_errors,
    assert_sound,
    needs_samples,
    paper,
    papers,
    read,
    refusal,
    section,
)

WEB_RECORD = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Smith, JA
   Doe, J
AF Smith, John A.
   Doe, Jane
TI Breathing support in motor neurone
   disease
SO JOURNAL OF BREATH
LA English
DT Article; Review
DE breathing; respiratory
   support
ID DISEASE
AB First sentence.
   Second one goes
   on. (c) 2020 The Authors.
C1 [Smith, JA] Ward, Leeds.
SN 1234-5678
PD AUG 12
PY 2020
VL 12
IS 3
BP 33
EP 39
AR 106241
DI 10.1000/Breath
PM 123
UT WOS:0001
ER

PT B
AU Brown, J
TI A book
BN 978-1-4822-5326-9
PY 2001
UT MEDLINE:456
ER

EF
"""
ENDNOTE_RECORD = """%0 Journal Article
%A Smith, John A.
%A Doe, J.
%E Editor, E.
%T Breathing support
%J Journal of Breath
%D 2020
%8 Aug 12
%V 12
%N 3
%P 33-39
%X First line.

Second line.
%K breathing
support
%R 10.1000/Breath
%U https://example.org/a
%~ PubMed
%M 123
%2 PMC45
%G English

%0 Book Section
%T A chapter
%B The book
%@ 978-1-4822-5326-9
"""


def test_records_of_web_of_science() -> None:
    article, book = papers(WEB_OF_SCIENCE, WEB_RECORD)

    assert_sound(article)
    assert article.title == "Breathing support in motor neurone disease"
    assert article.authors == (Author("Smith JA", family="Smith"), Author("Doe J", family="Doe"))
    assert (article.container, article.date) == ("JOURNAL OF BREATH", "2020-08-12")
    assert (article.volume, article.issue, article.pages) == ("12", "3", "33-39")
    assert (article.languages, article.publication_types) == (
        ("eng",),
        ("Journal Article", "Review"),
    )
    assert article.keywords == ("breathing", "respiratory support", "DISEASE")
    assert article.identifiers == Identifiers(pmid="123", doi="10.1000/breath")
    assert section(article, "Abstract") == "First sentence.\nSecond one goes on."
    assert section(article, "Copyright") == "(c) 2020 The Authors."
    assert (book.title, book.publication_types) == ("A book", ("Book",))
    assert book.identifiers == Identifiers(pmid="456", isbn="9781482253269")


def test_records_of_endnote() -> None:
    article, chapter = papers(ENDNOTE_TAGS, ENDNOTE_RECORD)

    assert_sound(article)
    assert (article.title, article.container) == ("Breathing support", "Journal of Breath")
    assert article.authors == (
        Author("Smith John A", family="Smith"),
        Author("Doe J", family="Doe"),
    )
    assert (article.date, article.volume, article.issue) == ("2020-08-12", "12", "3")
    assert (article.pages, article.languages) == ("33-39", ("eng",))
    assert article.keywords == ("breathing", "support")
    assert article.identifiers == Identifiers(pmid="123", pmcid="PMC45", doi="10.1000/breath")
    assert section(article, "Abstract") == "First line.\nSecond line."
    assert (chapter.title, chapter.container) == ("A chapter", "The book")
    assert chapter.identifiers == Identifiers(isbn="9781482253269")


def test_records_that_cannot_be_used_are_refused() -> None:
    assert "'x' is not a DOI" in refusal(ENDNOTE_TAGS, "%0 Book\n%T T\n%R x\n").reason
    refused, parsed = read(WEB_OF_SCIENCE, WEB_RECORD.replace("DI 10.1000/Breath", "DI 10.1/"))
    assert isinstance(refused, Refused)
    assert isinstance(parsed, Parsed)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([*WEB_RECORD.splitlines(), *ENDNOTE_RECORD.splitlines(), "\x00", "%"])
    ),
    st.binary(max_size=10),
)
def test_any_lines_give_sound_records_or_errors(lines: list[str], data: bytes) -> None:
    assert_only_document_errors(WEB_OF_SCIENCE, "\n".join(["PT J", *lines]).encode() + data)
    assert_only_document_errors(ENDNOTE_TAGS, "\n".join(["%0 Book", *lines]).encode() + data)


@needs_samples
def test_jabrefs_samples() -> None:
    (lithium,) = papers(WEB_OF_SCIENCE, JABREF / "IsiImporterTest1.isi")
    book = paper(ENDNOTE_TAGS, JABREF / "Endnote.book.example.enw")

    assert (lithium.container, lithium.date) == ("Optical Materials", "2006")
    assert (lithium.pages, len(lithium.authors)) == ("467-472", 6)
    assert book.title == "Git : dezentrale Versionsverwaltung im Team : Grundlagen und Workflows"
    assert [one.name for one in book.authors] == ["Preißel René", "Stachmann Bjørn"]
    assert (book.date, book.identifiers) == ("2016", Identifiers(isbn="9783864903113"))


@needs_samples
@pytest.mark.parametrize(
    ("name", "parsed"), [("IsiImporterTest2.isi", 2), ("IsiImporterTest1.isi", 1)]
)
def test_records_of_an_old_export(name: str, parsed: int) -> None:
    """In the second file a page range stands in the field for DOIs; that record is refused."""
    records = read(WEB_OF_SCIENCE, JABREF / name)

    assert sum(isinstance(one, Parsed) for one in records) == parsed
