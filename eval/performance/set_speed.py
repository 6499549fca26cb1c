"""Retrieval over a public set's library against LlamaIndex and torch, and by several threads."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.packages import require_packages
from eval.performance.machine import Machine, one_thread_each, this_machine
from eval.performance.retrieval_speed import (
    RetrievalSpeed,
    ThreadSpeed,
    draw_questions,
    time_retrieval,
    time_threads,
)
from eval.performance.timings import Percentiles
from eval.settings import EvalSettings
from index.embedding import Embedder, Vectors
from rag.pipeline import Pipeline

PACKAGES = {
    "llama_index.core": "llama-index-core",
    "llama_index.vector_stores.chroma": "llama-index-vector-stores-chroma",
}
"""By module, what the comparison needs."""
QUESTIONS = 300


@dataclass(frozen=True, slots=True)
class SetSpeedReport:
    """Ours and the peers, over the same questions, each asked of all in turn; one thread each."""

    set_name: str
    documents: int
    chunks: int
    ours: RetrievalSpeed
    llama_index: Percentiles
    """Its retriever over Chroma, as many passages as ours, the question embedded by torch."""
    llama_index_default: Percentiles
    """The same as it comes, with two passages."""
    passages: int
    """That ours reads."""
    our_embedding: Percentiles
    """Of the question alone."""
    torch_embedding: Percentiles
    """By sentence-transformers with the same weights in fp32."""
    threads: ThreadSpeed
    machine: Machine

    @property
    def llama_index_ratio(self) -> float:
        """What ours takes as a share of LlamaIndex for as many passages, at the median."""
        return self.ours.total.p50_ms / self.llama_index.p50_ms

    @property
    def llama_index_default_ratio(self) -> float:
        """The same for the two passages that it gives by default."""
        return self.ours.total.p50_ms / self.llama_index_default.p50_ms

    @property
    def embedding_ratio(self) -> float:
        """What our embedding of a question takes as a share of torch's, at the median."""
        return self.our_embedding.p50_ms / self.torch_embedding.p50_ms

    def to_dict(self) -> dict[str, Any]:
        """What was measured and what follows from it, fit for JSON."""
        return asdict(self) | {
            "llama_index_ratio": self.llama_index_ratio,
            "llama_index_default_ratio": self.llama_index_default_ratio,
            "embedding_ratio": self.embedding_ratio,
            "threads_ratio": self.threads.ratio,
        }


def measure_set(
    data: PublicSet,
    settings: EvalSettings,
    embedder: Embedder,
    make_encoder: Callable[[], Callable[[list[str]], Vectors]],
    *,
    questions: int = QUESTIONS,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> SetSpeedReport:
    """Make or open the set's library as a benchmark does, and time questions to it.

    Args:
        data: the set.
        settings: say where libraries of public sets are kept.
        embedder: ours; on as many threads as `OMP_NUM_THREADS` says.
        make_encoder: gives the peer's; likewise.
        questions: the most that are timed, a seeded sample.
        on_progress: told of each stage.

    Raises:
        SettingsError: a package of the peers is missing, or the set has too few questions.
    """
    require_packages(PACKAGES, purpose="A comparison with LlamaIndex over Chroma")
    from eval.benchmarks.peers_chroma import LlamaIndexRetriever

    library = make_library(data.records, settings, embedder, on_progress=on_progress)
    asked = draw_questions(
        (one.text for one in data.questions),
        n=questions,
        max_chars=library.settings.max_question_chars,
    )
    encode = make_encoder()
    with (
        one_thread_each(),
        tempfile.TemporaryDirectory() as folder,
        closing(Pipeline(library.settings, embedder)) as pipeline,
    ):
        with pipeline.live.lease() as build:
            documents = len(build.members)
            chunks = build.chunks(build.lexical.ids("chunks"))
            vectors = build.vectors([one.embedded_hash for one in chunks])
        peer = LlamaIndexRetriever(
            chunks,
            vectors,
            encode,
            folder=Path(folder),
            on_progress=lambda done, total: on_progress("filling Chroma", done, total),
        )
        with closing(peer):
            machine = this_machine()
            ours, (llama_index, default, own, torch) = time_retrieval(
                pipeline,
                asked,
                others=(
                    lambda text: peer.chunk_ids(text, k=library.settings.candidate_k),
                    peer.chunk_ids,
                    lambda text: embedder.embed_queries([text]),
                    lambda text: encode([text]),
                ),
                on_progress=on_progress,
            )
        threads = time_threads(pipeline, asked.timed, on_progress=on_progress)
    return SetSpeedReport(
        set_name=data.name,
        documents=documents,
        chunks=len(chunks),
        ours=ours,
        llama_index=llama_index,
        llama_index_default=default,
        passages=library.settings.candidate_k,
        our_embedding=own,
        torch_embedding=torch,
        threads=threads,
        machine=machine,
    )
