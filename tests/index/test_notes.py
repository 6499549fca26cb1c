import pytest

from index.folder import FileNote
from index.notes import summarise


def _said(*reasons: str) -> list[str]:
    return [note.reason for note in summarise(FileNote("a.ris", one) for one in reasons)]


def test_equal_reasons_of_numbered_records_are_one() -> None:
    said = _said(*(f"record {n}: it has no title." for n in (2, 3, 4, 7, 9, 10)))

    assert said == ["records 2–4, 7, 9–10: it has no title."]


def test_names_of_records_do_not_keep_them_apart() -> None:
    assert _said("record 2 (A (b) c): x.", "record 3 (PMID 7): x.", "record 4: y.") == [
        "records 2–3: x.",
        "record 4: y.",
    ]


def test_note_that_is_alone_stays_as_it_is() -> None:
    assert _said("record 2 (PMID 7): x.", "x.") == ["record 2 (PMID 7): x.", "x."]


def test_equal_reasons_without_a_number_are_counted() -> None:
    assert _said("x.", "y.", "x.") == ["x. (2 times)", "y."]


def test_files_stay_apart_and_in_their_order() -> None:
    notes = [FileNote(name, f"record {n}: x.") for n in (1, 2) for name in ("b", "a")]

    assert summarise(notes) == [FileNote("b", "records 1–2: x."), FileNote("a", "records 1–2: x.")]


@pytest.mark.parametrize(("ranges", "more"), [(10, ""), (12, " and 2 more")])
def test_records_far_apart_are_counted_beyond_ten(ranges: int, more: str) -> None:
    said = _said(*(f"record {2 * n}: x." for n in range(1, ranges + 1)))

    assert said == [f"records 2, 4, 6, 8, 10, 12, 14, 16, 18, 20{more}: x."]
