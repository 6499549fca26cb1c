import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ((paper, _),) = _read(tmp_path, row, "2,T,6,,,,Retraction,1/2/2020 0:00,")

    assert paper == Identifiers(pmid="6")


@pytest.mark.parametrize(
    "text", ["", "soon", "13/1/2020 0:00", "2/30/2020", "2020-02-30", "7/12/23", "0/0/2020"]
)
def test_day_that_is_none_is_left_out(tmp_path: Path, text: str) -> None:
    ((_, report),) = _read(tmp_path, f"1,T,5,,,,Retraction,{text},")

    assert report.notes[0].date is None


def test_rows_on_one_paper_become_a_report_each(tmp_path: Path) -> None:
    reports = _read(
        tmp_path,
        "1,T,5,,,,Expression of concern,1/2/2020 0:00,",
        "2,T,5,,,,Retraction,1/2/2021 0:00,",
    )

    assert [(paper.pmid, report.notes[0].kind) for paper, report in reports] == [
        ("5", "expression_of_concern"),
        ("5", "retracted"),
    ]


def test_byte_that_is_no_utf8_costs_only_what_it_stands_in(tmp_path: Path) -> None:
    rows = (
        "1,Ménage,5,10.1000/é,,10.1000/notice,Retraction,1/2/2020 0:00,+Fake\n"
        "2,Ménage,,10.1000/é,,,Retraction,1/2/2020 0:00,+Fake\n"
    )
    (tmp_path / "x.csv").write_bytes(_HEAD.encode() + rows.encode("latin-1"))

    ((paper, report),) = read_retraction_watch(tmp_path / "x.csv")

    assert paper == Identifiers(pmid="5")
    assert report.notes[0].notice == Identifiers(doi="10.1000/notice")


def test_rows_that_are_short_or_run_over_lines_are_read(tmp_path: Path) -> None:
    reports = _read(
        tmp_path, '1,"A title\nof two lines",5,,,,Retraction,1/2/2020 0:00,', "2,T,6,,,,Retraction"
    )

    assert [(paper.pmid, report.notes[0].date) for paper, report in reports] == [
        ("5", "2020-01-02"),
        ("6", None),
    ]


def test_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    head = _HEAD.removeprefix("Record ID,Title,")
    (tmp_path / "x.csv").write_text(f"{head}5,,,,Retraction,,\n", encoding="utf-8-sig")

    assert [paper.pmid for paper, _ in read_retraction_watch(tmp_path / "x.csv")] == ["5"]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_there_are_reports_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(_HEAD.encode() + data)

    with suppress(SettingsError):
        assert all(paper.items() for paper, _ in read_retraction_watch(file))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n1,2\n", "lacks OriginalPaperPubMedID"),
        (b"", "lacks OriginalPaperPubMedID"),
        (_HEAD.encode(), "names no paper"),
        (_HEAD.encode() + b"1,T,0,unavailable,,,Retraction,,\n", "names no paper"),
        (_HEAD.encode("utf-16"), "lacks OriginalPaperPubMedID"),
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
    assert (report.notes[0].kind, report.notes[0].date) == ("retracted", "2023-07-12")
    assert report.notes[0].notice == Identifiers(pmid="37476288", doi="10.1155/2023/9756480")
    assert (report.notes[0].text or "").startswith("Concerns/Issues About Data; ")
    assert all(paper.doi for paper, _ in reports)
