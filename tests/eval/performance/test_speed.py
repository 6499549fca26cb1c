from pathlib import Path

import pytest

from eval.performance.speed import QUESTIONS, SpeedReport, measure_speed
from index.errors import NoBuildError
from index.settings import read_settings
from rag.settings import RagSettings


@pytest.fixture(scope="module")
def report(default_settings: RagSettings) -> SpeedReport:
    return measure_speed(default_settings, cold_runs=1, rounds=1)


def test_each_question_is_timed_once_a_round(report: SpeedReport) -> None:
    assert (report.cold_runs, report.warm_runs) == (1, len(QUESTIONS))


def test_shares_lie_between_0_and_1(report: SpeedReport) -> None:
    assert 0 < report.embed_share < 1


def test_stages_take_no_longer_than_the_whole(report: SpeedReport) -> None:
    parts = {name: value for name, value in report.stages_ms.items() if name != "total"}

    assert set(parts) == {"embed_question", "retrieve", "evidence", "compose", "verify"}
    assert all(value > 0 for value in parts.values())
    assert sum(parts.values()) <= report.stages_ms["total"] * 1.1
    assert report.warm_answer_ms == report.stages_ms["total"]


def test_a_process_takes_longer_to_answer_than_a_warm_pipeline(report: SpeedReport) -> None:
    assert report.cold_first_answer_ms > report.warm_answer_ms
    assert report.warm_answer_p95_ms >= report.warm_answer_ms


def test_the_machine_is_named(report: SpeedReport) -> None:
    assert "Python 3." in report.machine
    assert report.cores >= 1
    assert report.load >= 0


def test_without_an_index_nothing_is_measured(tmp_path: Path) -> None:
    with pytest.raises(NoBuildError):
        measure_speed(read_settings(RagSettings, data_dir=tmp_path), cold_runs=1, rounds=1)
