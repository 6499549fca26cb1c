import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.curated_sources import CuratedSources
from index.embedding import Vectors
from index.folder import scan_folder
from index.ingest_work import IngestWork
from index.library import Library
from index.library_rows import DocumentVersion, string_hash
from index.making import DocumentMaker
from index.models import AddedField
from index.papers import Paper, resolve_papers
from index.reading import WorkPool, read_changed_files
from index.worker_pool import WorkerPool
from tests.fakes import HashingEmbedder, WordCounter
from tests.index.samples import EDARAVONE, NOW, RILUZOLE, write_files

_RILUZOLE_ID = "doi:10.1000/riluzole"


@dataclass(frozen=True, slots=True)
class _FussyCounter(WordCounter):
    """A token counter that cannot count a certain word."""

    def count_tokens(self, text: str) -> int:
        if "Unspeakable" in text:
            raise ValueError("that cannot be counted")
        return WordCounter(self.max_tokens).count_tokens(text)


class _Watched(HashingEmbedder):
    """Embeds up to `limit` strings, and notes which documents are stored while it does."""

    def __init__(self, library: Library, papers: Sequence[Paper], limit: int = 10_000) -> None:
        super().__init__()
        self._library = library
        self._keys = [paper.key for paper in papers]
        self._limit = limit
        self.stored_meanwhile: list[set[DocumentVersion]] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if len(self.embedded) + len(texts) > self._limit:
            raise RuntimeError("the power went")
        self.stored_meanwhile.append(self._library.documents.known(self._keys))
        return super().embed_documents(texts)


@pytest.fixture
def pool(documents: Path) -> Iterator[WorkPool]:
    work = IngestWork(documents, 1_000_000, _FussyCounter())
    with WorkerPool(work, workers=1) as pool:
        yield pool


@pytest.fixture
def papers(library: Library, documents: Path, pool: WorkPool) -> tuple[Paper, ...]:
    """Riluzole and edaravone, read and not made yet; seven strings each."""
    write_files(documents, {"riluzole.md": RILUZOLE, "edaravone.md": EDARAVONE})
    return _read(library, documents, pool)


def _read(
    library: Library, documents: Path, pool: WorkPool, **fields: AddedField
) -> tuple[Paper, ...]:
    read_changed_files(
        library,
        documents,
        scan_folder(documents).files,
        pool,
        max_bytes=1_000_000,
        now=NOW,
        on_progress=lambda _done, _total: None,
    )
    curated = CuratedSources({_RILUZOLE_ID: tuple(fields.values())})
    fingerprint = HashingEmbedder().fingerprint
    return resolve_papers(library.sources.heads(), curated, fingerprint=fingerprint).papers


def _silent(_done: int, _total: int) -> None:
    pass


def _keys(papers: Sequence[Paper]) -> set[DocumentVersion]:
    return {paper.key for paper in papers}


def test_papers_become_documents_with_all_their_vectors(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool
) -> None:
    embedder = HashingEmbedder()
    maker = DocumentMaker(library, embedder)

    failures = maker.make(papers, pool, on_progress=_silent)

    assert failures == {}
    assert library.documents.known(_keys(papers)) == _keys(papers)
    assert maker.embeddings_computed == len(embedder.embedded) == 14
    entries = library.documents.entries([paper.key for paper in papers])
    hashes = {entry.embedded_hash for entry in entries}
    assert len(hashes) == 6
    hashes |= {string_hash(text) for text in embedder.embedded}
    assert len(hashes) == 14
    assert library.vectors.missing(hashes, fingerprint=embedder.fingerprint) == set()


def test_document_is_stored_only_after_its_vectors(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool
) -> None:
    embedder = _Watched(library, papers)

    DocumentMaker(library, embedder).make(papers, pool, on_progress=_silent)

    assert len(embedder.embedded) == 14
    assert embedder.stored_meanwhile == [set()] * len(embedder.stored_meanwhile)
    assert library.documents.known(_keys(papers)) == _keys(papers)


def test_failure_while_embedding_stores_no_document_and_no_string_is_embedded_twice(
    library: Library, documents: Path, pool: WorkPool
) -> None:
    lines = (f"Finding number {n} concerns neuron w{n}." for n in range(900))
    write_files(documents, {"long.md": "\n".join(["# Long", "", "DOI: 10.1000/long", "", *lines])})
    papers = _read(library, documents, pool)
    failing = _Watched(library, papers, limit=600)

    with pytest.raises(RuntimeError, match="the power went"):
        DocumentMaker(library, failing).make(papers, pool, on_progress=_silent)
    assert failing.embedded
    assert library.documents.known(_keys(papers)) == set()

    embedder = HashingEmbedder()
    DocumentMaker(library, embedder).make(papers, pool, on_progress=_silent)
    assert embedder.embedded
    assert set(embedder.embedded).isdisjoint(failing.embedded)
    assert library.documents.known(_keys(papers)) == _keys(papers)


