import gzip
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Document
from index.parsers.pubmed.record_xml import PUBMED_XML
from index.parsers.records import Parsed, Record, Refused
from index.parsers.source_file import SourceFile
from index.publication_status import StatusNote, StatusReport
from tests.conftest import PROJECT

BENCH_DATA = Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT.parent / "shared/data"))
EFETCH = BENCH_DATA / "pubmed_efetch_xml/raw/xml"
FORMATS = BENCH_DATA / "formats"
needs_samples = pytest.mark.skipif(
    not EFETCH.is_dir(), reason="the fetched records are not on this machine"
)

ARTICLE = """<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM">
<PMID Version="1">101</PMID>
<DateRevised><Year>2021</Year><Month>03</Month><Day>05</Day></DateRevised>
<Article PubModel="Print">
<Journal><ISSN IssnType="Print">1234-5678</ISSN>
<JournalIssue CitedMedium="Print"><Volume>12</Volume><Issue>3</Issue>
<PubDate><Year>2020</Year><Month>Sep</Month><Day>14</Day></PubDate></JournalIssue>
<Title>Journal of breath</Title><ISOAbbreviation>J Breath</ISOAbbreviation></Journal>
<ArticleTitle>CO<sub>2</sub> in <i>motor neurone</i>
disease: 10<sup>6</sup> cells &amp; &#945;-synuclein.</ArticleTitle>
<Pagination><StartPage>33</StartPage><EndPage>39</EndPage><MedlinePgn>33-9</MedlinePgn></Pagination>
<ELocationID EIdType="doi" ValidYN="N">10.1000/withdrawn</ELocationID>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/Breath</ELocationID>
<ELocationID EIdType="pii" ValidYN="Y">10.1000/pii</ELocationID>
<Abstract>
<AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Support helps.</AbstractText>
<AbstractText NlmCategory="METHODS">We asked ten families.</AbstractText>
<AbstractText Label="UNLABELLED">They answered.</AbstractText>
<AbstractText>All of them.</AbstractText>
<CopyrightInformation>Copyright 2020 The Authors.</CopyrightInformation>
</Abstract>
<AuthorList CompleteYN="Y">
<Author ValidYN="Y"><LastName>Smith</LastName><ForeName>John A</ForeName><Initials>JA</Initials>
<Suffix>Jr</Suffix><Identifier Source="ORCID">0000-0000-0000-0001</Identifier>
<AffiliationInfo><Affiliation>Ward of Breathing, Leeds.</Affiliation></AffiliationInfo>
<AffiliationInfo><Affiliation>Home Care, Leeds.</Affiliation></AffiliationInfo></Author>
<Author ValidYN="N"><LastName>Smyth</LastName><Initials>JA</Initials></Author>
<Author ValidYN="Y"><LastName>de la Cruz</LastName><ForeName>Ana</ForeName></Author>
<Author ValidYN="Y"><CollectiveName>Breathing Group</CollectiveName></Author>
</AuthorList>
<Language>eng</Language><Language>fre</Language>
<GrantList><Grant><GrantID>G1</GrantID><Agency>Fund</Agency></Grant></GrantList>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D016454">Review</PublicationType></PublicationTypeList>
<VernacularTitle>Le CO<sub>2</sub></VernacularTitle>
<ArticleDate DateType="Electronic"><Year>2020</Year><Month>08</Month><Day>01</Day></ArticleDate>
</Article>
<MedlineJournalInfo><MedlineTA>J Breath</MedlineTA></MedlineJournalInfo>
<ChemicalList><Chemical><NameOfSubstance>Riluzole</NameOfSubstance></Chemical></ChemicalList>
<CommentsCorrectionsList>
<CommentsCorrections RefType="CommentOn"><RefSource>Lancet. 2019;1:1. doi: 10.1000/on</RefSource>
<PMID Version="1">99</PMID></CommentsCorrections>
</CommentsCorrectionsList>
<MeshHeadingList>
<MeshHeading><DescriptorName UI="D1" MajorTopicYN="N">Aged</DescriptorName></MeshHeading>
<MeshHeading><DescriptorName UI="D2" MajorTopicYN="N">Motor Neuron Disease</DescriptorName>
<QualifierName UI="Q1" MajorTopicYN="Y">therapy</QualifierName>
<QualifierName UI="Q2" MajorTopicYN="N">psychology</QualifierName></MeshHeading>
</MeshHeadingList>
<OtherAbstract Type="Publisher" Language="spa"><AbstractText Label="MÉTODOS">El texto.</AbstractText>
</OtherAbstract>
<OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>In plain words.</AbstractText>
</OtherAbstract>
<OtherAbstract Type="AIDS"><AbstractText>The same in English.</AbstractText></OtherAbstract>
<OtherAbstract Type="Publisher" Language="fre">
<AbstractText>Abstract available from the publisher.</AbstractText></OtherAbstract>
<KeywordList Owner="NLM"><Keyword MajorTopicYN="Y">indexed</Keyword></KeywordList>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">home ventilation</Keyword></KeywordList>
<CoiStatement>None declared.</CoiStatement>
</MedlineCitation>
<PubmedData>
<ArticleIdList><ArticleId IdType="pubmed">101</ArticleId><ArticleId IdType="pmc">PMC77</ArticleId>
<ArticleId IdType="doi">10.1000/breath</ArticleId><ArticleId IdType="pii">x</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Another paper.</Citation><ArticleIdList>
<ArticleId IdType="pubmed">55</ArticleId><ArticleId IdType="doi">10.1000/cited</ArticleId>
</ArticleIdList></Reference></ReferenceList>
</PubmedData></PubmedArticle>"""

