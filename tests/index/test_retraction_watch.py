import os
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.identifiers import Identifiers
from index.publication_status import StatusNote, StatusReport
from index.retraction_watch import read_retraction_watch
from tests.conftest import PROJECT

_SAMPLE = (
    Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT / "../shared/data"))
    / "formats/paperqa_stub/stub_retractions.csv"
)
_HEAD = (
    "Record ID,Title,OriginalPaperPubMedID,OriginalPaperDOI,RetractionPubMedID,RetractionDOI,"
    "RetractionNature,RetractionDate,Reason\n"
)


def _read(folder: Path, *rows: str) -> list[tuple[Identifiers, StatusReport]]:
    file = folder / "list.csv"
    file.write_text(_HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return list(read_retraction_watch(file))


def test_row_becomes_a_report_on_the_paper_that_it_names(tmp_path: Path) -> None:
    row = '1,A title,12345678.0,10.1000/Paper,87654321,10.1000/notice,Retraction,7/12/2023 0:00,"+Fake;+Error in data;"'

    ((paper, report),) = _read(tmp_path, row)

    assert paper == Identifiers(pmid="12345678", doi="10.1000/paper")
    assert report == StatusReport(
        "Retraction Watch",
        (
            StatusNote(
                "retracted",
                Identifiers(pmid="87654321", doi="10.1000/notice"),
                "Fake; Error in data",
                "2023-07-12",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("nature", "kind"),
    [
        ("Expression of concern", "expression_of_concern"),
        ("Correction", "corrected"),
        ("Reinstatement", "reinstated"),
        ("RETRACTION ", "retracted"),
    ],
)
def test_nature_of_a_row_is_told(tmp_path: Path, nature: str, kind: str) -> None:
    ((_, report),) = _read(tmp_path, f"1,T,1,,,,{nature},2020-02-03,")

    assert report.notes[0].kind == kind
    assert report.notes[0].date == "2020-02-03"
    assert report.notes[0].text is None


@pytest.mark.parametrize(
    "row",
    [
        "1,T,0,unavailable,,,Retraction,1/2/2020 0:00,",
        "1,T,,,5,,Retraction,1/2/2020 0:00,",
        "1,T,5,,,,Something new,1/2/2020 0:00,",
    ],
)
def test_row_that_names_no_paper_or_no_known_nature_is_passed_over(
    tmp_path: Path, row: str
) -> None:
    assert _read(tmp_path, row) == []


def test_date_of_another_form_is_none(tmp_path: Path) -> None:
    ((_, report),) = _read(tmp_path, "1,T,5,,,,Retraction,soon,")

    assert report.notes[0].date is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n1,2\n", "lacks OriginalPaperPubMedID"),
        (b"", "lacks OriginalPaperPubMedID"),
        (_HEAD.encode() + "1,Ménage".encode("latin-1"), "cannot be read"),
    ],
)
def test_other_file_is_told_what_it_lacks(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)

    with pytest.raises(SettingsError, match=reason) as caught:
        list(read_retraction_watch(tmp_path / "x.csv"))

    assert caught.value.remedy


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        list(read_retraction_watch(tmp_path / "gone.csv"))


def test_real_rows_are_read() -> None:
    if not _SAMPLE.is_file():
        pytest.skip(f"{_SAMPLE} is not there (ALSQA_BENCH_DATA)")

    reports = list(read_retraction_watch(_SAMPLE))

    assert len(reports) == 20
    paper, report = reports[0]
    assert paper == Identifiers(pmid="36035816", doi="10.1155/2022/9172719")
    assert report.notes[0].date == "2023-07-12"
