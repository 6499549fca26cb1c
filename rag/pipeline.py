"""Drives the way out: question → retrieve → evidence → compose → verify → Answer.

Readable top to bottom. One lease on one build lasts for the whole answer, so no answer mixes two.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from index.build_paths import BuildPaths
from index.build_reader import Build, LoadEmbedder
from index.embedding import SPECIAL_TOKENS, Embedder, EmbeddingIdentity
from index.errors import ModelError
from index.identifiers import identifiers_in
from index.live import LiveBuild
from index.repair import repair_live_build
from index.sentence_embedding import embedder_for, load_embedder
from rag.abstention import Holdings, abstain
from rag.bibliography import Bibliographer
from rag.crisis import crisis_help
from rag.errors import InvariantError
from rag.evidence import EvidenceFinder, EvidenceSentence
from rag.extractive import compose
from rag.history import new_id
from rag.models import Answer, Evidence, Notice, Receipt, Status
from rag.overview import overview_drafts
from rag.personal import personal_notices
from rag.question import Question, QuestionAnalyser
from rag.question_text import clean_question
from rag.record_answers import RecordAnswer
from rag.references import Cited, Draft, number_references
from rag.retrieval import Found, retrieve
from rag.settings import RagSettings
from rag.synonyms import load_synonyms
from rag.timing import Timer
from rag.verification import check_answer

COMPOSER = "extractive"
RUNS_ON = "this machine"
_EVIDENCE_SHOWN = 8
_NOT_SEARCHED = "not searched"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the composing part decided, before references are numbered."""

    status: Status
    drafts: Sequence[Draft]
    notices: tuple[Notice, ...]
    evidence: Sequence[EvidenceSentence]


