import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.records import Parsed, Refused
from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.ris import RIS
from index.parsers.source_file import SourceFile
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

RECORD = r"""% Encoding: UTF-8

@article{smith_breathing_2020,
	title = {Breathing support in {ALS}: 10$^{\textrm{6}}$ {\textless}i{\textgreater}patients{\textless}/i{\textgreater}},
	volume = {12},
	number = "3",
	doi = {10.1000/breath\_1},
	url = {https://example.org/a\_b},
	abstract = {Abstract: Support helps 50% of {\"a}ll, \textit{p} {\textless} 0.05.
It is cheap. © 2020 The Authors.},
	language = {en-GB},
	journal = {J. of {\'E}tudes},
	author = {Smith, John A. and M{\"u}ller, J. and {ALS Study Group} and Ludwig van der Berg and others},
	month = may,
	year = {2020},
	note = {PMID: 123},
	pages = {33--39},
	keywords = {breathing, support},
}
"""


def _entry(*fields: str, kind: str = "article") -> str:
    return f"@{kind}{{key, title = {{A title}}, {', '.join(fields)}}}"


def _paper(*fields: str, kind: str = "article") -> Document:
    return paper(BIBTEX, _entry(*fields, kind=kind))


def test_an_entry_gives_each_field() -> None:
    document = paper(BIBTEX, RECORD)

    assert_sound(document)
    assert document.title == "Breathing support in ALS: 10^6 patients"
    assert document.authors == (
        Author("Smith John A", family="Smith"),
        Author("Müller J", family="Müller"),
        Author("ALS Study Group"),
        Author("van der Berg Ludwig", family="van der Berg"),
    )
    assert (document.container, document.date) == ("J. of Études", "2020-05")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert (document.languages, document.url) == (("eng",), "https://example.org/a_b")
    assert document.keywords == ("breathing", "support")
    assert document.publication_types == ("Journal Article",)
    assert document.identifiers == Identifiers(pmid="123", doi="10.1000/breath_1")
    assert section(document, "Abstract") == "Support helps 50% of äll, p < 0.05.\nIt is cheap."
    assert section(document, "Copyright") == "© 2020 The Authors."