CHAPTER = """<PubmedBookArticle><BookDocument><PMID Version="1">7</PMID>
<ArticleIdList><ArticleId IdType="bookaccession">NBK1450</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>A Press</PublisherName></Publisher>
<BookTitle book="g">The Book</BookTitle><PubDate><Year>1993</Year></PubDate>
<AuthorList Type="editors"><Author><LastName>Editor</LastName><Initials>E</Initials></Author></AuthorList>
<AuthorList Type="authors"><Author><LastName>Owner</LastName><Initials>O</Initials></Author></AuthorList>
<Isbn>978-3-16-148410-0</Isbn><ELocationID EIdType="doi">10.1000/book</ELocationID></Book>
<ArticleTitle book="g" part="als">A Chapter</ArticleTitle><Language>eng</Language>
<AuthorList Type="authors"><Author><LastName>Writer</LastName><Initials>W</Initials></Author></AuthorList>
<PublicationType UI="D016454">Review</PublicationType>
<Abstract><AbstractText Label="MANAGEMENT">Care helps.</AbstractText></Abstract>
<Sections><Section><SectionTitle>Diagnosis</SectionTitle></Section></Sections>
<ContributionDate><Year>2001</Year><Month>Mar</Month><Day>28</Day></ContributionDate>
</BookDocument>
<PubmedBookData><ArticleIdList><ArticleId IdType="pubmed">7</ArticleId></ArticleIdList></PubmedBookData>
</PubmedBookArticle>"""


def set_of(*articles: str) -> str:
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>{"".join(articles)}</PubmedArticleSet>'


def article(within: str = "", *, of_article: str = "", data: str = "") -> str:
    return (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A</ArticleTitle>"
        f"{of_article}</Article>{within}</MedlineCitation>{data}</PubmedArticle>"
    )


def source_of(text: str | bytes) -> SourceFile:
    data = text.encode() if isinstance(text, str) else text
    return SourceFile.of_bytes(data, path="a.xml")


def records(text: str | bytes) -> list[Record]:
    return list(PUBMED_XML.parse(source_of(text)))


def parsed(text: str | bytes) -> Parsed:
    (record,) = records(text)
    assert isinstance(record, Parsed)
    return record


def report(within: str, *types: str) -> StatusReport:
    names = "".join(f"<PublicationType>{name}</PublicationType>" for name in types)
    found = parsed(
        article(within, of_article=f"<PublicationTypeList>{names}</PublicationTypeList>")
    )
    assert found.status is not None
    return found.status


def remark(kind: str, text: str = "", pmid: str = "20") -> str:
    return (
        f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}"><RefSource>{text}</RefSource>'
        f"<PMID>{pmid}</PMID></CommentsCorrections></CommentsCorrectionsList>"
    )


def section(document: Document, name: str) -> str:
    (found,) = (one for one in document.sections if one.name == name)
    return document.text[found.start : found.end]


