"""The seam to a language model, and its reply read so that it ends in time whatever the model does."""

import logging
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal, Protocol

from rag.errors import LanguageModelError
from rag.timing import Deadline

TOO_LATE = "did not answer in time"
TOO_LONG = "wrote more than is read"
UNREADABLE = "gave a reply that cannot be read"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said to the model."""

    role: Literal["system", "user"]
    text: str


class LanguageModel(Protocol):
    """Writes text, part by part."""

    @property
    def name(self) -> str:
        """Of the model, as its server names it."""

    @property
    def runs_on(self) -> str:
        """The host that gets question and evidence, or "this machine"."""

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The parts of a reply as they come.

        Raises:
            LanguageModelError: the model did not write, or stopped before its end.
        """

    def close(self) -> None:
        """End its connections."""


def read_reply(
    model: LanguageModel, messages: Sequence[Message], *, deadline: Deadline, most_chars: int
) -> Iterator[str]:
    """The parts of the model's reply until its end or the deadline.

    The reply is read in a thread of its own: a name that is not resolved or a server that lets
    one byte a minute drip holds up that thread, not the answer. The thread goes on reading while
    the caller is busy, for a small server may begin the next reply only after this one.

    Raises:
        LanguageModelError: the model did not write, stopped, or is late or endless.
    """
    parts: SimpleQueue[str | LanguageModelError | None] = SimpleQueue()
    given_up = threading.Event()
    threading.Thread(
        target=_read, args=(model, messages, parts, given_up, most_chars), daemon=True
    ).start()
    try:
        while True:
            try:
                part = parts.get(timeout=deadline.left_s)
            except Empty:
                raise LanguageModelError(TOO_LATE) from None
            if isinstance(part, LanguageModelError):
                raise part
            if part is None:
                return
            yield part
    finally:
        given_up.set()


def _read(
    model: LanguageModel,
    messages: Sequence[Message],
    parts: SimpleQueue[str | LanguageModelError | None],
    given_up: threading.Event,
    most_chars: int,
) -> None:
    room = most_chars
    try:
        with closing(model.stream(messages)) as reply:
            for part in reply:
                room -= len(part)
                if given_up.is_set() or room < 0:
                    break
                if part:
                    parts.put(part)
        parts.put(LanguageModelError(TOO_LONG) if room < 0 else None)
    except LanguageModelError as error:
        parts.put(error)
    except Exception as error:  # Whatever a client raises, the answer goes on without the model.
        logger.warning("the language model's client failed: %s", type(error).__name__)
        parts.put(LanguageModelError(UNREADABLE))
