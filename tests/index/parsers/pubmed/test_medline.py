import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.pubmed.medline import MEDLINE
from index.parsers.records import Parsed, Record, Refused
from index.parsers.source_file import SourceFile
from index.publication_status import StatusNote, StatusReport
from tests.conftest import PROJECT

BENCH_DATA = Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT.parent / "shared/data"))
FORMATS = BENCH_DATA / "formats"
needs_samples = pytest.mark.skipif(
    not (FORMATS / "nbib").is_dir(), reason="the exported records are not on this machine"
)

RECORD = """PMID- 101
OWN - NLM
STAT- MEDLINE
LR  - 20210305
VI  - 12
IP  - 3
DP  - 2020 Sep 14
TI  - Breathing support
      in motor neurone disease.
PG  - 33-9
LID - 10.1000/support [doi]
AB  - BACKGROUND: Support helps.  METHODS: We asked 10
      families.
CI  - Copyright 2020 The
      Authors.
FAU - Smith, John A Jr
AU  - Smith JA Jr
AUID- ORCID: 0000-0000-0000-0001
AD  - Ward of Breathing,
      Leeds.
AD  - Home Care, Leeds.
FAU - de la Cruz, Ana
AU  - de la Cruz A
CN  - Breathing Group
AD  - Somewhere, Leeds.
LA  - eng
LA  - fre
PT  - Journal Article
PT  - Research Support, Non-U.S.
      Gov't
TT  - Aide respiratoire
DEP - 20200801
TA  - J Breath
JT  - Journal of breath
MH  - Aged
MH  - Motor Neuron Disease/*therapy/
      psychology
MH  - *Respiration, Artificial
OTO - NOTNLM
OT  - *home ventilation
OT  - motor neurone
      disease
COIS- None
      declared.
CON - Lancet. 2019;1:1. PMID: 99
PMC - PMC77
AID - J123 [pii]
AID - 10.1000/support [doi]
SO  - J Breath. 2020 Sep 14;12(3):33-9. doi: 10.1000/support.
"""


def source_of(text: str | bytes) -> SourceFile:
    data = text.encode() if isinstance(text, str) else text
    return SourceFile.of_bytes(data, path="a.nbib")


def records(text: str | bytes) -> list[Record]:
    return list(MEDLINE.parse(source_of(text)))


def parsed(text: str) -> Parsed:
    (record,) = records(text)
    assert isinstance(record, Parsed)
    return record


def notes(*lines: str) -> tuple[StatusNote, ...]:
    status = parsed("\n".join(["PMID- 1", "STAT- MEDLINE", "TI  - A", *lines])).status
    assert status is not None
    return status.notes


def section(document: Document, name: str) -> str:
    (found,) = (one for one in document.sections if one.name == name)
    return document.text[found.start : found.end]


def test_every_field_of_a_record_is_read() -> None:
    document = parsed(RECORD).document

    assert document.identifiers == Identifiers(pmid="101", pmcid="PMC77", doi="10.1000/support")
    assert document.title == "Breathing support in motor neurone disease."
    assert [(author.name, author.affiliation) for author in document.authors] == [
        ("Smith JA Jr", "Ward of Breathing, Leeds.; Home Care, Leeds."),
        ("de la Cruz A", None),
        ("Breathing Group", None),
    ]
    assert [author.family for author in document.authors] == ["Smith", "de la Cruz", None]
    assert (document.container, document.date) == ("Journal of breath", "2020-09-14")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-9")
    assert document.languages == ("eng", "fre")
    assert document.publication_types == (
        "Journal Article",
        "Research Support, Non-U.S. Gov't",
    )
    assert document.mesh_terms == (
        "Aged",
        "Motor Neuron Disease/therapy",
        "Motor Neuron Disease/psychology",
        "Respiration, Artificial",
    )
    assert document.keywords == ("home ventilation", "motor neurone disease")
    assert section(document, "Abstract") == (
        "BACKGROUND: Support helps. METHODS: We asked 10 families."
    )
    assert section(document, "Conflict of interest statement") == "None declared."
    assert section(document, "Copyright") == "Copyright 2020 The Authors."
    assert section(document, "Vernacular title") == "Aide respiratoire"
    assert [one.name for one in document.sections if one.kind == "body"] == [
        "Abstract",
        "Conflict of interest statement",
    ]


