import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.models import Author, Document
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from index.parsers.web.page import HTML_PAGE
from index.parsers.web.source import decoded

SENTENCE = (
    "Patients who took the drug for a year kept more of their strength than those who did not. "
)
PROSE = SENTENCE * 4
SAMPLES = Path(os.environ.get("ALSQA_BENCH_DATA", "../shared/data")) / "formats"

PMC_PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>A trial of a drug in ALS - PMC</title>
<link rel="canonical" href="https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/">
<meta name="citation_title" content="A trial of a drug in ALS">
<meta name="citation_journal_title" content="Journal of Trials">
<meta name="citation_author" content="Doe, Jane A.">
<meta name="citation_author_institution" content="Clinic of Nerves, Oslo">
<meta name="citation_author_institution" content="Institute of Muscles, Oslo">
<meta name="citation_author" content="John Roe">
<meta name="citation_publication_date" content="2021 Mar 4">
<meta name="citation_volume" content="7"><meta name="citation_issue" content="2">
<meta name="citation_firstpage" content="12"><meta name="citation_lastpage" content="19">
<meta name="citation_doi" content="10.1234/Trial.1">
<meta name="citation_pmid" content="31234567">
<script>var text = "not shown";</script><style>p {{ color: red }}</style>
</head><body>
<div class="usa-banner"><header>An official website of a government</header></div>
<nav><a href="/">Home</a> <a href="/search">Search</a></nav>
<main id="main-content"><article>
<section class="front-matter"><h1>A trial of a drug in ALS</h1>
<div>Jane A Doe, John Roe</div><p>J Trials. 2021 Mar 4;7(2):12-19. doi: 10.1234/trial.1</p></section>
<section class="body main-article-body">
<section class="abstract"><h2>Abstract</h2>
<section><h3>Background</h3><p>Why it was done.</p></section>
<section><h3>Results</h3><p>It took 10<sup>6</sup> cells and H<sub>2</sub>O.</p></section>
<section class="kwd-group"><p><strong>Keywords:</strong> ALS, trial</p></section></section>
<section id="s1"><h2>Introduction</h2>
<p>{PROSE}It is known [<a href="#B1">1</a>, <a href="#B2">2</a>].<sup><a href="#B3">3</a></sup></p></section>
<section id="s2"><h2>Methods</h2><h3>Participants</h3><p>{PROSE}</p>
<ul><li>first <b>rule</b></li><li>second rule<ul><li>inner rule</li></ul></li></ul>
<section class="tw"><h4>Table 1.</h4><table><thead><tr><th rowspan="2">Group</th><th colspan="2">Age</th></tr>
<tr><th>mean</th><th>SD</th></tr></thead><tbody><tr><td>drug</td><td>60</td><td>9</td></tr></tbody></table></section>
<figure><img src="f.png" alt="no text"><figcaption>Figure 1. Strength over time.</figcaption></figure>
<p>Open in a new tab</p></section>
<section><h2>Acknowledgments</h2><p>We thank all.</p></section>
<section><h2>Conflict of interest</h2><p>None declared.</p></section>
<section class="ref-list"><h2>References</h2><ol><li>Poe E. Another paper. 2001. doi: 10.9/other</li></ol></section>
</section></article></main>
<aside><h2>Similar articles</h2><p>{PROSE}</p></aside>
<div class="cookie-consent"><p>We use cookies to make this site work.</p><button>Accept</button></div>
<footer>Contact us</footer></body></html>"""


def source_of(page: str | bytes, name: str = "page.html") -> SourceFile:
    return SourceFile.of_bytes(page.encode() if isinstance(page, str) else page, path=name)


def read(page: str | bytes, name: str = "page.html") -> Document:
    return parsed(page, name).document


def parsed(page: str | bytes, name: str = "page.html") -> Parsed:
    (record,) = HTML_PAGE.parse(source_of(page, name))
    assert isinstance(record, Parsed)
    return record


def sections(document: Document) -> list[tuple[str, str, str]]:
    return [(one.name, one.kind, document.text[one.start : one.end]) for one in document.sections]


def article(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"


def test_page_of_pubmed_central_gives_its_own_fields() -> None:
    document = read(PMC_PAGE)

    assert document.document_id == "pmid:31234567"
    assert document.identifiers.pmcid == "PMC1234567"
    assert document.identifiers.doi == "10.1234/trial.1"
    assert document.title == "A trial of a drug in ALS"
    assert document.authors == (
        Author("Doe Jane A.", "Clinic of Nerves, Oslo; Institute of Muscles, Oslo", family="Doe"),
        Author("John Roe"),
    )
    assert (document.container, document.date) == ("Journal of Trials", "2021-03-04")
    assert (document.volume, document.issue, document.pages) == ("7", "2", "12-19")
    assert document.languages == ("eng",)
    assert document.keywords == ("ALS", "trial")
    assert document.url == "https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/"


def test_page_of_pubmed_central_gives_its_text_and_nothing_of_its_frame() -> None:
    found = sections(read(PMC_PAGE))

    assert found[3:] == [
        ("Abstract: Background", "body", "Why it was done."),
        ("Abstract: Results", "body", "It took 10^6 cells and H2O."),
        ("Introduction", "body", f"{PROSE}It is known."),
        (
            "Methods – Participants",
            "body",
            f"{PROSE.strip()}\n- first rule\n- second rule\n- inner rule",
        ),
        (
            "Methods – Participants – Table 1",
            "body",
            "Group | Age\nGroup | mean | SD\ndrug | 60 | 9",
        ),
        ("Methods – Participants", "body", "Figure 1. Strength over time."),
        ("Acknowledgments", "about", "We thank all."),
        ("Conflict of interest statement", "body", "None declared."),
        ("References", "listing", "Poe E. Another paper. 2001. doi: 10.9/other"),
        ("Keywords", "about", "ALS; trial"),
    ]


def test_page_of_pubmed_leaves_out_the_lists_of_other_papers() -> None:
    page = f"""<!DOCTYPE html><html lang="en"><head>
    <title>A trial - PubMed</title>
    <link rel="canonical" href="https://pubmed.ncbi.nlm.nih.gov/31234567/">
    <meta name="citation_title" content="A trial"><meta name="citation_authors" content="Doe J;Roe R;">
    <meta name="citation_date" content="03/04/2021"></head><body>
    <main id="article-details"><header class="heading"><h1>A trial</h1><p>Jane Doe et al.</p></header>
    <div class="abstract" id="abstract"><h2>Abstract</h2><div><p><strong>Background:</strong> {PROSE}</p></div>
    <p><strong>Keywords:</strong> ALS; strength.</p></div>
    <div id="conflict"><h2>Conflict of interest statement</h2><div>None.</div></div>
    <div id="similar"><h2>Similar articles</h2><ul><li>Other paper. PMID: 99. {PROSE}</li></ul></div>
    <div id="citedby"><h2>Cited by</h2><ul><li>Third paper. PMID: 98.</li></ul></div>
    <div id="types"><h2>Publication types</h2><ul><li>Clinical Trial</li></ul></div>
    <div id="linkout"><h2>LinkOut - more resources</h2><ul><li>Wiley</li></ul></div></main></body></html>"""

    document = read(page)

    assert document.document_id == "pmid:31234567"
    assert [author.name for author in document.authors] == ["Doe J", "Roe R"]
    assert document.date == "2021", "of 03/04 nobody knows which is the month"
    assert document.keywords == ("ALS", "strength")
    assert [(name, kind) for name, kind, _ in sections(document)[3:]] == [
        ("Abstract", "body"),
        ("Conflict of interest statement", "body"),
        ("Publication types", "about"),
        ("Keywords", "about"),
    ]


def test_linked_data_describe_an_article_without_citation_tags() -> None:
    head = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
      {"@type": "WebSite", "name": "A site"},
      {"@type": "ScholarlyArticle", "headline": "On nerves", "sameAs": "https://doi.org/10.5555/Nerve",
       "author": [{"@type": "Person", "familyName": "Doe", "givenName": "Jane",
                   "affiliation": {"name": "Clinic"}}, {"name": "Richard Roe"}],
       "datePublished": "2019-11-02T00:00:00Z", "keywords": "axon, myelin",
       "license": "https://creativecommons.org/licenses/by/4.0/", "image": {"@type": "ImageObject"},
       "isPartOf": {"@type": "PublicationIssue", "isPartOf": {"@type": "Periodical", "name": "Nerves"}},
       "citation": [{"@type": "ScholarlyArticle", "headline": "Another"}]}]}</script>"""

    document = read(article(f"<h2>Results</h2><p>{PROSE}</p>", head))

    assert document.document_id == "doi:10.5555/nerve"
    assert document.title == "On nerves"
    assert document.authors == (Author("Doe Jane", "Clinic", family="Doe"), Author("Richard Roe"))
    assert (document.container, document.date) == ("Nerves", "2019-11-02")
    assert document.keywords == ("axon", "myelin")
    assert document.license == "https://creativecommons.org/licenses/by/4.0/"


