"""Runs tasks one after the other, each within a limit of time: a task in, its result or why not out."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from index.errors import AlsqaError, BuildError, LibraryError

SECONDS_TO_END = 3.0
"""How long what still runs at the end is waited for."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task gave nothing; `kind` quotes no text of a question or an answer."""

    reason: str
    kind: str


class TimeLimit:
    """A limit that holds for each task that is run in its block.

    A thread that hangs is left behind, for nothing can end it. At the end of the block it gets a
    few seconds more: an interpreter that ends while a model computes is aborted.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: list[threading.Event] = []

    def __enter__(self) -> "TimeLimit":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        deadline = time.monotonic() + SECONDS_TO_END
        for ended in self._running:
            ended.wait(max(0.0, deadline - time.monotonic()))

    def run(self, task: Callable[[], T]) -> T | Failure:
        """What the task gives, or why it gave nothing.

        Raises:
            BuildError: there is no build to search, or it is damaged.
            LibraryError: the record cannot be used.
            BaseException: what is no Exception, as Ctrl-C.
        """
        done: list[T] = []
        failed: list[BaseException] = []
        # A join that Ctrl-C interrupts takes the thread for ended; an event does not.
        ended = threading.Event()

        def work() -> None:
            try:
                done.append(task())
            except BaseException as error:  # carried over to the caller's thread
                failed.append(error)
            finally:
                ended.set()

        self._running = [*(one for one in self._running if not one.is_set()), ended]
        threading.Thread(target=work, name="limited", daemon=True).start()
        ended.wait(self._seconds)
        if done:
            return done[0]
        if not failed:
            return Failure(f"no answer within {self._seconds:g} s", "no answer in time")
        error = failed[0]
        if isinstance(error, BuildError | LibraryError) or not isinstance(error, Exception):
            raise error
        what = error.problem if isinstance(error, AlsqaError) else repr(error)
        return Failure(f"a component failed: {what}", type(error).__name__)
