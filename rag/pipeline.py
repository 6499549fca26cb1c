"""Drives the way out: question → retrieve → evidence → compose → verify → Answer.

Readable top to bottom. One lease on one build lasts for the whole answer, so no answer mixes two.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from index.build_paths import BuildPaths
from index.build_reader import Build, LoadEmbedder
from index.embedding import SPECIAL_TOKENS, Embedder, EmbeddingIdentity
from index.embedding_models import embedder_for, embedder_that_is_set, load_embedder
from index.errors import ModelError
from index.filters import NO_FILTERS, Filters, Scope
from index.live import LiveBuild
from index.repair import repair_live_build
from rag.assembly import Asked, Assembler, checked
from rag.basis import basis_of
from rag.composition import Composer, Outcome, holdings, nothing_left, shown
from rag.crisis import crisis_help
from rag.evidence import EvidenceSentence
from rag.finding import Finder, citable_ids
from rag.generative import ModelComposer, model_that_is_set
from rag.models import Answer, Notice, Search
from rag.part_answers import better_of, join_parts, may_be_joined
from rag.passages import found_passages
from rag.question import QuestionAnalyser
from rag.question_parts import split_question
from rag.question_text import clean_question
from rag.references import Draft, number_references
from rag.releasing import OnSentence, Release
from rag.rerankers import NO_RERANKING, Reranking, reranking_that_is_set
from rag.retrieval import Found, chunk_ids
from rag.search_query import FieldSynonyms, load_field_synonyms
from rag.settings import RagSettings
from rag.standing import left_out_notices
from rag.synonyms import load_synonyms
from rag.timing import Deadline, Timer
from rag.written import Written


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Composed:
    found: Found
    outcome: Outcome
    retrieved: frozenset[str]
    """Ids that the answer may cite."""


class Pipeline:
    """Answers questions from the live build. Safe to share between threads.

    Args:
        settings: how much is retrieved and shown.
        embedder: counts the word pieces of questions, and embeds them for builds of its model.
        load_embedder: gives the model of a build that is of another one.
        repair: makes a damaged build again; without it, damage is only reported.
        reranking: reads the first passages again, beside the question.
        always_answers: quote what comes nearest where nothing answers; for measuring alone.
        writer: writes with a language model what is else quoted.
        clock: the time that receipts bear.
    """

    def __init__(
        self,
        settings: RagSettings,
        embedder: Embedder,
        *,
        load_embedder: LoadEmbedder = embedder_for,
        repair: Callable[[], object] | None = None,
        reranking: Reranking = NO_RERANKING,
        always_answers: bool = False,
        writer: ModelComposer | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:

        def count_pieces(word: str) -> int:
            return embedder.count_tokens(word) - SPECIAL_TOKENS

        synonyms = load_synonyms(is_english=lambda word: count_pieces(word) == 1)
        self._settings = settings
        self._reranking = reranking
        self._writer = writer
        self._live = LiveBuild(
            BuildPaths(settings.data_dir),
            load_embedder=lambda identity: (
                embedder
                if identity.fingerprint == embedder.fingerprint
                else load_embedder(identity)
            ),
            repair=repair,
        )
        self._field_synonyms = load_field_synonyms(settings.synonyms)
        self._analyser = QuestionAnalyser(synonyms, count_pieces=count_pieces)
        self._composer = Composer(
            settings, synonyms, self._analyser, reranking, always_answers=always_answers
        )
        self._finder = Finder(settings, self._field_synonyms, reranking)
        self._assembler = Assembler(settings.fingerprint(), reranking, clock)

    @property
    def live(self) -> LiveBuild:
        """Leases on the build that is searched."""
        return self._live

    @property
    def field_synonyms(self) -> FieldSynonyms:
        """Words of the library's field that mean the same."""
        return self._field_synonyms

    def warm_up(self) -> None:
        """Open the live build and load its model, so that the first question does not wait.

        What keeps a build from being opened is told when it is asked for.
        """
        self._live.warm_up()

    def close(self) -> None:
        """Close the open build, and the connections to a language model."""
        self._live.close()
        if self._writer:
            self._writer.close()

    def answer(
        self,
        text: str,
        *,
        conversation_id: str | None = None,
        filters: Filters = NO_FILTERS,
        on_sentence: OnSentence | None = None,
    ) -> Answer:
        """Answer a question from the library, or say that the library does not.

        With filters only a part of it is searched; papers that the question names by an
        identifier are found all the same. `on_sentence` is told each sentence as soon as it is
        final, before the answer is whole; what it raises ends the answer.

        Raises:
            QuestionError: the question is empty, too long or has control characters.
            BuildError: there is no build to search, or it is damaged.
        """
        if help_notices := crisis_help(text):
            return self._assembler.help(text, conversation_id, help_notices)
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        deadline = Deadline.after(self._settings.answer_timeout_s)
        timer = Timer()
        with timer.stage("total"), self._live.lease() as build:
            scope = build.scope(filters) if filters else None
            read = self._finder.read(text, build)
            composed = self._compose_in_parts(text, read, build, timer, scope)
            found, outcome = composed.found, composed.outcome
            with timer.stage("compose"):
                asked = Asked(
                    text, conversation_id, filters, found, scope, build, composed.retrieved
                )
                release = Release(
                    lambda drafts: self._assembler.sound(asked, replace(outcome, drafts=drafts)),
                    on_sentence,
                )
                written = Written(outcome)
                if self._writer:
                    written = self._writer.write(
                        text, outcome, build.document, deadline=deadline, admit=release.admit
                    )
                answer = self._assembler.complete(asked, written)
            with timer.stage("verify"):
                answer = checked(
                    answer,
                    document=build.document,
                    retrieved=composed.retrieved,
                    standing=asked.standing,
                )
            release.show_rest(answer)
            basis = basis_of(
                answer,
                outcome.evidence,
                build,
                retrieved=composed.retrieved,
                max_sentences=self._settings.max_sentences,
            )
        receipt = replace(answer.receipt, timings_ms=timer.timings_ms)
        return replace(
            answer,
            receipt=receipt,
            filters=filters,
            answerability=outcome.answerability,
            basis=basis,
            model_output=written.model_output,
        )

    def search(self, text: str, *, filters: Filters = NO_FILTERS) -> Search:
        """What a question finds, ranked, before anything is composed of it.

        Raises:
            QuestionError: the question is empty, too long or has control characters.
            BuildError: there is no build to search, or it is damaged.
        """
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        with self._live.lease() as build:
            scope = build.scope(filters) if filters else None
            read = self._finder.read(text, build)
            found = self._finder.retrieve(read, build, Timer(), scope)
            question = self._analyser.analyse(read)
            evidence = self._composer.find_evidence(question, found)
            retrieved = citable_ids(text, build, found)
            retrieved |= self._composer.looked_up(text, question, found, build, scope)
            for part in split_question(read, self._analyser.analyse):
                retrieved |= self._compose(part.read, part.read, build, Timer(), scope).retrieved
            return Search(
                question=text,
                build_id=build.manifest.build_id,
                passages=found_passages(build, found, evidence),
                document_ids=tuple(found.document_ids),
                also_searched=found.query.also_searched,
                corrections=found.query.corrections,
                evidence=tuple(shown(sentence) for sentence in evidence),
                retrieved=retrieved,
                nothing_left=nothing_left(filters, holdings(build, scope)),
            )

    def evidence(self, text: str) -> list[EvidenceSentence]:
        """Sentences for a question, best first, with all that is known of them; raises as `search`."""
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        with self._live.lease() as build:
            return self.find(text, build)[1]

    def find(
        self, text: str, build: Build, scope: Scope | None = None
    ) -> tuple[Found, list[EvidenceSentence]]:
        """What a build that is leased holds for a text, and its sentences, best first."""
        read = self._finder.read(text, build)
        found = self._finder.retrieve(read, build, Timer(), scope)
        return found, self._composer.find_evidence(self._analyser.analyse(read), found)

    def quote(
        self,
        text: str,
        drafts: Sequence[Draft],
        every: Sequence[Found],
        build: Build,
        *,
        filters: Filters = NO_FILTERS,
        notices: tuple[Notice, ...] = (),
    ) -> Answer:
        """Quotes of what was found for a text, under the checks of every answer; nothing is composed.

        Where they fail the checks, none of them is in the answer and a notice says so.
        """
        standing = lru_cache(build.standing)
        cited = number_references(drafts, document=build.document, standing=standing)
        left_out = dict.fromkeys(
            notice for one in every for notice in left_out_notices(one.left_out)
        )
        notices = (*left_out, *notices, *self._reranking.notices)
        outcome = Outcome("answered" if drafts else "insufficient_evidence", drafts, notices, ())
        answer = self._assembler.assemble(text, None, Written(outcome), cited, build)
        retrieved = frozenset(name for found in every for name in chunk_ids(found))
        answer = checked(answer, document=build.document, retrieved=retrieved, standing=standing)
        return replace(answer, filters=filters)

    def retrieve(
        self, text: str, *, timer: Timer, documents: frozenset[str] | None = None
    ) -> Found:
        """What `search` ranks and reads for a question, in those documents or all; raises as it does.

        The timer is told each step: "expand", "embed_question", "lexical", "dense", "fuse" and
        "read", of which the last four are "retrieve".
        """
        text = clean_question(text, max_chars=self._settings.max_question_chars)
        with self._live.lease() as build:
            scope = None
            if documents is not None:
                scope = replace(build.scope(NO_FILTERS), documents=documents)
            read = self._finder.read(text, build)
            return self._finder.retrieve(read, build, timer, scope, steps=timer)

    def _compose_in_parts(
        self, text: str, read: str, build: Build, timer: Timer, scope: Scope | None
    ) -> "_Composed":
        """What the question gets; of one that asks several things, each part by itself if that says more."""
        whole = self._compose(text, read, build, timer, scope)
        parts = split_question(read, self._analyser.analyse)
        if not parts or not may_be_joined(whole.outcome):
            return whole
        most = max(1, self._settings.max_sentences - len(parts) + 1)
        composed = [
            self._compose(one.read, one.read, build, timer, scope, most=most) for one in parts
        ]
        outcomes = [one.outcome for one in composed]
        retrieved = whole.retrieved.union(*(one.retrieved for one in composed))
        outcome = better_of(whole.outcome, join_parts(list(zip(parts, outcomes, strict=True))))
        return _Composed(whole.found, outcome, retrieved)

    def _compose(
        self,
        text: str,
        read: str,
        build: Build,
        timer: Timer,
        scope: Scope | None,
        *,
        most: int | None = None,
    ) -> "_Composed":
        found = self._finder.retrieve(read, build, timer, scope)
        question = self._analyser.analyse(read)
        with timer.stage("evidence"):
            evidence = self._composer.find_evidence(question, found)
        with timer.stage("compose"):
            outcome = self._composer.compose(
                text,
                question,
                evidence,
                found,
                holdings(build, scope),
                build,
                scope,
                most=most or self._settings.max_sentences,
            )
        return _Composed(found, outcome, citable_ids(text, build, found) | outcome.looked_up)


def build_pipeline(settings: RagSettings, *, clock: Callable[[], datetime] = utc_now) -> Pipeline:
    """The pipeline that the settings describe; it makes a damaged index again by itself."""
    paths = BuildPaths(settings.data_dir)

    def load(identity: EmbeddingIdentity) -> Embedder:
        """The one by name; else the model that is set, if it is the one, wherever it lies now."""
        try:
            return embedder_for(identity, models_dir=settings.models_dir)
        except ModelError:
            with suppress(ModelError):
                wanted = embedder_that_is_set(settings)
                if wanted.fingerprint == identity.fingerprint:
                    return wanted
            raise

    return Pipeline(
        settings,
        load_embedder(runtime="torch"),  # counts word pieces; nothing of torch is loaded for that
        load_embedder=load,
        repair=lambda: repair_live_build(paths, now=utc_now()),
        reranking=reranking_that_is_set(settings),
        writer=model_that_is_set(settings),
        clock=clock,
    )
