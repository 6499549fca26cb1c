from datetime import timedelta
from pathlib import Path

from index.library import Library
from tests.index.samples import NOW


def test_a_run_is_kept_with_its_report(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db", writable=True) as library:
        assert library.runs.last() is None
        run = library.runs.begin(now=NOW)
        library.runs.end(
            run, outcome="finished", now=NOW + timedelta(seconds=5), report={"documents": 2}
        )

        last = library.runs.last()

    assert last is not None
    assert (last.outcome, last.report) == ("finished", {"documents": 2})
    assert last.started_at == NOW.isoformat()
    assert last.ended_at == (NOW + timedelta(seconds=5)).isoformat()


def test_a_run_that_was_killed_is_found_out_by_the_next(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db", writable=True) as library:
        killed = library.runs.begin(now=NOW)
        assert library.runs.last().outcome == "running"  # type: ignore[union-attr]

        library.runs.end(library.runs.begin(now=NOW), outcome="finished", now=NOW)

        with library._database.read() as connection:
            query = f"SELECT outcome FROM runs WHERE run_id = {killed}"
            assert connection.exec_driver_sql(query).scalar() == "interrupted"


def test_the_last_hundred_runs_are_kept(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db", writable=True) as library:
        for _ in range(120):
            library.runs.end(library.runs.begin(now=NOW), outcome="finished", now=NOW)

        with library._database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM runs").scalar() in (100, 101)
