"""The relevance model that comes with alsqa: it gives the scores it was made with, and can be missing."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from index.embedding_models import model_folder
from rag import rerankers
from rag.pipeline import build_pipeline
from rag.relevance_model import CARD_FILE, MODEL_FILE, RelevanceModel
from rag.rerankers import OWN_MODEL, reranking_that_is_set
from rag.settings import RagSettings
from rag.training.checks import record_checks

_TOLERANCE = 0.35
"""Of a logit: processors round int8 products differently, some a good deal."""
_MOST_BYTES = 25_000_000
_QUESTION = "Which drugs has the FDA approved for ALS?"


@pytest.fixture(scope="module")
def own() -> RelevanceModel:
    return RelevanceModel(OWN_MODEL, model_folder() / "tokenizer.json")


def test_it_gives_the_scores_that_were_recorded_with_it(own: RelevanceModel) -> None:
    recorded = own.record.recorded
    again = record_checks(own)
    assert len(recorded) == 20
    assert [one.text for one in again] == [one.text for one in recorded]
    for now, then in zip(again, recorded, strict=True):
        assert now.relevance == pytest.approx(then.relevance, abs=_TOLERANCE)
        assert now.answers == pytest.approx(then.answers, abs=_TOLERANCE)


def test_the_passage_that_answers_comes_first(own: RelevanceModel) -> None:
    recorded = own.record.recorded
    asked = dict.fromkeys(one.question for one in recorded)
    groups = [[one for one in recorded if one.question == question] for question in asked]
    assert [max(group, key=lambda one: one.relevance).text for group in groups] == [
        group[0].text for group in groups
    ]


def test_its_file_is_small_and_has_a_card() -> None:
    assert (OWN_MODEL / MODEL_FILE).stat().st_size <= _MOST_BYTES
    assert "## Limits" in (OWN_MODEL / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_it_is_used_where_it_is_set() -> None:
    assert (reranking_that_is_set(RagSettings(reranker="own")).name or "").startswith(
        "alsqa-relevance@"
    )


@pytest.mark.parametrize("file", [MODEL_FILE, CARD_FILE])
@pytest.mark.parametrize("is_there", [True, False])
def test_damaged_or_missing_it_is_told_and_answers_do_without(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    default_settings: RagSettings,
    file: str,
    is_there: bool,
) -> None:
    folder = tmp_path / "relevance"
    shutil.copytree(OWN_MODEL, folder)
    (folder / file).unlink()
    if is_there:
        (folder / file).write_bytes(b"{}")
    monkeypatch.setattr(rerankers, "OWN_MODEL", folder)

    broken = default_settings.model_copy(update={"reranker": "own"})
    with closing(build_pipeline(broken)) as pipeline:
        answer = pipeline.answer(_QUESTION)
    none = default_settings.model_copy(update={"reranker": "none"})
    with closing(build_pipeline(none)) as pipeline:
        without = pipeline.answer(_QUESTION)

    assert answer.text == without.text != ""
    assert "not_reranked" in [one.kind for one in answer.notices]
    assert "not_reranked" not in [one.kind for one in without.notices]