def test_record_of_pubmed_without_a_notice_reports_that_none_is_known() -> None:
    assert parsed(RECORD).status == StatusReport("MEDLINE record", (), "2021-03-05")


@pytest.mark.parametrize(
    "data",
    [
        RECORD.replace("\n", "\r\n").encode(),
        RECORD.replace("\n", "\r\r\n").encode(),
        RECORD.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf\n\n" + RECORD.encode(),
        RECORD.encode("utf-16"),
        RECORD.replace("STAT- MEDLINE", "STAT- MEDLINE\nXYZ - not known").encode()[:-1],
    ],
)
def test_line_ends_marks_and_unknown_fields_change_nothing(data: bytes) -> None:
    source = source_of(data)
    (record,) = MEDLINE.parse(source)

    assert MEDLINE.matches(source)
    assert isinstance(record, Parsed)
    assert record.document.text == parsed(RECORD).document.text


def test_records_without_a_blank_line_between_them_are_two() -> None:
    first, second = records("PMID- 1\nTI  - One\nAU  - A B\nPMID- 2\nTI  - Two\nAB  - Text")

    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert (first.document.document_id, first.document.title) == ("pmid:1", "One")
    assert (second.document.document_id, second.document.title) == ("pmid:2", "Two")
    assert second.document.authors == ()


def test_records_of_pubmed_central_begin_with_their_pmcid() -> None:
    first, second, third = records(
        "PMC - PMC1\nPMID- 1\nTI  - One\nLID - e77\nPMC - PMC2\nTI  - Two\n\nPMC - PMC3\nTI  - Three"
    )

    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert isinstance(third, Parsed)
    assert first.document.identifiers == Identifiers(pmid="1", pmcid="PMC1")
    assert first.document.pages == "e77"
    assert second.document.identifiers == Identifiers(pmcid="PMC2")
    assert third.document.identifiers == Identifiers(pmcid="PMC3")
    assert first.status is None


def test_pmcid_between_two_records_is_given_to_neither() -> None:
    first, second = records("PMID- 1\nTI  - One\nPMC - PMC2\nPMID- 2\nTI  - Two")

    assert isinstance(first, Refused)
    assert "unclear whether its PMCID" in first.reason
    assert isinstance(second, Parsed)
    assert second.document.identifiers == Identifiers(pmid="2")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PMID- 1\nTI  - One\nTI  - Two", "the field TI comes twice"),
        ("PMID- 1\nTI  - One\nAB  - No effect\nwas seen.", "line 4 is no field"),
        ("PMID- 1\nTI  - One\nPMC - PMC1\nPMC - PMC2", "two values of its own PMCID"),
        ("PMID- 1\nAU  - A B", "neither a title nor a text"),
        ("PMID- 1\nTI  - One\nAID - 10.1/ [doi]", "not a DOI"),
        ("PMID- 0\nTI  - One", "not a PMID"),
    ],
)
def test_record_that_may_be_mixed_or_malformed_is_refused(text: str, reason: str) -> None:
    bad, good = records(f"{text}\n\nPMID- 7\nTI  - Seven")

    assert isinstance(bad, Refused)
    assert reason in bad.reason
    assert isinstance(good, Parsed)
    assert good.document.document_id == "pmid:7"


def test_refused_record_is_named_by_its_place_and_pmid() -> None:
    (record,) = records("PMID- 12\nAU  - A B")

    assert isinstance(record, Refused)
    assert record.where == "record 1 (PMID 12)"


def test_what_a_blank_line_tears_off_is_no_paper() -> None:
    first, second, third = records("PMID- 1\nTI  - One\n\nAB  - Torn off.\n\nTI  - Alone")

    assert isinstance(first, Parsed)
    assert isinstance(second, Refused)
    assert isinstance(third, Refused)
    assert [one.name for one in first.document.sections] == ["Title", "Identifiers"]


def test_indented_line_after_a_blank_one_is_a_paragraph_of_the_same_field() -> None:
    document = parsed("PMID- 1\nTI  - One\nAB  - First.\n      \n      Second.\n").document

    assert section(document, "Abstract") == "First.\nSecond."


