import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import Author
from index.parsers.paper_draft import PaperDraft
from index.parsers.references.fields import (
    authors_of,
    date_of,
    is_group,
    keywords_of,
    languages_of,
    link_of,
    pages_of,
    person,
    record_name,
    reference,
    types_of,
    written_date,
)
from index.publication_status import StatusNote, StatusReport
from tests.index.parsers.references.record_checks import source_of


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Smith, John A.", ["Smith John A"]),
        ("Smith, J. A.", ["Smith JA"]),
        ("Smith, J.A.", ["Smith JA"]),
        ("Smith,J. A. ", ["Smith JA"]),
        ("Smith, JA", ["Smith JA"]),
        ("Smith JA", ["Smith JA"]),
        ("John Smith", ["John Smith"]),
        ("Dupont, J.-P.", ["Dupont J-P"]),
        ("Dupont, Jean-Pierre", ["Dupont Jean-Pierre"]),
        ("van der Berg, Jan", ["van der Berg Jan"]),
        ("Smith, J., Jr.", ["Smith J Jr"]),
        ("Smith, III, John", ["Smith John III"]),
        ("World Health Organization,", ["World Health Organization"]),
        ("Ministry of Health, Labour and Welfare", ["Ministry of Health, Labour and Welfare"]),
        ("Smith, J.; Doe, Ann", ["Smith J", "Doe Ann"]),
        ("et al.", []),
        ("[Anonymous]", []),
        (" , ", []),
        ("Smith, MD, PhD, J", ["Smith, MD, PhD, J"]),
        ("Center, S. A.", ["Center SA"]),
    ],
)
def test_names_begin_with_the_family_name_where_a_comma_tells_it(
    written: str, names: list[str]
) -> None:
    assert [author.name for author in authors_of(written)] == names


@pytest.mark.parametrize(
    ("written", "family"),
    [
        ("Smith, John A.", "Smith"),
        ("van der Berg, Jan", "van der Berg"),
        ("Smith, III, John", "Smith"),
        ("Smith JA", None),
        ("John Smith", None),
        ("Ministry of Health, Labour and Welfare", None),
        ("Smith, MD, PhD, J", None),
    ],
)
def test_family_name_is_what_a_comma_parts(written: str, family: str | None) -> None:
    assert [author.family for author in authors_of(written)] == [family]


def test_a_person_is_put_together_from_its_parts() -> None:
    assert person("O'Neil", "M. Eve", "Jr.") == Author("O'Neil M Eve Jr", family="O'Neil")
    assert person("Plato", affiliation="Athens") == Author("Plato", "Athens", "Plato")
    assert person("", "Plato") == Author("Plato")
    assert person("ALS Study Group") == Author("ALS Study Group")
    assert person("", "") is None


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("ALS Consortium", True),
        ("ALS Study Group, London", True),
        ("Smith J", False),
        ("Center, S. A.", False),
        ("Center, Sharon", False),
        ("Sharon A. Center", False),
    ],
)
def test_a_group_is_told_from_a_person(name: str, is_one: bool) -> None:
    assert is_group(name) is is_one


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2020", "2020"),
        ("2020/05/03/", "2020-05-03"),
        ("2020/05//", "2020-05"),
        ("2020///", "2020"),
        ("2020/05/03/Spring", "2020-05-03"),
        ("2020-05-03", "2020-05-03"),
        ("2020-05-03T10:00:00Z", "2020-05-03"),
        ("2001/00/00/", "2001"),
        ("2020 May", "2020-05"),
        ("2020 May 3", "2020-05-03"),
        ("2020/May/3", "2020-05-03"),
        ("2015/october", "2015-10"),
        ("May 3, 2020", "2020-05-03"),
        ("3 May 2020", "2020-05-03"),
        ("05/2020", "2020-05"),
        ("2020 Jan-Feb", "2020"),
        ("2020-05/2020-06", "2020"),
        ("2020-2021", "2020"),
        ("c2019", "2019"),
        ("03/05/2020", "2020"),
        ("99", None),
        ("YEAR/MONTH/DAY/", None),
        ("///", None),
        ("", None),
        ("AUG", None),
    ],
)
def test_dates_are_as_precise_as_they_are_written(written: str, date: str | None) -> None:
    assert written_date(written) == date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        (["1999", "AUG"], "1999-08"),
        (["1999", "AUG 12"], "1999-08-12"),
        (["1999", "JUL-AUG"], "1999"),
        (["2005", "2005/07/15", "2005/07/15"], "2005-07-15"),
        (["2013", "2013/07/22", "2013/07/28"], "2013-07"),
        (["2013/07", "2013/09/01"], "2013"),
        (["2020", "2019/12/20", "2020/01/15"], "2020-01-15"),
        ([None, "2016/01/"], "2016-01"),
        (["in press", "2016"], "2016"),
        ([None], None),
        ([], None),
    ],
)
def test_dates_of_several_fields_are_given_as_far_as_they_agree(
    written: list[str | None], date: str | None
) -> None:
    assert date_of(written) == date


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [
        ("193", "194", "193-194"),
        ("1-22", None, "1-22"),
        ("134", "134-137", "134-137"),
        ("134--137", None, "134-137"),
        ("1032–1038", "", "1032-1038"),
        ("377-86", None, "377-86"),
        ("e33693", "e33693", "e33693"),
        ("1081-1081", None, "1081"),
        ("034708", None, "034708"),
        (None, "5", None),
        (None, "4-5", "4-5"),
        ("Available: http://www.example.org", None, None),
        (None, None, None),
    ],
)
def test_pages_are_put_together(start: str | None, end: str | None, pages: str | None) -> None:
    assert pages_of(start, end) == pages


