"""Asks the questions of the eval set, one after the other, each with a limit of time.

The same build and settings give the same records: the clock of answers stands still, the embedder
computes on one thread, and nothing random or timed enters what is hashed.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from eval.dataset import Case
from eval.labels import Labels, locate
from eval.measures.citations import Relation
from eval.records import CaseRecord, record_of, unasked_record
from eval.scoring import Asked
from eval.time_limit import Failure, TimeLimit
from index.errors import LibraryError
from index.live import LiveBuild
from rag.errors import QuestionError
from rag.models import Answer, Search
from rag.verification import check_invariants

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
"""The time that answers of a run bear."""

logger = logging.getLogger(__name__)


class Answering(Protocol):
    """What is measured: the pipeline, or one that a test has broken on purpose."""

    @property
    def live(self) -> LiveBuild: ...

    def answer(self, text: str) -> Answer:
        """Answer the question."""

    def search(self, text: str) -> Search:
        """Rank what the question finds."""


Judge = Callable[[Answer], Sequence[tuple[Relation | None, ...]]]
"""Says of every citation of every claim whether its quote supports it; None: not judged."""


def ask_cases(
    pipeline: Answering,
    cases: Sequence[Case],
    *,
    timeout_s: float,
    judge: Judge | None = None,
) -> Iterator[CaseRecord]:
    """Ask every case in order; one that fails or takes too long is not scored, and the rest goes on.

    A judge that fails or takes too long leaves the citations of that case unjudged.

    Raises:
        BuildError: there is no build to search, or it is damaged.
        LibraryError: the library changed while the questions were asked.
    """
    with pipeline.live.lease() as build:
        corpus = build.manifest.digest
        labels = [locate(case, build) for case in cases]
    with TimeLimit(timeout_s) as limit:
        for case, places in zip(cases, labels, strict=True):
            asked = limit.run(partial(_ask, pipeline, case, places, corpus))
            if isinstance(asked, Failure):
                logger.warning("case %s: %s", case.case_id, asked.kind)
                yield unasked_record(case, asked.reason)
            else:
                yield record_of(case, _judged(asked, case, judge, limit) if judge else asked)


def _ask(pipeline: Answering, case: Case, labels: Labels, corpus: str) -> Asked:
    try:
        answer = pipeline.answer(case.question)
    except QuestionError:
        return Asked("refused", None, None, labels, {})
    search = None if answer.status == "crisis" else pipeline.search(case.question)
    with pipeline.live.lease() as build:
        if build.manifest.digest != corpus:
            raise LibraryError(
                "The library changed while the questions were asked.", "Run them again."
            )
        retrieved = search.retrieved if search else frozenset[str]()
        faults = check_invariants(
            answer, document=build.document, retrieved=retrieved, standing=build.standing
        )
    broken = {str(name): found for name, found in faults.items()}
    return Asked(answer.status, answer, search, labels, broken)


def _judged(asked: Asked, case: Case, judge: Judge, limit: TimeLimit) -> Asked:
    if asked.answer is None:
        return asked
    relations = limit.run(partial(judge, asked.answer))
    if isinstance(relations, Failure):
        logger.warning("case %s is not judged: %s", case.case_id, relations.kind)
        return asked
    return replace(asked, relations=relations)