def test_identifier_without_its_mark_or_of_another_paper_is_not_taken() -> None:
    document = parsed(
        "PMID- 1\nTI  - One\nAID - 10.1000/unmarked\nLID - 10.1000/pii [pii]\n"
        "EFR - J. 2001;1:1. doi: 10.1000/other. PMID: 3\nSO  - J. 2001. doi: 10.1000/source."
    ).document

    assert document.identifiers == Identifiers(pmid="1")


def test_names_in_blocks_of_their_own_get_no_affiliations() -> None:
    document = parsed(
        "PMID- 1\nTI  - One\nAD  - Leeds.\nFAU - Smith, John\nFAU - Doe, Ann\n"
        "AU  - Smith J\nAU  - Doe A\nAD  - York."
    ).document

    assert [(one.name, one.affiliation) for one in document.authors] == [
        ("Smith J", None),
        ("Doe A", None),
    ]


def test_full_names_alone_are_kept_and_editors_and_investigators_are_no_authors() -> None:
    document = parsed(
        "PMID- 1\nTI  - One\nFAU - Smith, John Paul\nFED - Roe, R\nED  - Roe R\nFIR - Poe, P\nIR  - Poe P"
    ).document

    assert document.authors == (Author("Smith John Paul", family="Smith"),)


@pytest.mark.parametrize(
    ("fields", "family"),
    [
        ("FAU - van den Berg, Leo\nAU  - Van den Berg L", "Van den Berg"),
        ("FAU - Selvamani\nAU  - Selvamani", "Selvamani"),
        ("FAU - Selvamani", "Selvamani"),
        ("AU  - de la Cruz A Jr", "de la Cruz"),
        ("AU  - ALS Study Group", None),
        ("CN  - Group, Study", None),
    ],
)
def test_family_name_is_told_by_the_full_name_or_by_the_initials(
    fields: str, family: str | None
) -> None:
    document = parsed(f"PMID- 1\nTI  - One\n{fields}").document

    assert [author.family for author in document.authors] == [family]


def test_chapter_stands_in_its_book_and_a_book_is_its_own_title() -> None:
    chapter = parsed(
        "PMID- 1\nBTI - The Book\nTI  - A Chapter\nLID - NBK5 [bookaccession]\nISBN- 978-3-16-148410-0"
    ).document
    book = parsed("PMID- 2\nBTI - The Book\nISBN- 9783161484100\nISBN- 3161484100").document

    assert (chapter.title, chapter.container) == ("A Chapter", "The Book")
    assert chapter.identifiers == Identifiers(pmid="1", nbk="NBK5", isbn="9783161484100")
    assert (book.title, book.container) == ("The Book", None)
    assert book.identifiers == Identifiers(pmid="2")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("DP  - 2018 Apr 12", "2018-04-12"),
        ("DP  - 2018 Apr", "2018-04"),
        ("DP  - 2018", "2018"),
        ("DP  - 2000 Spring", "2000"),
        ("DP  - 2019 Jan-Feb", "2019"),
        ("DP  - 1998 Dec-1999 Jan", "1998"),
        ("DP  - 2008 Jan 1-15", "2008-01"),
        ("DP  - 2011 May 15-Jun 1", "2011"),
        ("DP  - 2013 06 10", "2013-06-10"),
        ("DP  - \nDEP - 20170728", "2017-07-28"),
        ("DP  - soon", None),
    ],
)
def test_date_is_as_precise_as_it_is_written(written: str, date: str | None) -> None:
    assert parsed(f"PMID- 1\nTI  - One\n{written}").document.date == date


def test_title_that_is_not_available_gives_way_to_the_one_in_its_own_language() -> None:
    document = parsed("PMID- 1\nTI  - [Not Available].\nTT  - Atemhilfe.").document

    assert document.title == "Atemhilfe."
    assert "Vernacular title" not in [one.name for one in document.sections]