def test_strings_comments_and_preambles_are_no_papers() -> None:
    text = """
    @string{nat = "Nature"}
    @STRING(med = nat # { Medicine})
    @comment{@article{no, title = {No}}}
    @preamble{"\\newcommand{\\x}{y}"}
    Words between entries.
    @article{a, title = "One" # { and } # two, journal = MED, month = jan # "~3", year = 2020}
    @string{nat = "Other"}
    @article{b, title = {Two}, journal = nat}
    """

    one, two = papers(BIBTEX, text)

    assert (one.title, one.container, one.date) == ("One and two", "Nature Medicine", "2020-01-03")
    assert two.container == "Other"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Donald E. Knuth", ["Knuth Donald E"]),
        ("Knuth, D. E. and Lamport, L.", ["Knuth DE", "Lamport L"]),
        ("Larsen, LJ and Roush, JK", ["Larsen LJ", "Roush JK"]),
        ("Smith JA and Doe B", ["Smith JA", "Doe B"]),
        ("King, Jr., Martin L.", ["King Martin L Jr"]),
        ("{Simon and Schuster}", ["Simon and Schuster"]),
        ("{World Health Organization}", ["World Health Organization"]),
        ("World Health Organization", ["World Health Organization"]),
        ("{van der Berg}, Jan", ["van der Berg Jan"]),
        ("Smith, J.; Doe, A.", ["Smith J", "Doe A"]),
        ("Gon{\\c{c}}alves, Ana", ["Gonçalves Ana"]),
        ("others", []),
        ("Center, S. A. and Sharon A. Center", ["Center SA", "Center Sharon A"]),
    ],
)
def test_names_are_parted_as_bibtex_parts_them(author: str, names: list[str]) -> None:
    document = _paper(f"author = {{{author}}}")

    assert [one.name for one in document.authors] == names


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        (["year = 2020"], "2020"),
        (["year = {2020}", "month = 5"], "2020-05"),
        (["year = {2020}", "month = {May}", "day = {3}"], "2020-05-03"),
        (["year = 2020", "month = 5", "day = 3"], "2020-05-03"),
        (["date = {2020-05-03}"], "2020-05-03"),
        (["date = {2020-05/2020-06}"], "2020"),
        (["year = {2020}", "date = {May 3}"], "2020-05-03"),
        (["year = {in press}"], None),
    ],
)
def test_dates_of_bibtex_and_biblatex(fields: list[str], date: str | None) -> None:
    assert _paper(*fields).date == date


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        (["pmid = 123", "PMCID = {PMC45}"], Identifiers(pmid="123", pmcid="PMC45")),
        (["eprint = {123}", "eprinttype = {pubmed}"], Identifiers(pmid="123")),
        (["eprint = {2001.00001}", "archivePrefix = {arXiv}"], Identifiers()),
        (["note = {PMID: 123}"], Identifiers(pmid="123")),
        (["annote = {Comment on PMID: 123}"], Identifiers()),
        (["url = {https://doi.org/10.1000/x}"], Identifiers(doi="10.1000/x")),
        (["doi = {https://doi.org/10.1000/X}"], Identifiers(doi="10.1000/x")),
        (["doi = {10.1000/x}", "DOI = {10.1000/X}"], Identifiers(doi="10.1000/x")),
        (["doi = {10.1000/a--b}"], Identifiers(doi="10.1000/a--b")),
        (["isbn = {978-1-4822-5326-9}"], Identifiers()),
    ],
)
def test_identifiers_count_only_where_they_are_the_entrys_own(
    fields: list[str], identifiers: Identifiers
) -> None:
    assert _paper(*fields).identifiers == identifiers


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@article{key, title = {Unclosed, year = 2020}\n@article{b, title = {B}}", "do not match"),
        ("@article{key, title = {x} y}, year = 2}\n@article{b, title = {B}}", "do not match"),
        ("@article{key, title = {x}}, year = {2}}\n@article{b, title = {B}}", "before its last"),
        ("@article{key, title {x}}\n@article{b, title = {B}}", "comma or an equals sign"),
        ("@article{key, title = {x}\nyear = {2}}\n@article{b, title = {B}}", "comma or an equals"),
        ("@article{key, year = 2\ntitle = {x}}\n@article{b, title = {B}}", "comma or an equals"),
        ("@article{key, title = {Cut@article{b, title = {B}}", "do not match"),
        ("@article{key, title = {Cut\n  @article(b, title = {B})", "do not match"),
        ("@article{key, title = {Breaks o", "breaks off"),
        (_entry("doi = {10.1000/a}", "url = {https://doi.org/10.1000/b}"), "two values"),
        (_entry("doi = {10.1/}"), "'10.1/' is not a DOI"),
        ("@article{key, author = {Smith, J.}}", "neither a title nor a text"),
    ],
)
def test_an_entry_that_is_broken_is_refused_by_its_key_and_the_next_is_read(
    text: str, reason: str
) -> None:
    refused, *others = read(BIBTEX, text)

    assert isinstance(refused, Refused)
    assert refused.where == "record 1 (key, line 1)"
    assert reason in refused.reason
    assert all(isinstance(one, Parsed) for one in others)
    assert len(others) == len(re.findall(r"@article[{(]b", text))


@pytest.mark.parametrize(
    ("broken", "where", "reason"),
    [
        ("@article{\n title = {B}\n}", "record 2 (line 3)", "no key"),
        ("@article{b\n title = {B}\n}", "record 2 (line 3)", "no key"),
        ("article{b,\n title = {B}\n}", "record 2 (b, line 3)", "does not begin"),
        ("@article b,\n title = {B}\n}", "record 2 (b, line 3)", "does not begin"),
        ("@string{j = {Nature}", "record 2 (@string, line 3)", "do not match"),
    ],
)
def test_what_has_no_proper_start_is_refused_by_its_line(
    broken: str, where: str, reason: str
) -> None:
    good = "@article{%s, title = {Good}}\n"

    one, refused, other = read(BIBTEX, f"{good % 'a'}\n{broken}\n{good % 'c'}")

    assert isinstance(refused, Refused)
    assert refused.where == where
    assert reason in refused.reason
    assert isinstance(one, Parsed)
    assert isinstance(other, Parsed)


