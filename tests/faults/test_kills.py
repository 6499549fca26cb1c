from pathlib import Path

from tests.faults.kills import run_kills

_KILLS = 10


def test_killed_ingests_lose_nothing_and_a_server_goes_on_answering(tmp_path: Path) -> None:
    report = run_kills(tmp_path, kills=_KILLS)

    assert report.faults == []
    assert report.kills == _KILLS
    assert report.at_steps == _KILLS // 2
    assert report.answers > _KILLS
    assert report.switches_seen > _KILLS // 2
