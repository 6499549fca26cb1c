from pathlib import Path

import pytest

from index.errors import SettingsError
from index.ingest_report import IngestReport
from index.shrinking import loss_of, refuse_to_empty

_FOLDER = Path("papers")


def test_only_a_library_that_holds_something_cannot_be_left_with_nothing() -> None:
    refuse_to_empty(_FOLDER, before=[], after=[])
    refuse_to_empty(_FOLDER, before=["a"], after=["b"])

    with pytest.raises(
        SettingsError, match=r"papers holds no file .* the library holds 1 document:"
    ):
        refuse_to_empty(_FOLDER, before=["a"], after=[])


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (IngestReport(documents=4, documents_removed=6), "6 of 10"),
        (IngestReport(documents=5, documents_removed=5), None),
        (IngestReport(documents=3, documents_removed=6), None),
        (
            IngestReport(documents=1_300, documents_added=1_200, documents_removed=1_100),
            "1,100 of 1,200",
        ),
    ],
)
def test_loss_is_told_where_more_than_half_of_ten_or_more_went(
    report: IngestReport, told: str | None
) -> None:
    loss = loss_of(report, _FOLDER)

    assert (loss is None) is (told is None)
    assert (told or "") in (loss or "")
