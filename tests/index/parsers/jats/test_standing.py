import pytest

from index.parsers.jats.article import JATS
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from index.publication_status import StatusReport
from tests.index.parsers.jats.jats_samples import jats

TITLE = "<title-group><article-title>On nerves</article-title></title-group>"


def status_of(meta: str, kind: str = "research-article") -> StatusReport | None:
    text = jats(
        meta=meta, attributes=f'article-type="{kind}" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    (record,) = JATS.parse(SourceFile.of_bytes(text.encode(), path="a.xml"))
    assert isinstance(record, Parsed)
    return record.status


def kinds_of(meta: str, kind: str = "research-article") -> list[str]:
    status = status_of(meta, kind)
    return [note.kind for note in status.notes] if status else []


def link(kind: str, href: str = "10.1234/notice", ids: str = "doi") -> str:
    return f'<related-article related-article-type="{kind}" ext-link-type="{ids}" xlink:href="{href}"/>'


@pytest.mark.parametrize(
    ("kind", "article", "found"),
    [
        ("retraction-forward", "research-article", ["retracted"]),
        ("correction-forward", "research-article", ["corrected"]),
        ("concern-forward", "review-article", ["expression_of_concern"]),
        ("expression-of-concern", "research-article", ["expression_of_concern"]),
        ("expression-of-concern", "editorial", []),
        ("retracted-article", "retraction", []),
        ("retracted-article", "other", []),
        ("retraction-forward", "retraction", []),
        ("corrected-article", "correction", []),
        ("object-of-concern", "expression-of-concern", []),
        ("companion", "research-article", []),
        ("commentary-article", "research-article", []),
    ],
)
def test_direction_of_a_link_tells_whose_standing_it_is(
    kind: str, article: str, found: list[str]
) -> None:
    assert kinds_of(TITLE + link(kind), article) == found


def test_notice_is_named_by_what_the_link_gives() -> None:
    status = status_of(
        TITLE
        + link("retraction-forward", "info:doi/10.1234/Notice", "uri")
        + link("correction-forward", "PMC77", "pmc")
        + '<related-article related-article-type="concern-forward" ext-link-type="pmid" '
        'xlink:href="123">Doe J. Nerves. 2020.</related-article>'
        + link("correction-forward", "https://journal.org/notice", "uri")
        + link("correction-forward", "no number", "pmid")
    )

    assert status is not None
    assert [note.notice.items() for note in status.notes] == [
        [("doi", "10.1234/notice")],
        [("pmcid", "PMC77")],
        [("pmid", "123")],
        [],
        [],
    ]
    assert status.notes[2].text == "Doe J. Nerves. 2020."
    assert (status.source, status.as_of) == ("JATS XML", None)


@pytest.mark.parametrize(
    ("title", "article", "found"),
    [
        ("RETRACTED: On nerves", "research-article", ["retracted"]),
        ("Retracted: On nerves", "research-article", ["retracted"]),
        ("RETRACTED ARTICLE: On nerves", "review-article", ["retracted"]),
        ("[Retracted] On nerves", "research-article", ["retracted"]),
        ("Retracted: On nerves", "retraction", []),
        ("Retraction: On nerves", "other", []),
        ("Retracted papers: a survey", "research-article", []),
    ],
)
def test_title_that_says_so_is_retracted_unless_it_is_the_notice(
    title: str, article: str, found: list[str]
) -> None:
    meta = f"<title-group><article-title>{title}</article-title></title-group>"

    assert kinds_of(meta, article) == found


def test_title_and_link_say_it_once() -> None:
    meta = "<title-group><article-title>RETRACTED: T</article-title></title-group>"

    assert kinds_of(meta + link("retraction-forward")) == ["retracted"]


def test_preprint_is_one_by_its_type() -> None:
    assert kinds_of(TITLE, "preprint") == ["preprint"]


def test_article_that_says_nothing_has_no_standing() -> None:
    assert status_of(TITLE) is None