def test_further_abstract_is_kept_in_another_language_or_in_plain_words() -> None:
    document = parsed(
        "PMID- 1\nTI  - One\nOAB - Publisher: El texto.\nOABL- spa\nOAB - AIDS: English text.\nOABL- eng\n"
        "OAB - plain-language-summary: In plain words.\nOABL- eng\nOAB - Of an unknown language.\n"
        "OAB - Publisher: Abstract available from the publisher.\nOABL- fre"
    ).document

    assert section(document, "Other abstract (spa)") == "El texto."
    assert section(document, "Plain language summary") == "In plain words."
    assert [one.name for one in document.sections if one.kind == "body"] == [
        "Other abstract (spa)",
        "Plain language summary",
    ]


def test_notices_that_speak_of_this_paper_are_noted_with_their_identifiers() -> None:
    citation = "Lancet. 2010 Feb 6;375(9713):445. doi: 10.1000/notice. PMID: 20"
    notice = Identifiers(pmid="20", doi="10.1000/notice")

    for tag, kind in {
        "RIN ": "retracted",
        "RRI ": "retracted",
        "PRIN": "partially_retracted",
        "ECI ": "expression_of_concern",
        "EIN ": "corrected",
        "CRI ": "corrected",
        "UIN ": "updated",
    }.items():
        (note,) = notes(f"{tag}- {citation}")
        assert (note.kind, note.notice, note.text) == (kind, notice, citation)
        assert note.date == "2010-02-06"


@pytest.mark.parametrize(
    "tag", ["ROF ", "RRF ", "PROF", "ECF ", "EFR ", "CRF ", "UOF ", "CON ", "CIN ", "RPI ", "RPF "]
)
def test_notices_on_other_papers_say_nothing_of_this_one(tag: str) -> None:
    assert notes(f"{tag}- Lancet. 2010;1:1. PMID: 20", "PT  - Retraction of Publication") == ()


def test_retracted_publication_is_noted_also_without_a_notice() -> None:
    assert notes("PT  - Retracted Publication") == (
        StatusNote("retracted", text="Retracted Publication"),
    )


def test_preprint_is_noted_with_its_published_version() -> None:
    assert notes("PT  - Preprint") == (StatusNote("preprint", text="Preprint"),)
    (note,) = notes("PT  - Preprint", "UIN - Brain. 2021 May;1:1. PMID: 44")
    assert (note.kind, note.notice, note.date) == ("preprint", Identifiers(pmid="44"), "2021-05")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PMID: 123\nTitle",
        "- PMID: 123",
        "TY  - JOUR\nPMID- 123\nER  - ",
        "Notes\nPMID- 123",
        "PMID- \nTI  - One",
        "<?xml version='1.0'?><PubmedArticleSet/>",
        "@article{a, title = {PMID- 123}}",
        '[{"PMID": 123}]',
        "ALS - a disease\nIt is rare.",
    ],
)
def test_other_kinds_of_files_are_not_claimed(text: str) -> None:
    assert not MEDLINE.matches(source_of(text))


def test_binary_and_wrongly_encoded_files_keep_the_records_before() -> None:
    for rest, problem in ((b"\xe9", "not UTF-8"), (b"\x00", "binary")):
        found: list[Record] = []
        big = b"PMID- 1\nTI  - One\nAB  - " + b"word " * 20_000 + b"\n\nPMID- 2\nTI  - "
        with pytest.raises(DocumentError, match=problem):
            found.extend(MEDLINE.parse(source_of(big + b"x" * 300_000 + rest)))


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.one_of(
            st.builds(
                "{}- {}".format,
                st.sampled_from(
                    "PMID PMC_ TI__ AB__ FAU_ AU__ AD__ CN__ LID_ AID_ DP__ LR__ OAB_ OABL RIN_ UIN_ "
                    "PT__ MH__ OT__ TT__ BTI_ ISBN LA__ PG__ XX__".replace("_", " ").split(" ")
                ).map(lambda tag: tag.ljust(4)),
                st.sampled_from(["1", "PMC2", "10.1000/a [doi]", "2020 Jan", "eng", "a/*b", ""])
                | st.text(max_size=20),
            ),
            st.sampled_from(["", "      more", "      ", "\tx"]),
            st.text(max_size=10),
        ),
        max_size=30,
    )
)
def test_any_lines_give_exact_sections_or_a_reason(lines: list[str]) -> None:
    text = "\n".join(lines)
    pmids = set(re.findall(r"^PMID *- *(\d+)", text, re.MULTILINE))
    try:
        found = records(text.encode("utf-8", "surrogatepass"))
    except DocumentError:
        return
    for record in found:
        if isinstance(record, Parsed):
            assert_sections_are_exact(record.document)
            assert {record.document.identifiers.pmid} <= {None, *pmids}


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        MEDLINE.matches(source_of(data))
        list(MEDLINE.parse(source_of(b"PMID- 1\nTI  - " + data)))
    except DocumentError:
        return


