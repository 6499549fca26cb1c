from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.publication_status import (
    NOT_CHECKED,
    KnownReport,
    StatusKind,
    StatusNote,
    StatusReport,
    report_from_json,
    report_to_json,
    standing_of,
)

_EARLY, _LATE = "2026-01-02T00:00:00+00:00", "2026-05-04T00:00:00+00:00"
_KINDS = st.sampled_from(
    [
        *("retracted", "partially_retracted", "expression_of_concern", "corrected"),
        *("updated", "preprint", "reinstated"),
    ]
)


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
        ("2020-01-01", "2021-01-01", "no_notice"),
        ("2021-01-01", "2020-01-01", "retracted"),
        (None, "2020-01-01", "no_notice"),
    ],
)
def test_retraction_that_was_lifted_later_no_longer_counts(
    retracted: str | None, reinstated: str, status: str
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


@given(st.lists(st.tuples(_KINDS, st.sampled_from(["a", "b"])), max_size=6), st.randoms())
def test_order_of_reports_does_not_matter(
    said: list[tuple[StatusKind, str]], random: Random
) -> None:
    reports = [_known(StatusNote(kind), source=source) for kind, source in said]
    shuffled = list(reports)
    random.shuffle(shuffled)

    one, other = standing_of(reports), standing_of(shuffled)

    assert (one.status, one.checked_at, set(one.notes)) == (
        other.status,
        other.checked_at,
        set(other.notes),
    )


def test_report_survives_its_way_into_the_record_and_back() -> None:
    note = StatusNote("retracted", Identifiers(pmid="12", doi="10.1000/x"), "J Test 2020", "2020")
    report = StatusReport("PubMed record", (note, StatusNote("corrected")), as_of="2021-02-03")

    assert report_from_json(report_to_json(report)) == report
