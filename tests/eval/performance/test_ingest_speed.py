from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.performance.ingest_speed import IngestSpeedReport, measure_ingest, strings_of
from eval.settings import EvalSettings
from index.embedding import Vectors
from index.errors import SettingsError
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from tests.eval.test_corpus_folder import PAPER, write_set
from tests.fakes import HashingEmbedder

OTHER = {
    "pmid": "102",
    "title": "Edaravone",
    "text": "Edaravone is given by infusion. It helps some.",
}
GIVEN = IngestSpeedReport(
    sets=("als_corpus",),
    files=11,
    documents=10,
    chunks=40,
    strings_embedded=900,
    embedder_alone_strings=900,
    embedder_alone_seconds=9.0,
    encode_seconds=25.0,
    first_ingest_seconds=10.0,
    first_ingest_stages_seconds={"reading": 1.0, "embedding": 9.0},
    second_ingest_seconds=0.25,
    second_ingest_strings_embedded=0,
    rebuild_seconds=0.1,
    rebuild_chunks=40,
    rebuild_entries=50,
    process_peak_mb=600.0,
    workers_peak_mb=None,
    machine="x86_64, Python 3.11.9",
    cores=2,
    load=0.5,
    versions={"torch": "2.0"},
)


def make_encoder() -> Callable[[list[str]], Vectors]:
    return HashingEmbedder().embed_documents


@pytest.fixture
def settings(tmp_path: Path) -> EvalSettings:
    write_set(tmp_path / "sets", "als_corpus", PAPER, OTHER, PAPER | {"title": "Riluzole again"})
    return read_settings(EvalSettings, bench_data=tmp_path / "sets")


def test_figures_of_a_run_fit_together(settings: EvalSettings) -> None:
    embedder = HashingEmbedder()
    steps: list[str] = []

    report = measure_ingest(
        settings, embedder, make_encoder, on_progress=lambda stage, *_: steps.append(stage)
    )

    assert (report.files, report.documents) == (3, 2)
    assert report.strings_embedded == report.embedder_alone_strings > report.chunks > 0
    assert report.second_ingest_strings_embedded == 0
    assert report.rebuild_chunks == report.chunks
    assert report.rebuild_entries == report.chunks + report.documents
    stages = report.first_ingest_stages_seconds
    assert set(stages) == {"reading", "embedding", "building", "finishing"}
    assert sum(stages.values()) == pytest.approx(report.first_ingest_seconds)
    assert min(report.embedder_alone_seconds, report.second_ingest_seconds) > 0
    assert report.encode_seconds > 0
    assert "numpy" in report.versions
    assert min(report.rebuild_seconds, report.process_peak_mb, report.cores) > 0
    assert steps[0] == "encode alone, first half"
    assert "encode alone, second half" in steps
    assert "first ingest, embedding" in steps
    assert "second ingest, embedding" not in steps


def test_the_limit_counts_files(settings: EvalSettings) -> None:
    report = measure_ingest(settings, HashingEmbedder(), make_encoder, limit=1)

    assert (report.files, report.documents) == (1, 1)


def test_strings_are_those_that_an_ingest_embeds_shortest_first(
    index_settings: IndexSettings,
) -> None:
    (index_settings.documents_dir / "a.txt").write_text("# Title\n\nOne. Two. One.\n")
    (index_settings.documents_dir / "b.txt").write_text("# Title\n\nA longer sentence. Two.\n")
    embedder = HashingEmbedder()

    strings = strings_of(index_settings, embedder)
    ingest(index_settings, embedder)

    assert sorted(strings) == sorted(embedder.embedded)
    assert strings == sorted(strings, key=len)


def test_a_set_that_is_not_there_is_told(settings: EvalSettings) -> None:
    with pytest.raises(SettingsError, match="other"):
        measure_ingest(settings, HashingEmbedder(), make_encoder, sets=["other"])


def test_shares_and_rates_follow_from_what_was_measured() -> None:
    assert GIVEN.embedder_share == 0.9
    assert GIVEN.encode_ratio == 2.5
    assert GIVEN.second_ingest_share == 0.025
    assert GIVEN.rebuild_chunks_per_second == pytest.approx(400)
    assert GIVEN.rebuild_entries_per_second == pytest.approx(500)
    assert replace(GIVEN, first_ingest_seconds=18.0).embedder_share == 0.5


def test_shares_and_rates_are_among_the_figures() -> None:
    figures = GIVEN.to_dict()

    assert figures["embedder_share"] == 0.9
    assert figures["encode_ratio"] == 2.5
    assert figures["strings_embedded"] == 900
    assert {"second_ingest_share", "rebuild_chunks_per_second"} <= set(figures)
