"""Makes documents of papers: prepared in workers, their new strings embedded, all of it stored.

A document is stored after its vectors, so one that is stored needs nothing more.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.embedding import Embedder
from index.errors import DocumentError
from index.ingest_work import PrepareTask
from index.library import Library
from index.library_rows import DocumentVersion, PreparedDocument
from index.papers import Paper, version_for
from index.preparation import prepare_document
from index.reading import WorkPool

_STRINGS_A_WINDOW = 16_384
_STRINGS_A_TRANSACTION = 512

logger = logging.getLogger(__name__)


class DocumentMaker:
    """Stores what is new; counts the embeddings that it computed.

    Args:
        library: open for writing.
        embedder: gives the vectors.
    """

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder
        self.embeddings_computed = 0

    def make(
        self, papers: Iterable[Paper], pool: WorkPool, *, on_progress: Callable[[int, int], None]
    ) -> dict[DocumentVersion, str]:
        """Make those of `papers` that are not stored yet; why some could not be made, by version."""
        by_key = {paper.key: paper for paper in papers}
        known = self._library.documents.known(by_key)
        new = [paper for key, paper in by_key.items() if key not in known]
        failures: dict[DocumentVersion, str] = {}
        done = 0
        for window in _windows(self._prepared(new, pool, failures)):

            def embedded(share: float, done: int = done, size: int = len(window)) -> None:
                on_progress(done + int(share * size), len(new))

            self._embed_and_store(window, embedded)
            done += len(window)
        if new:
            on_progress(len(new), len(new))
        return failures

    def make_for_this_model(
        self, members: Sequence[DocumentVersion], *, on_progress: Callable[[int, int], None]
    ) -> list[DocumentVersion]:
        """The same documents as this model cuts and embeds them, made of what is stored of them.

        One that cannot be made is left out, and logged. Progress is told in strings, of about as
        many as those of `members` are.
        """
        wanted = {version_for(one, self._embedder.fingerprint): one for one in members}
        known = self._library.documents.known(wanted)
        done, total = (len(self._strings_of(some)) for some in (known, members))
        on_progress(done, total)
        made = set(known)
        new = {key: one for key, one in wanted.items() if key not in known}
        for window in _windows(self._prepared_again(new)):
            size = sum(len(one.strings) for one in window)

            def embedded(share: float, done: int = done, size: int = size) -> None:
                on_progress(min(done + int(share * size), total), total)

            self._embed_and_store(window, embedded)
            made |= {one.key for one in window}
            done += size
        return sorted(made)

    def embed_again(
        self, members: Iterable[DocumentVersion], *, on_progress: Callable[[int, int], None]
    ) -> None:
        """Embed what vectors are missing of documents that are stored."""
        wanted = [one for one in members if self._lacks_vectors(one)]
        for done, member in enumerate(wanted, start=1):
            document = self._library.documents.document(member)
            prepared = prepare_document(
                document, self._embedder.tokens, version=member.version, paths=()
            )
            self._embed(prepared.strings, lambda _share: None)
            on_progress(done, len(wanted))

    def _lacks_vectors(self, member: DocumentVersion) -> bool:
        fingerprint = self._embedder.fingerprint
        return bool(
            self._library.vectors.missing(self._strings_of([member]), fingerprint=fingerprint)
        )

    def _strings_of(self, members: Iterable[DocumentVersion]) -> set[str]:
        """Hashes of all that is embedded of stored documents."""
        versions = list(members)
        hashes = {one.embedded_hash for one in self._library.documents.entries(versions)}
        return hashes | self._library.documents.sentence_hashes(versions)

    def _prepared_again(
        self, members: dict[DocumentVersion, DocumentVersion]
    ) -> Iterator[PreparedDocument]:
        """Stored documents, each prepared as the version that it is wanted as."""
        for key, member in members.items():
            try:
                yield prepare_document(
                    self._library.documents.document(member),
                    self._embedder.tokens,
                    version=key.version,
                    paths=self._library.documents.paths(member),
                )
            except DocumentError as error:
                logger.warning("%s is left out: %s", key.document_id, error)

    def _prepared(
        self, papers: list[Paper], pool: WorkPool, failures: dict[DocumentVersion, str]
    ) -> Iterator[PreparedDocument]:
        tasks = (
            PrepareTask(
                paper.key, paper.heads, self._library.sources.records(paper.heads), paper.added
            )
            for paper in papers
        )
        for batch in pool.run(tasks):
            if batch.failure is not None and isinstance(batch.task, PrepareTask):
                failures[batch.task.key] = batch.failure
            yield from (one for one in batch.results if isinstance(one, PreparedDocument))

    def _embed_and_store(
        self, window: list[PreparedDocument], on_share: Callable[[float], None]
    ) -> None:
        strings = {name: text for one in window for name, text in one.strings.items()}
        self._embed(strings, on_share)
        self._library.documents.store(window)

    def _embed(self, strings: dict[str, str], on_share: Callable[[float], None]) -> None:
        """Embed what has no vector yet, shortest first, some of it a transaction."""
        fingerprint = self._embedder.fingerprint
        missing = self._library.vectors.missing(strings, fingerprint=fingerprint)
        ordered = sorted(missing, key=lambda name: (len(strings[name]), name))
        for start in range(0, len(ordered), _STRINGS_A_TRANSACTION):
            batch = ordered[start : start + _STRINGS_A_TRANSACTION]
            vectors = self._embedder.embed_documents([strings[name] for name in batch])
            self._library.vectors.store(batch, vectors, fingerprint=fingerprint)
            self.embeddings_computed += len(batch)
            on_share((start + len(batch)) / len(ordered))


def _windows(prepared: Iterable[PreparedDocument]) -> Iterator[list[PreparedDocument]]:
    """Documents together, as many as make enough strings to embed in batches of like length."""
    window: list[PreparedDocument] = []
    strings = 0
    for one in prepared:
        window.append(one)
        strings += len(one.strings)
        if strings >= _STRINGS_A_WINDOW:
            yield window
            window, strings = [], 0
    if window:
        yield window
