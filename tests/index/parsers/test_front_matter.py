import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.models import Author, Document
from index.parsers.front_matter import FRONT_MATTER
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile

_FILE = """---
title: Riluzole in trials
authors:
  - Miller A
  - {family: Smith, given: John}
date: 2020-05-03
journal: J Test
volume: 12
pages: 100-110
doi: https://doi.org/10.1000/Riluzole
keywords: [riluzole, survival]
language: English
license: CC BY 4.0
---

## Survival

Riluzole prolongs survival by months.

## References

Another paper. doi:10.1000/other
"""


def _source(text: str) -> SourceFile:
    return SourceFile.of_bytes(text.encode(), path="notes.md")


def _read(text: str) -> Document:
    source = _source(text)
    assert FRONT_MATTER.matches(source)
    (record,) = FRONT_MATTER.parse(source)
    assert isinstance(record, Parsed)
    return record.document


def test_fields_of_the_block_are_the_documents() -> None:
    document = _read(_FILE)

    assert document.title == "Riluzole in trials"
    assert document.authors == (Author("Miller A"), Author("Smith John", family="Smith"))
    assert (document.date, document.year) == ("2020-05-03", 2020)
    assert (document.container, document.volume, document.pages) == ("J Test", "12", "100-110")
    assert document.document_id == "doi:10.1000/riluzole"
    assert document.keywords == ("riluzole", "survival")
    assert (document.languages, document.license) == (("eng",), "CC BY 4.0")


def test_text_below_the_block_is_read_as_plain_text_is() -> None:
    document = _read(_FILE)

    kinds = {one.name: (one.kind, document.text[one.start : one.end]) for one in document.sections}
    assert kinds["Survival"] == ("body", "Riluzole prolongs survival by months.")
    assert kinds["References"][0] == "listing"


@pytest.mark.parametrize(
    ("block", "date"),
    [("year: 2019", "2019"), ("date: May 2019", "2019"), ("date: soon", None), ("title: x", None)],
)
def test_date_is_as_precise_as_it_is_given(block: str, date: str | None) -> None:
    assert _read(f"---\n{block}\n---\n\nA text of words.\n").date == date


def test_authors_in_one_line_are_parted() -> None:
    assert [one.name for one in _read("---\nauthor: Miller A; Smith J\n---\nText.\n").authors] == [
        "Miller A",
        "Smith J",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# A heading\n\nText.\n",
        "---\n\nA rule above.\n",
        "---\n- a list\n---\nText.\n",
        "---\na: [unclosed\n---\nText.\n",
        "---\na: &x [1, 2]\nb: [*x, *x]\n---\nText.\n",
        "---\nBackground: patients lived longer\n---\nText.\n",
        "---\ntitle: !!timestamp foo\n---\nText.\n",
        "---\ntitle: a\ntitle: b\nx: &y 1\n---\nText.\n",
        "---\na: !!python/object/apply:os.system [ls]\n---\nText.\n",
    ],
)
def test_other_text_is_not_taken(text: str) -> None:
    assert not FRONT_MATTER.matches(_source(text))


def test_malformed_identifier_refuses_the_file() -> None:
    with pytest.raises(DocumentError, match="is not a DOI"):
        _read("---\ndoi: 10.1/\n---\nText of words.\n")


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read_or_refused(block: str, body: str) -> None:
    source = _source(f"---\n{block}\n---\n{body}")
    if not FRONT_MATTER.matches(source):
        return
    try:
        (record,) = FRONT_MATTER.parse(source)
    except DocumentError:
        return
    assert isinstance(record, Parsed)
    for section in record.document.sections:
        stretch = record.document.text[section.start : section.end]
        assert stretch == stretch.strip() != ""


def test_values_stay_as_they_are_written() -> None:
    document = _read(
        "---\ntitle: The role of *C9orf72* in ALS\nvolume: 010\npages: 12:30\n---\nText.\n"
    )

    assert document.title == "The role of *C9orf72* in ALS"
    assert (document.volume, document.pages) == ("010", "12:30")
    with pytest.raises(DocumentError, match="'0123456' is not a PMID"):
        _read("---\npmid: 0123456\n---\nText of words.\n")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Smith, John", ["Smith John"]),
        ("Miller A, Smith J", ["Miller A", "Smith J"]),
        ("John Smith and Ada Miller", ["John Smith", "Ada Miller"]),
    ],
)
def test_line_of_authors_is_parted_where_it_names_several(author: str, names: list[str]) -> None:
    document = _read(f'---\nauthor: "{author}"\n---\nText.\n')

    assert [one.name for one in document.authors] == names


def test_block_and_text_that_claim_two_dois_are_refused() -> None:
    with pytest.raises(DocumentError, match="two values of its own DOI"):
        _read("---\ndoi: 10.1000/a\n---\n\nA text of words.\n\nDOI: 10.1000/b\n")


def test_abstract_and_month_of_the_block_are_kept() -> None:
    document = _read("---\ntitle: T\nabstract: It works.\ndate: 2020-05\n---\nText.\n")

    assert "It works." in document.text
    assert document.date == "2020-05"
