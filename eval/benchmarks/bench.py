"""Drives a benchmark: set → library → our system and its peers → questions → a report.

Every system searches the same documents with vectors of the same model.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from eval.benchmarks.abstention_task import answer_always, measure_abstention, split_questions
from eval.benchmarks.answers_task import measure_answers
from eval.benchmarks.asked import (
    AskedQuestion,
    AskedSet,
    TaskResult,
    asked_questions,
    sampled,
)
from eval.benchmarks.claims_task import has_claims, measure_claims
from eval.benchmarks.comparison import ALWAYS, NOT_RERANKED
from eval.benchmarks.evidence_task import has_evidence, measure_evidence
from eval.benchmarks.library import BenchLibrary, bench_folder, make_library
from eval.benchmarks.models import Answerer, BenchQuestion, Progress, PublicSet, System, Task
from eval.benchmarks.ours import Ours, OursScripted
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.peers import PeerCorpus, open_llama_index, open_peers, require_peers
from eval.benchmarks.places import Places
from eval.benchmarks.report import BenchReport
from eval.benchmarks.retrieval_task import measure_retrieval
from eval.benchmarks.sentence_choices import BestChoice, PlainChoice
from eval.benchmarks.still_answered import NOT_READ, read_still_answered
from eval.benchmarks.sub_libraries import draw_sub_libraries, measure_sub_libraries
from eval.relevance.asks import folds_of
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.errors import SettingsError
from index.settings import read_settings
from rag.rerankers import NO_RERANKING, Reranking
from rag.settings import RagSettings
from rag.training.judgements import Fold

_SETTINGS = ("candidate_k", "evidence_k", "max_sentences", "max_records", "llm_model")
"""Those of ours that decide what is found and said."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A benchmark over one set.

    Args:
        data: the set.
        settings: say where libraries and vectors are kept.
        embedder: the model of our library and of the peers.
        on_progress: told of each stage.
        reranking: of ours; with one, ours without it is measured too.
        fold: of the relevance model's training; its questions alone are asked.
    """

    data: PublicSet
    settings: EvalSettings
    embedder: Embedder
    on_progress: Progress = lambda _stage, _done, _total: None
    reranking: Reranking = NO_RERANKING
    fold: Fold | None = None

    def run(self, task: Task, *, limit: int | None = None) -> BenchReport:
        """Measure ours and the peers.

        Args:
            task: what is measured.
            limit: the most questions; a seeded sample of those that the task can ask.

        Raises:
            SettingsError: a package is missing, or the set has nothing to judge the task by.
        """
        require_peers()
        library = make_library(
            self.data.records, self.settings, self.embedder, on_progress=self.on_progress
        )
        if task is Task.ABSTENTION:
            library, result = self._abstention(library, limit)
        else:
            asked = self._asked(library, self._usable(library, task), limit)
            with self._ours(library) as ours:
                result = self._measure(task, asked, library, ours)
        if not result.n:
            raise self._nothing_to_ask(task)
        return self._report(
            task,
            result,
            documents=len(set(library.document_ids.values())),
            settings=library.settings,
            lost=len(library.not_indexed),
            limit=limit,
        )

    def run_small(self, size: int) -> BenchReport:
        """Measure retrieval from libraries of so many documents, drawn from the set.

        Raises:
            SettingsError: a package is missing, or the set is too small.
        """
        require_peers()
        libraries = list(draw_sub_libraries(self.data, size=size))
        result = measure_sub_libraries(
            libraries, self.settings, self.embedder, self._vectors, on_progress=self.on_progress
        )
        return self._report(
            Task.RETRIEVAL, result, documents=size, settings=read_settings(RagSettings)
        )

    def _measure(
        self, task: Task, asked: AskedSet, library: BenchLibrary, ours: Ours
    ) -> TaskResult:
        if task is Task.CLAIMS:
            return measure_claims(asked, ours.claim_checker())
        corpus = self._corpus(library)
        if task is Task.ANSWERS:
            with closing(self._always_answering(library)) as always:
                answerers: list[Answerer] = [
                    ours,
                    always,
                    PlainChoice(always.candidates),
                    BestChoice(always.candidates, asked.questions),
                    OursScripted(ours),
                    open_llama_index(corpus),
                ]
                return measure_answers(asked, answerers)
        with open_peers(corpus) as found, ExitStack() as opened:
            systems: list[System] = [ours, *self._not_reranked(library, opened), *found]
            if task is Task.RETRIEVAL:
                return measure_retrieval(asked, systems)
            return measure_evidence(asked, systems, Places(corpus.documents))

    def _abstention(
        self, whole: BenchLibrary, limit: int | None
    ) -> tuple[BenchLibrary, TaskResult]:
        halves = split_questions(sampled(self._usable(whole, Task.ABSTENTION), limit))
        if not halves.unanswerable or not halves.answerable:
            raise SettingsError(
                f"{self.data.name} has too few questions to split.",
                "Raise --limit, or leave it out.",
            )
        removed = {name for name, own in whole.document_ids.items() if own in halves.removed}
        library = whole
        if removed:
            library = make_library(
                self.data.records,
                self.settings,
                self.embedder,
                without=removed,
                on_progress=self.on_progress,
            )
        asked = AskedSet(halves.every, library.document_ids, self.on_progress)
        ids = {one.question.question_id for one in halves.unanswerable}
        read = read_still_answered(self.data.name, ids)
        with self._ours(library) as ours, open_peers(self._corpus(library)) as peers:
            answerers = {ours.name: ours.answer} | {one.name: answer_always(one) for one in peers}
            result = measure_abstention(
                asked, answerers, halves, still_answered=read.to_dict() if read else NOT_READ
            )
        return library, result

    def _usable(self, library: BenchLibrary, task: Task) -> list[AskedQuestion]:
        """The questions that the set says enough about."""
        every = asked_questions(self._of_fold(), library.document_ids)
        match task:
            case Task.ABSTENTION:
                usable = [one for one in every if one.relevant or not one.question.answerable]
            case Task.EVIDENCE:
                usable = [one for one in every if one.relevant and has_evidence(one.question)]
            case Task.CLAIMS:
                usable = [one for one in every if one.relevant and has_claims(one)]
            case _:
                usable = [one for one in every if one.relevant]
        if not usable:
            raise self._nothing_to_ask(task)
        return usable

    def _of_fold(self) -> Sequence[BenchQuestion]:
        if self.fold is None:
            return self.data.questions
        folds = folds_of(self.data)
        return [one for one in self.data.questions if folds[one.question_id] is self.fold]

    def _nothing_to_ask(self, task: Task) -> SettingsError:
        return SettingsError(
            f"{self.data.name} has no question that says enough for the task {task}.",
            "Choose another with --task.",
        )

    def _asked(
        self, library: BenchLibrary, questions: Sequence[AskedQuestion], limit: int | None
    ) -> AskedSet:
        return AskedSet(sampled(questions, limit), library.document_ids, self.on_progress)

    @contextmanager
    def _ours(self, library: BenchLibrary) -> Iterator[Ours]:
        with closing(Ours(library.settings, self.embedder, self.reranking)) as ours:
            yield ours

    def _always_answering(self, library: BenchLibrary) -> Ours:
        return Ours(
            library.settings, self.embedder, self.reranking, name=ALWAYS, always_answers=True
        )

    def _not_reranked(self, library: BenchLibrary, opened: ExitStack) -> list[Ours]:
        if self.reranking.reranker is None:
            return []
        ours = Ours(library.settings, self.embedder, name=NOT_RERANKED)
        return [opened.enter_context(closing(ours))]

    def _corpus(self, library: BenchLibrary) -> PeerCorpus:
        return PeerCorpus(
            documents=library.documents(self.data.records),
            vectors=self._vectors,
            on_progress=self.on_progress,
        )

    @property
    def _vectors(self) -> PeerVectors:
        return PeerVectors(bench_folder(self.settings) / "peer_vectors.db", self.embedder)

    def _report(
        self,
        task: Task,
        result: TaskResult,
        *,
        documents: int,
        settings: RagSettings,
        lost: int = 0,
        limit: int | None = None,
    ) -> BenchReport:
        notes = [*self.data.notes, *result.notes]
        if self.fold is not None:
            notes.append(f"Questions of the fold {self.fold} alone.")
        if lost:
            notes.append(f"{lost:,} documents could not be indexed by ours; peers have them.")
        return BenchReport(
            task=str(task),
            set_name=self.data.name,
            distractors=self.data.distractors,
            split=self.data.split,
            limit=limit,
            documents=documents,
            n=result.n,
            figures=result.figures,
            notes=tuple(notes),
            extra=result.extra,
            embedding=self.embedder.fingerprint,
            settings=settings.model_dump(include=set(_SETTINGS))
            | {"reranker": self.reranking.name},
        )