def test_broken_linked_data_are_passed_over() -> None:
    head = '<title>Page</title><script type="application/ld+json">{"@type": </script>'

    assert read(article(f"<p>{PROSE}</p>", head)).title == "Page"


def test_dublin_core_gives_what_citation_tags_do_not() -> None:
    head = """<meta name="DC.Title" content="On muscles"><meta name="DC.Creator" content="Roe, R">
    <meta name="DC.Identifier" content="doi:10.7777/ABC"><meta name="DC.Date" content="2018-05">
    <meta name="prism.publicationName" content="Muscles"><meta name="DC.Language" content="de">
    <meta name="dc.rights" content="https://creativecommons.org/licenses/by/4.0/">"""

    document = read(article(f"<p>{PROSE}</p>", head))

    assert (document.title, document.authors) == ("On muscles", (Author("Roe R", family="Roe"),))
    assert (document.document_id, document.date) == ("doi:10.7777/abc", "2018-05")
    assert (document.container, document.languages) == ("Muscles", ("ger",))
    assert document.license == "https://creativecommons.org/licenses/by/4.0/"


def test_identifiers_in_the_text_are_not_the_page_s_own() -> None:
    page = article(f"<h1>T</h1><p>{PROSE} See doi:10.1234/other, PMID: 31234567, PMC7654321.</p>")

    assert read(page).identifiers.items() == []


