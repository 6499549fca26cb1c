from dataclasses import replace

import pytest

from index.identifiers import Identifiers
from index.models import AddedField, Author, Mention
from rag.record_drafts import describe, field_drafts, has_field, paper_name, record_draft
from rag.retrieval import FoundRecord
from tests.rag.examples import document, listed_paper

ENTRIES = "Cells. PMID: 7.\nLee A. Cells. 2018."
CELLS = listed_paper(
    "Cells.",
    pmid="7",
    author="Lee A",
    container="Brain",
    date="2018 Nov",
    year=2018,
    publication_types=("Review",),
    mentions=(Mention("similar", 0, 15), Mention("reference", 16, 35)),
)
PAGE = replace(
    document(
        ENTRIES,
        about=(
            ("Title", "Notes on therapy"),
            ("Identifiers", "PMID: 1\nDOI: 10.1/Notes"),
            ("Author", "Ann Lee\nTokyo"),
            ("Keywords", "Keywords: Gene editing."),
            ("Copyright", "© 2021. The Author(s)."),
        ),
    ),
    identifiers=Identifiers(pmid="1", doi="10.1/notes"),
    authors=(Author("Ann Lee", "Tokyo"),),
    keywords=("Gene editing",),
    year=2021,
)
HELD = FoundRecord("pmid:1", PAGE, None, 1.0)
LISTED = FoundRecord("pmid:1~0000", PAGE, CELLS, 1.0)


def test_a_paper_is_named_by_its_title_without_its_full_stop() -> None:
    assert paper_name(CELLS) == "“Cells”"
    assert paper_name(document("Words.", title=None)) == "a paper without a title"


def test_a_paper_is_described_by_what_is_known() -> None:
    assert describe(CELLS) == "Lee A. “Cells”. Brain. 2018 Nov. PMID 7. Review."
    assert describe(listed_paper("Cells")) == "“Cells”."


def test_added_fields_are_marked_in_a_description() -> None:
    page = document(
        "Words.",
        container="A book",
        year=2021,
        added=(AddedField("year", "2021", "its DOI"), AddedField("container", "A book", "its DOI")),
    )

    assert describe(page) == "“Notes on therapy”. A book (added). 2021 (added). PMID 1."


@pytest.mark.parametrize(
    ("field", "held", "listed"),
    [
        ("pmid", True, True),
        ("doi", True, False),
        ("pmcid", False, False),
        ("any", True, True),
        ("authors", True, True),
        ("affiliation", True, False),
        ("container", False, True),
        ("year", True, True),
        ("keywords", True, False),
        ("rights", True, False),
        ("title", True, True),
    ],
)
def test_which_fields_a_paper_has(field: str, held: bool, listed: bool) -> None:
    assert has_field(PAGE, field) == held
    assert has_field(CELLS, field) == listed


@pytest.mark.parametrize(
    ("field", "text", "quotes"),
    [
        ("pmid", "“Notes on therapy”: PMID 1.", ["PMID: 1"]),
        ("doi", "“Notes on therapy”: DOI 10.1/notes.", ["DOI: 10.1/Notes"]),
        (
            "any",
            "“Notes on therapy”: PMID: 1, DOI: 10.1/Notes.",
            ["PMID: 1\nDOI: 10.1/Notes"],
        ),
        ("authors", "“Notes on therapy”: Ann Lee, Tokyo.", ["Ann Lee\nTokyo"]),
        ("keywords", "“Notes on therapy”: Keywords: Gene editing.", ["Keywords: Gene editing."]),
        ("rights", "“Notes on therapy”: © 2021. The Author(s).", ["© 2021. The Author(s)."]),
    ],
)
def test_a_field_is_shown_with_the_title_and_the_line_that_says_it(
    field: str, text: str, quotes: list[str]
) -> None:
    (draft,) = field_drafts(HELD, field)

    assert draft.text == text
    assert draft.kind == "record"
    assert [span.quote for span in draft.spans] == ["Notes on therapy", *quotes]
    for span in draft.spans:
        assert PAGE.text[span.start : span.end] == span.quote
        assert span.chunk_id is None


@pytest.mark.parametrize("field", ["pmcid", "container"])
def test_a_field_that_is_not_given_shows_the_record(field: str) -> None:
    (draft,) = field_drafts(HELD, field)

    assert draft == record_draft(HELD)


def test_a_held_record_quotes_title_and_identifiers() -> None:
    draft = record_draft(HELD)

    assert [span.quote for span in draft.spans] == [
        "Notes on therapy",
        "PMID: 1\nDOI: 10.1/Notes",
    ]
    assert draft.listed is None


def test_a_held_record_without_such_sections_quotes_its_first() -> None:
    page = document("Words.")

    (span,) = record_draft(FoundRecord("pmid:1", page, None, 1.0)).spans

    assert span.quote == "Words."


def test_a_listed_record_quotes_its_first_entry() -> None:
    draft = record_draft(LISTED)

    assert [span.quote for span in draft.spans] == ["Cells. PMID: 7."]
    assert draft.spans[0].document_id == "pmid:1"
    assert draft.listed is CELLS


def test_a_listed_record_quotes_the_entry_under_the_heading_asked_for() -> None:
    (span,) = record_draft(LISTED, relation="reference").spans

    assert span.quote == "Lee A. Cells. 2018."


def test_the_authors_of_a_listed_paper_are_shown_by_the_entry_that_names_them() -> None:
    (draft,) = field_drafts(LISTED, "authors")

    assert draft.spans[0].quote == "Lee A. Cells. 2018."
