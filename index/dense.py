"""The vector index: ids and vectors into a Chroma folder, nearest ids out.

Our own vectors go in and are asked with: no embedding function, no telemetry. Chroma returns ids;
texts come from the record. `count()` stays right when the vectors are gone, so health is told by
asking for stored vectors, never by counting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding import Vectors
from index.errors import BuildError, DamagedBuildError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTIONS = ("chunks", "records")
_PROBE_DISTANCE = 1e-3
_PROBE_K = 10
_WIDE_PROBE_K = 1_000
_MIN_THRESHOLD = 2
_DEFAULT_BATCH = 100
_SEARCH_WIDTH = 500
"""Candidates that the graph keeps while it looks (Chroma: 100): of the ten nearest of 207,067 chunks it
finds .991 instead of .973, in 2.9 ms instead of 2.0."""
_READ_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Hit:
    """An id and its cosine similarity to what was asked, -1 to 1."""

    entry_id: str
    similarity: float


class DenseIndex:
    """An open Chroma folder; one process writes it, once, before it goes live.

    Args:
        folder: where Chroma keeps its files.
        create_sizes: entries that each collection will get; given to create, left out to open.
            Chroma writes its graph to disk every `sync_threshold` entries and keeps the rest in a
            log that every opening replays; the size as threshold writes the whole graph, once.

    Raises:
        DamagedBuildError: Chroma cannot open the folder or answer from it.
    """

    def __init__(self, folder: Path, *, create_sizes: dict[str, int] | None = None) -> None:
        self._folder = folder
        if create_sizes is None and not (folder / "chroma.sqlite3").is_file():
            raise self._damaged("there is no database in it")
        self._client = _open_client(folder)
        try:
            self._collections = {
                name: self._client.get_collection(name, embedding_function=None)
                if create_sizes is None
                else self._create_collection(name, create_sizes[name])
                for name in COLLECTIONS
            }
        except Exception as error:
            self.close()
            raise self._damaged(error) from error

    def add(
        self,
        collection: str,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[dict[str, str]],
    ) -> None:
        """Add new ids with their vectors and metadata."""
        batch = self._client.get_max_batch_size()
        for start in range(0, len(ids), batch):
            try:
                self._collections[collection].add(
                    ids=list(ids[start : start + batch]),
                    embeddings=vectors[start : start + batch],
                    metadatas=list(metadatas[start : start + batch]),
                )
            except Exception as error:
                raise BuildError(
                    f"The search index in {self._folder} cannot be written ({error}).",
                    "Check the disk's free space, then run: alsqa index.",
                ) from error

    def count(self, collection: str) -> int:
        """How many ids the collection says it has."""
        try:
            return int(self._collections[collection].count())
        except Exception as error:
            raise self._damaged(error) from error

    def read_back(self, collection: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Every id with its metadata, in Chroma's order."""
        for offset in range(0, self.count(collection), _READ_PAGE):
            try:
                page = self._collections[collection].get(
                    limit=_READ_PAGE, offset=offset, include=["metadatas"]
                )
            except Exception as error:
                raise self._damaged(error) from error
            for entry_id, metadata in zip(page["ids"], page["metadatas"] or (), strict=True):
                yield entry_id, {name: str(value) for name, value in (metadata or {}).items()}

    def query(self, collection: str, vector: Vectors, *, k: int) -> list[Hit]:
        """The k ids nearest to `vector` (shape (dimension,)), nearest first."""
        if k < 1:
            return []
        try:
            found = self._collections[collection].query(
                query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"]
            )
        except Exception as error:
            raise self._damaged(error) from error
        distances = found["distances"] or [[]]
        return [
            Hit(entry_id, 1.0 - float(distance))
            for entry_id, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def probe(self, collection: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Raise DamagedBuildError unless each stored vector is found again under its id.

        Equal strings have equal vectors, so the id may come at any rank at distance nought.
        """
        for entry_id, vector in zip(ids, vectors, strict=True):
            most = self.count(collection)
            # Among many vectors that are nearly the same a narrow search may miss one.
            widths = (min(k, most) for k in (_PROBE_K, _WIDE_PROBE_K))
            if not any(self._finds(collection, entry_id, vector, k=k) for k in widths):
                raise self._damaged(f"{entry_id} is not found by its own vector")

    def _finds(self, collection: str, entry_id: str, vector: Vectors, *, k: int) -> bool:
        hits = self.query(collection, vector, k=k)
        tied = [hit.entry_id for hit in hits if hit.similarity >= 1 - _PROBE_DISTANCE]
        return entry_id in tied or (bool(tied) and len(tied) == len(hits))

    def close(self) -> None:
        """Let go of Chroma's files."""
        self._client.close()  # type: ignore[attr-defined]

    def _create_collection(self, name: str, size: int) -> "Collection":
        threshold = max(_MIN_THRESHOLD, size)
        hnsw = {
            "space": "cosine",
            "ef_search": _SEARCH_WIDTH,
            "sync_threshold": threshold,
            "batch_size": min(_DEFAULT_BATCH, threshold),
        }
        return self._client.create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": hnsw},  # type: ignore[arg-type]
        )

    def _damaged(self, reason: object) -> DamagedBuildError:
        return DamagedBuildError(
            f"The search index in {self._folder} is damaged ({reason}).",
            "Run: alsqa index. It is made again from stored vectors.",
        )


def dense_written_by() -> str:
    """What writes the files and how, for no version opens another's."""
    return f"chromadb {version('chromadb')}, search width {_SEARCH_WIDTH}"


def _open_client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    try:
        return chromadb.PersistentClient(
            path=str(folder), settings=Settings(anonymized_telemetry=False)
        )
    except Exception as error:
        raise DamagedBuildError(
            f"The search index in {folder} cannot be opened ({error}).",
            "Run: alsqa index. It is made again from stored vectors.",
        ) from error