def test_two_articles_that_a_page_names_leave_it_without_either() -> None:
    head = "".join(
        f'<meta name="citation_title" content="T{n}"><meta name="citation_author" content="A{n}">'
        for n in (1, 2)
    )

    document = read(article(f"<h1>Issue 3</h1><p>{PROSE}</p>", head))

    assert (document.title, document.authors) == ("Issue 3", ())


def test_two_dois_in_dublin_core_leave_the_page_without_one() -> None:
    head = '<meta name="dc.identifier" content="10.1234/a"><meta name="dc.identifier" content="10.1234/b">'

    assert read(article(f"<p>{PROSE}</p>", head)).identifiers.doi is None


def test_malformed_doi_of_the_page_refuses_it() -> None:
    head = '<meta name="citation_doi" content="10.1/">'

    with pytest.raises(DocumentError, match="is not a DOI"):
        read(article(f"<p>{PROSE}</p>", head))


def test_web_page_that_was_changed_in_a_later_year_has_no_date() -> None:
    head = """<script type="application/ld+json">{"@type": "Article", "name": "T",
    "datePublished": "2005-03-20", "dateModified": "2024-06-01"}</script>"""

    assert read(article(f"<p>{PROSE}</p>", head)).date is None


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2020/05/03", "2020-05-03"),
        ("2020-5", "2020-05"),
        ("2020 May 3", "2020-05-03"),
        ("3 May 2020", "2020-05-03"),
        ("May 3rd, 2020", "2020-05-03"),
        ("May 2020", "2020-05"),
        ("2020", "2020"),
        ("05/03/2020", "2020"),
        ("20200503", None),
        ("2019 or 2020", "2019"),
        ("in 2019 or in 2020", None),
    ],
)
def test_dates_as_pages_write_them(written: str, date: str | None) -> None:
    head = f'<meta name="citation_date" content="{written}">'

    assert read(article(f"<p>{PROSE}</p>", head)).date == date


def test_title_is_the_only_first_heading_else_that_of_the_page() -> None:
    head = "<title>Shown title | Site</title>"

    assert read(article(f"<h1>One <i>heading</i></h1><p>{PROSE}</p>", head)).title == "One heading"
    two = article(f"<h1>One</h1><p>{PROSE}</p><h1>Two</h1><p>{PROSE}</p>", head)
    assert read(two).title == "Shown title | Site"
    assert [name for name, kind, _ in sections(read(two)) if kind == "body"] == ["One", "Two"]


