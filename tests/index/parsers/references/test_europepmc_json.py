import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.records import Parsed, Refused
from index.parsers.references.europepmc_json import EUROPE_PMC_JSON
from index.publication_status import StatusNote, StatusReport
from tests.index.parsers.references.record_checks import (
    EUROPE_PMC,
    assert_only_document_errors,
    assert_sound,
    needs_samples,
    paper,
    papers,
    read,
    refusal,
    section,
)

RECORD: dict[str, Any] = {
    "id": "123",
    "source": "MED",
    "pmid": "123",
    "pmcid": "PMC45",
    "doi": "10.1000/Breath",
    "title": "Levels of H<sub>2</sub>O <i>in vivo</i>.",
    "authorString": "Smith JA, ALS Study Group.",
    "authorList": {
        "author": [
            {
                "fullName": "Smith JA",
                "firstName": "John A",
                "lastName": "Smith",
                "initials": "JA",
                "authorAffiliationDetailsList": {
                    "authorAffiliation": [{"affiliation": "Ward A."}, {"affiliation": "Ward B."}]
                },
            },
            {"collectiveName": "ALS Study Group"},
        ]
    },
    "journalInfo": {
        "issue": "3",
        "volume": "12",
        "dateOfPublication": "2020 May",
        "yearOfPublication": 2020,
        "printPublicationDate": "2020-05-01",
        "journal": {"title": "Journal of breath", "ISOAbbreviation": "J Breath"},
    },
    "pubYear": "2020",
    "pageInfo": "33-39",
    "abstractText": "<h4>Background</h4>Support helps.<h4>Methods</h4>We asked 10<sup>3</sup>. "
    "Copyright © 2020 The Authors.",
    "language": "eng",
    "pubTypeList": {"pubType": ["research-article", "Journal Article", "Review"]},
    "keywordList": {"keyword": ["breathing", "a, b"]},
    "meshHeadingList": {
        "meshHeading": [
            {"majorTopic_YN": "N", "descriptorName": "Humans"},
            {
                "majorTopic_YN": "Y",
                "descriptorName": "Motor Neuron Disease",
                "meshQualifierList": {
                    "meshQualifier": [{"abbreviation": "TH", "qualifierName": "therapy"}]
                },
            },
        ]
    },
    "isOpenAccess": "Y",
    "license": "cc by",
    "firstPublicationDate": "2020-04-01",
}
NOTHING = StatusReport("Europe PMC record")


def _answer(*records: object) -> str:
    return json.dumps({"version": "6.9", "hitCount": 1, "resultList": {"result": records}})


def _paper(**fields: object) -> Document:
    return paper(EUROPE_PMC_JSON, json.dumps({"id": "1", "source": "MED", "title": "T"} | fields))


def _status(**fields: object) -> StatusReport:
    (record,) = read(EUROPE_PMC_JSON, json.dumps(RECORD | fields))
    assert isinstance(record, Parsed)
    assert record.status is not None
    return record.status


def _remarks(*remarks: dict[str, str]) -> dict[str, object]:
    return {"commentCorrectionList": {"commentCorrection": list(remarks)}}


