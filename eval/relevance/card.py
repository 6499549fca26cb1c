"""What a relevance model is worth: a folder in, the figures of its card out.

Questions that training held back, and sets that it never saw; every figure with a 95 % interval
(bootstrap over questions).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import fmean

from eval.benchmarks.asked import AskedSet, asked_questions
from eval.benchmarks.comparison import NOT_RERANKED, OURS, Figure, compare, figure_of_all
from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.benchmarks.ours import Ours
from eval.benchmarks.public_sets import load_set
from eval.benchmarks.retrieval_task import retrieval_scores
from eval.measures.answerability import Outcome, count_decisions, roc_auc
from eval.measures.calibration import expected_calibration_error
from eval.measures.score import NotScored, Score
from eval.relevance.asks import folds_of
from eval.relevance.library_parts import AskedOfPart
from eval.relevance.making import own_documents_of, parts_of
from eval.relevance.sources import is_there, prepare_sets
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.embedding_models import model_folder
from rag.answerability import SIGNALS
from rag.logistic import Logistic
from rag.relevance_model import RelevanceModel
from rag.rerankers import reranking_that_is_set
from rag.reranking import MIXED
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
_WITHOUT_LIMIT_MS = 10**9
_THRESHOLDS = (0.1, 0.25, 0.5, 0.75)

_Said = list[tuple[float, bool]]
"""Probabilities that were said, each with whether there is an answer."""


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
    reranking = reranking_that_is_set(
        RagSettings(reranker=str(folder), rerank_budget_ms=_WITHOUT_LIMIT_MS)
    )
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
    mixing = Logistic.from_dict(model.record.mixing, MIXED)
    weights = Logistic.from_dict(model.record.answerability, SIGNALS)
    sets = prepare_sets((_PARTS_OF, _OWN_PARAGRAPH), settings, embedder, on_progress)
    if _PARTS_OF in sets:
        asked = parts_of(
            sets[_PARTS_OF], Fold.HELD_BACK, model, mixing, embedder, on_progress=on_progress
        )
        for size in sorted({one.documents for one in asked}):
            part = [one for one in asked if one.documents == size]
            what = f"{_PARTS_OF}, {size:,} documents, gold in or out, {_questions(part):,}"
            yield from _decisions(what, part, weights)
        yield from _risks(f"{_PARTS_OF}, all sizes, {_questions(asked):,}", _said(asked, weights))
    if _OWN_PARAGRAPH in sets:
        own = own_documents_of(sets[_OWN_PARAGRAPH], Fold.HELD_BACK, model, mixing, embedder)
        yield from _decisions(
            f"{_OWN_PARAGRAPH}, its own paragraphs, {_questions(own):,}", own, weights
        )


def _decisions(what: str, part: Sequence[AskedOfPart], weights: Logistic) -> Iterator[Row]:
    said = _said(part, weights)
    yield Row(what, "AUC", None, _of_all(lambda given: roc_auc(_outcomes(given)), said))
    accuracy = _of_all(lambda given: count_decisions(_outcomes(given)).accuracy, said)
    yield Row(what, "accuracy at .5", None, accuracy)


def _outcomes(said: _Said) -> list[Outcome]:
    return [
        Outcome(probability, answerable, probability >= _EVEN) for probability, answerable in said
    ]


def _risks(what: str, said: Sequence[_Said]) -> Iterator[Row]:
    """How well the probability is calibrated, and what a threshold keeps."""
    yield Row(what, "calibration error", None, _of_all(expected_calibration_error, said))
    for threshold in _THRESHOLDS:
        for name, is_answerable in (("answerable", True), ("not answerable", False)):
            kept = [
                [
                    (probability, answerable)
                    for probability, answerable in one
                    if answerable is is_answerable
                ]
                for one in said
            ]
            share = _of_all(partial(_share_kept, threshold=threshold), [one for one in kept if one])
            yield Row(what, f"{name}, kept at {threshold:g}", None, share)


def _share_kept(said: _Said, *, threshold: float) -> Score:
    if not said:
        return NotScored("nothing was asked")
    return fmean(probability >= threshold for probability, _ in said)


def _said(asked: Sequence[AskedOfPart], weights: Logistic) -> list[_Said]:
    """For each question what was said of it and what is so, wherever it was asked."""
    by_question: dict[str, _Said] = defaultdict(list)
    for one in asked:
        said = (weights.probability(asdict(one.signals)), one.answerable)
        by_question[one.ask_id].append(said)
    return list(by_question.values())


def _of_all(measure: Callable[[_Said], Score], questions: Sequence[_Said]) -> Figure:
    """The figure of a measure over all that was said; questions are resampled as wholes."""
    return figure_of_all(lambda given: measure(list(chain.from_iterable(given))), questions)


def _questions(asked: Sequence[AskedOfPart]) -> int:
    return len({one.ask_id for one in asked})
