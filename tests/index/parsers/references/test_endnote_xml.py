import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.records import Parsed
from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.endnote_xml import ENDNOTE_XML
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
    source_of,
)

RECORD = """<record><database name="a.enl" path="a.enl">a.enl</database><rec-number>7</rec-number>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors>
  <author><style face="normal">Smith, John A.</style></author><author>Doe, J.</author>
</authors><secondary-authors><author>Editor, E.</author></secondary-authors></contributors>
<titles>
  <title>
    <style face="normal">Levels of H</style>
    <style face="subscript">2</style>
    <style face="normal">O and Ca</style><style face="superscript">2+</style>
    <style face="italic"> in vivo</style>
  </title>
  <secondary-title>J Breath</secondary-title>
</titles>
<periodical><full-title>Journal of Breath</full-title><abbr-1>J Breath</abbr-1></periodical>
<pages><style>33-39</style></pages><volume>12</volume><number>3</number>
<keywords><keyword>breathing</keyword><keyword>a; b</keyword><keyword/></keywords>
<dates><year>2020</year><pub-dates><date><style>May 3</style></date></pub-dates></dates>
<isbn>1234-5678</isbn><accession-num>123</accession-num>
<remote-database-name>PubMed</remote-database-name><remote-database-provider>NLM</remote-database-provider>
<electronic-resource-num>10.1000/Breath</electronic-resource-num><custom2>PMC45</custom2>
<abstract><style>First &lt;i&gt;line&lt;/i&gt;.&#xD;Second &amp; last. © 2020 The Authors.</style></abstract>
<notes>Read it again</notes><work-type>Review</work-type><language>English</language>
<urls><related-urls><url><style>https://example.org/a</style></url></related-urls></urls></record>"""


def _file(*records: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><xml><records>{"".join(records)}</records></xml>'


def _paper(*fields: str, kind: str = "Journal Article") -> Document:
    return paper(
        ENDNOTE_XML,
        _file(
            f'<record><ref-type name="{kind}">0</ref-type><titles><title>T</title></titles>',
            *fields,
            "</record>",
        ),
    )


def test_a_record_gives_each_field() -> None:
    document = paper(ENDNOTE_XML, _file(RECORD))

    assert_sound(document)
    assert document.title == "Levels of H2O and Ca^2+ in vivo"
    assert document.authors == (
        Author("Smith John A", family="Smith"),
        Author("Doe J", family="Doe"),
    )
    assert (document.container, document.date) == ("Journal of Breath", "2020-05-03")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert (document.languages, document.url) == (("eng",), "https://example.org/a")
    assert document.keywords == ("breathing", "a", "b")
    assert document.publication_types == ("Journal Article", "Review")
    assert document.identifiers == Identifiers(pmid="123", pmcid="PMC45", doi="10.1000/breath")
    assert section(document, "Abstract") == "First line.\nSecond & last."
    assert section(document, "Copyright") == "© 2020 The Authors."


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ("<accession-num>123</accession-num>", Identifiers()),
        (
            "<accession-num>123</accession-num><remote-database-name>MEDLINE</remote-database-name>",
            Identifiers(pmid="123"),
        ),
        (
            "<accession-num>123</accession-num>"
            "<remote-database-provider>NLM</remote-database-provider>",
            Identifiers(pmid="123"),
        ),
        (
            "<accession-num>L123</accession-num><remote-database-name>Embase</remote-database-name>",
            Identifiers(),
        ),
        ("<notes>PMID: 123</notes>", Identifiers(pmid="123")),
        ("<notes>See PMID: 123</notes>", Identifiers()),
        ("<custom2>12</custom2>", Identifiers()),
        (
            "<urls><related-urls><url>https://doi.org/10.1000/x</url></related-urls></urls>",
            Identifiers(doi="10.1000/x"),
        ),
        ("<electronic-resource-num>10.1000/x [doi]</electronic-resource-num>", None),
        ("<label>123</label><isbn>978-1-4822-5326-9</isbn>", Identifiers()),
    ],
)
def test_identifiers_count_only_where_they_are_the_records_own(
    fields: str, identifiers: Identifiers | None
) -> None:
    assert _paper(fields).identifiers == (identifiers or Identifiers(doi="10.1000/x"))


def test_a_chapter_stands_in_its_book_and_a_book_in_nothing() -> None:
    fields = (
        "<titles><secondary-title>The book</secondary-title></titles><isbn>9781482253269</isbn>"
    )
    chapter, book = _paper(fields, kind="Book Section"), _paper(fields, kind="Book")

    assert (chapter.container, chapter.publication_types) == ("The book", ("Book Chapter",))
    assert (book.container, book.publication_types) == (None, ("Book",))
    assert chapter.identifiers == book.identifiers == Identifiers(isbn="9781482253269")


def test_a_record_that_cannot_be_used_is_refused_by_its_number() -> None:
    text = _file("<record><rec-number>7</rec-number><database>x</database></record>", RECORD)

    refused, parsed = read(ENDNOTE_XML, text)

    assert refused.where == "record 1 (7)"  # type: ignore[union-attr]
    assert isinstance(parsed, Parsed)
    both = RECORD.replace("</urls>", "<x><url>https://doi.org/10.1000/y</url></x></urls>")
    assert "two values of its own DOI" in refusal(ENDNOTE_XML, _file(both)).reason


