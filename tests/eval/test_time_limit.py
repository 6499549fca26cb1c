import signal
import threading
import time
from collections.abc import Iterator

import pytest

from eval.time_limit import SECONDS_TO_END, Failure, TimeLimit
from index.errors import AlsqaError, DamagedBuildError, LibraryError, NoBuildError


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    """Is set at the end, so that what hangs does not outlive the test."""
    event = threading.Event()
    yield event
    event.set()


def fail(error: BaseException) -> None:
    raise error


def test_a_task_gives_its_result() -> None:
    with TimeLimit(60.0) as limit:
        assert [limit.run(lambda: "first"), limit.run(lambda: None)] == ["first", None]


def test_a_task_that_hangs_is_left_behind_and_the_next_one_runs(ended: threading.Event) -> None:
    with TimeLimit(0.1) as limit:
        hung = limit.run(ended.wait)
        next_one = limit.run(lambda: "next")
        ended.set()

    assert hung == Failure("no answer within 0.1 s", "no answer in time")
    assert next_one == "next"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ValueError("bad"), Failure("a component failed: ValueError('bad')", "ValueError")),
        (
            AlsqaError("It is bad.", "Mend it."),
            Failure("a component failed: It is bad.", "AlsqaError"),
        ),
        (TimeoutError(), Failure("a component failed: TimeoutError()", "TimeoutError")),
    ],
)
def test_a_task_that_fails_gives_the_reason(error: Exception, failure: Failure) -> None:
    with TimeLimit(60.0) as limit:
        assert limit.run(lambda: fail(error)) == failure


@pytest.mark.parametrize(
    "error",
    [
        NoBuildError("x"),
        DamagedBuildError("x"),
        LibraryError("x"),
        KeyboardInterrupt(),
        SystemExit(1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_concerns_every_task_is_raised(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, TimeLimit(60.0) as limit:
        limit.run(lambda: fail(error))

    assert caught.value is error


def test_what_still_runs_at_the_end_is_waited_for(ended: threading.Event) -> None:
    finished: list[str] = []

    def slow() -> None:
        ended.wait()
        finished.append("slow")

    with TimeLimit(0.05) as limit:
        limit.run(slow)
        threading.Timer(0.2, ended.set).start()

    assert finished == ["slow"]


def test_what_hangs_for_good_is_not_waited_for_long(ended: threading.Event) -> None:
    started = time.monotonic()

    with TimeLimit(0.05) as limit:
        for _ in range(3):
            limit.run(ended.wait)

    assert SECONDS_TO_END <= time.monotonic() - started < SECONDS_TO_END + 5


def test_what_still_runs_is_waited_for_when_the_block_is_left_by_an_error(
    ended: threading.Event,
) -> None:
    finished: list[str] = []

    def slow() -> None:
        ended.wait()
        finished.append("slow")

    def interrupted() -> None:
        with TimeLimit(0.05) as limit:
            limit.run(slow)
            threading.Timer(0.2, ended.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert finished == ["slow"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, even where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_what_ctrl_c_interrupts_is_waited_for(ended: threading.Event) -> None:
    finished: list[str] = []

    def slow() -> None:
        signal.raise_signal(signal.SIGINT)
        ended.wait()
        finished.append("slow")

    def interrupted() -> None:
        threading.Timer(0.5, ended.set).start()
        with TimeLimit(60.0) as limit:
            limit.run(slow)

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert finished == ["slow"]