def test_every_field_of_an_article_is_read() -> None:
    document = parsed(set_of(ARTICLE)).document

    assert document.identifiers == Identifiers(pmid="101", pmcid="PMC77", doi="10.1000/breath")
    assert document.title == "CO2 in motor neurone disease: 10^6 cells & α-synuclein."
    assert [(author.name, author.affiliation) for author in document.authors] == [
        ("Smith JA Jr", "Ward of Breathing, Leeds.; Home Care, Leeds."),
        ("de la Cruz Ana", None),
        ("Breathing Group", None),
    ]
    assert (document.container, document.date) == ("Journal of breath", "2020-09-14")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-9")
    assert document.languages == ("eng", "fre")
    assert document.publication_types == ("Journal Article", "Review")
    assert document.keywords == ("home ventilation", "indexed")
    assert document.mesh_terms == (
        "Aged",
        "Motor Neuron Disease/therapy",
        "Motor Neuron Disease/psychology",
    )


def test_what_the_paper_says_stands_in_sections_apart() -> None:
    document = parsed(set_of(ARTICLE)).document
    body = [
        (one.name, document.text[one.start : one.end])
        for one in document.sections
        if one.kind == "body"
    ]

    assert body == [
        ("Abstract: Background", "Support helps."),
        ("Abstract: Methods", "We asked ten families."),
        ("Abstract", "They answered.\nAll of them."),
        ("Other abstract (spa): MÉTODOS", "El texto."),
        ("Plain language summary", "In plain words."),
        ("Conflict of interest statement", "None declared."),
    ]
    assert section(document, "Copyright") == "Copyright 2020 The Authors."
    assert section(document, "Vernacular title") == "Le CO2"
    for other in ("Riluzole", "Fund", "Another paper", "10.1000/cited", "10.1000/on"):
        assert other not in document.text


def test_record_without_a_notice_reports_that_none_is_known() -> None:
    assert parsed(set_of(ARTICLE)).status == StatusReport("PubMed record", (), "2021-03-05")


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE.encode(),
        gzip.compress(set_of(ARTICLE).encode()),
        b"\xef\xbb\xbf" + set_of(ARTICLE).encode(),
        set_of(ARTICLE).replace("?>", ' encoding="UTF-16"?>').encode("utf-16"),
        b"<!-- saved -->\n" + ARTICLE.encode(),
    ],
)
def test_single_packed_and_otherwise_encoded_files_give_the_same(data: bytes) -> None:
    assert PUBMED_XML.matches(source_of(data))
    assert parsed(data).document.text == parsed(set_of(ARTICLE)).document.text


def test_entities_of_the_standard_are_characters_and_others_refuse_their_record() -> None:
    head = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "pubmed.dtd">'
    texts = (
        "<Abstract><AbstractText>&beta; is &le; 3.</AbstractText></Abstract>",
        "<Abstract><AbstractText>&nosuchthing;</AbstractText></Abstract>",
    )
    articles = "".join(article(of_article=text) for text in texts)
    good, bad = records(f"{head}<PubmedArticleSet>{articles}</PubmedArticleSet>")

    assert isinstance(good, Parsed)
    assert section(good.document, "Abstract") == "β is ≤ 3."
    assert isinstance(bad, Refused)
    assert bad.where == "record 2 (PMID 1)"
    assert "&nosuchthing;" in bad.reason


def test_formula_keeps_what_is_raised_and_divided() -> None:
    document = parsed(
        article(
            of_article='<Abstract><AbstractText>About <mml:math xmlns:mml="urn:m"><mml:msup>'
            "<mml:mn>10</mml:mn><mml:mn>6</mml:mn></mml:msup></mml:math> cells.</AbstractText></Abstract>"
        )
    ).document

    assert section(document, "Abstract") == "About 10^6 cells."


