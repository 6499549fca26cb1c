"""The questions that a task asks, with gold in the library's ids, and what a task returns."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eval.benchmarks.comparison import SEED, Figures
from eval.benchmarks.models import BenchQuestion, GoldSnippet, Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the set, and its gold documents by id."""

    question: BenchQuestion
    relevant: Mapping[str, int]

    @property
    def text(self) -> str:
        return self.question.text


@dataclass(frozen=True, slots=True)
class AskedSet:
    """What is asked, and of which corpus."""

    questions: Sequence[AskedQuestion]
    document_ids: Mapping[str, str]
    """By record name."""
    on_progress: Progress

    def holders(self, snippet: GoldSnippet) -> list[str]:
        """Ids of the documents that a snippet is quoted from."""
        ids = (self.document_ids.get(name) for name in snippet.names)
        return [one for one in dict.fromkeys(ids) if one is not None]


@dataclass(frozen=True, slots=True)
class TaskResult:
    """Figures, and what must be said of them."""

    n: int
    """Questions asked; a figure that is over fewer says so."""
    figures: Figures
    notes: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What else belongs in the JSON."""


def asked_questions(
    questions: Iterable[BenchQuestion], document_ids: Mapping[str, str]
) -> list[AskedQuestion]:
    """The questions with their gold; records that the library made one document of count once."""
    found = []
    for one in questions:
        relevant: dict[str, int] = {}
        for name, grade in one.relevant.items():
            document_id = document_ids[name]
            relevant[document_id] = max(grade, relevant.get(document_id, 0))
        found.append(AskedQuestion(one, relevant))
    return found


def sampled(questions: Sequence[T], limit: int | None) -> list[T]:
    """At most so many of them, drawn with a fixed seed, in their own order."""
    if limit is None or limit >= len(questions):
        return list(questions)
    rows = random.Random(SEED).sample(range(len(questions)), limit)  # noqa: S311 - a sample
    return [questions[row] for row in sorted(rows)]


def ask_all(asked: AskedSet, name: str, ask: Callable[[AskedQuestion], T]) -> list[T]:
    """What `ask` returns for each question, in order, with progress told under the system's name."""
    results = []
    for done, one in enumerate(asked.questions, start=1):
        results.append(ask(one))
        asked.on_progress(f"asking {name}", done, len(asked.questions))
    return results