def test_retracted_title_is_a_standing() -> None:
    head = '<meta name="citation_title" content="RETRACTED ARTICLE: On nerves">'

    status = parsed(article(f"<p>{PROSE}</p>", head)).status

    assert status is not None
    assert [(note.kind, note.text) for note in status.notes] == [
        ("retracted", "RETRACTED ARTICLE:")
    ]
    assert parsed(article(f"<p>{PROSE}</p>")).status is None


def test_what_stands_over_an_article_is_no_text_of_it() -> None:
    head = '<meta name="citation_title" content="On nerves">'
    over = "<p>Jane Doe<br>Clinic</p><p>Received: 3 May 2020; accepted: 4 May 2020.</p>"

    page = article(f"<h1>On nerves</h1>{over}<p>{PROSE}</p><h2>Results</h2><p>{PROSE}</p>", head)

    assert [text for _, kind, text in sections(read(page)) if kind == "body"] == [PROSE.strip()] * 2


def test_abstract_that_stands_beside_the_text_is_taken_too() -> None:
    page = f"""<html><body><main><div class="html-abstract"><p>{PROSE}</p></div>
    <div class="html-body"><h2>1. Introduction</h2><p>{PROSE * 3}</p></div></main></body></html>"""

    assert [name for name, kind, _ in sections(read(page)) if kind == "body"] == [
        "Abstract",
        "1. Introduction",
    ]


def test_abstract_in_the_head_serves_where_the_page_shows_none() -> None:
    head = f"""<meta name="citation_title" content="T"><meta name="citation_abstract" content="{PROSE}">"""

    document = read(f"<html><head>{head}</head><body><p>Buy this article.</p></body></html>")

    assert sections(document)[1:] == [("Abstract", "body", PROSE.strip())]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('cells<sup><a href="#B1">1</a>,<a href="#B2">2</a></sup> grew', "cells grew"),
        ('cells [<a href="p.html#ref-CR1">1</a>] grew', "cells grew"),
        ('cells<sup><a class="xref-bibr" href="javascript:;">1</a></sup> grew', "cells grew"),
        ('cells (<a href="#B1">Doe, 2010</a>) grew', "cells (Doe, 2010) grew"),
        ('in Table <a href="#t1">1</a> and (<a href="#F2">2</a>)', "in Table 1 and (2)"),
        ('see <a href="https://a.org">3</a> and <a href="#top">¶</a>', "see 3 and"),
        ("10<sup>3</sup> and cells<sup>[4]</sup>", "10^3 and cells"),
    ],
)
def test_links_to_references_go_and_other_links_stay(markup: str, text: str) -> None:
    page = article(f"<h1>T</h1><p>{PROSE}</p><p>{markup}</p>")

    assert sections(read(page))[1][2].split("\n")[1] == text


def test_blocks_of_all_kinds_keep_their_lines() -> None:
    page = article(
        f"""<h1>T</h1><h2>Part</h2><p>{PROSE}</p><p>one<br>line<br><br>another</p>
        <dl><dt>ALS</dt><dd>a disease</dd><dt>FTD</dt><dt>bvFTD</dt><dd>another</dd></dl>
        <blockquote><p>said <q>so</q></p></blockquote><pre>a  b</pre><hr>
        <p>Let <math><msup><mi>x</mi><mn>2</mn></msup></math> be.</p>
        <p hidden>gone</p><p style="display: none">gone</p><span class="sr-only">gone</span>
        <p>kept<script>gone</script><del>gone</del> here <a class="anchor" href="#part">¶</a></p>"""
    )

    assert sections(read(page))[1][2].split("\n")[1:] == [
        "one line",
        "another",
        "- ALS: a disease",
        "- FTD / bvFTD: another",
        "said so",
        "a b",
        "Let x^2 be.",
        "kept here",
    ]


def test_layout_table_is_read_as_text_and_data_table_as_rows() -> None:
    page = f"""<html><body><table><tr><td><h1>T</h1></td><td><main><p>{PROSE}</p>
    <table><caption>Doses</caption><tr><td>a</td><td></td><td>b</td></tr></table></main>
    </td></tr></table></body></html>"""

    assert sections(read(page))[1][2] == f"{PROSE}\nDoses\na |  | b".replace(" \n", "\n")