def assert_sections_are_exact(document: Document) -> None:
    ends = [0]
    for one in document.sections:
        text = document.text[one.start : one.end]
        assert ends[-1] <= one.start < one.end <= len(document.text)
        assert text == text.strip()
        ends.append(one.end)


@needs_samples
def test_export_of_pubmed_is_read_whole() -> None:
    found = records((FORMATS / "nbib/pubmed-balloongui-set.nbib").read_bytes())
    papers = [one for one in found if isinstance(one, Parsed)]

    assert (len(found), len(papers)) == (75, 75)
    assert sum(len(paper.document.authors) for paper in papers) == 773
    assert sum(paper.document.identifiers.doi is not None for paper in papers) == 74
    assert sum(paper.document.identifiers.pmcid is not None for paper in papers) == 18
    assert sum("Abstract" in [s.name for s in paper.document.sections] for paper in papers) == 70
    assert all(paper.status is not None and not paper.status.notes for paper in papers)
    for paper in papers:
        assert_sections_are_exact(paper.document)
    by_pmid = {paper.document.identifiers.pmid: paper for paper in papers}
    registry = by_pmid["31542275"].document
    assert registry.identifiers.doi == "10.1016/j.jvir.2019.05.032"
    assert registry.authors[-1].name == "MR CLEAN Registry Investigators"
    assert (registry.date, registry.volume, registry.issue) == ("2019-11", "30", "11")
    assert registry.pages == "1759-1764.e6"
    letter = by_pmid["24627111"].document
    assert letter.publication_types == ("Comment", "Letter")
    assert letter.mesh_terms[-1] == "Stroke/surgery"
    german = by_pmid["31514211"]
    assert german.status == StatusReport("MEDLINE record", (), "2020-02-20")
    assert section(german.document, "Vernacular title").startswith("Einfluss der Thrombus-Zus")


@needs_samples
def test_export_of_pubmed_central_is_read_whole() -> None:
    found = records((FORMATS / "nbib/pmc_medlars.txt").read_bytes())
    papers = [one for one in found if isinstance(one, Parsed)]

    assert (len(found), len(papers)) == (5, 5)
    assert [paper.status for paper in papers] == [None] * 5
    first, second = papers[0].document, papers[1].document
    assert first.identifiers == Identifiers(
        pmid="30042925", pmcid="PMC6055010", doi="10.1016/j.mex.2018.03.007"
    )
    assert [author.name for author in first.authors][:2] == ["Takeuchi Y", "Osaki H"]
    assert "Abstract" not in [one.name for one in first.sections]
    assert (second.container, second.pages) == ("Journal of Eating Disorders", "18")


@needs_samples
@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("nbib/single.nbib", [None]),
        ("jabref/NbibImporterTest.nbib", [None]),
        ("jabref/MedlinePlainImporterStringOutOfBounds.txt", ["line 3 is no", "line 7 is no"]),
        ("jabref/MedlinePlainImporterTestDOI.txt", ["neither a title"]),
        ("jabref/MedlinePlainImporterTestInproceeding.txt", ["neither a title"]),
        ("jabref/MedlinePlainImporterTestMultiAbstract.txt", ["AB comes twice"]),
    ],
)
def test_small_samples_are_read_or_refused_with_a_reason(
    name: str, reasons: list[str | None]
) -> None:
    source = source_of((FORMATS / name).read_bytes())
    found = list(MEDLINE.parse(source))

    assert MEDLINE.matches(source)
    assert len(found) == len(reasons)
    for record, reason in zip(found, reasons, strict=True):
        assert isinstance(record, Refused) == (reason is not None)
        assert not isinstance(record, Refused) or (reason or "") in record.reason
