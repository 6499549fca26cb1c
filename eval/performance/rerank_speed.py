"""How long the reranker reads: a public set's questions and what is found for them in, percentiles out."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.performance.machine import Machine, this_machine
from eval.performance.retrieval_speed import draw_questions
from eval.performance.timings import Percentiles, percentiles_of
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.errors import SettingsError
from rag.pipeline import Pipeline
from rag.rerankers import reranking_that_is_set
from rag.reranking import Reranked
from rag.settings import RagSettings
from rag.timing import Timer

_STAGE = "rerank"


@dataclass(frozen=True, slots=True)
class RerankSpeed:
    """Of questions that were each asked once, on all cores."""

    set_name: str
    reranker: str
    n: int
    rerank: Percentiles
    candidates: float
    """Read for a question, the mean."""
    cut: float
    """Share of them that were too long to be read whole."""
    out_of_time: float
    """Share of the candidates that there was no time for."""
    machine: Machine


def measure_reranking(
    data: PublicSet,
    settings: EvalSettings,
    rag_settings: RagSettings,
    embedder: Embedder,
    *,
    questions: int,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> RerankSpeed:
    """Make or open the set's library as a benchmark does, and time the reranker that is set.

    Raises:
        SettingsError: no reranker is set, or it cannot be used.
    """
    reranking = reranking_that_is_set(rag_settings)
    if reranking.name is None:
        raise SettingsError(
            reranking.problem or "No reranker is set.", "Name one with ALSQA_RERANKER."
        )
    library = make_library(data.records, settings, embedder, on_progress=on_progress)
    own = library.settings.model_copy(
        update={
            "rerank_k": rag_settings.rerank_k,
            "rerank_budget_ms": rag_settings.rerank_budget_ms,
        }
    )
    texts = (one.text for one in data.questions)
    asked = draw_questions(texts, n=questions, max_chars=own.max_question_chars)
    times: list[float] = []
    seen: list[Reranked] = []
    with closing(Pipeline(own, embedder, reranking=reranking)) as pipeline:
        for text in asked.warm_up:
            pipeline.retrieve(text, timer=Timer())
        machine = this_machine()
        for done, text in enumerate(asked.timed, start=1):
            timer = Timer()
            found = pipeline.retrieve(text, timer=timer)
            if found.reranked and found.reranked.order:
                times.append(timer.timings_ms[_STAGE])
                seen.append(found.reranked)
            on_progress("reranking", done, len(asked.timed))
    return _report(data.name, reranking.name, times, seen, machine)


def _report(
    set_name: str, reranker: str, times: Sequence[float], seen: Sequence[Reranked], machine: Machine
) -> RerankSpeed:
    read = sum(len(one.relevances) for one in seen)
    given = sum(len(one.order) for one in seen)
    return RerankSpeed(
        set_name=set_name,
        reranker=reranker,
        n=len(times),
        rerank=percentiles_of(times),
        candidates=read / len(seen),
        cut=sum(one.cut for one in seen) / read,
        out_of_time=sum(one.out_of_time for one in seen) / given,
        machine=machine,
    )
