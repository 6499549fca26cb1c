import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author
from index.parsers.records import Parsed, Refused
from index.parsers.references.ris import RIS
from index.publication_status import StatusNote, StatusReport
from tests.index.parsers.references.record_checks import (
    EXPORTS,
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

RECORD = """TY  - JOUR
AU  - Smith, John A.
AU  - Doe, J.
A2  - Editor, E.
TI  - Breathing support in motor neurone disease:
      a trial
JF  - Journal of Breath
JO  - J. Breath
PY  - 2020
DA  - 2020/05/03
VL  - 12
IS  - 3
SP  - 33
EP  - 39
LA  - English
KW  - breathing
KW  - Sclerosis, Amyotrophic Lateral
M3  - Review
DO  - https://doi.org/10.1000/Support
UR  - https://example.org/support
AB  - Abstract Support helps 10<sup>6</sup> families.
      It is cheap. © 2020 The Authors.
SN  - 1234-5678
XX  - unknown
ER  -
"""


def _record(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", "TI  - A title", *lines, "ER  - ", ""])


def _identifiers(*lines: str) -> Identifiers:
    return paper(RIS, _record(*lines)).identifiers


def test_a_record_gives_each_field() -> None:
    document = paper(RIS, RECORD)

    assert_sound(document)
    assert document.title == "Breathing support in motor neurone disease: a trial"
    assert document.authors == (
        Author("Smith John A", family="Smith"),
        Author("Doe J", family="Doe"),
    )
    assert (document.container, document.date) == ("Journal of Breath", "2020-05-03")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert (document.languages, document.url) == (("eng",), "https://example.org/support")
    assert document.keywords == ("breathing", "Sclerosis, Amyotrophic Lateral")
    assert document.publication_types == ("Journal Article", "Review")
    assert document.identifiers == Identifiers(doi="10.1000/support")
    assert section(document, "Abstract") == "Support helps 10^6 families.\nIt is cheap."
    assert section(document, "Copyright") == "© 2020 The Authors."
    assert "unknown" not in document.text


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + RECORD,
        RECORD.replace("\n", "\r\n"),
        RECORD.replace("\n", "\r"),
        RECORD.replace("\n", "\n\n"),
        "Provider: Example\nAU  - Nobody, N.\n\n" + RECORD,
        RECORD.replace("ER  -", ""),
        RECORD.replace("ER  -", "ER"),
        RECORD.replace("ER  -", "ER  - the end"),
        RECORD.replace("  - ", " - "),
        RECORD.lower().replace("smith, john a.", "Smith, John A.").replace("doe, j.", "Doe, J."),
    ],
)
def test_dialects_of_one_record_give_the_same_paper(text: str) -> None:
    document = paper(RIS, text)

    assert document.authors == (
        Author("Smith John A", family="Smith"),
        Author("Doe J", family="Doe"),
    )
    assert document.identifiers == Identifiers(doi="10.1000/support")
    assert section(document, "Abstract").lower().endswith("it is cheap.")
    assert document.pages == "33-39"


def test_a_record_without_its_end_is_not_mixed_with_the_next() -> None:
    text = "TY  - JOUR\nTI  - One\nDO  - 10.1000/a\nTY  - BOOK\nTI  - Two\nAU  - B, C.\nER  - \n"

    one, two = papers(RIS, text)

    assert (one.title, one.identifiers.doi, one.authors) == ("One", "10.1000/a", ())
    assert (two.title, two.identifiers.doi, two.authors) == (
        "Two",
        None,
        (Author("B C", family="B"),),
    )


