"""Which public sets the shipped model learns from, and how much of each."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.library import BenchLibrary, make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.benchmarks.public_sets import load_set
from eval.relevance.asks import Ask, questions, statements, titles
from eval.relevance.mining import mine
from eval.settings import EvalSettings
from index.embedding import Embedder
from rag.training.judgements import JudgedQuestion

_SEED = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Asks of one kind of one set."""

    set_name: str
    kind: str
    asks: Callable[[PublicSet], Iterator[Ask]]
    share: float = 1.0
    """Of the asks, drawn with a fixed seed."""
    times: int = 1
    """How often each is met for once that others are."""

    @property
    def name(self) -> str:
        return f"{self.set_name} {self.kind}"


SOURCES = (
    Source("bioasq", "questions", questions),
    Source("bioasq", "statements", statements),
    Source("bioasq", "titles", titles, share=0.1),
    Source("squad2_dev_half", "questions", questions, times=3),
    Source("covidqa", "questions", questions),
    Source("pubmedqa", "questions", questions),
    Source("pubmedqa", "statements", statements),
    Source("evidence_inference", "questions", questions),
    Source("evidence_inference", "titles", titles, share=0.4),
)
"""als_claims and medquad_als are in none of them: they show what carries over."""


@dataclass(frozen=True, slots=True)
class PreparedSet:
    """A set that is on this machine, indexed."""

    data: PublicSet
    library: BenchLibrary


def prepare_sets(
    names: Sequence[str], settings: EvalSettings, embedder: Embedder, on_progress: Progress
) -> dict[str, PreparedSet]:
    """Those of the sets that the data folder holds, by name."""
    found = [name for name in names if is_there(settings.bench_data, name)]
    prepared: dict[str, PreparedSet] = {}
    for name in found:
        data = load_set(settings.bench_data, name)
        library = make_library(data.records, settings, embedder, on_progress=on_progress)
        prepared[name] = PreparedSet(data, library)
    return prepared


def is_there(folder: Path, name: str) -> bool:
    """Whether the folder of sets holds that one."""
    return (folder / name / "queries.jsonl").is_file()


def judged_questions(
    sets: dict[str, PreparedSet],
    embedder: Embedder,
    *,
    sources: Sequence[Source] = SOURCES,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> list[JudgedQuestion]:
    """What the sources give of those sets, one that is met more often as often as that."""
    judged: list[JudgedQuestion] = []
    for source in sources:
        if source.set_name not in sets:
            continue
        prepared = sets[source.set_name]
        asks = list(source.asks(prepared.data))
        chance = random.Random(_SEED)  # noqa: S311 - a draw
        drawn = chance.sample(asks, round(source.share * len(asks)))
        found = mine(drawn, prepared.library, embedder, source=source.name, on_progress=on_progress)
        judged += list(found) * source.times
    return judged