def test_main_text_of_a_page_that_marks_none_is_found() -> None:
    paragraphs = "".join(f"<p>Part {n} of the text. {PROSE}</p>" for n in range(5))
    menu = "".join(f'<li><a href="/{n}">Item {n}</a></li>' for n in range(20))
    page = f"""<html lang="en"><head><title>On breathing</title></head><body>
    <div id="x1"><ul>{menu}</ul></div><div id="x2"><h2>How to breathe</h2>{paragraphs}
    <p>It is 10<sup>6</sup> cells.<sup>[1]</sup></p></div>
    <div id="x3">Copyright of the site. All rights are reserved.</div></body></html>"""

    document = read(page)

    body = "\n".join(text for _, kind, text in sections(document) if kind == "body")
    assert document.title == "On breathing"
    assert all(f"Part {n} of the text." in body for n in range(5))
    assert "10^6 cells." in body
    assert "[1]" not in body
    assert "Item" not in body


def test_page_in_xhtml_is_read_with_its_closed_elements() -> None:
    page = f"""<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">
    <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr"><head><title>T</title><script src="a"/>
    </head><body><div id="content"><a id="top"/><p>caf&eacute; &amp; lait. {PROSE}</p></div></body></html>"""

    document = read(page)

    assert HTML_PAGE.matches(source_of(page))
    assert sections(document)[1][2].startswith("café & lait.")
    assert document.languages == ("fre",)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>naïve</p>".encode(), "<p>naïve</p>"),
        ("<p>naïve</p>".encode("utf-8-sig"), "<p>naïve</p>"),
        ("<p>naïve</p>".encode("utf-16"), "<p>naïve</p>"),
        ("<meta charset=iso-8859-1><p>naïve “x”</p>".encode("cp1252"), "naïve “x”"),
        ("<meta charset='windows-1251'><p>Нерв</p>".encode("cp1251"), "Нерв"),
        ("<meta charset='iso-8859-1'><p>saved anew: naïve</p>".encode(), "anew: naïve"),
        (b"<meta charset='utf-8'><p>na" + b"\xef" + b"ve</p>", "na\ufffdve"),
        ("<meta charset='iso-2022-jp'><p>神経</p>".encode("iso-2022-jp"), "神経"),
        ("<meta charset='no-such'><p>naïve</p>".encode("cp1252"), "naïve"),
    ],
)
def test_encoding_is_told_from_mark_content_and_declaration(data: bytes, text: str) -> None:
    assert text in decoded(data)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (f"<title>404 Not Found</title><main><p>{PROSE}</p></main>", "an error"),
        (f"<title>Page not found | Journal</title><main>{PROSE}</main>", "an error"),
        (f"<title>Access Denied</title><main>{PROSE}</main>", "an error"),
        ("<title>Just a moment...</title><main>Wait.</main>", "checks for robots"),
        (f"<title>Sign in to your account</title><main>{PROSE}</main>", "a login page"),
        ('<meta http-equiv="refresh" content="0; url=/a"><p>Wait.</p>', "forwards"),
        ("<noscript>Please enable JavaScript to go on.</noscript><div id=app></div>", "by script"),
        ("<title>T</title><p>Log in to read this article.</p>", "after a login"),
        ("<title>T</title><p>Short.</p>", "holds no text of its own"),
        ("", "holds no"),
    ],
)
def test_page_without_a_text_of_its_own_is_refused_with_the_reason(page: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(f"<!doctype html><html><body>{page}</body></html>")


def test_article_whose_title_speaks_of_errors_is_read() -> None:
    head = '<meta name="citation_title" content="Access denied"><title>Access denied</title>'

    assert read(article(f"<p>{PROSE}</p>", head)).title == "Access denied"


@pytest.mark.parametrize(
    ("text", "name", "is_page"),
    [
        ("<!DOCTYPE html><p>x", "a", True),
        ("<!-- saved from url=(0042)https://a.org/ -->\n<html>", "a", True),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "a.xml", True),
        ("\ufeff<HTML><body>", "a.txt", True),
        ("<article><p>x</p></article>", "a.html", True),
        ("<article><front/></article>", "a.xml", False),
        ("<div align='center'># A readme</div>", "a.md", False),
        ('<?xml version="1.0"?><PubmedArticleSet>', "a.html", False),
        ('<?xml version="1.0"?><p>x</p>', "a.html", False),
        ("plain <html>", "a.html", False),
        ("{}", "a.html", False),
        ("", "a.html", False),
    ],
)
def test_kind_is_told_from_the_content(text: str, name: str, is_page: bool) -> None:
    assert HTML_PAGE.matches(source_of(text, name)) is is_page