def test_a_record_without_its_beginning_is_a_record_too() -> None:
    one, two = papers(RIS, "TY  - JOUR\nTI  - One\nER  -\nTI  - Two\nPY  - 2001\nER  - \n")

    assert (one.title, two.title, two.year, two.publication_types) == ("One", "Two", 2001, ())


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        (["AN  - 123", "DB  - PubMed"], Identifiers(pmid="123")),
        (["AN  - 123", "DB  - Ovid MEDLINE(R)"], Identifiers(pmid="123")),
        (["AN  - 123", "DP  - NLM"], Identifiers(pmid="123")),
        (["AN  - 123"], Identifiers()),
        (["AN  - 2012345678", "DB  - Embase"], Identifiers()),
        (["AN  - 123", "DB  - Embase; MEDLINE"], Identifiers()),
        (["AN  - WOS:000082252000006", "DB  - PubMed"], Identifiers()),
        (["AN  - PMID: 123"], Identifiers(pmid="123")),
        (["AN  - MEDLINE:123"], Identifiers(pmid="123")),
        (["ID  - 12345678", "DB  - Ovid MEDLINE(R)"], Identifiers(pmid="12345678")),
        (["ID  - 12345678", "DB  - Embase"], Identifiers()),
        (["C2  - 123", "DB  - Scopus"], Identifiers(pmid="123")),
        (["C2  - 123"], Identifiers()),
        (["C2  - PMC123"], Identifiers(pmcid="PMC123")),
        (["C3  - PUBMED 123,EMBASE 456"], Identifiers(pmid="123")),
        (["U1  - 123[pmid]", "U2  - PMC45[pmcid]"], Identifiers(pmid="123", pmcid="PMC45")),
        (["N1  - PMID: 123", "M2  - PMCID: PMC45"], Identifiers(pmid="123", pmcid="PMC45")),
        (["N1  - Comment on PMID: 123"], Identifiers()),
        (["N1  - doi: 10.1000/x", "M3  - doi: 10.1000/X"], Identifiers(doi="10.1000/x")),
        (["N1  - Erratum in: doi: 10.1000/x"], Identifiers()),
        (["UR  - https://doi.org/10.1000/x"], Identifiers(doi="10.1000/x")),
        (["UR  - https://example.org/10.1000/x"], Identifiers()),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/123"], Identifiers()),
        (["SN  - 978-1-4822-5326-9"], Identifiers()),
    ],
)
def test_identifiers_count_only_where_they_are_the_records_own(
    lines: list[str], identifiers: Identifiers
) -> None:
    assert _identifiers(*lines) == identifiers


def test_two_values_of_one_identifier_are_refused() -> None:
    refused = refusal(RIS, _record("DO  - 10.1000/a", "UR  - https://doi.org/10.1000/b"))

    assert refused.where == "record 1 (A title)"
    assert "two values of its own DOI, 10.1000/a and 10.1000/b" in refused.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("TY  - JOUR\nAU  - Smith, J.\nER  - \n", "neither a title nor a text"),
        (_record("DO  - 10.1/"), "'10.1/' is not a DOI"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in refusal(RIS, text).reason


def test_a_record_in_another_encoding_is_refused_and_the_others_are_read() -> None:
    data = RECORD.encode() + _record("AU  - Müller, J.").encode("latin-1") + RECORD.encode()

    first, second, third = read(RIS, data)

    assert isinstance(first, Parsed)
    assert isinstance(second, Refused)
    assert "no UTF-8" in second.reason
    assert isinstance(third, Parsed)


def test_a_chapter_stands_in_its_book_and_a_book_in_nothing() -> None:
    chapter, book = papers(
        RIS,
        "TY  - CHAP\nTI  - A chapter\nT2  - The book\nT3  - A series\nSN  - 978-1-4822-5326-9\nER  - \n"
        "TY  - BOOK\nBT  - The book\nT2  - A series\nER  - \n",
    )

    assert (chapter.container, chapter.identifiers.isbn) == ("The book", "9781482253269")
    assert chapter.publication_types == ("Book Chapter",)
    assert (book.title, book.container, book.publication_types) == ("The book", None, ("Book",))


def test_a_preprint_is_told_by_its_server() -> None:
    document = paper(RIS, "TY  - UNPB\nTI  - A title\nPB  - bioRxiv\nER  - \n")

    assert (document.container, document.publication_types) == ("bioRxiv", ("Preprint",))


def test_articles_without_pages_have_a_number_and_keywords_may_stand_on_lines() -> None:
    document = paper(RIS, _record("C7  - 106241", "KW  - one", "two", "three"))

    assert (document.pages, document.keywords) == ("106241", ("one", "two", "three"))


def test_only_a_title_speaks_of_a_retraction() -> None:
    plain, retracted = read(RIS, _record() + "TY  - JOUR\nTI  - RETRACTED: A title\nER  - \n")

    assert isinstance(plain, Parsed)
    assert isinstance(retracted, Parsed)
    assert plain.status is None
    assert retracted.status == StatusReport(
        "title of the record", (StatusNote("retracted", text="RETRACTED: A title"),)
    )


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                *("TY  - JOUR\n", "ER  - \n", "TI  - A <i>title</i>\n", "AB  - x <sup>2\n", "\n"),
                *("AU  - A, B., C, D\n", "DO  - 10.1000/x\n", "PY  - 20/20/2020\n", "KW  - a;b\n"),
                *("AN  - 1\n", "DB  - PubMed\n", "  more\n", "SP  - 1-\n", "\r", "\x00", "\ufeff"),
                *("UR  - http://[\n", "N1  - PMID: 1 DOI: 10.\n", "ty - x\n", "LA  - en-GB\n"),
            ]
        )
    ),
    st.binary(max_size=30),
)
def test_any_lines_give_sound_records_or_errors(lines: list[str], data: bytes) -> None:
    assert_only_document_errors(RIS, "".join(lines).encode() + data)


