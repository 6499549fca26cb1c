"""Tasks that the tests of the worker pool send: well-behaved ones, and one for each way to fail."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from index.errors import DocumentError

_LEFT_BEHIND: list[bytes] = []


def double(number: int) -> Iterator[int]:
    yield 2 * number


def count(number: int) -> Iterator[int]:
    yield from range(number)


def count_blocks(number: int) -> Iterator[bytes]:
    """Results that fill a pipe soon."""
    for _ in range(number):
        yield bytes(100_000)


def process_id(_: int) -> Iterator[int]:
    yield os.getpid()


def burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def burn_steadily(steps: int) -> Iterator[int]:
    """Each step takes a third of a second of processor time."""
    for step in range(steps):
        burn(0.3)
        yield step


def leave_memory_behind(megabytes: int) -> Iterator[int]:
    _LEFT_BEHIND.append(bytes(megabytes * 2**20))
    yield os.getpid()


def tell_and_sleep(_: int) -> Iterator[int]:
    yield os.getpid()
    time.sleep(60)


def tell_and_match(_: int) -> Iterator[int]:
    yield os.getpid()
    match_catastrophically()


def wait_for_file(path: Path) -> Iterator[int]:
    yield os.getpid()
    while not path.exists():
        time.sleep(0.01)
    yield 0


def environment(name: str) -> Iterator[str | None]:
    yield os.environ.get(name)


def match_catastrophically() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1) + 1


def hog() -> None:
    blocks = []
    while True:
        blocks.append(bytes(2**20))


def write(path: Path) -> None:
    path.write_text("x", encoding="utf-8")


def raise_error(error: Exception) -> NoReturn:
    raise error


class Unsendable:
    """Cannot be pickled."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("this stays here")


class Unreceivable:
    """Can be pickled, not read back."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return int, ("no number",)


class NoStart:
    """Work that no process can take over."""

    def __call__(self, task: object) -> Iterator[object]:
        yield task

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str | int]]:
        return int, ("no number",)


class DeadlyStart(NoStart):
    """Work that ends the process which takes it over."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str | int]]:
        return os._exit, (7,)


MISDEEDS: dict[str, Callable[[], object]] = {
    "burn": lambda: burn(60),
    "regex": match_catastrophically,
    "hog": hog,
    "sleep": lambda: time.sleep(60),
    "exit": lambda: os._exit(3),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "truncate": lambda: _truncate(),
    "recurse": recurse,
    "refuse": lambda: raise_error(DocumentError("it is empty.", "Remove it.")),
    "unwritten": lambda: write(Path("written-by-a-worker")),
    "lengthy": lambda: raise_error(ValueError("line\n" * 10_000)),
}


def misbehave(name: str) -> Iterator[object]:
    """One result, then the misdeed of that name; `fine` does none."""
    yield name
    if name == "unsendable":
        yield Unsendable()
    elif name == "unreceivable":
        yield Unreceivable()
    elif name != "fine":
        MISDEEDS[name]()


def _truncate() -> None:
    """Die in the middle of a message: its length is announced, most of its bytes are missing."""
    os.write(int(sys.argv[1]), b"\x00\x00\x10\x00partial")
    os._exit(0)


@dataclass(frozen=True)
class Scaled:
    """Work that is an object with a value."""

    factor: int

    def __call__(self, number: int) -> Iterator[int]:
        yield self.factor * number
