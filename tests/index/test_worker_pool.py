import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from index.errors import AlsqaError
from index.worker_pool import Batch, Limits, WorkerPool
from tests.index import worker_tasks
from tests.index.worker_tasks import Scaled, misbehave

PROJECT = Path(__file__).resolve().parents[2]
TIGHT = Limits(cpu_s=1, memory_bytes=200 * 2**20, wall_s=30)
PARENT = """
import sys
from index.worker_pool import WorkerPool
from tests.index import worker_tasks

with WorkerPool(getattr(worker_tasks, sys.argv[1]), workers=2, batch_size=1) as pool:
    for batch in pool.run(range(2)):
        print(*batch.results, flush=True)
"""


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """No test leaves a process, an open file or a thread behind."""
    files, threads = _open_files(), threading.active_count()
    yield
    assert _open_files() <= files
    assert threading.active_count() <= threads
    assert not _children()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _children() -> list[str]:
    """Ids of this process's workers, those included that nobody waited for."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8").split()
    return [one for one in listed if _is_worker(one)]


def _is_worker(process_id: str) -> bool:
    command = Path(f"/proc/{process_id}/cmdline").read_bytes()
    return not command or b"index.worker_process" in command


def _runs(process_id: int) -> bool:
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


def _outcomes(batches: Iterable[Batch[str, object]]) -> dict[str, Batch[str, object]]:
    return {batch.task: batch for batch in batches if batch.last}


def test_every_task_gives_its_results() -> None:
    with WorkerPool(worker_tasks.double, workers=2) as pool:
        batches = list(pool.run(range(50)))

    assert sorted((batch.task, batch.results) for batch in batches) == [
        (number, (2 * number,)) for number in range(50)
    ]
    assert all(batch.last and batch.failure is None for batch in batches)


def test_work_may_be_an_object_and_a_pool_runs_more_than_once() -> None:
    with WorkerPool(Scaled(3), workers=1) as pool:
        results = [batch.results for tasks in ([1], [2, 3]) for batch in pool.run(tasks)]

    assert results == [(3,), (6,), (9,)]


def test_results_of_one_task_come_in_batches() -> None:
    with WorkerPool(worker_tasks.count, workers=1) as pool:
        batches = list(pool.run([2_500, 0, 1_000]))

    assert [len(batch.results) for batch in batches] == [1_000, 1_000, 500, 0, 1_000, 0]
    assert [batch.last for batch in batches] == [False, False, True, True, False, True]
    assert [one for batch in batches[:3] for one in batch.results] == list(range(2_500))


def test_no_process_starts_without_a_task_and_none_for_which_there_is_no_task() -> None:
    with WorkerPool(worker_tasks.process_id, workers=4) as pool:
        assert list(pool.run([])) == []
        assert _children() == []
        ids = [batch.results[0] for batch in pool.run(range(2))]
        assert len(_children()) == len(set(ids))


def test_tasks_are_taken_when_a_process_is_free_for_them() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    with WorkerPool(worker_tasks.double, workers=2) as pool:
        for done, _ in enumerate(islice(pool.run(tasks()), 100), start=1):
            assert len(taken) <= done + 4


def test_slow_reader_holds_the_workers_back_and_is_not_taken_for_their_silence() -> None:
    limits = Limits(wall_s=0.5)
    with WorkerPool(worker_tasks.count_blocks, workers=1, limits=limits, batch_size=5) as pool:
        batches = pool.run([80])
        first = next(batches)
        time.sleep(0.5)
        used = _cpu_ticks(_children()[0])
        time.sleep(0.5)
        assert _cpu_ticks(_children()[0]) == used
        rest = list(batches)

    assert all(batch.failure is None for batch in [first, *rest])
    assert sum(len(batch.results) for batch in [first, *rest]) == 80


def _cpu_ticks(process_id: str) -> int:
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize(
    ("task", "failure"),
    [
        ("burn", "reading it takes more than 1 s of processor time. Split it, or leave it out."),
        ("regex", "reading it takes more than 1 s of processor time. Split it, or leave it out."),
        ("hog", "reading it needs more than 200 MB of memory. Split it, or leave it out."),
        (
            "sleep",
            "reading it takes more than 1 s. Check that it is a file, in a folder that answers.",
        ),
        (
            "exit",
            "the process that read it died (exit status 3). Check that it is whole, or leave it out.",
        ),
        (
            "segfault",
            "the process that read it died (signal 11). Check that it is whole, or leave it out.",
        ),
        (
            "truncate",
            "the process that read it died (exit status 0). Check that it is whole, or leave it out.",
        ),
        ("recurse", "it is nested too deeply. Flatten it, or leave it out."),
        ("refuse", "it is empty. Remove it."),
        ("unwritten", "reading it failed (OSError: [Errno 27] File too large)."),
        ("unsendable", "reading it failed (TypeError: this stays here)."),
        (
            "unreceivable",
            "reading it failed (ValueError: invalid literal for int() with base 10: 'no number').",
        ),
    ],
)
def test_misdeed_costs_its_own_task_and_no_other(
    task: str, failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tasks = ["fine", "fine", task, *["fine"] * 4]

    limits = replace(TIGHT, wall_s=1) if task == "sleep" else TIGHT
    with WorkerPool(misbehave, workers=2, limits=limits) as pool:
        batches = list(pool.run(tasks))

    assert sorted(batch.task for batch in batches if batch.last) == sorted(tasks)
    assert _outcomes(batches)[task].failure == failure
    assert all(batch.results == ("fine",) for batch in batches if batch.task == "fine")


def test_several_misdeeds_at_once_are_told_of_their_own_tasks() -> None:
    tasks = ["exit", "fine", "segfault", "refuse", "hog", "recurse", "fine"]

    with WorkerPool(misbehave, workers=3, limits=TIGHT) as pool:
        outcomes = _outcomes(pool.run(tasks))

    assert {task for task, batch in outcomes.items() if batch.failure is None} == {"fine"}


@pytest.mark.parametrize("task", ["exit", "sleep", "refuse", "unsendable", "unreceivable"])
def test_results_sent_before_a_failure_stay(task: str) -> None:
    limits = Limits(wall_s=0.5)
    with WorkerPool(misbehave, workers=1, limits=limits, batch_size=1) as pool:
        first, last = pool.run([task])

    assert (first.results, first.failure, first.last) == ((task,), None, False)
    assert (last.results, last.last) == ((), True)
    assert last.failure


def test_results_of_an_unfinished_batch_come_with_an_exception() -> None:
    with WorkerPool(misbehave, workers=1) as pool:
        (batch,) = pool.run(["refuse"])

    assert (batch.results, batch.failure) == (("refuse",), "it is empty. Remove it.")


def test_failure_is_one_line_of_bounded_length() -> None:
    with WorkerPool(misbehave, workers=1) as pool:
        (batch,) = pool.run(["lengthy"])

    assert batch.failure is not None
    assert batch.failure.startswith("reading it failed (ValueError: line line")
    assert batch.failure.endswith("…).")
    assert len(batch.failure) <= 300
    assert "\n" not in batch.failure


def test_limits_count_anew_for_each_batch_and_each_task() -> None:
    with WorkerPool(worker_tasks.burn_steadily, workers=1, limits=TIGHT, batch_size=1) as pool:
        one_long = list(pool.run([7]))
        many_short = list(pool.run([1] * 3))

    assert {batch.failure for batch in one_long + many_short} == {None}
    assert [batch.results for batch in one_long] == [*((step,) for step in range(7)), ()]


def test_process_that_keeps_memory_is_replaced_before_it_fails_another_task() -> None:
    with WorkerPool(worker_tasks.leave_memory_behind, workers=1, limits=TIGHT) as pool:
        batches = list(pool.run([60] * 6))

    assert [batch.failure for batch in batches] == [None] * 6
    assert len({batch.results for batch in batches}) == 3


def test_workers_are_kept_for_many_tasks() -> None:
    with WorkerPool(worker_tasks.process_id, workers=2) as pool:
        ids = {batch.results for _ in range(3) for batch in pool.run(range(30))}

    assert len(ids) <= 2


def test_idle_worker_that_was_killed_is_replaced() -> None:
    with WorkerPool(worker_tasks.process_id, workers=1) as pool:
        (before,) = pool.run([1])
        os.kill(before.results[0], signal.SIGKILL)
        _wait_until(lambda: not _runs(before.results[0]), 2)
        (after,) = pool.run([1])

    assert after.failure is None
    assert after.results != before.results


def test_interrupt_does_not_reach_the_work(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    with WorkerPool(worker_tasks.wait_for_file, workers=1, batch_size=1) as pool:
        batches = pool.run([go_on])
        os.kill(next(batches).results[0], signal.SIGINT)
        go_on.touch()
        rest = list(batches)

    assert [batch.failure for batch in rest] == [None, None]


def test_library_threads_are_kept_to_one() -> None:
    with WorkerPool(worker_tasks.environment, workers=1) as pool:
        names = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TOKENIZERS_PARALLELISM"]
        assert [batch.results for batch in pool.run(names)] == [("1",), ("1",), ("false",)]


@pytest.mark.parametrize(
    ("work", "reason"),
    [(worker_tasks.NoStart(), "ValueError: invalid literal"), (worker_tasks.DeadlyStart(), "7")],
)
def test_work_that_cannot_be_taken_over_ends_the_run(
    work: worker_tasks.NoStart, reason: str
) -> None:
    with (
        WorkerPool(work, workers=2) as pool,
        pytest.raises(AlsqaError, match=rf"cannot start \(.*{reason}"),
    ):
        list(pool.run(range(10)))


def test_work_that_cannot_be_pickled_is_refused_at_once() -> None:
    def local(task: int) -> list[int]:
        return [task]

    with pytest.raises((AttributeError, pickle.PicklingError)):
        WorkerPool(local, workers=1)


@pytest.mark.parametrize("work", [worker_tasks.tell_and_sleep, worker_tasks.tell_and_match])
def test_early_stop_ends_what_is_being_done(work: Callable[[int], Iterator[int]]) -> None:
    with WorkerPool(work, workers=2, batch_size=1) as pool:
        ids = [batch.results[0] for batch in islice(pool.run(range(10)), 2)]
        assert not any(_runs(one) for one in ids)
        start = time.monotonic()

    assert time.monotonic() - start < 1


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_exception_of_the_reader_ends_the_pool_within_a_second(error: type[BaseException]) -> None:
    raised = []

    def read() -> None:
        with WorkerPool(worker_tasks.tell_and_match, workers=2, batch_size=1) as pool:
            for _ in pool.run(range(4)):
                raised.append(time.monotonic())
                raise error

    with pytest.raises(error):
        read()

    assert time.monotonic() - raised[0] < 1


def test_closing_between_two_batches_ends_the_run() -> None:
    with WorkerPool(worker_tasks.double, workers=2) as pool:
        batches = pool.run(range(100))
        next(batches)
        pool.close()

        assert list(batches) == []
        with pytest.raises(RuntimeError, match="closed"):
            next(pool.run([1]))


def test_second_run_at_the_same_time_is_refused() -> None:
    with WorkerPool(worker_tasks.double, workers=1) as pool:
        first = pool.run([1])
        next(first)
        with pytest.raises(RuntimeError, match="still runs"):
            next(pool.run([2]))
        assert list(first) == []
        assert [batch.results for batch in pool.run([2])] == [(4,)]


def test_exception_of_the_tasks_reaches_the_reader() -> None:
    def tasks() -> Iterator[int]:
        yield 1
        raise LookupError

    with WorkerPool(worker_tasks.double, workers=2) as pool, pytest.raises(LookupError):
        list(pool.run(tasks()))


@pytest.mark.parametrize("work", ["tell_and_sleep", "tell_and_match"])
def test_workers_end_when_their_parent_is_killed(work: str) -> None:
    command = [sys.executable, "-c", PARENT, work]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        ids = [int(parent.stdout.readline()) for _ in range(2)]
        assert all(_runs(one) for one in ids)
        parent.kill()

    _wait_until(lambda: not any(_runs(one) for one in ids), 2)


def test_pool_may_outlive_the_thread_that_started_its_processes() -> None:
    with WorkerPool(worker_tasks.process_id, workers=1) as pool:
        ids: list[int] = []
        thread = threading.Thread(target=lambda: ids.extend(next(pool.run([1])).results))
        thread.start()
        thread.join()
        (batch,) = pool.run([2])

    assert batch.results == tuple(ids)
