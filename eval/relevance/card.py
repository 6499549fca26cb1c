"""What a relevance model is worth: a folder in, the figures of its card out.

Questions that training held back, and sets that it never saw; every figure with a 95 % interval
(bootstrap over questions).
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.asked import AskedSet, asked_questions
from eval.benchmarks.comparison import NOT_RERANKED, OURS, Figure, compare, figure_of_all
from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.benchmarks.ours import Ours
from eval.benchmarks.public_sets import load_set
from eval.benchmarks.retrieval_task import retrieval_scores
from eval.measures.answerability import Outcome, count_decisions, roc_auc
from eval.measures.calibration import expected_calibration_error
from eval.relevance.asks import folds_of
from eval.relevance.library_parts import AskedOfPart
from eval.relevance.making import own_documents_of, parts_of
from eval.relevance.sources import is_there, prepare_sets
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.embedding_models import model_folder
from rag.answerability import Answerability
from rag.relevance_model import RelevanceModel
from rag.rerankers import reranking_that_is_set
from rag.reranking import Mixing
from rag.settings import RagSettings
from rag.training.judgements import Fold

_RANKED = (
    ("bioasq", None, Fold.HELD_BACK),
    ("squad2_dev_half", None, Fold.HELD_BACK),
    ("covidqa", None, Fold.HELD_BACK),
    ("pubmedqa", None, Fold.HELD_BACK),
    ("evidence_inference", None, Fold.HELD_BACK),
    ("als_claims", "als_corpus", None),
    ("medquad_als", None, None),
)
"""Set, distractors, and the fold that is asked; None for sets that nothing was learned from."""
_PARTS_OF = "bioasq"
_OWN_PARAGRAPH = "squad2_dev_half"
_MEASURES = ("nDCG@10", "recall@10", "RR")
_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the card."""

    what: str
    measure: str
    without: Figure | None
    """In the order of retrieval alone."""
    figure: Figure


def measure_model(
    folder: Path,
    settings: EvalSettings,
    embedder: Embedder,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> Iterator[Row]:
    """The figures of the model in that folder, on those of the sets that are on this machine."""
    for name, distractors, fold in _RANKED:
        if is_there(settings.bench_data, name):
            data = load_set(settings.bench_data, name, distractors=distractors)
            yield from _ranking(data, fold, folder, settings, embedder, on_progress)
    yield from _answerability(folder, settings, embedder, on_progress)


def as_markdown(rows: Sequence[Row]) -> str:
    """A table of them."""
    lines = [
        "| set, questions | measure | retrieval alone | with the model |",
        "|---|---|---|---|",
    ]
    for row in rows:
        without = _cell(row.without) if row.without else "–"
        lines.append(f"| {row.what} | {row.measure} | {without} | {_cell(row.figure)} |")
    return "\n".join(lines) + "\n"


def _cell(figure: Figure) -> str:
    if not isinstance(figure.value, float | int):
        return "–"
    low_high = figure.interval
    interval = f" ({low_high[0]:.3f}–{low_high[1]:.3f})" if low_high else ""
    return f"{figure.value:.3f}{interval}"


def _ranking(
    data: PublicSet,
    fold: Fold | None,
    folder: Path,
    settings: EvalSettings,
    embedder: Embedder,
    on_progress: Progress,
) -> Iterator[Row]:
    library = make_library(data.records, settings, embedder, on_progress=on_progress)
    folds = folds_of(data)
    own = [one for one in data.questions if fold is None or folds[one.question_id] is fold]
    asked = [one for one in asked_questions(own, library.document_ids) if one.relevant]
    if not asked:
        return
    reranking = reranking_that_is_set(RagSettings(reranker=str(folder)))
    with (
        closing(Ours(library.settings, embedder, reranking)) as ours,
        closing(Ours(library.settings, embedder, name=NOT_RERANKED)) as plain,
    ):
        ask = AskedSet(asked, library.document_ids, on_progress)
        figures = compare(retrieval_scores(ask, [ours, plain]))
    what = f"{data.label}, {len(asked):,}{f', {fold}' if fold else ', never learned from'}"
    for measure in _MEASURES:
        yield Row(what, measure, figures[NOT_RERANKED][measure], figures[OURS][measure])


def _answerability(
    folder: Path, settings: EvalSettings, embedder: Embedder, on_progress: Progress
) -> Iterator[Row]:
    model = RelevanceModel(folder, model_folder() / "tokenizer.json")
    mixing = Mixing.from_dict(model.record.mixing)
    weights = Answerability.from_dict(model.record.answerability)
    sets = prepare_sets((_PARTS_OF, _OWN_PARAGRAPH), settings, embedder, on_progress)
    if _PARTS_OF in sets:
        asked = parts_of(
            sets[_PARTS_OF], Fold.HELD_BACK, model, mixing, embedder, on_progress=on_progress
        )
        for size in sorted({one.documents for one in asked}):
            part = [one for one in asked if one.documents == size]
            what = f"{_PARTS_OF}, {size:,} documents, gold in or out, {len(part):,}"
            yield from _decisions(what, part, weights)
        yield Row(
            f"{_PARTS_OF}, all sizes, {len(asked):,}",
            "calibration error",
            None,
            figure_of_all(expected_calibration_error, _said(asked, weights)),
        )
    if _OWN_PARAGRAPH in sets:
        own = own_documents_of(sets[_OWN_PARAGRAPH], Fold.HELD_BACK, model, mixing, embedder)
        yield from _decisions(f"{_OWN_PARAGRAPH}, its own paragraphs, {len(own):,}", own, weights)


def _decisions(what: str, part: Sequence[AskedOfPart], weights: Answerability) -> Iterator[Row]:
    outcomes = [
        Outcome(probability, answerable, probability >= _EVEN)
        for probability, answerable in _said(part, weights)
    ]
    yield Row(what, "AUC", None, figure_of_all(roc_auc, outcomes))
    accuracy = figure_of_all(lambda given: count_decisions(given).accuracy, outcomes)
    yield Row(what, "accuracy at .5", None, accuracy)


def _said(asked: Sequence[AskedOfPart], weights: Answerability) -> list[tuple[float, bool]]:
    return [(weights.probability(one.signals), one.answerable) for one in asked]