def test_keywords_are_parted_where_it_is_clear_that_they_are_several() -> None:
    assert keywords_of(["a; b", "c, d, e"]) == ["a", "b", "c, d, e"]
    assert keywords_of(["a, b, c"]) == ["a", "b", "c"]
    assert keywords_of(["Sclerosis, Amyotrophic Lateral"]) == ["Sclerosis, Amyotrophic Lateral"]
    assert keywords_of(["a, b"], by_comma=True) == ["a", "b"]
    assert keywords_of(["one\ntwo\n"]) == ["one", "two"]
    assert keywords_of(["*Neoplasms/therapy", "x<sup>2</sup>"]) == ["*Neoplasms/therapy", "x^2"]


def test_types_are_the_kind_and_known_words() -> None:
    assert types_of("Journal Article", ["Article", "REVIEW; Early Access"]) == [
        "Journal Article",
        "Review",
    ]
    assert types_of("Journal Article", ["Journal Article"], "bioRxiv") == ["Preprint"]
    assert types_of(None, [], None, "arXiv (Cornell)") == ["Preprint"]
    assert types_of(None, ["no"], "Archives") == []


def test_languages_and_links() -> None:
    assert languages_of(["English; French", "de"]) == ["eng", "fre", "ger"]
    assert languages_of(["Klingon"]) == []
    assert link_of(["<Go to ISI>://000", "//a.org", "https://a.org/b c"]) == "https://a.org/b"
    assert link_of([]) is None


@pytest.mark.parametrize(
    "title",
    [
        "RETRACTED: A trial",
        "Retracted: A trial",
        "[Retracted] A trial",
        "RETRACTED ARTICLE: A trial",
        "Retracted Article: A trial",
        "WITHDRAWN: A trial",
        "Withdrawn - A trial",
    ],
)
def test_a_title_that_says_so_reports_a_retraction(title: str) -> None:
    parsed = reference(PaperDraft(title=title), source_of("x"))

    assert parsed.status == StatusReport(
        "title of the record", (StatusNote("retracted", text=title),)
    )


@pytest.mark.parametrize(
    "title",
    [
        "Retraction: A trial",
        "Retracted papers in neurology: a survey",
        "Retraction notice to A trial",
        "Withdrawn patients in trials",
        "A trial (retracted)",
        "Why papers are retracted: a survey",
    ],
)
def test_other_titles_report_nothing(title: str) -> None:
    assert reference(PaperDraft(title=title), source_of("x")).status is None


def test_a_type_that_says_so_reports_a_retraction() -> None:
    draft = PaperDraft(title="A trial", publication_types=types_of(None, ["Retracted"]))

    status = reference(draft, source_of("x")).status

    assert status == StatusReport("publication type of the record", (StatusNote("retracted"),))


def test_a_report_that_knows_of_the_retraction_stays_as_it_is() -> None:
    report = StatusReport("S", (StatusNote("retracted", date="2020"),))
    silent = StatusReport("S", (StatusNote("corrected"),))

    def status(given: StatusReport) -> StatusReport | None:
        return reference(PaperDraft(title="RETRACTED: A"), source_of("x"), given).status

    assert status(report) is report
    assert status(silent) == StatusReport(
        "S", (StatusNote("retracted", text="RETRACTED: A"), StatusNote("corrected"))
    )


def test_records_are_named_by_number_and_what_tells_them() -> None:
    assert record_name(3) == "record 3"
    assert record_name(3, [("pmid", "12")]) == "record 3 (PMID 12)"
    assert record_name(3, key="smith2020") == "record 3 (smith2020)"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40), st.text(max_size=10))
def test_any_text_is_taken(text: str, other: str) -> None:
    assert all(author.name.strip() == author.name != "" for author in authors_of(text))
    date = date_of([text, other])
    assert date is None or len(date) in (4, 7, 10)
    pages_of(text, other)
    keywords_of([text, other])
    languages_of([text])
    types_of(text, [other], text)
    record_name(1, key=text)