def test_deeply_nested_page_is_read_or_refused() -> None:
    page = "<html><body><main>" + "<sup><a href='#'>" * 3000 + PROSE

    try:
        read(page)
    except DocumentError as error:
        assert "nested" in error.problem or "text" in error.problem  # noqa: PT017


_PIECES = st.sampled_from(
    [
        *(
            "<html>",
            "<body>",
            "<main>",
            "<article>",
            "</article>",
            "<h2>Methods</h2>",
            "<h3>",
            "</h3>",
        ),
        *(
            "<p>",
            "</p>",
            "<sup>",
            "</sup>",
            "<a href='#r1'>",
            "</a>",
            "[",
            "]",
            "1",
            "<br>",
            "<table>",
        ),
        *(
            "<tr>",
            "<td rowspan=3>",
            "</table>",
            "<ul>",
            "<li>",
            "</ul>",
            "<math>",
            "<msup>",
            "</math>",
        ),
        *(
            "<meta name='citation_doi' content='10.1234/a'>",
            "<meta charset='x'>",
            "&alpha;",
            "&#0;",
            "\x00",
        ),
        *(
            "<script type='application/ld+json'>[{\"@type\": [1]}]</script>",
            "<div class='ref-list'>",
            "</div>",
        ),
        *(PROSE, "é", "<!--", "-->", "<svg>", "<dl><dt>", "<dd>", "</", "<h2>References</h2>"),
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_PIECES, max_size=40).map("".join), st.booleans())
def test_any_page_is_read_with_exact_offsets_or_refused(page: str, is_marked: bool) -> None:
    text = f"<main>{page}{PROSE}</main>" if is_marked else page
    source = source_of(text)
    HTML_PAGE.matches(source)
    try:
        (record,) = HTML_PAGE.parse(source)
    except DocumentError:
        return
    assert isinstance(record, Parsed)
    end = 0
    for section in record.document.sections:
        assert end <= section.start < section.end <= len(record.document.text)
        slice_ = record.document.text[section.start : section.end]
        assert slice_ == slice_.strip()
        assert not set(slice_) & set("\x00\x01\x02\x03\x04\x0e\x0f\x10\x11")
        end = section.end


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    source = source_of(data)
    with contextlib.suppress(DocumentError):
        HTML_PAGE.matches(source)
        list(HTML_PAGE.parse(source))


def test_page_of_an_encyclopedia_is_read() -> None:
    file = SAMPLES / "paperqa_stub" / "flag_day.html"
    if not file.is_file():
        pytest.skip(f"{file} is not there")

    document = read(file.read_bytes(), "flag_day.html")

    found = {name: (kind, text) for name, kind, text in sections(document)}
    assert document.title == "National Flag of Canada Day"
    assert document.license == "https://creativecommons.org/licenses/by-sa/4.0/deed.en"
    assert (document.languages, document.date) == (("eng",), None)
    assert list(found)[-3:] == ["History – Background", "History – Flag Day", "References"]
    assert found["References"][0] == "listing"
    assert found["Text"][1].startswith("National Flag of Canada Day (French:")
    assert "on that date in 1965. The day is marked" in found["Text"][1]
    assert "Jump to" not in document.text


def test_pages_with_one_table_are_read() -> None:
    folder = SAMPLES / "europepmc_openalex" / "resources" / "invasive_plant_species_test"
    files = sorted(folder.glob("*/eupmc_result.html"))
    if not files:
        pytest.skip(f"{folder} is not there")

    texts = [read(file.read_bytes()).text for file in files]

    assert len(texts) == len(files)
    assert all("| abstract |" in text or "Background\n" in text for text in texts)
