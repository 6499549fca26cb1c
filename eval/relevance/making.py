"""Makes a relevance model: sets and judgements in, a folder that answers can be given with out.

Mined → trained → exported → its formulas fitted on the validation fold → recorded. What was trained
is kept, so that a run that was stopped goes on.
"""

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.models import Progress
from eval.relevance.asks import Ask
from eval.relevance.asks import questions as questions_of
from eval.relevance.calibration import fit_answerability, fit_mixing, fit_sentences
from eval.relevance.library_parts import AskedOfPart, ask_own_documents, ask_parts
from eval.relevance.sentences import FoundSentence, find_sentences
from eval.relevance.sources import SOURCES, PreparedSet, judged_questions, prepare_sets
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.embedding_models import model_folder
from index.errors import SettingsError
from index.model_files import file_sha256
from index.safe_files import replace_text
from rag.logistic import Logistic
from rag.pipeline import Pipeline
from rag.relevance_model import (
    CARD_FILE,
    MODEL_FILE,
    ModelRecord,
    RelevanceModel,
    RelevanceScorer,
)
from rag.rerankers import OWN_MODEL, Reranking
from rag.reranking import MIXED, ModelReranker
from rag.training.checks import record_checks
from rag.training.export import export_int8
from rag.training.judgements import (
    Fold,
    JudgedQuestion,
    fold_of,
    read_judgements,
)
from rag.training.recipe import Recipe
from rag.training.trainer import run_of, train

_CALIBRATED_ON = "bioasq"
_SENTENCES_OF = ("evidence_inference", "covidqa", "squad2_dev_half")
"""Sets of whole texts; the documents of the other are little more than their gold sentences."""
_MAX_TOKENS = 320
"""Of a pair, when answering: a chunk of 256 with its title and a question."""
_READ = 32
_WITHOUT_LIMIT_S = 1e9
_NEUTRAL = Logistic(0.0, dict(zip(MIXED, (1.0, 0.0, 0.0), strict=True)))


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made."""

    name: str
    recipe: Recipe
    judgement_files: tuple[Path, ...]
    training_folder: Path
    """Where trainings are kept, each in a folder of its own."""
    model_folder: Path
    """Where the model is put; what lies there is replaced."""


def make_model(
    order: Order, settings: EvalSettings, embedder: Embedder, on_progress: Progress
) -> ModelRecord:
    """Carry the order out.

    Raises:
        SettingsError: there is nothing to learn from.
    """
    order.model_folder.mkdir(parents=True, exist_ok=True)
    sets = prepare_sets(
        list(dict.fromkeys(one.set_name for one in SOURCES)), settings, embedder, on_progress
    )
    questions = judged_questions(sets, embedder, on_progress=on_progress)
    for path in order.judgement_files:
        questions += read_judgements(path)
    if not questions:
        raise SettingsError(
            f"{settings.bench_data} holds none of the sets that are learned from.",
            "Name their folder in ALSQA_BENCH_DATA, or judgements of your own with --data.",
        )
    base = model_folder()
    run = run_of(questions, order.recipe, base)
    network = train(
        questions,
        order.recipe,
        model_folder=base,
        run_folder=order.training_folder / hashlib.sha256(run.encode()).hexdigest()[:16],
        on_progress=on_progress,
    )
    folder = order.model_folder
    export_int8(network, folder / MODEL_FILE)
    record = ModelRecord(
        name=order.name,
        sha256=file_sha256(folder / MODEL_FILE),
        tokenizer_sha256=file_sha256(base / "tokenizer.json"),
        max_tokens=_MAX_TOKENS,
        recipe=order.recipe.to_dict(),
        mixing=_NEUTRAL.to_dict(),
        sentences={},
        answerability={},
        recorded=(),
    )
    _write(folder, record)
    record = calibrated(folder, record, sets, questions, embedder, on_progress)
    _write(folder, record)
    return record


def calibrated(
    folder: Path,
    record: ModelRecord,
    sets: dict[str, PreparedSet],
    questions: Sequence[JudgedQuestion],
    embedder: Embedder,
    on_progress: Progress,
) -> ModelRecord:
    """The record with formulas fitted on the validation fold, and scores to check the model by.

    Without the set that they are fitted on they are those of the shipped model.
    """
    model = RelevanceModel(folder, model_folder() / "tokenizer.json")
    recorded = record_checks(model)
    if _CALIBRATED_ON not in sets:
        shipped = ModelRecord.read(OWN_MODEL)
        formulas = shipped.model_dump(include={"mixing", "sentences", "answerability"})
        return record.model_copy(update={"recorded": recorded, **formulas})
    own = [
        one
        for one in questions
        if one.fold is Fold.VALIDATION and one.source == f"{_CALIBRATED_ON} questions"
    ]
    mixing = fit_mixing(own, model, k=_READ)
    rest = (Fold.VALIDATION, model, mixing, embedder)
    found = [
        one
        for name in [name for name in _SENTENCES_OF if name in sets] or [_CALIBRATED_ON]
        for one in sentences_of(sets[name], *rest, on_progress=on_progress)
    ]
    asked = parts_of(sets[_CALIBRATED_ON], *rest, on_progress=on_progress)
    return record.model_copy(
        update={
            "mixing": mixing.to_dict(),
            "sentences": fit_sentences(found).to_dict(),
            "answerability": fit_answerability(asked).to_dict(),
            "recorded": recorded,
        }
    )


def sentences_of(
    prepared: PreparedSet,
    fold: Fold,
    scorer: RelevanceScorer,
    mixing: Logistic,
    embedder: Embedder,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> list[FoundSentence]:
    """Sentences that are found for the set's questions of one fold."""
    asks = [one for one in _asks(prepared, fold) if one.relevant]
    with closing(_pipeline(prepared, scorer, mixing, embedder)) as pipeline:
        return list(find_sentences(asks, prepared.library, pipeline, on_progress=on_progress))


def parts_of(
    prepared: PreparedSet,
    fold: Fold,
    scorer: RelevanceScorer,
    mixing: Logistic,
    embedder: Embedder,
    *,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> list[AskedOfPart]:
    """The set's questions of one fold, asked of parts of its library."""
    asks = [one for one in _asks(prepared, fold) if one.relevant]
    with closing(_pipeline(prepared, scorer, mixing, embedder)) as pipeline:
        return list(ask_parts(asks, prepared.library, pipeline, on_progress=on_progress))


def own_documents_of(
    prepared: PreparedSet,
    fold: Fold,
    scorer: RelevanceScorer,
    mixing: Logistic,
    embedder: Embedder,
) -> list[AskedOfPart]:
    """The set's questions of one fold, asked of the documents that each was judged for."""
    with closing(_pipeline(prepared, scorer, mixing, embedder)) as pipeline:
        return list(ask_own_documents(_asks(prepared, fold), prepared.library, pipeline))


def _asks(prepared: PreparedSet, fold: Fold) -> list[Ask]:
    return [one for one in questions_of(prepared.data) if fold_of(one.group) is fold]


def _pipeline(
    prepared: PreparedSet, scorer: RelevanceScorer, mixing: Logistic, embedder: Embedder
) -> Pipeline:
    reranker = ModelReranker("in the making", scorer, mixing, budget_s=_WITHOUT_LIMIT_S)
    return Pipeline(prepared.library.settings, embedder, reranking=Reranking(reranker))


def _write(folder: Path, record: ModelRecord) -> None:
    replace_text(folder / CARD_FILE, record.model_dump_json(indent=1) + "\n")
