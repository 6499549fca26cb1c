import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.records import Parsed, Refused
from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.crossref_json import CROSSREF_JSON
from index.publication_status import StatusNote, StatusReport
from tests.index.parsers.references.record_checks import (
    CASSETTES,
    assert_only_document_errors,
    assert_sound,
    needs_samples,
    paper,
    read,
    refusal,
    section,
    source_of,
)

WORK: dict[str, Any] = {
    "indexed": {"date-parts": [[2026, 6, 6]]},
    "reference-count": 2,
    "member": "1",
    "DOI": "10.1000/Breath",
    "type": "journal-article",
    "title": ["Levels of H<sub>2</sub>O <i>in vivo</i>"],
    "subtitle": ["A trial"],
    "original-title": [],
    "container-title": ["Journal of Breath"],
    "author": [
        {
            "given": "John A.",
            "family": "Smith",
            "suffix": "Jr.",
            "affiliation": [{"name": "Ward A"}, {"name": "Ward B"}],
        },
        {"name": "ALS Study Group", "sequence": "additional"},
    ],
    "editor": [{"given": "E.", "family": "Editor"}],
    "published-print": {"date-parts": [[2020, 6]]},
    "published-online": {"date-parts": [[2020, 5, 3]]},
    "issued": {"date-parts": [[2020, 5, 3]]},
    "volume": "12",
    "issue": "3",
    "page": "33-39",
    "language": "en",
    "license": [
        {"URL": "https://example.org/tdm", "content-version": "tdm"},
        {"URL": "https://example.org/terms", "content-version": "am"},
        {"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor"},
    ],
    "URL": "https://doi.org/10.1000/breath",
    "abstract": "<jats:title>Abstract</jats:title><jats:sec><jats:title>Background</jats:title>"
    "<jats:p>Support &amp; help, 10<jats:sup>6</jats:sup>.</jats:p></jats:sec><jats:sec>"
    "<jats:title>METHODS</jats:title><jats:p>We asked.</jats:p></jats:sec>",
    "reference": [{"key": "1", "DOI": "10.1000/other", "unstructured": "Another paper"}],
    "relation": {},
}


def _message(work: object) -> str:
    return json.dumps({"status": "ok", "message-type": "work", "message": work})


def _paper(**fields: object) -> Document:
    return paper(CROSSREF_JSON, _message(WORK | fields))


def _status(**fields: object) -> StatusReport:
    (record,) = read(CROSSREF_JSON, _message(WORK | fields))
    assert isinstance(record, Parsed)
    assert record.status is not None
    return record.status


@pytest.mark.parametrize(
    "text",
    [
        _message(WORK),
        _message({"total-results": 1, "items": [WORK]}),
        json.dumps({"items": [WORK]}),
        json.dumps([WORK]),
        json.dumps(WORK),
        json.dumps(WORK) + "\n",
        json.dumps(WORK | {"title": WORK["title"][0], "container-title": "Journal of Breath"}),
    ],
)
def test_a_work_gives_each_field_in_every_wrapping(text: str) -> None:
    document = paper(CROSSREF_JSON, text)

    assert_sound(document)
    assert document.title == "Levels of H2O in vivo: A trial"
    assert document.authors == (
        Author("Smith John A Jr", "Ward A; Ward B", family="Smith"),
        Author("ALS Study Group"),
    )
    assert (document.container, document.date) == ("Journal of Breath", "2020-05-03")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert document.languages == ("eng",)
    assert document.license == "https://creativecommons.org/licenses/by/4.0/"
    assert document.url == "https://doi.org/10.1000/breath"
    assert document.publication_types == ("Journal Article",)
    assert document.identifiers == Identifiers(doi="10.1000/breath")
    assert section(document, "Abstract: Background") == "Support & help, 10^6."
    assert section(document, "Abstract: Methods") == "We asked."
    assert "Another paper" not in document.text


