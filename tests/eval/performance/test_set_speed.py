from collections.abc import Callable

import pytest

from eval.benchmarks.models import PublicSet
from eval.performance import set_speed
from eval.performance.set_speed import SetSpeedReport, measure_set
from eval.settings import EvalSettings
from index.embedding import Vectors
from index.errors import SettingsError
from tests.fakes import HashingEmbedder


def make_encoder() -> Callable[[list[str]], Vectors]:
    return HashingEmbedder().embed_queries


@pytest.fixture
def report(twenty: PublicSet, bench_settings: EvalSettings) -> SetSpeedReport:
    return measure_set(twenty, bench_settings, HashingEmbedder(), make_encoder, questions=6)


def test_ours_and_peers_are_timed_over_one_library(report: SetSpeedReport) -> None:
    assert (report.set_name, report.documents, report.ours.n) == ("twenty", 20, 6)
    assert report.chunks == 20
    peers = (
        report.llama_index,
        report.llama_index_default,
        report.our_embedding,
        report.torch_embedding,
    )
    assert all(one.p95_ms >= one.p50_ms > 0 for one in peers)
    assert report.threads.threads == 8


def test_ratios_follow_from_medians_and_are_among_the_figures(report: SetSpeedReport) -> None:
    figures = report.to_dict()

    assert figures["llama_index_ratio"] == pytest.approx(
        report.ours.total.p50_ms / report.llama_index.p50_ms
    )
    assert figures["embedding_ratio"] == pytest.approx(
        report.our_embedding.p50_ms / report.torch_embedding.p50_ms
    )
    assert figures["threads_ratio"] == report.threads.ratio
    assert figures["ours"]["steps"]["dense"]["p50_ms"] > 0
    assert "chromadb" in figures["machine"]["versions"]


def test_a_package_that_is_missing_is_named(
    twenty: PublicSet, bench_settings: EvalSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(set_speed.PACKAGES, "no_such", "no-such-package")

    with pytest.raises(SettingsError, match="needs no-such-package"):
        measure_set(twenty, bench_settings, HashingEmbedder(), make_encoder)
