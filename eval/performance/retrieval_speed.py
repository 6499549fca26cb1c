"""How fast a warm retrieval is, step by step: a pipeline and questions in, percentiles out.

A retrieval is what a search does until its passages are ranked and read: slips corrected, terms
expanded, the question embedded, both legs asked and fused, the passages' texts read.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

from eval.benchmarks.asked import sampled
from eval.benchmarks.models import Progress
from eval.performance.timings import Percentiles, elapsed_ms, percentiles_of
from index.errors import SettingsError
from rag.pipeline import Pipeline
from rag.timing import Timer

_WARM_UP = 20
_WHOLE = "retrieve"
"""The stage of an answer that the later steps are parts of."""
THREADS = 8
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions that warm up, and others that are timed, each once."""

    warm_up: tuple[str, ...]
    timed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetrievalSpeed:
    """Of questions that were each asked once."""

    n: int
    total: Percentiles
    steps: dict[str, Percentiles]


@dataclass(frozen=True, slots=True)
class ThreadSpeed:
    """The same questions by one thread and by several, in turns."""

    threads: int
    rounds: int
    """Of each."""
    one_per_second: float
    """Questions, median of the rounds."""
    many_per_second: float
    ratios: tuple[float, ...]
    """Of each round of several threads to that of one before it."""

    @property
    def ratio(self) -> float:
        """Throughput of several threads as a multiple of one thread's, median of the rounds."""
        return median(self.ratios)


def draw_questions(texts: Iterable[str], *, n: int, max_chars: int) -> Questions:
    """A seeded sample of at most `n` questions that a search takes, and some more to warm up.

    Raises:
        SettingsError: there are not two questions.
    """
    usable = [one for one in dict.fromkeys(texts) if one.strip() and len(one) <= max_chars]
    drawn = sampled(usable, n + _WARM_UP)
    if len(drawn) < 2:
        raise SettingsError("The set has too few questions to time.", "Choose another set.")
    warm_up = min(_WARM_UP, len(drawn) // 2)
    # Every so many-th warms up, so that both come from all of the set.
    every = len(drawn) // warm_up
    chosen = set(drawn[::every][:warm_up])
    return Questions(
        tuple(one for one in drawn if one in chosen),
        tuple(one for one in drawn if one not in chosen)[:n],
    )


def time_retrieval(
    pipeline: Pipeline,
    questions: Questions,
    *,
    others: Sequence[Callable[[str], object]] = (),
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> tuple[RetrievalSpeed, list[Percentiles]]:
    """Time ours, and after each question of ours the others with the same question, in turn."""
    for question in questions.warm_up:
        pipeline.retrieve(question, timer=Timer())
        for ask in others:
            ask(question)
    totals: list[float] = []
    steps: list[dict[str, float]] = []
    theirs: list[list[float]] = [[] for _ in others]
    for done, question in enumerate(questions.timed, start=1):
        timer = Timer()
        with timer.stage("total"):
            pipeline.retrieve(question, timer=timer)
        timings = dict(timer.timings_ms)
        totals.append(timings.pop("total"))
        steps.append(timings)
        for ask, values in zip(others, theirs, strict=True):
            values.append(elapsed_ms(ask, question))
        on_progress("asking", done, len(questions.timed))
    names = [name for name in steps[0] if name != _WHOLE]
    speed = RetrievalSpeed(
        n=len(totals),
        total=percentiles_of(totals),
        steps={name: percentiles_of([one[name] for one in steps]) for name in names},
    )
    return speed, [percentiles_of(values) for values in theirs]


def time_threads(
    pipeline: Pipeline,
    questions: Sequence[str],
    *,
    threads: int = THREADS,
    rounds: int = ROUNDS,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> ThreadSpeed:
    """Ask all questions by one thread and by several, in turns; all share the pipeline."""
    one: list[float] = []
    many: list[float] = []
    for done in range(1, rounds + 1):
        one.append(_per_second(pipeline, questions, threads=1))
        many.append(_per_second(pipeline, questions, threads=threads))
        on_progress(f"1 and {threads} threads", done, rounds)
    return ThreadSpeed(
        threads=threads,
        rounds=rounds,
        one_per_second=median(one),
        many_per_second=median(many),
        ratios=tuple(b / a for a, b in zip(one, many, strict=True)),
    )


def _per_second(pipeline: Pipeline, questions: Sequence[str], *, threads: int) -> float:
    def ask(question: str) -> None:
        pipeline.retrieve(question, timer=Timer())

    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        list(pool.map(ask, questions))
        return len(questions) / (time.perf_counter() - start)
