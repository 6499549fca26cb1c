"""Drives the way out: question → retrieve → evidence → compose → verify → Answer.

Readable top to bottom. One lease on one build lasts for the whole answer, so no answer mixes two.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from index.builds import BuildPaths
from index.embedding import SPECIAL_TOKENS, Embedder, MiniLMEmbedder, Vectors
from index.library_rows import StoredChunk
from index.live import Build, LiveBuild
from index.models import Document
from rag.abstention import Holdings, abstain
from rag.bibliography import Bibliographer, RecordAnswer
from rag.crisis import crisis_help
from rag.errors import InvariantError
from rag.evidence import EvidenceFinder, EvidenceSentence
from rag.extractive import compose
from rag.history import new_id
from rag.models import Answer, Evidence, Notice, Receipt, Status
from rag.overview import overview_drafts
from rag.question import Question, QuestionAnalyser
from rag.question_text import clean_question
from rag.references import Cited, Draft, number_references
from rag.retrieval import FoundRecord, retrieve_chunks, retrieve_records
from rag.settings import RagSettings
from rag.synonyms import load_synonyms
from rag.verification import check_answer

COMPOSER = "extractive"
RUNS_ON = "this machine"
_EVIDENCE_SHOWN = 8

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Timer:
    """Milliseconds by stage."""

    timings_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings_ms[name] = (time.perf_counter() - start) * 1_000


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the composing part decided, before references are numbered."""

    status: Status
    drafts: Sequence[Draft]
    notices: tuple[Notice, ...]