def _wrapped(value: Any) -> Any:
    """Every value in a list of one, as getpapers writes them."""
    if isinstance(value, dict):
        return {name: [_wrapped(one)] for name, one in value.items()}
    return [_wrapped(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "text",
    [
        _answer(RECORD),
        json.dumps(RECORD),
        json.dumps([RECORD]),
        json.dumps({"downloaded": True, "full": RECORD, "title": "x"}),
        json.dumps({"total": 1, "PMC45": {"downloaded": True, "full": RECORD}}),
        json.dumps([_wrapped(RECORD)]),
        json.dumps(_wrapped(RECORD)),
    ],
)
def test_a_record_gives_each_field_in_every_wrapping(text: str) -> None:
    document = paper(EUROPE_PMC_JSON, text)

    assert_sound(document)
    assert document.title == "Levels of H2O in vivo."
    assert document.authors == (
        Author("Smith JA", "Ward A.; Ward B.", family="Smith"),
        Author("ALS Study Group"),
    )
    assert (document.container, document.date) == ("Journal of breath", "2020-05")
    assert (document.volume, document.issue, document.pages) == ("12", "3", "33-39")
    assert (document.languages, document.license) == (("eng",), "cc by")
    assert document.keywords == ("breathing", "a, b")
    assert document.mesh_terms == ("Humans", "Motor Neuron Disease/therapy")
    assert document.publication_types == ("Journal Article", "Review")
    assert document.identifiers == Identifiers(pmid="123", pmcid="PMC45", doi="10.1000/breath")
    assert section(document, "Abstract: Background") == "Support helps."
    assert section(document, "Abstract: Methods") == "We asked 10^3."
    assert section(document, "Copyright") == "Copyright © 2020 The Authors."


def test_a_short_record_has_its_fields_under_other_names() -> None:
    document = _paper(
        authorString="Yu R, Feng L, ALS Group.",
        journalTitle="J Breath",
        journalVolume="12",
        issue="3",
        pubYear="2020",
        pubType="journal article; review",
        firstPublicationDate="2020-01-01",
    )

    assert [one.name for one in document.authors] == ["Yu R", "Feng L", "ALS Group"]
    assert (document.container, document.date) == ("J Breath", "2020")
    assert (document.volume, document.issue) == ("12", "3")
    assert document.publication_types == ("Journal Article", "Review")


def test_a_preprint_has_its_server_its_day_and_its_published_version() -> None:
    remark = {"id": "456", "source": "MED", "type": "Preprint of", "note": "Link by title"}
    fields = {
        "source": "PPR",
        "pubTypeList": {"pubType": ["Preprint"]},
        "journalInfo": None,
        "bookOrReportDetails": {"publisher": "bioRxiv", "yearOfPublication": 2020},
    }

    (record,) = read(EUROPE_PMC_JSON, json.dumps(RECORD | fields | _remarks(remark)))

    assert isinstance(record, Parsed)
    assert (record.document.container, record.document.date) == ("bioRxiv", "2020-04-01")
    assert record.document.publication_types == ("Preprint",)
    assert record.status == StatusReport(
        "Europe PMC record",
        (StatusNote("preprint", Identifiers(pmid="456"), "Link by title"),),
    )


def test_a_preprint_without_a_published_version_is_told_too() -> None:
    (note,) = _status(source="PPR").notes

    assert (note.kind, note.notice) == ("preprint", Identifiers())


def test_a_withdrawn_preprint_counts_as_retracted() -> None:
    notes = _status(
        source="PPR", pubTypeList={"pubType": ["Preprint", "Preprint-withdrawal"]}
    ).notes

    assert {note.kind for note in notes} == {"retracted", "preprint"}


def test_remarks_on_this_paper_are_its_standing() -> None:
    remark = {
        "id": "9",
        "source": "MED",
        "reference": "J Breath. 2021 Mar 5;13(1):2",
        "type": "Retraction in",
    }

    assert _status(**_remarks(remark)) == StatusReport(
        "Europe PMC record",
        (
            StatusNote(
                "retracted", Identifiers(pmid="9"), "J Breath. 2021 Mar 5;13(1):2", "2021-03-05"
            ),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "standing"),
    [
        ("Partial retraction in", "partially_retracted"),
        ("Expression of concern in", "expression_of_concern"),
        ("Erratum in", "corrected"),
        ("Corrected and republished in", "corrected"),
        ("Update in", "updated"),
        ("Retraction of", None),
        ("Erratum for", None),
        ("Comment in", None),
        ("Preprint in", None),
    ],
)
def test_kinds_of_remarks(kind: str, standing: str | None) -> None:
    notes = _status(**_remarks({"id": "9", "source": "MED", "type": kind})).notes

    assert [note.kind for note in notes] == ([standing] if standing else [])


def test_a_record_without_remarks_is_known_to_have_none() -> None:
    assert _status() == NOTHING


def test_a_short_record_holds_no_remarks_so_its_silence_says_nothing() -> None:
    short = {"id": "1", "source": "MED", "title": "T", "pubType": "journal article"}
    retracted = short | {"pubType": "retracted publication; journal article"}

    one, two = read(EUROPE_PMC_JSON, _answer(short, retracted))

    assert isinstance(one, Parsed)
    assert isinstance(two, Parsed)
    assert one.status is None
    assert two.status is not None
    assert [note.kind for note in two.status.notes] == ["retracted"]


def test_the_type_and_the_title_report_a_retraction_too() -> None:
    typed = _status(pubTypeList={"pubType": ["Journal Article", "Retracted Publication"]})
    titled = _status(title="Retracted: Levels")

    assert [note.kind for note in typed.notes] == ["retracted"]
    assert [(note.kind, note.text) for note in titled.notes] == [("retracted", "Retracted: Levels")]


def test_a_date_made_up_from_a_year_is_not_taken() -> None:
    document = _paper(pubYear="1998", firstPublicationDate="1998-01-01")

    assert document.date == "1998"


def test_what_cannot_be_used_is_refused_and_the_rest_is_read() -> None:
    first, second, third, fourth = read(
        EUROPE_PMC_JSON,
        _answer(
            RECORD, {"id": "2", "source": "MED"}, 5, RECORD | {"doi": ["10.1000/a", "10.1000/b"]}
        ),
    )

    assert isinstance(first, Parsed)
    assert isinstance(second, Refused)
    assert second.where == "record 2 (ID 2)"
    assert "neither a title nor a text" in second.reason
    assert third == Refused("record 3", "it is no record. Export it again.")
    assert isinstance(fourth, Refused)
    assert fourth.where == "record 4 (PMID 123)"
    assert "two values of its own DOI" in fourth.reason
    assert (
        "'x' is not a PMID" in refusal(EUROPE_PMC_JSON, json.dumps(RECORD | {"pmid": "x"})).reason
    )


_SCALARS = st.none() | st.booleans() | st.integers() | st.text()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(RECORD)), _VALUES, max_size=6), st.binary(max_size=5))
def test_any_values_give_sound_records_or_errors(fields: dict[str, Any], data: bytes) -> None:
    answer = json.dumps([RECORD, RECORD | fields], ensure_ascii=False).encode("utf-8", "replace")

    assert_only_document_errors(EUROPE_PMC_JSON, answer)
    assert_only_document_errors(EUROPE_PMC_JSON, answer[: -len(data) or None] + data)