def test_stored_document_is_not_made_again(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool
) -> None:
    DocumentMaker(library, HashingEmbedder()).make(papers, pool, on_progress=_silent)
    embedder = HashingEmbedder()
    maker = DocumentMaker(library, embedder)
    progress: list[tuple[int, int]] = []

    failures = maker.make(
        papers, pool, on_progress=lambda done, total: progress.append((done, total))
    )

    assert (failures, embedder.embedded, maker.embeddings_computed, progress) == ({}, [], 0, [])


def test_strings_that_two_papers_share_are_embedded_once(
    library: Library, documents: Path, pool: WorkPool
) -> None:
    write_files(
        documents,
        {
            "one.md": "# One\n\nDOI: 10.1000/1\n\nRiluzole helps. Much is open.\n",
            "two.md": "# Two\n\nDOI: 10.1000/2\n\nRiluzole helps. Much is open.\n",
        },
    )
    embedder = HashingEmbedder()

    DocumentMaker(library, embedder).make(
        _read(library, documents, pool), pool, on_progress=_silent
    )

    assert sorted(embedder.embedded) == sorted(set(embedder.embedded))
    assert embedder.embedded.count("Riluzole helps.") == 1


def test_field_of_a_curator_makes_a_new_version_without_any_embedding(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool, documents: Path
) -> None:
    DocumentMaker(library, HashingEmbedder()).make(papers, pool, on_progress=_silent)
    changed = _read(library, documents, pool, year=AddedField("year", "1996", "me"))
    embedder = HashingEmbedder()

    DocumentMaker(library, embedder).make(changed, pool, on_progress=_silent)

    assert embedder.embedded == []
    (riluzole,) = (paper.key for paper in changed if paper.key.document_id == _RILUZOLE_ID)
    assert riluzole not in _keys(papers)
    assert library.documents.document(riluzole).year == 1996
    assert library.documents.known(_keys(papers)) == _keys(papers)


def test_paper_that_cannot_be_prepared_is_told_and_the_others_are_made(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool, documents: Path
) -> None:
    bad = "# Unspeakable\n\nDOI: 10.1000/bad\n\nUnspeakable things happen.\n"
    write_files(documents, {"bad.md": bad})
    three = _read(library, documents, pool)

    failures = DocumentMaker(library, HashingEmbedder()).make(three, pool, on_progress=_silent)

    ((key, reason),) = failures.items()
    assert key.document_id == "doi:10.1000/bad"
    assert "that cannot be counted" in reason
    assert library.documents.known(_keys(three)) == _keys(papers)


def test_paper_that_could_not_be_prepared_is_tried_again(
    library: Library, documents: Path, pool: WorkPool
) -> None:
    write_files(documents, {"bad.md": "# Bad\n\nUnspeakable things happen.\n"})
    papers = _read(library, documents, pool)
    DocumentMaker(library, HashingEmbedder()).make(papers, pool, on_progress=_silent)

    with WorkerPool(IngestWork(documents, 1_000_000, WordCounter()), workers=1) as better:
        failures = DocumentMaker(library, HashingEmbedder()).make(
            papers, better, on_progress=_silent
        )

    assert failures == {}
    assert library.documents.known(_keys(papers)) == _keys(papers)


def test_progress_goes_up_to_the_number_of_new_papers(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool
) -> None:
    progress: list[tuple[int, int]] = []

    DocumentMaker(library, HashingEmbedder()).make(
        papers, pool, on_progress=lambda done, total: progress.append((done, total))
    )

    assert progress == sorted(progress)
    assert progress[-1] == (2, 2)


def test_lost_vectors_alone_are_embedded_again(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool, paths: BuildPaths
) -> None:
    DocumentMaker(library, HashingEmbedder()).make(papers, pool, on_progress=_silent)
    connection = sqlite3.connect(paths.library)
    lost = connection.execute("DELETE FROM vectors WHERE rowid % 3 = 0").rowcount
    before = set(connection.execute("SELECT * FROM vectors"))
    connection.commit()
    connection.close()
    embedder = HashingEmbedder()
    maker = DocumentMaker(library, embedder)
    progress: list[tuple[int, int]] = []

    maker.embed_again(
        [paper.key for paper in papers],
        on_progress=lambda done, total: progress.append((done, total)),
    )

    assert len(embedder.embedded) == maker.embeddings_computed == lost > 0
    assert progress == [(1, 2), (2, 2)]
    connection = sqlite3.connect(paths.library)
    after = set(connection.execute("SELECT * FROM vectors"))
    connection.close()
    assert before < after
    assert len(after) == 14


def test_nothing_is_embedded_again_where_nothing_is_lost(
    library: Library, papers: tuple[Paper, ...], pool: WorkPool
) -> None:
    DocumentMaker(library, HashingEmbedder()).make(papers, pool, on_progress=_silent)
    embedder = HashingEmbedder()

    DocumentMaker(library, embedder).embed_again(_keys(papers), on_progress=_silent)

    assert embedder.embedded == []


def test_no_papers_are_nothing_to_do(library: Library, pool: WorkPool) -> None:
    embedder = HashingEmbedder()

    assert DocumentMaker(library, embedder).make((), pool, on_progress=_silent) == {}
    assert embedder.embedded == []
