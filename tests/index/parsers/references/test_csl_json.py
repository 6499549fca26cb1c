import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.records import Parsed, Refused
from index.parsers.references.csl_json import CSL_JSON
from index.publication_status import StatusNote, StatusReport
from tests.index.parsers.references.record_checks import (
    assert_only_document_errors,
    assert_sound,
    paper,
    read,
    refusal,
    section,
    source_of,
)

ITEM: dict[str, Any] = {
    "id": "http://zotero.org/users/1/items/A",
    "type": "article-journal",
    "title": "Levels of H<sub>2</sub>O <i>in vivo</i>",
    "container-title": "Journal of Breath",
    "author": [
        {"family": "Smith", "given": "John A."},
        {"family": "Berg", "given": "J. P.", "non-dropping-particle": "van der", "suffix": "Jr."},
        {"literal": "ALS Study Group"},
    ],
    "editor": [{"family": "Editor", "given": "E."}],
    "issued": {"date-parts": [["2020", 5, 3]]},
    "volume": 12,
    "issue": "3",
    "page": "33-39",
    "DOI": "10.1000/Breath",
    "PMID": "123",
    "note": "PMCID: PMC45\nRead it again",
    "URL": "https://example.org/a",
    "language": "en-US",
    "keyword": "breathing, support",
    "abstract": "<p>First line.</p><p>Second. © 2020 The Authors.</p>",
    "ISSN": "1234-5678",
}


def _file(*items: object) -> str:
    return json.dumps(items)


def _paper(**fields: object) -> Document:
    return paper(CSL_JSON, _file({"id": "a", "type": "article-journal", "title": "T"} | fields))


def test_an_item_gives_each_field() -> None:
    document = paper(CSL_JSON, _file(ITEM))

    assert_sound(document)
    assert document.title == "Levels of H2O in vivo"
    assert document.authors == (
        Author("Smith John A", family="Smith"),
        Author("van der Berg JP Jr", family="van der Berg"),
        Author("ALS Study Group"),
    )
    assert (document.container, document.date) == ("Journal of Breath", "2020-05-03")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert (document.languages, document.url) == (("eng",), "https://example.org/a")
    assert document.keywords == ("breathing", "support")
    assert document.publication_types == ("Journal Article",)
    assert document.identifiers == Identifiers(pmid="123", pmcid="PMC45", doi="10.1000/breath")
    assert section(document, "Abstract") == "First line.\nSecond."
    assert section(document, "Copyright") == "© 2020 The Authors."


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ITEM),
        json.dumps({"items": [ITEM]}),
        json.dumps(ITEM) + "\n",
        "\ufeff" + _file(ITEM),
    ],
)
def test_items_may_stand_alone_or_in_a_list(text: str) -> None:
    assert paper(CSL_JSON, text).identifiers.pmid == "123"


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [[2020, 5], [2020, 6]]}, "2020"),
        ({"date-parts": [[2020, 13]]}, "2020"),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": [[]]}, None),
        ({"date-parts": 2020}, None),
        ({"raw": "2020-05-03"}, "2020-05-03"),
        ({"literal": "May 2020"}, "2020-05"),
        ("2020", None),
    ],
)
def test_dates_are_as_precise_as_they_are_given(issued: object, date: str | None) -> None:
    assert _paper(issued=issued, DOI="10.1000/x").date == date


def test_kinds_of_items() -> None:
    chapter = _paper(type="chapter", **{"container-title": "The book", "ISBN": "978-1-4822-5326-9"})
    preprint = _paper(type="article", publisher="bioRxiv", DOI="10.1101/1")

    assert (chapter.container, chapter.publication_types) == ("The book", ("Book Chapter",))
    assert chapter.identifiers == Identifiers(isbn="9781482253269")
    assert (preprint.container, preprint.publication_types) == ("bioRxiv", ("Preprint",))


def test_a_link_to_another_host_is_no_doi() -> None:
    assert _paper(URL="https://example.org/10.1000/x").identifiers == Identifiers()
    assert _paper(URL="https://doi.org/10.1000/x").identifiers == Identifiers(doi="10.1000/x")


def test_what_cannot_be_used_is_refused_by_its_name_and_the_rest_is_read() -> None:
    broken = {"id": "b", "type": "book", "DOI": "10.1/"}

    first, second, third = read(CSL_JSON, _file(ITEM, broken, 5))

    assert isinstance(first, Parsed)
    assert isinstance(second, Refused)
    assert second.where == "record 2 (b)"
    assert "'10.1/' is not a DOI" in second.reason
    assert third == Refused("record 3", "it is no item. Export it again.")
    both = _file(ITEM | {"URL": "https://doi.org/10.1000/other"})
    assert "two values of its own DOI" in refusal(CSL_JSON, both).reason


def test_items_before_broken_json_are_given() -> None:
    records = CSL_JSON.parse(source_of(_file(ITEM)[:-1] + ', {"id"'))

    assert isinstance(next(records), Parsed)
    with pytest.raises(DocumentError, match="its JSON is broken"):
        list(records)


def test_a_title_that_says_so_reports_a_retraction() -> None:
    (record,) = read(CSL_JSON, _file(ITEM | {"title": "WITHDRAWN: A trial"}))

    assert isinstance(record, Parsed)
    assert record.status == StatusReport(
        "title of the record", (StatusNote("retracted", text="WITHDRAWN: A trial"),)
    )


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(ITEM)), _VALUES, max_size=6), st.binary(max_size=5))
def test_any_values_give_sound_records_or_errors(fields: dict[str, Any], data: bytes) -> None:
    items = json.dumps([ITEM, ITEM | fields], ensure_ascii=False).encode("utf-8", "replace")

    assert_only_document_errors(CSL_JSON, items)
    assert_only_document_errors(CSL_JSON, items[: -len(data) or None] + data)
