"""A stored answer replayed: composed again from what was kept, held against the library, asked anew."""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from index.build_reader import Build
from index.errors import AlsqaError
from index.filters import Filters
from rag.answer_difference import AnswerDifference, compare_answers
from rag.answer_json import answer_to_dict
from rag.history import StoredReplay
from rag.models import Answer
from rag.recomposition import stored_filters
from rag.source_changes import SourceChange, find_changes, find_other_texts
from rag.stored_answer_check import check_stored, shape_fault

State = Literal["identical", "differs", "no_record"]
NO_RECORD = (
    "This answer was stored before records for replaying were kept, so it cannot be composed again."
    " Only its quotes can be held against the library, and its question be asked anew."
)
_NOT_AN_ANSWER = "What is stored is no answer that could be looked at."
Tell = Callable[[AlsqaError], str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What the library shows now, or why it cannot be seen."""

    found: T | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SourcesNow:
    """Quotes that do not stand any more where the answer says, and cited documents of another text."""

    changes: tuple[SourceChange, ...]
    other_texts: tuple[str, ...]
    """Ids of cited documents whose text is another one now, though quotes may stand in it still."""


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """The answer that the library gives now, as JSON; it is not stored."""

    answer: dict[str, Any]
    difference: AnswerDifference


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of replaying a stored answer."""

    answer: dict[str, Any]
    """As it is stored."""
    state: State
    """Whether composing again from what was kept gave the stored answer."""
    faults: tuple[str, ...]
    """What does not hold."""
    remarks: tuple[str, ...]
    sources: Seen[SourcesNow]
    live: Seen[LiveAnswer]

    @property
    def holds(self) -> bool:
        """True where the stored answer was composed again identically."""
        return self.state == "identical"


def replay(
    kept: StoredReplay,
    *,
    peek: Callable[[], AbstractContextManager[Build]],
    ask: Callable[[str, Filters], Answer],
    tell: Tell = str,
) -> Replay:
    """Replay a stored answer; what the library is like now only bears on sources and live answer.

    Args:
        kept: the answer and what was kept with it.
        peek: gives the live build.
        ask: answers a question from the live build.
        tell: an error as it may be told.
    """
    stored = kept.answer
    if fault := shape_fault(stored):
        unseen = _NOT_AN_ANSWER
        return Replay(stored, "differs", (fault,), (), Seen(problem=unseen), Seen(problem=unseen))
    state: State = "no_record"
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = (NO_RECORD,)
    cited, texts = stored, dict[str, str]()
    if kept.is_kept:
        checked = check_stored(kept)
        state = "differs" if checked.faults else "identical"
        faults, remarks, texts = checked.faults, checked.remarks, checked.texts
        cited = stored if checked.answer is None else answer_to_dict(checked.answer)

    def look() -> SourcesNow:
        with peek() as build:
            changes = tuple(find_changes(cited, build))
            return SourcesNow(changes, tuple(find_other_texts(texts, build)))

    def ask_anew() -> LiveAnswer:
        live = answer_to_dict(ask(stored["question"], stored_filters(stored)))
        return LiveAnswer(live, compare_answers(stored, live))

    return Replay(stored, state, faults, remarks, _seen(look, tell), _seen(ask_anew, tell))


def replay_to_dict(found: Replay) -> dict[str, Any]:
    """What came of it, as JSON types."""
    sources, live = found.sources, found.live
    difference = None
    if live.found is not None:
        parts = dataclasses.asdict(live.found.difference)
        difference = {"is_same_answer": live.found.difference.is_same_answer} | parts
    return {
        "answer": found.answer,
        "state": found.state,
        "faults": list(found.faults),
        "remarks": list(found.remarks),
        "sources": None if sources.found is None else dataclasses.asdict(sources.found),
        "sources_problem": sources.problem,
        "live_answer": None if live.found is None else live.found.answer,
        "live_problem": live.problem,
        "difference": difference,
    }


def _seen(look: Callable[[], T], tell: Tell) -> Seen[T]:
    try:
        return Seen(look())
    except AlsqaError as error:  # the stored answer is replayed all the same
        return Seen(problem=tell(error))
