"""Runs tasks in worker processes with limits; batches of results out, as they are ready.

A task that hangs, crashes or eats memory costs itself and the process it ran in, nothing else.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Pipe, wait
from typing import Generic, Self, TypeVar

from index.settings import PROJECT_ROOT
from index.worker_process import Job, Reply, death_text, failure_text, silence_text, start_error

T = TypeVar("T")
R = TypeVar("R")
_LOG = logging.getLogger(__name__)
_START_S, _END_S = 60.0, 1.0
_MOST_FALSE_STARTS = 3  # in a row: the system may have killed one for want of memory
_CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one batch may use: processor seconds, bytes on top of an idle worker's, seconds in all.

    The last is for what uses neither: a pipe without a writer, a hung network folder.
    """

    cpu_s: float = 60
    memory_bytes: int = 512 * 2**20
    wall_s: float = 240


@dataclass(frozen=True, slots=True)
class Batch(Generic[T, R]):
    """Some results of one task.

    `failure` says in whole sentences why the task ended early; batches before it stay valid, its
    unfinished one may be lost. `last` is True where the task is over.
    """

    task: T
    results: tuple[R, ...]
    failure: str | None = None
    last: bool = True
    by_chance: bool = False
    """Whether the task may do better another time: its process was killed, or it was silent."""


class _Worker:
    """A started process, its channel, and the lifeline whose closing ends it."""

    def __init__(self, job: bytes) -> None:
        self.channel, channel = Pipe()
        lifeline, self._lifeline = Pipe(duplex=False)
        self.ready = False
        self.due = time.monotonic() + _START_S
        with channel, lifeline:
            files = (channel.fileno(), lifeline.fileno())
            self.process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
                [sys.executable, "-P", "-m", "index.worker_process", *map(str, files)],
                env=_environment(),
                pass_fds=files,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # the terminal's Ctrl-C is for the parent
            )
        with suppress(OSError):  # it is dead already; reading from it will tell
            self.channel.send_bytes(job)

    def end(self, *, patience_s: float = 0) -> int | None:
        """Its exit status; a process that does not end by itself in that time is killed."""
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            with suppress(subprocess.TimeoutExpired):  # stuck in the kernel: it ends when let go
                self.process.wait(_END_S)
        self.channel.close()
        self._lifeline.close()
        _LOG.debug("worker %d ended: %s", self.process.pid, self.process.returncode)
        return self.process.returncode


