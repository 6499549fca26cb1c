"""Drives the fitting of the claim check: a set of trials → library → claims → weights in a file."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from eval.benchmarks.asked import asked_questions, sampled
from eval.benchmarks.library import BenchLibrary, make_library
from eval.benchmarks.made_claims import MadeClaim, has_marked_words, made_claims
from eval.benchmarks.models import Progress, PublicSet
from eval.benchmarks.public_sets import load_set
from eval.relevance.asks import folds_of
from eval.settings import EvalSettings
from eval.stance_fitting import MOST_FALSE, find_pairs, fit_stance
from index.embedding import Embedder
from index.errors import SettingsError
from rag.pipeline import Pipeline
from rag.training.judgements import Fold

SET = "evidence_inference"


def make_stance(
    out: Path,
    settings: EvalSettings,
    embedder: Embedder,
    *,
    limit: int | None = None,
    set_name: str = SET,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> dict[str, Any]:
    """Fit the formulas and write them to `out`; returns how that was done.

    Args:
        out: the file of the weights.
        settings: say where the set and its library lie.
        embedder: the model of the library.
        limit: the most questions of a fold; a seeded sample.
        set_name: of a set of trials with labelled effects.
        on_progress: told of each stage.

    Raises:
        SettingsError: the set has too few trials to learn from.
    """
    data = load_set(settings.bench_data, set_name)
    library = make_library(data.records, settings, embedder, on_progress=on_progress)
    claims = {
        fold: _claims(data, library, fold, limit) for fold in (Fold.TRAINING, Fold.VALIDATION)
    }
    if not all(claims.values()):
        raise SettingsError(
            f"{set_name} has too few trials to learn from.", "Raise --limit, or leave it out."
        )
    with closing(Pipeline(library.settings, embedder)) as pipeline:
        learned, calibrated = (
            find_pairs(own, pipeline, on_progress=on_progress) for own in claims.values()
        )
    model = fit_stance(learned, calibrated)
    made = {
        "set": set_name,
        "claims_learned_from": len(learned),
        "claims_calibrated_on": len(calibrated),
        "questions_of_a_fold_at_most": limit,
        "most_false": MOST_FALSE,
        "embedding": embedder.fingerprint,
    }
    content = {"made": made, **model.to_dict()}
    out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return made


def _claims(
    data: PublicSet, library: BenchLibrary, fold: Fold, limit: int | None
) -> list[MadeClaim]:
    """Of the trials whose marked words stand in their document's text: others teach nothing."""
    folds = folds_of(data)
    texts = {one.name: one.plain_text for one in data.records}
    own = [
        one
        for one in data.questions
        if folds[one.question_id] is fold and one.relevant and has_marked_words(one, texts)
    ]
    return made_claims(sampled(asked_questions(own, library.document_ids), limit))