def test_sets_of_earlier_years_are_read() -> None:
    text = """<MedlineCitationSet><MedlineCitation Status="Completed"><MedlineID>9</MedlineID>
    <PMID>11</PMID><DateRevised><Year>2001</Year><Month>02</Month><Day>03</Day></DateRevised>
    <Article><Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>
    </JournalIssue></Journal><ArticleTitle>[Translated title]</ArticleTitle>
    <Pagination><StartPage>25</StartPage><EndPage>138</EndPage></Pagination>
    <Affiliation>Leeds.</Affiliation>
    <AuthorList><Author><LastName>Smith</LastName><FirstName>John</FirstName><MiddleName>A</MiddleName>
    <Initials>JA</Initials><Affiliation>York.</Affiliation></Author></AuthorList>
    <PublicationTypeList><PublicationType>JOURNAL ARTICLE</PublicationType></PublicationTypeList></Article>
    <MedlineJournalInfo><MedlineTA>J Old</MedlineTA></MedlineJournalInfo>
    <CommentsCorrections><RetractionOf><RefSource>A</RefSource><PMID>3</PMID></RetractionOf>
    <ErratumIn><RefSource>J Old 1999 Mar;3(1):5</RefSource><PMID>4</PMID></ErratumIn></CommentsCorrections>
    <MeshHeadingList><MeshHeading><Descriptor>Aged</Descriptor><SubHeading>psychology</SubHeading>
    </MeshHeading></MeshHeadingList></MedlineCitation>
    <MedlineCitation><PMID>12</PMID><Article><ArticleTitle>Second</ArticleTitle></Article>
    </MedlineCitation></MedlineCitationSet>"""
    first, second = records(text)

    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    document = first.document
    assert document.identifiers == Identifiers(pmid="11")
    assert document.title == "[Translated title]"
    assert [(one.name, one.affiliation) for one in document.authors] == [("Smith JA", "York.")]
    assert (document.container, document.date, document.pages) == ("J Old", "1998", "25-138")
    assert document.mesh_terms == ("Aged/psychology",)
    assert first.status == StatusReport(
        "PubMed record",
        (StatusNote("corrected", Identifiers(pmid="4"), "J Old 1999 Mar;3(1):5"),),
        "2001-02-03",
    )
    assert second.document.title == "Second"


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("<Year>2020</Year><Month>Sep</Month><Day>14</Day>", "2020-09-14"),
        ("<Year>2020</Year><Month>09</Month>", "2020-09"),
        ("<Year>2020</Year><Month>Jan-Feb</Month>", "2020"),
        ("<Year>2020</Year><Season>Apr-Jun</Season>", "2020"),
        ("<Year>2020</Year><Day>5</Day>", "2020"),
        ("<MedlineDate>2000 Spring</MedlineDate>", "2000"),
        ("<MedlineDate>2000 Nov-Dec</MedlineDate>", "2000"),
        ("<MedlineDate>Autumn</MedlineDate>", "2019-05-06"),
        ("", "2019-05-06"),
    ],
)
def test_date_is_as_precise_as_it_is_written(fields: str, date: str) -> None:
    electronic = "<Year>2019</Year><Month>05</Month><Day>06</Day>"
    document = parsed(
        article(
            of_article=f"<Journal><JournalIssue><PubDate>{fields}</PubDate></JournalIssue></Journal>"
            f"<ArticleDate>{electronic}</ArticleDate>"
        )
    ).document

    assert document.date == date


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("RetractionIn", "retracted"),
        ("RetractedandRepublishedIn", "retracted"),
        ("PartialRetractionIn", "partially_retracted"),
        ("ExpressionOfConcernIn", "expression_of_concern"),
        ("ErratumIn", "corrected"),
        ("CorrectedandRepublishedIn", "corrected"),
        ("UpdateIn", "updated"),
    ],
)
def test_notices_that_speak_of_this_paper_are_noted(kind: str, status: str) -> None:
    text = "Lancet. 2010 Feb 6;375(9713):445. doi: 10.1000/Notice."
    (note,) = report(remark(kind, text)).notes

    assert (note.kind, note.text, note.date) == (status, text, "2010-02-06")
    assert note.notice == Identifiers(pmid="20", doi="10.1000/notice")


@pytest.mark.parametrize(
    "kind",
    [
        *("RetractionOf", "RetractedandRepublishedFrom", "PartialRetractionOf"),
        *("ExpressionOfConcernFor", "ErratumFor", "CorrectedandRepublishedFrom", "UpdateOf"),
        *("CommentOn", "CommentIn", "RepublishedIn", "ReprintIn", "Cites", "SummaryForPatientsIn"),
    ],
)
def test_notices_on_other_papers_say_nothing_of_this_one(kind: str) -> None:
    assert report(remark(kind), "Retraction of Publication", "Published Erratum").notes == ()


