from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from eval.benchmarks.peers_chroma import LlamaIndexRetriever
from index.library_rows import StoredChunk
from index.models import Chunk
from tests.fakes import HashingEmbedder

TEXTS = ["Riluzole is a tablet.", "Edaravone is given by infusion.", "Bread is baked."] + [
    f"Sentence {n} is of nothing." for n in range(12)
]


def _stored(n: int, text: str) -> StoredChunk:
    chunk = Chunk(f"d#{n:04}", "d", "Abstract", 0, len(text), text, ((0, len(text)),))
    return StoredChunk(chunk, f"hash {n}", (f"hash {n}",))


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[LlamaIndexRetriever]:
    embedder = HashingEmbedder()
    with closing(
        LlamaIndexRetriever(
            [_stored(n, text) for n, text in enumerate(TEXTS)],
            embedder.embed_documents(TEXTS),
            embedder.embed_queries,
            folder=tmp_path / "chroma",
        )
    ) as peer:
        yield peer


def test_the_nearest_chunks_come_by_the_vectors_that_were_given_as_many_as_wanted(
    peer: LlamaIndexRetriever,
) -> None:
    found = peer.chunk_ids("How is edaravone given?", k=10)

    assert len(found) == 10
    assert peer.chunk_ids("How is edaravone given?") == found[:2]
    assert found[0] == "d#0001"
    assert peer.chunk_ids("bread")[0] == "d#0002"
