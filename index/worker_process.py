"""One worker process of the pool: takes tasks from its channel and sends their results in batches.

`index.worker_pool` starts it with the numbers of two open files, its channel and its lifeline.
"""

import fcntl
import math
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.errors import AlsqaError

_MOST_DETAIL = 270
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told once, before its first task."""

    work: Callable[[Any], Iterable[object]]
    cpu_s: float
    memory_bytes: int
    batch_size: int


@dataclass(frozen=True, slots=True)
class Reply:
    """One batch of a task's results; the first of a worker says that it is ready.

    `fit` is False where the worker must be replaced before it gets another task.
    """

    results: tuple[Any, ...] = ()
    failure: str | None = None
    last: bool = False
    fit: bool = True


_FAILED, _DIED = "reading it failed (", "the process that read it died ("


def is_unforeseen(failure: str) -> bool:
    """True where the failure is a fault of the program, not of what was read."""
    return failure.startswith((_FAILED, _DIED))


def failure_text(error: Exception) -> str:
    """The sentences that tell a user why the task ended."""
    if isinstance(error, AlsqaError):
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deeply. Flatten it, or leave it out."
    return f"{_FAILED}{detail(error)})."


def memory_text(memory_bytes: int) -> str:
    return (
        f"reading it needs more than {memory_bytes / 2**20:g} MB of memory. "
        "Split it, or leave it out."
    )


def silence_text(wall_s: float) -> str:
    return (
        f"reading it takes more than {wall_s:g} s. "
        "Check that it is a file, in a folder that answers."
    )


def death_text(status: int | None, cpu_s: float) -> str:
    """What ended a process with that exit status; below 0 it is a signal."""
    if status == -signal.SIGXCPU:
        return (
            f"reading it takes more than {cpu_s:g} s of processor time. Split it, or leave it out."
        )
    cause = f"signal {-status}" if status and status < 0 else f"exit status {status}"
    return f"{_DIED}{cause}). Check that it is whole, or leave it out."


def start_error(reason: str) -> AlsqaError:
    return AlsqaError(
        f"A process that reads files cannot start ({reason}).",
        "Check that alsqa is installed whole and that memory is left.",
    )


def detail(error: Exception) -> str:
    """Kind and message of an exception, on one line of bounded length."""
    # The message may quote the whole file: cut it before anything goes over it.
    text = " ".join(f"{type(error).__name__}: {str(error)[:2_000]}".split())
    return text if len(text) <= _MOST_DETAIL else text[: _MOST_DETAIL - 1] + "…"


class _Limits:
    """The limits of this process on processor time and memory, set while it works on a batch.

    Only soft limits are moved, so that they can be lifted again for the sending.
    """

    def __init__(self, *, cpu_s: float, memory_bytes: int) -> None:
        self._cpu_s = cpu_s
        self._memory_bytes = memory_bytes
        self._before = {
            kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS)
        }
        self._bytes_at_start = _address_space()
        # A parser writes no file and leaves no core.
        _set_limit(resource.RLIMIT_FSIZE, (0, 0))
        _set_limit(resource.RLIMIT_CORE, (0, 0))

    def apply(self) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        self._lower(resource.RLIMIT_CPU, usage.ru_utime + usage.ru_stime + self._cpu_s)
        if self._bytes_at_start is not None:
            self._lower(resource.RLIMIT_AS, self._bytes_at_start + self._memory_bytes)

    def lift(self) -> None:
        for kind, limits in self._before.items():
            _set_limit(kind, limits)

    def leave_room(self) -> bool:
        """False where what is left behind takes more than half of the next task's memory."""
        grown = (_address_space() or 0) - (self._bytes_at_start or 0)
        return grown <= self._memory_bytes // 2

    def _lower(self, kind: int, soft: float) -> None:
        hard = self._before[kind][1]
        rounded = math.ceil(soft)
        _set_limit(kind, (rounded if hard == resource.RLIM_INFINITY else min(rounded, hard), hard))


class _Worker:
    def __init__(self, channel: Connection, job: Job) -> None:
        self._channel = channel
        self._job = job
        self._limits = _Limits(cpu_s=job.cpu_s, memory_bytes=job.memory_bytes)
        # Written beforehand: there may be no memory left to write it when it is needed.
        self._no_memory = memory_text(job.memory_bytes)

    def do(self, task: bytes) -> None:
        """Do one pickled task and send what it gives; the limits count anew for each batch."""
        results: list[object] = []
        try:
            self._limits.apply()
            for result in self._job.work(pickle.loads(task)):  # noqa: S301 - the pool's own
                results.append(result)
                if len(results) == self._job.batch_size:
                    self._send(pickle.dumps(Reply(tuple(results))))
                    results.clear()
                    self._limits.apply()
            fit = self._limits.leave_room()
            self._send(pickle.dumps(Reply(tuple(results), None, True, fit)))
            return
        except MemoryError:
            self._limits.lift()
            results.clear()
            failure, fit = self._no_memory, False
        except Exception as error:
            failure, fit = failure_text(error), self._limits.leave_room()
        self._send(_last_payload(tuple(results), failure, fit))

    def _send(self, payload: bytes) -> None:
        # Without limits: how long it takes is up to who reads.
        self._limits.lift()
        self._channel.send_bytes(payload)


def _last_payload(results: tuple[object, ...], failure: str, fit: bool) -> bytes:
    try:
        return pickle.dumps(Reply(results, failure, True, fit))
    except Exception:  # one of the results is why the task failed: it cannot be sent
        return pickle.dumps(Reply((), failure, True, fit))


def _set_limit(kind: int, limits: tuple[int, int]) -> None:
    with suppress(OSError, ValueError):  # a limit that this system lacks; the others hold
        resource.setrlimit(kind, limits)


def _address_space() -> int | None:
    """Bytes of address space in use; None where the system does not tell."""
    try:
        return int(_STATM.read_bytes().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _end_with_parent(lifeline: Connection) -> None:
    """Let the kernel end this process when the other end of the lifeline closes.

    Nothing is ever sent on it, so its one event is that the parent is gone; SIGIO, left at its
    default action, ends the process inside C code too. Linux's parent-death signal would not do:
    it comes when the thread that started this process ends, and a pool may outlive that thread.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    with suppress(OSError):  # where it cannot be watched, the end of the channel tells, or a limit
        fcntl.fcntl(lifeline.fileno(), fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(lifeline.fileno(), fcntl.F_GETFL)
        fcntl.fcntl(lifeline.fileno(), fcntl.F_SETFL, flags | os.O_ASYNC)
    if lifeline.poll():  # it closed before the kernel was told to watch it
        sys.exit(1)


def main(channel: Connection, lifeline: Connection) -> None:
    """Do tasks until the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    # The thread that started this process may have held them back, and that is inherited.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGXCPU, signal.SIGIO})
    _end_with_parent(lifeline)
    for connection in (channel, lifeline):
        os.set_inheritable(connection.fileno(), False)
    with suppress(EOFError, OSError):
        job = channel.recv_bytes()
        try:
            worker = _Worker(channel, pickle.loads(job))  # noqa: S301 - the pool's own
        except Exception as error:
            channel.send(Reply(failure=detail(error)))
            return
        channel.send(Reply())
        while True:
            worker.do(channel.recv_bytes())


if __name__ == "__main__":
    # By its own name: what is sent must be of the classes that the other side knows.
    from index.worker_process import main as run

    run(Connection(int(sys.argv[1])), Connection(int(sys.argv[2])))