def test_retracted_publication_is_noted_once_and_also_without_its_notice() -> None:
    unknown = StatusNote("retracted", text="Retracted Publication")

    assert report("", "Journal Article", "Retracted Publication").notes == (unknown,)
    assert report("", "RETRACTED PUBLICATION").notes == (unknown,)
    (note,) = report(remark("RetractionIn", "J. 2010;1:1."), "Retracted Publication").notes
    assert (note.kind, note.notice) == ("retracted", Identifiers(pmid="20"))
    number = '<PublicationTypeList><PublicationType UI="D016441">x</PublicationType></PublicationTypeList>'
    status = parsed(article(of_article=number)).status
    assert status is not None
    assert status.notes == (unknown,)


def test_preprint_is_noted_with_its_published_version() -> None:
    assert report("", "Preprint").notes == (StatusNote("preprint", text="Preprint"),)
    (note,) = report(remark("UpdateIn", "Brain. 2021 May;1:1."), "Preprint").notes
    assert (note.kind, note.notice, note.date) == ("preprint", Identifiers(pmid="20"), "2021-05")


def test_notice_of_two_numbers_or_of_none_is_noted_without_them() -> None:
    (two,) = report(remark("ErratumIn", "J. 10.1000/a and 10.1000/b", pmid="no number")).notes

    assert two.notice == Identifiers()


def test_chapter_takes_its_own_fields_and_the_title_of_its_book() -> None:
    record = parsed(f"<PubmedBookArticleSet>{CHAPTER}</PubmedBookArticleSet>")
    document = record.document

    assert document.identifiers == Identifiers(pmid="7", nbk="NBK1450", isbn="9783161484100")
    assert (document.title, document.container) == ("A Chapter", "The Book")
    assert [author.name for author in document.authors] == ["Writer W"]
    assert [author.family for author in document.authors] == ["Writer"]
    assert (document.date, document.languages) == ("2001-03-28", ("eng",))
    assert section(document, "Abstract: Management") == "Care helps."
    assert "Diagnosis" not in document.text
    assert record.status == StatusReport("PubMed record")


def test_whole_book_is_its_own_title_and_has_its_authors() -> None:
    start, end = CHAPTER.index("<ArticleTitle"), CHAPTER.index("<PublicationType ")
    two_isbns = CHAPTER.replace("</Isbn>", "</Isbn><Isbn>3161484100</Isbn>")
    document = parsed(two_isbns.replace(CHAPTER[start:end], "")).document

    assert (document.title, document.container) == ("The Book", None)
    assert [author.name for author in document.authors] == ["Owner O"]
    assert document.identifiers == Identifiers(pmid="7", nbk="NBK1450", doi="10.1000/book")


def test_articles_and_chapters_of_one_set_are_read_in_order() -> None:
    found = records(set_of(article(), CHAPTER, ARTICLE))

    assert [one.document.document_id for one in found if isinstance(one, Parsed)] == [
        "pmid:1",
        "pmid:7",
        "pmid:101",
    ]


def test_title_that_is_not_available_gives_way_to_the_one_in_its_own_language() -> None:
    text = article(of_article="<VernacularTitle>Atemhilfe.</VernacularTitle>")
    document = parsed(text.replace(">A<", ">[Not Available].<")).document

    assert document.title == "Atemhilfe."
    assert "Vernacular title" not in [one.name for one in document.sections]


@pytest.mark.parametrize(
    ("bad", "where", "reason"),
    [
        ("<PubmedArticle/>", "record 1", "neither a title nor a text"),
        (article("<PMID>2</PMID>"), "record 1 (PMID 1)", "two values of its own PMID"),
        (
            article(of_article='<ELocationID EIdType="doi">10.1/</ELocationID>'),
            "record 1 (PMID 1)",
            "is not a DOI",
        ),
        (
            article(
                data="<PubmedData><ArticleIdList><ArticleId IdType='pubmed'>2</ArticleId>"
                "</ArticleIdList></PubmedData>"
            ),
            "record 1 (PMID 1)",
            "two values of its own PMID",
        ),
        ("<PubmedBookArticle/>", "record 1", "neither a title nor a text"),
    ],
)
def test_one_bad_record_is_refused_and_the_others_are_read(
    bad: str, where: str, reason: str
) -> None:
    first, second = records(set_of(bad, ARTICLE))

    assert isinstance(first, Refused)
    assert first.where == where
    assert reason in first.reason
    assert isinstance(second, Parsed)


