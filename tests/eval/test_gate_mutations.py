"""The gate on the real pipeline and the real questions: planted regressions, and none."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.baseline import Baseline, baseline_of
from eval.dataset import KINDS, Case, Gold, load_cases
from eval.evaluation import begin_run, go_on
from eval.gate import GateReport, check_run
from eval.run_folder import RunFolder
from eval.runner import Answering
from index.embedding_models import load_embedder
from index.ingest import ingest
from rag.models import Answer, Search
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.eval import gate_mutations as planted
from tests.eval.gate_mutations import Change, MutatedPipeline

_EACH = 8
"""Cases of each kind."""

Kept = dict[str, tuple[Answer, Search | None]]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Some of the committed cases, of every kind."""
    return _some(_EACH)


@pytest.fixture(scope="module")
def kept() -> Kept:
    """What the unchanged pipeline gave, so that it is asked once."""
    return {}


@pytest.fixture(scope="module")
def baseline(
    default_settings: RagSettings,
    default_pipeline: Pipeline,
    cases: list[Case],
    tmp_path_factory: pytest.TempPathFactory,
) -> Baseline:
    folder = _run(default_settings, default_pipeline, cases, tmp_path_factory.mktemp("baseline"))
    return baseline_of(folder, why="as it is")


@pytest.fixture
def mutated(default_pipeline: Pipeline, kept: Kept) -> MutatedPipeline:
    return MutatedPipeline(default_pipeline, kept)


@pytest.mark.parametrize("each", [2, pytest.param(1_000, marks=pytest.mark.slow)])
def test_an_unchanged_run_passes_twenty_times_of_twenty(
    default_settings: RagSettings, default_pipeline: Pipeline, tmp_path: Path, each: int
) -> None:
    cases = _some(each)
    first = _run(default_settings, default_pipeline, cases, tmp_path / "first")
    baseline = baseline_of(first, why="as it is")

    reports = [
        _gate(default_settings, default_pipeline, cases, baseline, tmp_path / str(number))
        for number in range(20)
    ]

    assert [one.exit_code for one in reports] == [0] * 20
    assert [one.run_hash for one in reports] == [baseline.run_hash] * 20
    assert [one.findings for one in reports] == [()] * 20


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (planted.top_hit_not_said, "right → wrong"),
        (planted.wrong_pmid, "invariant 'references' is broken"),
        (planted.numbers_altered, "invariant 'claims' is broken"),
        (planted.abstention_disabled, "right → wrong"),
        (planted.quotes_shifted, "invariant 'quotes' is broken"),
        (planted.references_twice, "invariant 'markers' is broken"),
    ],
)
def test_a_regression_of_answers_is_caught(
    default_settings: RagSettings,
    mutated: MutatedPipeline,
    cases: list[Case],
    baseline: Baseline,
    tmp_path: Path,
    change: Change,
    expected: str,
) -> None:
    mutated.change = change

    report = _gate(default_settings, mutated, cases, baseline, tmp_path)

    assert report.exit_code == 1
    assert any(expected in finding.text for finding in report.findings)


def test_a_lost_top_hit_is_caught_by_the_ranking_alone(
    default_settings: RagSettings,
    mutated: MutatedPipeline,
    cases: list[Case],
    baseline: Baseline,
    tmp_path: Path,
) -> None:
    mutated.change_search = planted.top_hit_lost

    report = _gate(default_settings, mutated, cases, baseline, tmp_path)

    assert report.exit_code == 1
    assert "all/RR" in {finding.name for finding in report.findings if finding.level == "fail"}


def test_a_stale_label_is_caught(
    default_settings: RagSettings,
    mutated: MutatedPipeline,
    cases: list[Case],
    baseline: Baseline,
    tmp_path: Path,
) -> None:
    first = next(case for case in cases if case.gold)
    gold = Gold(first.gold[0].source, "Words that were in the document once, and are not now.")
    stale = [replace(case, gold=(gold,)) if case is first else case for case in cases]

    report = _gate(default_settings, mutated, stale, baseline, tmp_path)

    assert report.exit_code == 1
    assert [one.text for one in report.findings if one.name == first.case_id] == [
        f"its label is stale ({gold.source} does not say {gold.quote!r} any more): mend the case"
    ]


def test_another_corpus_blocks_the_comparison(
    cases: list[Case], baseline: Baseline, tmp_path: Path, two_documents: RagSettings
) -> None:
    pipeline = Pipeline(two_documents, load_embedder())

    report = _gate(two_documents, pipeline, cases[:3], baseline, tmp_path)

    pipeline.close()
    assert report.exit_code == 1
    assert [one.name for one in report.findings] == ["another corpus"]
    assert "alsqa eval baseline --why" in report.findings[0].text


def test_twice_the_candidates_block_the_comparison(
    default_settings: RagSettings, cases: list[Case], baseline: Baseline, tmp_path: Path
) -> None:
    doubled = default_settings.model_copy(update={"candidate_k": 2 * default_settings.candidate_k})
    pipeline = Pipeline(doubled, load_embedder())

    report = _gate(doubled, pipeline, cases[:3], baseline, tmp_path)

    pipeline.close()
    assert report.exit_code == 1
    assert "candidate_k 50 → 100" in report.findings[0].text


@pytest.fixture
def two_documents(tmp_path: Path, default_settings: RagSettings) -> RagSettings:
    """The default documents and one more."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for path in default_settings.documents_dir.glob("*.txt"):
        (documents / path.name).write_bytes(path.read_bytes())
    (documents / "another.txt").write_text("# Another paper\n\nIt says little.\n")
    settings = default_settings.model_copy(
        update={"data_dir": tmp_path / "data", "documents_dir": documents}
    )
    ingest(settings, load_embedder())
    return settings


def _some(each: int) -> list[Case]:
    """So many of the committed cases of each kind."""
    every = load_cases()
    return [case for kind in KINDS for case in [one for one in every if one.kind == kind][:each]]


def _gate(
    settings: RagSettings,
    pipeline: Answering,
    cases: Sequence[Case],
    baseline: Baseline,
    folder: Path,
) -> GateReport:
    return check_run(_run(settings, pipeline, cases, folder), baseline)


def _run(
    settings: RagSettings, pipeline: Answering, cases: Sequence[Case], folder: Path
) -> RunFolder:
    kept_apart = settings.model_copy(update={"data_dir": folder})
    run = begin_run(kept_apart, pipeline, cases)
    go_on(run, kept_apart, pipeline, cases)
    return run