@needs_samples
def test_scopus_export() -> None:
    documents = papers(RIS, EXPORTS / "scopus.ris")
    taurine = documents[0]

    assert len(documents) == 10
    assert taurine.identifiers == Identifiers(doi="10.3390/ani15010003")
    assert [one.name for one in taurine.authors[2::3]] == ["Bertolini FM", "Sanchez del Pulgar J"]
    assert (taurine.container, taurine.date, taurine.volume) == ("Animals", "2025", "15")
    assert (taurine.issue, taurine.pages, taurine.languages) == ("1", "3", ("eng",))
    assert section(taurine, "Copyright") == "© 2024 by the authors."
    assert documents[1].identifiers.pmid == "39549413"
    assert documents[-1].publication_types == ("Journal Article", "Review")
    assert documents[-1].identifiers == Identifiers(
        pmid="39243807", doi="10.1016/j.tvjl.2024.106241"
    )
    assert "email" not in "".join(one.text for one in documents)


@needs_samples
def test_web_of_science_export_whose_lines_end_in_two_ways() -> None:
    documents = papers(RIS, EXPORTS / "wos_test.ris")
    humerus, retina = documents[:2]

    assert len(documents) == 50
    assert humerus.date == "1999-08"
    assert (humerus.volume, humerus.issue, humerus.pages) == ("12", "3", "134-137")
    assert [one.name for one in humerus.authors] == [
        "Larsen LJ",
        "Roush JK",
        "McLaughlin RM",
        "Cash WC",
    ]
    assert humerus.identifiers == Identifiers()
    assert section(humerus, "Abstract").count("\n") == 1
    assert (retina.languages, retina.identifiers.doi) == (
        ("por",),
        "10.1590/s0103-84782013005000101",
    )
    assert sum(one.identifiers.doi is not None for one in documents) == 37


@needs_samples
@pytest.mark.parametrize(
    ("name", "container", "date", "pages", "identifiers"),
    [
        (
            "RisImporterTest3.ris",
            "Dermoscopy Image Analysis",
            "2015-09-10",
            "1-22",
            Identifiers(doi="10.1201/b19107-2", isbn="9781482253269"),
        ),
        ("RisImporterTest4b.ris", None, "1988", None, Identifiers()),
        (
            "RisImporterTest5a.ris",
            "Powder Technology",
            "2012",
            "245-251",
            Identifiers(doi="10.1016/j.powtec.2012.01.008"),
        ),
        ("RisImporterTest7.ris", None, "2015-10", None, Identifiers()),
        (
            "RisImporterTestDOI.ris",
            "Journal of physical therapy science",
            "2016-01",
            "186-189",
            Identifiers(pmid="26957754", pmcid="PMC4756000", doi="10.1589/jpts.28.186"),
        ),
        (
            "RisImporterTestDate1.1.ris",
            "The Journal of Chemical Physics",
            "2005-07-15",
            "034708",
            Identifiers(doi="10.1063/1.1954747"),
        ),
        (
            "RisImporterTestScience.ris",
            "Acta Materialia",
            "2016-12",
            "310-324",
            Identifiers(doi="10.1016/j.actamat.2016.09.028"),
        ),
        (
            "RisImporterTestWithEmptyER.ris",
            "The Journal of Chemical Physics",
            "2013-07",
            "044504",
            Identifiers(doi="10.1063/1.4814070"),
        ),
    ],
)
def test_jabrefs_samples(
    name: str, container: str | None, date: str, pages: str | None, identifiers: Identifiers
) -> None:
    document = paper(RIS, JABREF / name)

    assert (document.container, document.date, document.pages) == (container, date, pages)
    assert document.identifiers == identifiers


@needs_samples
def test_jabrefs_sample_of_all_that_can_go_wrong_is_not_mixed_up() -> None:
    """It names its kind eleven times and has one end; a kind after fields begins another record."""
    first, second, third = read(RIS, JABREF / "RisImporterTest1.ris")

    assert isinstance(first, Parsed)
    assert (first.document.title, first.document.date) == ("Editorial.", "2001-09-01")
    assert first.document.pages == "193-194"
    assert isinstance(second, Refused)
    assert isinstance(third, Parsed)
    assert (third.document.title, third.document.authors) == (None, ())
    assert section(third.document, "Abstract") == "abstract1"