@needs_samples
@pytest.mark.parametrize(
    ("name", "pmid", "doi", "container", "date", "volume", "pages", "author_count"),
    [
        (
            *("PMC8118396", "34027066", "10.1080/23802359.2021.1911705"),
            *("Mitochondrial DNA. Part B, Resources", "2021-05", "6", "1601-1602", 3),
        ),
        (
            *("PMC8164761", "34051795", "10.1186/s13007-021-00757-y"),
            *("Plant methods", "2021-05", "17", "56", 10),
        ),
        (
            *("PMC8222791", "34177980", "10.3389/fpls.2021.657813"),
            *("Frontiers in plant science", "2021", "12", "657813", 6),
        ),
        (
            *("PMC8233371", "34172799", "10.1038/s41598-021-92706-x"),
            *("Scientific reports", "2021-06", "11", "13307", 5),
        ),
        (
            *("PMC8270279", "34206657", "10.3390/molecules26133814"),
            *("Molecules (Basel, Switzerland)", "2021-06", "26", None, 7),
        ),
    ],
)
def test_records_that_pygetpapers_saved(
    name: str,
    pmid: str,
    doi: str,
    container: str,
    date: str,
    volume: str,
    pages: str | None,
    author_count: int,
) -> None:
    (document,) = papers(EUROPE_PMC_JSON, EUROPE_PMC / name / "eupmc_result.json")

    assert document.identifiers == Identifiers(pmid=pmid, pmcid=name, doi=doi)
    assert (document.container, document.date) == (container, date)
    assert (document.volume, document.pages) == (volume, pages)
    assert len(document.authors) == author_count
    assert (document.languages, document.license) == (("eng",), "cc by")
    assert any(one.name.startswith("Abstract") for one in document.sections)