def test_records_before_broken_xml_are_kept() -> None:
    found: list[Record] = []
    with pytest.raises(DocumentError, match="its XML is broken"):
        found.extend(PUBMED_XML.parse(source_of(set_of(ARTICLE, "<PubmedArticle>"))))
    kept = PUBMED_XML.parse(source_of(set_of(ARTICLE * 200, "<PubmedArticle>")))

    assert isinstance(next(kept), Parsed)


def test_entity_that_a_file_declares_is_not_expanded() -> None:
    text = (
        '<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        f"{set_of(article(of_article='<Abstract><AbstractText>&x;</AbstractText></Abstract>'))}"
    ).replace('<?xml version="1.0"?>\n', "")
    (record,) = records(text)

    assert isinstance(record, Refused)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PMID- 1\nTI  - PubmedArticleSet",
        "<html><body>PubmedArticleSet</body></html>",
        "<eSearchResult><Count>1</Count></eSearchResult>",
        "<eSummaryResult/>",
        "<article><front/></article>",
        "<pmc-articleset/>",
        "<xml><records><record/></records></xml>",
        "<PubmedArticleSetX/>",
        "<NLMCatalogRecordSet/>",
        "{'PubmedArticle': 1}",
    ],
)
def test_other_kinds_of_files_are_not_claimed(text: str) -> None:
    assert not PUBMED_XML.matches(source_of(text))


_PIECES = (
    *ARTICLE.replace("</", "\n</").splitlines(),
    *CHAPTER.splitlines(),
    *(
        "&alpha;",
        "&zzz;",
        "<x>",
        "</x>",
        "10.1000/<sup>2</sup>",
        "<!-- -->",
        "<?pi?>",
        "\x01",
        "]]>",
    ),
)


_NAMES = (
    *dict.fromkeys(re.findall(r"<([A-Za-z]+)", ARTICLE + CHAPTER)),
    *("UpdateIn", "CommentsCorrections", "math", "msup"),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=40), st.booleans())
def test_any_pieces_give_exact_sections_or_a_reason(pieces: list[str], is_within: bool) -> None:
    text = "".join(pieces)
    text = set_of(article(within=text)) if is_within else set_of(text)
    try:
        found = records(text.encode("utf-8", "surrogatepass"))
    except DocumentError:
        return
    for record in found:
        if isinstance(record, Parsed):
            assert_sections_are_exact(record.document)