def test_records_before_broken_xml_are_given() -> None:
    records = ENDNOTE_XML.parse(source_of(_file(RECORD, "<record><titles>")))

    assert isinstance(next(records), Parsed)
    with pytest.raises(DocumentError, match="its XML is broken"):
        list(records)


def test_named_characters_are_read_and_entities_of_the_file_are_not_expanded() -> None:
    start = (
        '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY beta "B"><!ENTITY mine "x">]><xml><records>'
    )
    record = "<record><database>x</database><titles><title>a {} c</title></titles></record>"
    end = "</records></xml>"

    assert paper(ENDNOTE_XML, start + record.format("&beta;") + end).title == "a β c"
    assert "mine" in refusal(ENDNOTE_XML, start + record.format("&mine;") + end).reason


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<record>", "</record>", "<titles>", "</titles>", "<title>", "</title>", "a b"),
                *("<style face='superscript'>", "<style>", "</style>", "<abstract>", "</abstract>"),
                *("&lt;sup&gt;2", "&#xD;", "&amp;", "<keyword/>", "<dates><year>", "2020"),
                *("</year></dates>", "<notes>PMID: 1</notes>", "<database>", "</database>"),
                *(
                    "<accession-num>1</accession-num>",
                    "<ref-type name='Book'>1</ref-type>",
                    "<!--x-->",
                ),
            ]
        ),
        max_size=25,
    ),
    st.binary(max_size=10),
)
def test_any_tags_give_sound_records_or_errors(pieces: list[str], data: bytes) -> None:
    assert_only_document_errors(ENDNOTE_XML, _file("".join(pieces)).encode() + data)


@needs_samples
def test_mendeley_export() -> None:
    documents = papers(ENDNOTE_XML, EXPORTS / "mendeley_export.xml")
    myoclonus, otitis = documents[:2]

    assert len(documents) == 1233
    assert myoclonus.title == "Myoclonus in older Cavalier King Charles Spaniels."
    assert [one.name for one in myoclonus.authors] == [
        "Rotter Carina",
        "Whittaker Danielle",
        "Rusbridge Clare",
    ]
    assert (myoclonus.date, myoclonus.volume, myoclonus.issue) == ("2022", "36", "3")
    assert (myoclonus.pages, myoclonus.languages) == ("1032-1038", ("eng",))
    assert myoclonus.identifiers == Identifiers(doi="10.1111/jvim.16404")
    assert otitis.keywords[2:6] == ("Dog Diseases", "Dogs", "Ear, Middle", "Female")
    assert sum(one.identifiers.doi is not None for one in documents) == 1064


def _key(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").lower())


@needs_samples
def test_zotero_and_mendeley_give_the_same_papers() -> None:
    """One comes from Web of Science, the other from PubMed, so some papers in both are written otherwise.

    Web of Science gives a notice the title of what it corrects and numbers as digits, PubMed the
    supplement with the volume (`10 Suppl 1`); two papers have a year in one of them alone.
    """
    zotero = {one.identifiers.doi: one for one in papers(BIBTEX, EXPORTS / "zotero_export.bib")}
    mendeley = {
        one.identifiers.doi: one for one in papers(ENDNOTE_XML, EXPORTS / "mendeley_export.xml")
    }
    common = [doi for doi in zotero if doi in mendeley and doi]
    pairs = [(zotero[doi], mendeley[doi]) for doi in common]

    assert len(common) == 576
    assert sum(_key(one.title) != _key(two.title) for one, two in pairs) == 22
    assert {(one.year, two.year) for one, two in pairs if one.year != two.year} == {
        (None, 2022),
        (None, 2023),
    }
    assert sum(len(one.authors) != len(two.authors) for one, two in pairs) == 7
    assert sum(one.volume != two.volume for one, two in pairs) == 9


@needs_samples
def test_jabrefs_samples_say_what_its_entries_say() -> None:
    """JabRef takes the second title of a book for its journal; a book stands in none."""
    for name in ("LabelAndMultiTitle", "Report"):
        ours = papers(ENDNOTE_XML, JABREF / f"EndnoteXmlImporterTest{name}.xml")
        theirs = papers(BIBTEX, JABREF / f"EndnoteXmlImporterTest{name}.bib")
        assert ours
        for one, two in zip(ours, theirs, strict=True):
            assert (one.title, one.authors, one.date) == (two.title, two.authors, two.date)
            assert (one.volume, one.issue, one.pages) == (two.volume, two.issue, two.pages)
            assert (one.container, one.languages) == (two.container, two.languages)
            assert one.publication_types == two.publication_types


@needs_samples
def test_bookends_sample_has_no_pmid_for_nothing_says_whose_number_it_is() -> None:
    document = paper(ENDNOTE_XML, JABREF / "EndnoteXmlImporterTest_EmptyKeywordStyle.xml")

    assert document.identifiers == Identifiers(doi="10.1089/acu.2018.1295")
    assert document.date == "2018-06-01"
    assert document.keywords[:2] == ("anxiety", "craving")