@pytest.mark.parametrize("stray", ["}", "} ", "}\n}", "\n}\n"])
def test_a_brace_too_many_after_an_entry_costs_nothing(stray: str) -> None:
    entry = "@article{%s, title = {Title}, year = {2020}\n}"

    documents = papers(BIBTEX, f"{entry % 'a'}{stray}\n{entry % 'b'}")

    assert [one.year for one in documents] == [2020, 2020]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(RECORD.replace("\n", "\r").encode(), id="line ends of old Macs"),
        pytest.param(b"\xef\xbb\xbf" + RECORD.replace("\n", "\r\n").encode(), id="mark and CRLF"),
        pytest.param(RECORD.encode("utf-16"), id="UTF-16"),
        pytest.param(RECORD.replace("@article{", "@ article {").encode(), id="blanks"),
    ],
)
def test_line_ends_and_byte_order_marks_change_nothing(data: bytes) -> None:
    document = paper(BIBTEX, data)

    assert (document.title, document.date) == (paper(BIBTEX, RECORD).title, "2020-05")


def test_entries_with_one_key_are_both_read() -> None:
    one, two = papers(BIBTEX, "@article{, title = {One}}\n@article{, title = {Two}}")

    assert (one.title, two.title) == ("One", "Two")


def test_a_field_given_twice_counts_once() -> None:
    document = _paper("title = {Another}", "keywords = {a; b}", "keywords = {c}")

    assert (document.title, document.keywords) == ("A title", ("a", "b", "c"))


def test_an_entry_in_another_encoding_is_refused() -> None:
    assert "no UTF-8" in refusal(BIBTEX, _entry("author = {Müller, J.}").encode("latin-1")).reason


def test_a_long_file_is_cut_only_between_entries() -> None:
    entries = [
        f"@article{{k{number}, title = {{Title {number}}}, journal = j, abstract = {{{'x ' * 300}}}}}"
        for number in range(600)
    ]

    documents = papers(BIBTEX, "@string{j = {Nature}}\n" + "\n".join(entries))

    assert [one.title for one in documents] == [f"Title {number}" for number in range(600)]
    assert {one.container for one in documents} == {"Nature"}


def test_kinds_of_entries() -> None:
    chapter = _paper("booktitle = {The book}", "isbn = {978-1-4822-5326-9}", kind="incollection")
    book = _paper("booktitle = {x}", "isbn = {978-1-4822-5326-9}", kind="book")
    preprint = _paper("publisher = {medRxiv}", kind="misc")

    assert (chapter.container, chapter.publication_types) == ("The book", ("Book Chapter",))
    assert (book.container, book.publication_types) == (None, ("Book",))
    assert chapter.identifiers == book.identifiers == Identifiers(isbn="9781482253269")
    assert (preprint.container, preprint.publication_types) == ("medRxiv", ("Preprint",))


def test_only_a_title_speaks_of_a_retraction() -> None:
    plain, retracted = read(BIBTEX, "@misc{a, title = {T}}\n@misc{b, title = {{RETRACTED}: T}}")

    assert isinstance(plain, Parsed)
    assert isinstance(retracted, Parsed)
    assert plain.status is None
    assert retracted.status == StatusReport(
        "title of the record", (StatusNote("retracted", text="RETRACTED: T"),)
    )


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                *("@article{a, ", "@string{x = ", "@comment{", "title = ", "author = ", "doi = "),
                *(
                    "{",
                    "}",
                    '"',
                    ",",
                    "=",
                    "#",
                    "\n",
                    "\\",
                    "$",
                    "%",
                    "(",
                    ")",
                    "x",
                    " and ",
                    "{A}",
                ),
                *("abstract = {a\nb}", "year = {2020},", "{10.1000/x},", "\x00", "month = jan,"),
            ]
        )
    ),
    st.binary(max_size=20),
)
def test_any_entries_give_sound_records_or_errors(pieces: list[str], data: bytes) -> None:
    assert_only_document_errors(BIBTEX, "".join(pieces).encode() + data)


_FORMS = (
    "@article{{k{0},\n  title = {{Title {0}}},\n  year = 2020\n}}\n",
    '@article(k{0}, title = "Title {0}", abstract = {{One {{two}} (three).}})\n',
    "  @Book{{k{0}, author = {{Smith, J.}}, title = {{Title {0}}},}}\n\n",
)
_BETWEEN = ("", "@comment{x {y} z}\n", '@string{j = "Nature"}\n', "Words.\n", "@preamble{ {z} }\n")