class Pipeline:
    """Answers questions from the live build. Safe to share between threads.

    Args:
        settings: how much is retrieved and shown.
        embedder: embeds questions; the build must be of the same model.
        clock: the time that receipts bear.
    """

    def __init__(
        self,
        settings: RagSettings,
        embedder: Embedder,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        synonyms = load_synonyms()
        self._settings = settings
        self._embedder = embedder
        self._clock = clock
        self._live = LiveBuild(BuildPaths(settings.data_dir), fingerprint=embedder.fingerprint)
        self._analyser = QuestionAnalyser(
            synonyms, count_pieces=lambda word: embedder.count_tokens(word) - SPECIAL_TOKENS
        )
        self._finder = EvidenceFinder(synonyms)
        self._bibliographer = Bibliographer(synonyms)

    @property
    def live(self) -> LiveBuild:
        """Leases on the build that is searched."""
        return self._live

    def warm_up(self) -> None:
        """Load the embedding model, so that the first question does not wait for it."""
        self._embedder.embed_queries(["warm up"])

    def close(self) -> None:
        """Close the open build."""
        self._live.close()

    def answer(self, text: str, *, conversation_id: str | None = None) -> Answer:
        """Answer a question from the library, or say that the library does not.

        Raises:
            QuestionError: the question is empty, too long or has control characters.
            BuildError: there is no build to search, or it is damaged.
        """
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        timer = _Timer()
        with timer.stage("total"), self._live.lease() as build:
            question = self._analyser.analyse(text)
            with timer.stage("embed_question"):
                vector = self._embedder.embed_queries([text])[0]
            with timer.stage("retrieve"):
                stored = retrieve_chunks(build, vector, k=self._settings.candidate_k)
                records = retrieve_records(build, vector, k=self._settings.candidate_k)
            documents = {
                name: build.document(name)
                for name in dict.fromkeys(
                    [one.chunk.document_id for one in stored]
                    + [one.document.document_id for one in records]
                )
            }
            with timer.stage("evidence"):
                chunks = [(one, build.vectors(one.sentence_hashes)) for one in stored]
                evidence = self._finder.find(
                    question,
                    vector,
                    chunks,
                    documents,
                    limit=self._settings.evidence_k,
                )
            with timer.stage("compose"):
                outcome = self._compose(question, evidence, records, documents, chunks, build)
                cited = number_references(outcome.drafts, document=build.document)
            answer = self._assemble(text, conversation_id, outcome, cited, evidence, build, timer)
            with timer.stage("verify"):
                retrieved = {one.chunk.chunk_id for one in stored} | set(documents)
                retrieved |= self._cited_by_identifier(cited, build)
                answer = self._verified(answer, build, retrieved)
        return replace(answer, receipt=replace(answer.receipt, timings_ms=dict(timer.timings_ms)))

    def _compose(
        self,
        question: Question,
        evidence: Sequence[EvidenceSentence],
        records: Sequence[FoundRecord],
        documents: dict[str, Document],
        chunks: Sequence[tuple[StoredChunk, Vectors]],
        build: Build,
    ) -> _Outcome:
        help_notices = crisis_help(question.text)
        if help_notices:
            return _Outcome("crisis", (), help_notices)
        from_records = self._bibliographer.answer(
            question, records, build, limit=self._settings.max_records
        )
        if isinstance(from_records, RecordAnswer):
            return _Outcome(from_records.status, from_records.drafts, from_records.notices)
        if from_records:
            own = [one for one in chunks if one[0].chunk.document_id == from_records.document_id]
            return _Outcome(
                "answered", overview_drafts(own, max_sentences=self._settings.max_sentences), ()
            )
        drafts = compose(evidence, documents, max_sentences=self._settings.max_sentences)
        if drafts:
            return _Outcome("answered", drafts, ())
        abstention = abstain(question, evidence, documents, holdings(build))
        return _Outcome(abstention.status, (), abstention.notices)

    def _assemble(
        self,
        text: str,
        conversation_id: str | None,
        outcome: _Outcome,
        cited: Cited,
        evidence: Sequence[EvidenceSentence],
        build: Build,
        timer: _Timer,
    ) -> Answer:
        return Answer(
            answer_id=new_id("ans"),
            conversation_id=conversation_id,
            question=text,
            status=outcome.status,
            sentences=cited.sentences,
            notices=outcome.notices,
            references=cited.references,
            evidence=tuple(_shown(sentence) for sentence in evidence[:_EVIDENCE_SHOWN]),
            receipt=Receipt(
                build_id=build.manifest.build_id,
                corpus_fingerprint=build.manifest.digest,
                embedding_fingerprint=build.manifest.embedding_fingerprint,
                composer=COMPOSER,
                settings_hash=self._settings.fingerprint(),
                as_of=self._clock(),
                timings_ms=timer.timings_ms,
                runs_on=RUNS_ON,
            ),
        )

    def _cited_by_identifier(self, cited: Cited, build: Build) -> set[str]:
        """Pages found by an identifier in the question, not by their vectors."""
        return {
            entry.rpartition("~")[0] or entry
            for reference in cited.references
            for name, value in reference.identifiers.items()
            for entry in build.find_identifier(name, value)
        }

    def _verified(self, answer: Answer, build: Build, retrieved: set[str]) -> Answer:
        """The answer where all invariants hold; else an abstention that says it was withheld."""
        faults = check_answer(
            answer, document_text=lambda name: build.document(name).text, retrieved=retrieved
        )
        if not faults:
            return answer
        logger.error("answer %s failed its checks: %d faults", answer.answer_id, len(faults))
        withheld = replace(
            answer,
            status="insufficient_evidence",
            sentences=(),
            references=(),
            notices=(
                Notice(
                    "check_failed",
                    "An answer was composed but failed its own checks, so it is withheld.",
                ),
            ),
        )
        faults = check_answer(withheld, document_text=lambda _name: "", retrieved=())
        if faults:
            raise InvariantError("An answer failed its own checks.", "Please report it.")
        return withheld


def build_pipeline(settings: RagSettings) -> Pipeline:
    """The pipeline that the settings describe."""
    return Pipeline(settings, MiniLMEmbedder())


def holdings(build: Build) -> Holdings:
    """What a build lets be searched."""
    counts = build.manifest.counts
    return Holdings(
        documents=len(build.members),
        chunks=counts["chunks"],
        listed_papers=counts["records"] - len(build.members),
    )


def _shown(sentence: EvidenceSentence) -> Evidence:
    return Evidence(
        chunk_id=sentence.chunk_id,
        document_id=sentence.document_id,
        section=sentence.section,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        score=sentence.score,
    )
