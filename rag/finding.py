"""What a build holds for a question: its text in, what was retrieved and put in order out."""

import threading

from index.build_reader import Build
from index.filters import Scope
from index.identifiers import identifiers_in
from index.settings import available_cores
from rag.corrections import correct
from rag.reranked_retrieval import rerank_found
from rag.rerankers import Reranking
from rag.retrieval import Found, Query, chunk_ids, retrieve
from rag.search_query import FieldSynonyms
from rag.settings import RagSettings
from rag.spaced_names import join_names
from rag.timing import Timer


class Finder:
    """Searches builds for questions. Safe to share between threads.

    Args:
        settings: how much is retrieved.
        field_synonyms: words of the library's field that mean the same.
        reranking: reads the first passages again, beside the question.
    """

    def __init__(
        self, settings: RagSettings, field_synonyms: FieldSynonyms, reranking: Reranking
    ) -> None:
        self._settings = settings
        self._field_synonyms = field_synonyms
        self._reranking = reranking
        # More at once than there are cores only take Python's lock from each other.
        self._searching = threading.BoundedSemaphore(available_cores())

    def read(self, text: str, build: Build) -> str:
        """The question with its names as the build writes them ("SOD 1": "SOD1")."""
        return join_names(text, build.lexical, self._field_synonyms)

    def retrieve(
        self,
        read: str,
        build: Build,
        timer: Timer,
        scope: Scope | None,
        *,
        steps: Timer | None = None,
    ) -> Found:
        """What is found for a question as `read` gives it; `steps` is told each step of it."""
        steps = steps or Timer()
        with self._searching:
            with steps.stage("expand"):
                corrected, corrections = correct(read, build.lexical, self._field_synonyms)
                expanded = self._field_synonyms.expand(corrected)
            with timer.stage("embed_question"):
                vector = build.embedder.embed_queries([corrected])[0]
            with timer.stage("retrieve"):
                found = retrieve(
                    build,
                    Query(vector, expanded.terms, expanded.also, corrections),
                    k=self._settings.candidate_k,
                    scope=scope,
                    named=[name for name, place in _named(read, build) if place is None],
                    with_retracted=self._settings.retracted == "warn",
                    timer=steps,
                )
            if self._reranking.reranker is None:
                return found
            with timer.stage("rerank"):
                return rerank_found(
                    found, corrected, self._reranking.reranker, k=self._settings.rerank_k
                )


def citable_ids(text: str, build: Build, found: Found) -> frozenset[str]:
    """Ids that an answer may cite: of chunks, and of papers found by vector or by identifier."""
    by_identifier = (name for name, _ in _named(text, build))
    return chunk_ids(found) | found.document_names | frozenset(by_identifier)


def _named(text: str, build: Build) -> list[tuple[str, int | None]]:
    """Whose records carry an identifier of the text, each once: as `Build.record_of` gives them."""
    entries = (
        entry
        for name, value in identifiers_in(text)
        for entry in build.find_identifier(name, value)
    )
    return list(dict.fromkeys(map(build.record_of, entries)))