class Pipeline:
    """Answers questions from the live build. Safe to share between threads.

    Args:
        settings: how much is retrieved and shown.
        embedder: counts the word pieces of questions, and embeds them for builds of its model.
        load_embedder: gives the model of a build that is of another one.
        repair: makes a damaged build again; without it, damage is only reported.
        clock: the time that receipts bear.
    """

    def __init__(
        self,
        settings: RagSettings,
        embedder: Embedder,
        *,
        load_embedder: LoadEmbedder = embedder_for,
        repair: Callable[[], object] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:

        def count_pieces(word: str) -> int:
            return embedder.count_tokens(word) - SPECIAL_TOKENS

        synonyms = load_synonyms(is_english=lambda word: count_pieces(word) == 1)
        self._settings = settings
        self._clock = clock
        self._live = LiveBuild(
            BuildPaths(settings.data_dir),
            load_embedder=lambda identity: (
                embedder
                if identity.fingerprint == embedder.fingerprint
                else load_embedder(identity)
            ),
            repair=repair,
        )
        self._analyser = QuestionAnalyser(synonyms, count_pieces=count_pieces)
        self._finder = EvidenceFinder(synonyms)
        self._bibliographer = Bibliographer(synonyms)

    @property
    def live(self) -> LiveBuild:
        """Leases on the build that is searched."""
        return self._live

    def warm_up(self) -> None:
        """Open the live build and load its model, so that the first question does not wait.

        What keeps a build from being opened is told when it is asked for.
        """
        self._live.warm_up()

    def close(self) -> None:
        """Close the open build."""
        self._live.close()

    def answer(self, text: str, *, conversation_id: str | None = None) -> Answer:
        """Answer a question from the library, or say that the library does not.

        Raises:
            QuestionError: the question is empty, too long or has control characters.
            BuildError: there is no build to search, or it is damaged.
        """
        if help_notices := crisis_help(text):
            return self._help(text, conversation_id, help_notices)
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        timer = Timer()
        with timer.stage("total"), self._live.lease() as build:
            with timer.stage("embed_question"):
                vector = build.embedder.embed_queries([text])[0]
            with timer.stage("retrieve"):
                found = retrieve(build, vector, k=self._settings.candidate_k)
            question = self._analyser.analyse(text)
            with timer.stage("evidence"):
                evidence = self._find_evidence(question, found)
            with timer.stage("compose"):
                outcome = self._compose(text, question, evidence, found, build)
                cited = number_references(outcome.drafts, document=build.document)
            answer = self._assemble(text, conversation_id, outcome, cited, build)
            with timer.stage("verify"):
                answer = self._verified(answer, build, found)
        return replace(answer, receipt=replace(answer.receipt, timings_ms=timer.timings_ms))

    def _find_evidence(self, question: Question, found: Found) -> list[EvidenceSentence]:
        return self._finder.find(
            question,
            found.vector,
            found.chunks,
            found.documents,
            limit=self._settings.evidence_k,
        )

    def _compose(
        self,
        text: str,
        question: Question,
        evidence: Sequence[EvidenceSentence],
        found: Found,
        build: Build,
    ) -> _Outcome:
        """From papers' records, else from verbatim sentences, else an abstention."""
        most = self._settings.max_sentences
        from_records = self._bibliographer.answer(
            text, question, found.records, build, limit=self._settings.max_records
        )
        if isinstance(from_records, RecordAnswer):
            return _Outcome(from_records.status, from_records.drafts, from_records.notices, ())
        if from_records:
            found = found.within(from_records.document_id)
            evidence = self._find_evidence(question, found)
            if from_records.as_whole:
                drafts = overview_drafts(
                    found.documents[from_records.document_id], found.chunks, max_sentences=most
                )
                return _Outcome("answered", drafts, (), evidence)
        drafts = compose(evidence, found.documents, max_sentences=most)
        if drafts:
            personal = personal_notices(text)
            status: Status = "personal_medical" if personal else "answered"
            return _Outcome(status, drafts, personal, evidence)
        whole = self._analyser.analyse_whole(text)
        evidence = self._find_evidence(whole, found)
        abstention = abstain(whole, evidence, found.documents, holdings(build))
        return _Outcome(abstention.status, (), abstention.notices, evidence)

    def _help(self, text: str, conversation_id: str | None, notices: tuple[Notice, ...]) -> Answer:
        """Where to find help, whatever the state of the library."""
        outcome = _Outcome("crisis", (), notices, ())
        return self._assemble(text, conversation_id, outcome, Cited((), ()), None)

    def _assemble(
        self,
        text: str,
        conversation_id: str | None,
        outcome: _Outcome,
        cited: Cited,
        build: Build | None,
    ) -> Answer:
        manifest = build.manifest if build else None
        return Answer(
            answer_id=new_id("ans"),
            conversation_id=conversation_id,
            question=text,
            status=outcome.status,
            sentences=cited.sentences,
            notices=outcome.notices,
            references=cited.references,
            evidence=tuple(_shown(sentence) for sentence in outcome.evidence[:_EVIDENCE_SHOWN]),
            receipt=Receipt(
                build_id=manifest.build_id if manifest else _NOT_SEARCHED,
                corpus_fingerprint=manifest.digest if manifest else _NOT_SEARCHED,
                embedding_fingerprint=manifest.embedding_fingerprint if manifest else _NOT_SEARCHED,
                composer=COMPOSER,
                settings_hash=self._settings.fingerprint(),
                as_of=self._clock(),
                timings_ms={},
                runs_on=RUNS_ON,
            ),
        )

    def _verified(self, answer: Answer, build: Build, found: Found) -> Answer:
        """The answer where all invariants hold; else an abstention that says it was withheld."""
        retrieved = {one.chunk.chunk_id for one, _ in found.chunks} | set(found.documents)
        retrieved |= _found_by_identifier(answer, build)
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
    """The pipeline that the settings describe; it makes a damaged index again by itself."""
    paths = BuildPaths(settings.data_dir)

    def load(identity: EmbeddingIdentity) -> Embedder:
        """The model that is set, if it is the one, wherever it lies now; else the one by name."""
        with suppress(ModelError):
            wanted = load_embedder(settings.embedding_model)
            if wanted.fingerprint == identity.fingerprint:
                return wanted
        return embedder_for(identity)

    return Pipeline(
        settings,
        load_embedder(),
        load_embedder=load,
        repair=lambda: repair_live_build(paths, now=datetime.now(UTC)),
    )


def holdings(build: Build) -> Holdings:
    """What a build lets be searched."""
    counts = build.manifest.counts
    return Holdings(
        documents=len(build.members),
        chunks=counts["chunks"],
        listed_papers=counts["records"] - len(build.members),
    )


def _found_by_identifier(answer: Answer, build: Build) -> set[str]:
    """Pages that were found by an identifier in the question, not by their vectors."""
    return {
        build.record_of(entry)[0]
        for name, value in identifiers_in(answer.question)
        for entry in build.find_identifier(name, value)
    }


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
