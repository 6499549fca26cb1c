from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.publication_status import (
    NOT_CHECKED,
    KnownNote,
    KnownReport,
    StandingName,
    StatusKind,
    StatusNote,
    StatusReport,
    report_from_json,
    report_to_json,
    standing_of,
)

_STANDINGS = get_args(StandingName)
_EARLY, _LATE = "2026-01-02T00:00:00+00:00", "2026-05-04T00:00:00+00:00"
_KINDS = st.sampled_from(get_args(StatusKind))


def _known(
    *notes: StatusNote, source: str = "PubMed record", checked_at: str = _EARLY
) -> KnownReport:
    return KnownReport(StatusReport(source, notes), checked_at)


def test_paper_of_which_nobody_was_asked_is_not_checked() -> None:
    assert standing_of([]) == NOT_CHECKED


def test_paper_of_which_a_source_knows_nothing_has_no_notice() -> None:
    standing = standing_of([_known(), _known(source="a list", checked_at=_LATE)])

    assert (standing.status, standing.notes, standing.checked_at) == ("no_notice", (), _LATE)


def test_gravest_note_of_all_sources_is_the_status() -> None:
    standing = standing_of(
        [
            _known(StatusNote("corrected"), StatusNote("updated")),
            _known(StatusNote("expression_of_concern"), source="a list", checked_at=_LATE),
        ]
    )

    assert standing.status == "expression_of_concern"
    assert {(one.note.kind, one.source, one.checked_at) for one in standing.notes} == {
        ("corrected", "PubMed record", _EARLY),
        ("updated", "PubMed record", _EARLY),
        ("expression_of_concern", "a list", _LATE),
    }


@pytest.mark.parametrize(
    ("retracted", "reinstated", "status"),
    [
        ("2020-01-01", "2021-01-01", "reinstated"),
        ("2021-01-01", "2020-01-01", "retracted"),
        (None, "2020-01-01", "reinstated"),
        ("2020-01-01", None, "retracted"),
        (None, None, "reinstated"),
    ],
)
def test_retraction_that_was_lifted_later_no_longer_counts(
    retracted: str | None, reinstated: str | None, status: str
) -> None:
    notes = (
        StatusNote("retracted", date=retracted),
        StatusNote("reinstated", date=reinstated),
    )

    standing = standing_of([_known(*notes)])

    assert standing.status == status
    assert len(standing.notes) == 2


def test_correction_stays_where_a_retraction_was_lifted() -> None:
    notes = (
        StatusNote("corrected", date="2019-01-01"),
        StatusNote("retracted", date="2020-01-01"),
        StatusNote("reinstated", date="2021-01-01"),
    )

    assert standing_of([_known(*notes)]).status == "corrected"


@pytest.mark.parametrize("kind", ["partially_retracted", "expression_of_concern"])
def test_reinstatement_of_another_source_lifts_a_doubt(kind: StatusKind) -> None:
    reports = [
        _known(StatusNote(kind, date="2019-05")),
        _known(StatusNote("reinstated", date="2019-06-01"), source="a list"),
    ]

    assert standing_of(reports).status == "reinstated"


def test_paper_that_was_retracted_again_is_retracted() -> None:
    notes = [
        StatusNote("retracted", date="2019-01-01"),
        StatusNote("reinstated", date="2020-01-01"),
        StatusNote("retracted", date="2021-01-01"),
    ]

    assert standing_of([_known(*notes)]).status == "retracted"


def test_same_note_of_two_files_is_listed_once_as_it_was_read_last() -> None:
    note = StatusNote("retracted", Identifiers(pmid="9"))
    early, late = _known(note), _known(note, StatusNote("corrected"), checked_at=_LATE)

    assert standing_of([late, early]).notes == (
        KnownNote(note, "PubMed record", _LATE),
        KnownNote(StatusNote("corrected"), "PubMed record", _LATE),
    )


def test_gravest_notes_come_first_then_the_newest() -> None:
    notes = [
        StatusNote("preprint"),
        StatusNote("corrected", date="2020"),
        StatusNote("corrected", date="2021"),
        StatusNote("expression_of_concern", date="2019"),
    ]

    standing = standing_of([_known(*notes)])

    assert [(one.note.kind, one.note.date) for one in standing.notes] == [
        ("expression_of_concern", "2019"),
        ("corrected", "2021"),
        ("corrected", "2020"),
        ("preprint", None),
    ]


_NOTES = st.builds(
    StatusNote,
    kind=_KINDS,
    notice=st.sampled_from([Identifiers(), Identifiers(pmid="1"), Identifiers(doi="10.1000/x")]),
    text=st.sampled_from([None, "a", "b"]),
    date=st.sampled_from([None, "2019", "2020-01-01"]),
)
_REPORTS = st.builds(
    KnownReport,
    report=st.builds(
        StatusReport,
        source=st.sampled_from(["a", "b"]),
        notes=st.lists(_NOTES, max_size=3).map(tuple),
        as_of=st.sampled_from([None, "2020-01-01"]),
    ),
    checked_at=st.sampled_from([_EARLY, _LATE]),
)


@given(st.lists(_REPORTS, max_size=6), st.randoms())
def test_order_of_reports_does_not_matter(reports: list[KnownReport], random: Random) -> None:
    shuffled = list(reports)
    random.shuffle(shuffled)

    assert standing_of(reports) == standing_of(shuffled)


@given(st.lists(_REPORTS, min_size=1, max_size=6))
def test_status_is_what_some_note_says_unless_there_is_none(reports: list[KnownReport]) -> None:
    standing = standing_of(reports)

    kinds = {one.note.kind for one in standing.notes}
    assert (standing.status in kinds) if kinds else (standing.status == "no_notice")
    if "reinstated" not in kinds:
        assert standing.status == min(kinds, key=_STANDINGS.index, default="no_notice")


@given(_REPORTS)
def test_report_survives_its_way_into_the_record_and_back(known: KnownReport) -> None:
    assert report_from_json(report_to_json(known.report)) == known.report


def test_report_with_empty_identifiers_in_the_record_is_read() -> None:
    text = (
        '{"as_of":null,"notes":[{"date":null,"kind":"retracted","notice":{"doi":null,'
        '"isbn":null,"nbk":null,"pmcid":null,"pmid":"12"},"text":null}],"source":"a list"}'
    )

    note = StatusNote("retracted", Identifiers(pmid="12"))
    assert report_from_json(text) == StatusReport("a list", (note,))