@settings(deadline=None, max_examples=300)
@given(
    forms=st.lists(st.tuples(st.sampled_from(_FORMS), st.sampled_from(_BETWEEN)), min_size=2),
    broken=st.integers(0, 1_000),
    place=st.integers(0, 1_000),
    length=st.integers(0, 120),
    put=st.sampled_from(["", "{", "}", '"', ",", "=", "@", "#", "\\", "(", ")", "\n", "}\n}"]),
)
def test_one_damaged_entry_costs_no_other(
    forms: list[tuple[str, str]], broken: int, place: int, length: int, put: str
) -> None:
    entries = [form.format(number) for number, (form, _) in enumerate(forms)]
    broken %= len(entries)
    whole = entries[broken].rstrip("\n")
    place %= len(whole) + 1
    entries[broken] = f"{whole[:place]}{put}{whole[place + length :]}\n"
    text = "".join(entry + between for entry, (_, between) in zip(entries, forms, strict=True))
    source = SourceFile.of_bytes(text.encode(), path="export.bib")

    records = list(BIBTEX.parse(source))

    titles = {one.document.title for one in records if isinstance(one, Parsed)}
    assert titles >= {f"Title {number}" for number in range(len(forms)) if number != broken}


@needs_samples
def test_zotero_export() -> None:
    documents = papers(BIBTEX, EXPORTS / "zotero_export.bib")
    humerus, kidney = documents[:2]

    assert len(documents) == 1000
    assert humerus.title == (
        "Microangiography of the humeral condyle in Cocker Spaniel and non-Cocker Spaniel dogs"
    )
    assert [one.name for one in humerus.authors] == [
        "Larsen LJ",
        "Roush JK",
        "McLaughlin RM",
        "Cash WC",
    ]
    assert (humerus.date, humerus.volume, humerus.issue) == ("1999-08", "12", "3")
    assert (kidney.languages, kidney.pages) == (("pol",), "719-723")
    assert kidney.identifiers == Identifiers(doi="10.21521/mw.6330")
    assert sum(one.identifiers.doi is not None for one in documents) == 718
    assert sum(any(s.name.startswith("Abstract") for s in one.sections) for one in documents) == 776
    assert not any(re.search(r"\\[a-z&%_]|[{}]", one.text) for one in documents)


def _key(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").lower())


@needs_samples
def test_zotero_and_web_of_science_give_the_same_papers() -> None:
    """They agree but for a Greek letter that Zotero spells out and article numbers it leaves out."""
    zotero = {one.identifiers.doi: one for one in papers(BIBTEX, EXPORTS / "zotero_export.bib")}
    web = {one.identifiers.doi: one for one in papers(RIS, EXPORTS / "wos_test.ris")}
    common = [doi for doi in zotero if doi in web and doi]

    assert len(common) == 36
    differing = [doi for doi in common if _key(zotero[doi].title) != _key(web[doi].title)]
    assert differing == ["10.1111/vop.12113"]
    for doi in common:
        one, two = zotero[doi], web[doi]
        assert (one.year, one.volume, one.issue) == (two.year, two.volume, two.issue)
        assert len(one.authors) == len(two.authors)
        assert one.pages in (two.pages, None)
        assert one.languages == two.languages


@needs_samples
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("CitaviXmlImporterTest1.bib", 60),
        ("CitaviXmlImporterTest2.bib", 58),
        ("CitaviXmlImporterTest3.bib", 99),
        ("MedlineImporterTestArticleID.bib", 1),
    ],
)
def test_jabrefs_samples(name: str, count: int) -> None:
    assert len(papers(BIBTEX, JABREF / name)) == count


@needs_samples
def test_jabrefs_entries_say_what_its_ris_files_say() -> None:
    """JabRef reorders names that have no comma, and takes the earlier of two dates for the month."""
    for ris, bib in (
        ("RisImporterTest3.ris", "RisImporterTest3.bib"),
        ("RisImporterTestDate1.1.ris", "RisImporterTest8_date.bib"),
    ):
        one, two = paper(RIS, JABREF / ris), paper(BIBTEX, JABREF / bib)
        assert (one.title, one.identifiers.doi) == (two.title, two.identifiers.doi)
        assert (one.volume, one.pages, one.url) == (two.volume, two.pages, two.url)
        assert (one.date or "").startswith(two.date or "-")
        assert len(one.authors) == len(two.authors)
        assert one.publication_types == two.publication_types


@needs_samples
def test_a_pubmed_entry_of_jabref_has_its_identifiers() -> None:
    document = paper(BIBTEX, JABREF / "MedlineImporterTestMathML.bib")

    assert document.identifiers == Identifiers(
        pmid="32759406", pmcid="PMC7756617", doi="10.1515/jib-2020-0021"
    )
    assert document.date == "2020-07"
    assert "∞" in section(document, "Abstract")
    assert "pmatrix" in section(document, "Abstract")
