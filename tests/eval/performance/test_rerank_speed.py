from pathlib import Path

import pytest

from eval.benchmarks.public_sets import load_set
from eval.performance import rerank_speed
from eval.performance.rerank_speed import measure_reranking
from eval.settings import EvalSettings
from index.errors import SettingsError
from index.settings import read_settings
from rag.logistic import Logistic
from rag.rerankers import Reranking
from rag.reranking import ModelReranker
from rag.settings import RagSettings
from tests.eval.benchmarks.tiny import write_tiny
from tests.fakes import HashingEmbedder, OverlapScorer


@pytest.fixture
def settings(tmp_path: Path) -> EvalSettings:
    sets = write_tiny(tmp_path / "sets")
    return read_settings(EvalSettings, data_dir=tmp_path / "data", bench_data=sets)


def test_what_is_read_and_what_is_left_is_counted(
    settings: EvalSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlap = ModelReranker("overlap", OverlapScorer(), Logistic(0, {"relevance": 1}), budget_s=60)
    monkeypatch.setattr(rerank_speed, "reranking_that_is_set", lambda _given: Reranking(overlap))
    data = load_set(settings.bench_data, "tiny")

    report = measure_reranking(
        data, settings, RagSettings(rerank_k=2), HashingEmbedder(), questions=2
    )

    assert report.n == 2
    assert report.reranker == "overlap"
    assert report.candidates == 2
    assert report.cut == report.out_of_time == 0
    assert report.rerank.p95_ms >= report.rerank.p50_ms > 0


def test_without_a_reranker_there_is_nothing_to_time(settings: EvalSettings) -> None:
    data = load_set(settings.bench_data, "tiny")
    none = RagSettings(reranker="none")
    with pytest.raises(SettingsError, match="No reranker is set"):
        measure_reranking(data, settings, none, HashingEmbedder(), questions=2)
