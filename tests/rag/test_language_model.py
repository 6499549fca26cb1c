import threading
import time
from collections.abc import Generator, Iterable, Sequence

import pytest

from rag.errors import LanguageModelError
from rag.language_model import Message, read_reply
from rag.timing import Deadline


class Writer:
    """A model that says the given parts; it notes when it is stopped."""

    name = "writer"
    runs_on = "this machine"

    def __init__(self, parts: Iterable[str]) -> None:
        self.parts = parts
        self.stopped = threading.Event()

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        assert not messages
        try:
            yield from self.parts
        finally:
            self.stopped.set()

    def close(self) -> None: ...


def read(writer: Writer, *, within_s: float = 5, most_chars: int = 1_000) -> list[str]:
    deadline = Deadline.after(within_s)
    return list(read_reply(writer, [], deadline=deadline, most_chars=most_chars))


def test_the_parts_come_in_their_order_without_empty_ones() -> None:
    assert read(Writer(["a", "", "b"])) == ["a", "b"]


def test_a_model_that_does_nothing_is_left_at_the_deadline() -> None:
    def hang() -> Iterable[str]:
        time.sleep(2)
        yield "late"

    begun = time.monotonic()

    with pytest.raises(LanguageModelError, match="in time"):
        read(Writer(hang()), within_s=0.2)

    assert time.monotonic() - begun < 1.5


def test_an_endless_reply_is_cut_and_the_model_stopped() -> None:
    def for_ever() -> Iterable[str]:
        while True:
            yield "x" * 100

    writer = Writer(for_ever())

    with pytest.raises(LanguageModelError, match="more than is read"):
        read(writer)

    assert writer.stopped.wait(5)


def test_whatever_a_client_raises_becomes_one_error() -> None:
    def fail() -> Iterable[str]:
        yield "a"
        raise KeyError("choices")

    reply = read_reply(Writer(fail()), [], deadline=Deadline.after(5), most_chars=10)

    assert next(reply) == "a"
    with pytest.raises(LanguageModelError, match="cannot be read"):
        next(reply)


def test_a_model_whose_reader_has_enough_is_stopped() -> None:
    def slowly() -> Iterable[str]:
        while True:
            time.sleep(0.01)
            yield "x"

    writer = Writer(slowly())
    reply = read_reply(writer, [], deadline=Deadline.after(5), most_chars=10_000)
    next(reply)

    del reply

    assert writer.stopped.wait(5)