class WorkerPool(Generic[T, R]):
    """Up to `workers` processes that do tasks, each within limits.

    Not a library's pool: here a task's results stream while it runs, the limits count for each
    batch of them, and the death of a process is told of the one task it was doing. For one thread
    at a time. Processes start with the first tasks and are kept between runs.

    Args:
        work: gives the results of one task, one by one. It is pickled: a function of a module other
            than `__main__`, or a small object. Memory that its module takes when imported is free.
        batch_size: how many results are sent together.
    """

    def __init__(
        self,
        work: Callable[[T], Iterable[R]],
        *,
        workers: int,
        limits: Limits = Limits(),
        batch_size: int = 1_000,
    ) -> None:
        self._job = pickle.dumps(Job(work, limits.cpu_s, limits.memory_bytes, batch_size))
        self._most = max(1, workers)
        self._limits = limits
        self._idle: list[_Worker] = []
        self._busy: dict[_Worker, T] = {}
        self._running = self._closed = False
        self._false_starts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        self._closed = True
        self._end(self._busy)
        self._end(self._idle)

    def run(self, tasks: Iterable[T]) -> Iterator[Batch[T, R]]:
        """Batches of results as they are ready; every task ends with one that is `last`.

        A task is taken from `tasks` when a process is free for it. Workers wait while the caller
        does not read on. A caller that stops early ends the tasks that are being done.

        Raises:
            AlsqaError: a process cannot start.
        """
        if self._closed or self._running:
            raise RuntimeError("a pool that is closed or still runs tasks cannot run others")
        self._running = True
        try:
            queue = iter(tasks)
            self._hand_out(queue)
            while self._busy:
                for batch in self._next_batches():
                    self._hand_out(queue)
                    yield batch
        finally:
            self._end(self._busy)
            self._running = False

    def _hand_out(self, queue: Iterator[T]) -> None:
        """Give every free process a task, and start one where none is free."""
        free = 0 if self._closed else self._most - len(self._busy)
        for task in islice(queue, free):
            if self._idle and self._send(self._idle[-1], task):
                self._busy[self._idle.pop()] = task
                continue
            if self._idle:  # it was killed while it had nothing to do
                self._idle.pop().end()
            self._start(task)

    def _start(self, task: T) -> None:
        """Start a process for that task; it is sent when the process says that it is ready."""
        try:
            self._busy[_Worker(self._job)] = task
        except OSError as error:
            raise start_error(str(error)) from error

    def _send(self, worker: _Worker, task: T) -> bool:
        """False where the worker is dead."""
        worker.due = time.monotonic() + self._limits.wall_s
        with suppress(OSError):
            worker.channel.send_bytes(pickle.dumps(task))
            return True
        return False

    def _next_batches(self) -> Iterator[Batch[T, R]]:
        """What has arrived, waiting until something has or a worker's time is over."""
        busy = list(self._busy)
        patience_s = min(worker.due for worker in busy) - time.monotonic()
        readable = set(wait([worker.channel for worker in busy], max(0, patience_s)))
        now = time.monotonic()
        for worker in busy:
            if worker not in self._busy:  # the caller closed the pool between two batches
                return
            batch = None
            if worker.channel in readable:
                batch = self._read(worker)
            elif worker.due <= now:  # silent: one that waits to be read would be readable
                batch = self._failed(worker, silence_text(self._limits.wall_s), by_chance=True)
            if batch is not None:
                yield batch

    def _read(self, worker: _Worker) -> Batch[T, R] | None:
        """The worker's next batch; None where it has not begun its task."""
        try:
            payload = worker.channel.recv_bytes()
        except (EOFError, OSError):
            status = worker.end(patience_s=_END_S)
            by_chance = status != -signal.SIGXCPU
            return self._failed(worker, death_text(status, self._limits.cpu_s), by_chance=by_chance)
        try:
            reply: Reply = pickle.loads(payload)  # noqa: S301 - from this package's own process
        except Exception as error:
            return self._failed(worker, failure_text(error))
        task = self._busy[worker]
        if not worker.ready:
            if reply.failure is not None:
                raise start_error(reply.failure)
            worker.ready = True
            self._false_starts = 0
            self._send(worker, task)  # if it is dead, reading from it will tell
            return None
        worker.due = time.monotonic() + self._limits.wall_s
        if reply.last:
            del self._busy[worker]
            if reply.fit:
                self._idle.append(worker)
            else:
                worker.end()
        return Batch(task, reply.results, reply.failure, reply.last)

    def _failed(
        self, worker: _Worker, failure: str, *, by_chance: bool = False
    ) -> Batch[T, R] | None:
        """The end of its task; None where the worker had not begun it and another one will."""
        worker.end()
        task = self._busy.pop(worker)
        if worker.ready:
            return Batch(task, (), failure, by_chance=by_chance)
        self._false_starts += 1
        if self._false_starts >= _MOST_FALSE_STARTS:
            raise start_error(f"exit status {worker.process.returncode}")
        self._start(task)
        return None

    def _end(self, workers: dict[_Worker, T] | list[_Worker]) -> None:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.end()
        workers.clear()


def _environment() -> dict[str, str]:
    """The parent's environment; the same modules are found in it, in the same order."""
    paths = [str(PROJECT_ROOT), *(path or os.getcwd() for path in sys.path)]  # noqa: PTH109
    return {**os.environ, **_CALM, "PYTHONPATH": os.pathsep.join(paths)}