def test_works_on_lines_of_their_own_are_all_read() -> None:
    lines = [json.dumps(WORK | {"DOI": f"10.1000/{number}"}) for number in range(3)]

    records = read(CROSSREF_JSON, "\n".join(lines))

    assert len(records) == 3


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({}, "2020-05-03"),
        ({"published-print": {"date-parts": [[2019]]}}, "2019"),
        (
            {"journal-issue": {"issue": "3", "published-print": {"date-parts": [[1986, 2]]}}},
            "1986-02",
        ),
        ({"published": {"date-parts": [[2020]]}}, "2020-05-03"),
        ({"issued": {"date-parts": [[None]]}}, "2020-05-03"),
    ],
)
def test_the_earliest_date_counts(fields: dict[str, object], date: str) -> None:
    assert _paper(**fields).date == date


def test_titles_and_subtitles() -> None:
    assert _paper(title=["Seen?"]).title == "Seen? A trial"
    assert _paper(title=["Seen: a trial"]).title == "Seen: a trial"
    assert _paper(title=[], **{"original-title": ["Étude"]}).title == "Étude: A trial"


def test_books_and_chapters_have_the_isbn_of_the_book() -> None:
    isbn = {"ISBN": ["9781482253269", "978-1-4822-5326-9"]}
    chapter, book = _paper(type="book-chapter", **isbn), _paper(type="monograph", **isbn)

    assert chapter.identifiers == Identifiers(doi="10.1000/breath", isbn="9781482253269")
    assert chapter.publication_types == ("Book Chapter",)
    assert book.publication_types == ("Book",)
    assert _paper(ISBN=["9781482253269", "9780306406157"]).identifiers.isbn is None


@pytest.mark.parametrize(
    ("kind", "standing"),
    [
        ("retraction", "retracted"),
        ("withdrawal", "retracted"),
        ("removal", "retracted"),
        ("partial_retraction", "partially_retracted"),
        ("expression_of_concern", "expression_of_concern"),
        ("correction", "corrected"),
        ("erratum", "corrected"),
        ("corrigendum", "corrected"),
        ("new_version", "updated"),
        ("new_edition", "updated"),
        ("crossmark_something", None),
    ],
)
def test_what_updates_the_work_is_its_standing(kind: str, standing: str | None) -> None:
    update = {
        "DOI": "10.1000/Notice",
        "type": kind,
        "label": "A label",
        "updated": {"date-parts": [[2021, 3, 5]]},
    }
    note = (Identifiers(doi="10.1000/notice"), "A label", "2021-03-05")

    report = _status(**{"updated-by": [update]})

    assert report.as_of == "2026-06-06"
    assert [(one.notice, one.text, one.date) for one in report.notes] == [note][: bool(standing)]
    assert [one.kind for one in report.notes] == ([standing] if standing else [])


def test_a_notice_says_nothing_of_itself() -> None:
    update = {"DOI": "10.1000/original", "type": "retraction", "updated": {"date-parts": [[2021]]}}

    assert _status(**{"update-to": [update]}) == StatusReport("Crossref record", as_of="2026-06-06")


def test_a_preprint_names_its_published_version() -> None:
    published = {"is-preprint-of": [{"id-type": "doi", "id": "10.1000/Paper"}]}
    fields: dict[str, object] = {
        "type": "posted-content",
        "subtype": "preprint",
        "container-title": [],
        "institution": [{"name": "bioRxiv"}],
    }

    (note,) = _status(**fields, relation=published).notes
    document = _paper(**fields)

    assert note == StatusNote("preprint", Identifiers(doi="10.1000/paper"))
    assert (document.container, document.publication_types) == ("bioRxiv", ("Preprint",))
    assert [one.kind for one in _status(**fields).notes] == ["preprint"]
    assert _status(type="posted-content", subtype="other").notes == ()


def test_a_title_that_says_so_reports_a_retraction() -> None:
    report = _status(title=["RETRACTED: Levels"], subtitle=[])

    assert report.notes == (StatusNote("retracted", text="RETRACTED: Levels"),)


def test_what_cannot_be_used_is_refused_and_the_rest_is_read() -> None:
    untitled = {"DOI": "10.1000/issue", "type": "journal-issue", "member": "1"}

    first, second, third = read(CROSSREF_JSON, json.dumps([WORK, untitled, "x"]))

    assert isinstance(first, Parsed)
    assert isinstance(second, Refused)
    assert second.where == "record 2 (DOI 10.1000/issue)"
    assert "neither a title nor a text" in second.reason
    assert third == Refused("record 3", "it is no work. Fetch it again.")
    assert (
        "'10.1/' is not a DOI" in refusal(CROSSREF_JSON, _message(WORK | {"DOI": "10.1/"})).reason
    )


