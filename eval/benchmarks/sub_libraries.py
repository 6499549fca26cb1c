"""Retrieval from small libraries drawn from a public set: how it does with 2, 20 or 200 documents.

Each library has gold documents of one question, drawn at random, and other documents up to its
size; every question with a gold document in it is asked. Each is indexed by the real ingest.
"""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from eval.benchmarks.asked import AskedSet, TaskResult, asked_questions
from eval.benchmarks.comparison import SEED, QuestionScores, compare
from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.benchmarks.ours import Ours
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.peers import PeerCorpus, open_peers
from eval.benchmarks.retrieval_task import UNJUDGED, retrieval_scores
from eval.settings import EvalSettings, settings_in
from index.embedding import Embedder, EmbeddingIdentity, TokenCounter, Vectors
from index.errors import SettingsError

QUESTIONS = 300
"""Libraries are drawn until so many questions are asked."""
_MOST_LIBRARIES = 150


@dataclass(frozen=True, slots=True)
class KeptEmbedder:
    """An embedder that remembers across libraries: each string is embedded once."""

    embedder: Embedder
    vectors: PeerVectors

    @property
    def identity(self) -> EmbeddingIdentity:
        return self.embedder.identity

    @property
    def fingerprint(self) -> str:
        return self.embedder.fingerprint

    @property
    def tokens(self) -> TokenCounter:
        return self.embedder.tokens

    @property
    def max_tokens(self) -> int:
        return self.embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        return self.embedder.count_tokens(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self.vectors.embed_documents(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.embed_queries(texts)


def draw_sub_libraries(
    data: PublicSet, *, size: int, questions: int = QUESTIONS
) -> Iterator[PublicSet]:
    """Parts of the set, each with `size` of its documents and the questions on them.

    Raises:
        SettingsError: the set has fewer documents, or no question with a gold document.
    """
    asked = [one for one in data.questions if one.relevant]
    if size > len(data.records) or not asked:
        raise SettingsError(
            f"{data.name} has {len(data.records):,} documents and {len(asked):,} questions on them.",
            "Draw smaller libraries.",
        )
    chance = random.Random(SEED)  # noqa: S311 - a sample
    names = [one.name for one in data.records]
    count = 0
    for _ in range(_MOST_LIBRARIES):
        gold = sorted(chance.choice(asked).relevant)
        own = set(chance.sample(gold, min(len(gold), max(1, size // 2))))
        others = chance.sample(names, min(len(names), size + len(own)))
        drawn = {*own, *[one for one in others if one not in own][: size - len(own)]}
        on_them = tuple(
            replace(one, relevant=inside)
            for one in asked
            if (inside := {name: grade for name, grade in one.relevant.items() if name in drawn})
        )
        records = tuple(one for one in data.records if one.name in drawn)
        yield replace(data, records=records, questions=on_them)
        count += len(on_them)
        if count >= questions:
            return


def measure_sub_libraries(
    libraries: Sequence[PublicSet],
    settings: EvalSettings,
    embedder: Embedder,
    vectors: PeerVectors,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> TaskResult:
    """Scores of ours and the peers over the questions of all libraries together."""
    kept = KeptEmbedder(embedder, vectors)
    scores: dict[str, list[QuestionScores]] = {}
    for done, part in enumerate(libraries, start=1):
        for name, own in _scores(part, settings, kept).items():
            scores.setdefault(name, []).extend(own)
        on_progress("small libraries", done, len(libraries))
    sizes = sorted({len(one.records) for one in libraries})
    note = (
        f"{len(libraries):,} libraries of {', '.join(map(str, sizes))} documents, drawn with a fixed"
        " seed; a question may be asked of several."
    )
    return TaskResult(
        sum(len(one.questions) for one in libraries), compare(scores), (note, UNJUDGED)
    )


def _scores(
    part: PublicSet, settings: EvalSettings, embedder: KeptEmbedder
) -> dict[str, list[QuestionScores]]:
    with tempfile.TemporaryDirectory() as folder:
        library = make_library(part.records, settings_in(settings, Path(folder)), embedder)
        questions = asked_questions(part.questions, library.document_ids)
        asked = AskedSet(questions, library.document_ids, lambda *_: None)
        corpus = PeerCorpus(library.documents(part.records), embedder.vectors, lambda *_: None)
        with (
            closing(Ours(library.settings, embedder)) as ours,
            open_peers(corpus) as peers,
        ):
            return retrieval_scores(asked, [ours, *peers])
