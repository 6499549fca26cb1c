"""All peers over one corpus, and what must be installed for them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.benchmarks.models import BenchDocument, Progress, System
from eval.benchmarks.peer_vectors import PeerVectors
from eval.packages import require_packages

if TYPE_CHECKING:
    from eval.benchmarks.peers_llama_index import LlamaIndexPeer

PACKAGES = {"llama_index": "llama-index-core", "bm25s": "bm25s", "Stemmer": "pystemmer"}
"""By module, what a benchmark needs beyond what answering needs."""


@dataclass(frozen=True, slots=True)
class PeerCorpus:
    """What every peer indexes, and where those with vectors have them from."""

    documents: Sequence[BenchDocument]
    vectors: PeerVectors
    on_progress: Progress


def require_peers() -> None:
    """Raise SettingsError where a package of the peers is missing."""
    require_packages(PACKAGES, purpose="A comparison with peers")


@contextmanager
def open_peers(corpus: PeerCorpus) -> Iterator[list[System]]:
    """The peers that find documents and passages."""
    from eval.benchmarks.peers_bm25 import Bm25Peer
    from eval.benchmarks.peers_dense import DensePeer

    whole = corpus.vectors.embed_documents(
        [one.whole for one in corpus.documents],
        on_progress=lambda done, total: corpus.on_progress("embedding for Chroma", done, total),
    )
    dense = DensePeer(corpus.documents, whole, corpus.vectors)
    try:
        yield [dense, Bm25Peer(corpus.documents), open_llama_index(corpus)]
    finally:
        dense.close()


def open_llama_index(corpus: PeerCorpus) -> "LlamaIndexPeer":
    """The peer that also answers."""
    from eval.benchmarks.peers_llama_index import LlamaIndexPeer

    return LlamaIndexPeer(
        corpus.documents,
        corpus.vectors,
        on_progress=lambda done, total: corpus.on_progress("embedding for LlamaIndex", done, total),
    )