_SCALARS = st.none() | st.booleans() | st.integers() | st.text()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(WORK)), _VALUES, max_size=6), st.binary(max_size=5))
def test_any_values_give_sound_records_or_errors(fields: dict[str, Any], data: bytes) -> None:
    works = json.dumps([WORK, WORK | fields], ensure_ascii=False).encode("utf-8", "replace")

    assert_only_document_errors(CROSSREF_JSON, works)
    assert_only_document_errors(CROSSREF_JSON, works[: -len(data) or None] + data)


def _bodies(name: str) -> Iterator[bytes]:
    """What the server answered, as a cassette holds it."""
    recorded = yaml.safe_load((CASSETTES / f"test_{name}.yaml").read_text(encoding="utf-8"))
    for one in recorded["interactions"]:
        body = one["response"]["body"].get("string") or b""
        data = body.encode() if isinstance(body, str) else body
        yield gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


@needs_samples
@pytest.mark.parametrize(
    ("name", "parsed", "refused"),
    [
        ("works_field_query_publisher_name", 20, 0),
        ("works_no_id_withlimit", 2, 0),
        ("works_query", 2, 0),
        ("works_sample", 1, 1),
        ("works_with_one_id", 1, 0),
        ("workscontainer_with_cursor", 19, 1),
    ],
)
def test_recorded_answers(name: str, parsed: int, refused: int) -> None:
    """The two that are refused are issues of journals, which have no title."""
    records = [record for body in _bodies(name) for record in read(CROSSREF_JSON, body)]

    assert sum(isinstance(one, Parsed) for one in records) == parsed
    assert sum(isinstance(one, Refused) for one in records) == refused
    for record in records:
        if isinstance(record, Parsed):
            assert_sound(record.document)
            assert "<" not in (record.document.title or "")


@needs_samples
def test_a_recorded_work_with_a_correction() -> None:
    (body,) = _bodies("works_with_one_id")

    (record,) = read(CROSSREF_JSON, body)

    assert isinstance(record, Parsed)
    document = record.document
    assert document.identifiers == Identifiers(doi="10.1371/journal.pone.0033693")
    assert (document.container, document.date) == ("PLoS ONE", "2012-03-21")
    assert (document.volume, document.issue, document.pages) == ("7", "3", "e33693")
    assert [one.name for one in document.authors[:2]] == ["Sadasivan Shankar", "Pond Brooks B"]
    assert document.license == "http://creativecommons.org/licenses/by/4.0/"
    notice = Identifiers(doi="10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda")
    assert record.status == StatusReport(
        "Crossref record",
        (StatusNote("corrected", notice, "Correction", "2012-05-08"),),
        as_of="2026-06-06",
    )


@needs_samples
def test_csl_json_and_bibtex_of_one_work_say_the_same() -> None:
    _, body = _bodies("content_negotiation_citeproc_json")
    *_, entry = _bodies("content_negotiation_alt_url")

    (record,) = read(CROSSREF_JSON, body)
    bibtex = paper(BIBTEX, entry)

    assert isinstance(record, Parsed)
    document = record.document
    assert document.title == (
        "The Structure of Ordinary Water: New data and interpretations are yielding new insights "
        "into this fascinating substance."
    )
    assert document.title == bibtex.title
    assert document.authors[0].name == bibtex.authors[0].name == "Frank Henry S"
    assert document.identifiers == bibtex.identifiers
    assert (document.volume, document.issue, document.pages) == (
        bibtex.volume,
        bibtex.issue,
        bibtex.pages,
    )
    assert document.date == "1970-08-14"
    assert document.container == bibtex.container == "Science"


@needs_samples
@pytest.mark.parametrize("name", ["works_bad_id_warn", "works_query_filters_not_allowed_with_dois"])
def test_recorded_failures_are_no_works(name: str) -> None:
    for body in _bodies(name):
        assert not CROSSREF_JSON.matches(source_of(body))