@settings(deadline=None, max_examples=100)
@given(
    st.recursive(
        st.sampled_from(["1", "Smith", "10.1000/a", "2020", "Jan", ""]),
        lambda inner: st.lists(
            st.tuples(
                st.sampled_from(_NAMES),
                inner,
            ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
            max_size=5,
        ).map("".join),
        max_leaves=30,
    )
)
def test_any_order_of_elements_gives_exact_sections_or_a_reason(inner: str) -> None:
    for record in records(set_of(f"<PubmedArticle>{inner}</PubmedArticle>{inner}")):
        if isinstance(record, Parsed):
            assert_sections_are_exact(record.document)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for one in (data, b"<PubmedArticleSet>" + data):
        try:
            PUBMED_XML.matches(source_of(one))
            list(PUBMED_XML.parse(source_of(one)))
        except DocumentError:
            continue


def assert_sections_are_exact(document: Document) -> None:
    ends = [0]
    for one in document.sections:
        text = document.text[one.start : one.end]
        assert ends[-1] <= one.start < one.end <= len(document.text)
        assert text == text.strip()
        ends.append(one.end)


@needs_samples
def test_fetched_records_are_all_read() -> None:
    files = sorted(EFETCH.glob("*.xml"))
    papers = {file.stem: parsed(file.read_bytes()) for file in files}

    assert all(PUBMED_XML.matches(source_of(file.read_bytes())) for file in files)
    for pmid, paper in papers.items():
        assert paper.document.identifiers.pmid == pmid
        assert paper.document.identifiers.doi is not None
        assert paper.document.languages == ("eng",)
        assert paper.status is not None
        assert_sections_are_exact(paper.document)
    noted = {pmid for pmid, paper in papers.items() if paper.status and paper.status.notes}
    assert noted == {"38147649"} & set(papers)


def fetched(pmid: str) -> Parsed:
    file = EFETCH / f"{pmid}.xml"
    if not file.exists():
        pytest.skip(f"the record {pmid} is not on this machine")
    return parsed(file.read_bytes())


@needs_samples
def test_fetched_record_with_an_erratum_is_corrected() -> None:
    record = fetched("38147649")
    document = record.document

    assert document.identifiers == Identifiers(
        pmid="38147649", pmcid="PMC10769841", doi="10.1073/pnas.2308706120"
    )
    assert (document.date, document.volume, document.issue) == ("2024-01-02", "121", "1")
    assert document.pages == "e2308706120"
    assert (document.authors[0].name, len(document.authors)) == ("Ritz NL", 23)
    assert record.status == StatusReport(
        "PubMed record",
        (
            StatusNote(
                "corrected",
                Identifiers(pmid="39705317", doi="10.1073/pnas.2424381121"),
                "Proc Natl Acad Sci U S A. 2025 Jan 7;122(1):e2424381121."
                " doi: 10.1073/pnas.2424381121.",
                "2025-01-07",
            ),
        ),
        "2024-12-20",
    )


@needs_samples
def test_fetched_record_of_a_group_has_it_as_its_author() -> None:
    document = fetched("34843274").document

    assert [author.name for author in document.authors] == [
        "Guideline Development Panel for the Treatment of Depressive Disorders"
    ]
    assert document.authors[0].family is None
    assert (document.date, document.pages) == ("2022-09", "770-780")
    assert document.mesh_terms[3:5] == ("Depression/therapy", "Depressive Disorder")


@needs_samples
def test_fetched_record_keeps_suffix_and_lowered_characters() -> None:
    document = fetched("26568896").document

    assert [one.name for one in document.authors] == [
        "Browning CL",
        "The T",
        "Mason MD",
        "Wise JP Sr",
    ]
    assert "titanium dioxide (TiO2) nanoparticles" in section(document, "Abstract")
    assert (document.date, document.volume, document.issue, document.pages) == (
        "2014-11",
        "4",
        "6",
        None,
    )


@needs_samples
def test_fetched_record_parts_its_importance_from_the_abstract() -> None:
    document = fetched("38591913").document
    body = [one.name for one in document.sections if one.kind == "body"]

    assert body == ["Abstract", "Abstract: Importance", "Conflict of interest statement"]
    assert section(document, body[2]) == "The authors declare no conflict of interest."
    assert len(document.keywords) == 9


@needs_samples
def test_record_with_a_long_list_of_corrections_has_no_notice_of_its_own() -> None:
    file = FORMATS / "biopython_entrez/pubmed4.xml"
    if not file.exists():
        pytest.skip("the record is not on this machine")
    record = parsed(file.read_bytes())

    assert record.document.identifiers == Identifiers(
        pmid="27797938", pmcid="PMC5442267", doi="10.1136/gutjnl-2016-312510"
    )
    assert len(record.document.authors) == 22
    assert "r^2<0.25" in section(record.document, "Abstract: Results")
    assert record.status == StatusReport("PubMed record", (), "2018-04-17")


@needs_samples
@pytest.mark.parametrize(
    ("name", "pmids"),
    [
        ("ArticleNoISSN", ["26886152"]),
        ("KeywordSingleEntry", [None]),
        ("MeshHeadingList", ["12345678"]),
        ("MinimalEntry", [None]),
        ("Nbib", ["23633646", "21413195"]),
        ("PubmedBook", ["21413195"]),
    ],
)
def test_small_samples_are_read_or_refused(name: str, pmids: list[str | None]) -> None:
    file = FORMATS / f"jabref/MedlineImporterTest{name}.xml"
    if not file.exists():
        pytest.skip(f"{file.name} is not on this machine")
    found = records(file.read_bytes())

    assert [
        one.document.identifiers.pmid if isinstance(one, Parsed) else None for one in found
    ] == pmids


@needs_samples
def test_no_other_sample_is_claimed() -> None:
    claimed = {
        file.name
        for file in FORMATS.rglob("*")
        if file.is_file() and PUBMED_XML.matches(source_of(file.read_bytes()[:70_000]))
    }

    assert all(
        name.startswith(("MedlineImporterTest", "pubmed")) and name.endswith(".xml")
        for name in claimed
    )
