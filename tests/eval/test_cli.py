import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from eval.cli import app
from eval.performance.ingest_memory import MemoryReport
from eval.performance.ingest_speed import IngestSpeedReport
from eval.performance.printing import print_answers, print_ingest, print_memory
from eval.performance.speed import SpeedReport
from index.errors import NoBuildError, SettingsError
from tests.eval.test_corpus_folder import PAPER, write_set

REPORT = SpeedReport(
    cold_first_answer_ms=5_000.0,
    cold_runs=3,
    warm_answer_ms=25.0,
    warm_answer_p95_ms=31.25,
    warm_runs=100,
    embed_share=0.4,
    stages_ms={"embed_question": 10.0, "total": 25.0},
    machine="x86_64, Python 3.11.9",
    cores=8,
    load=0.5,
)
INGEST = IngestSpeedReport(
    sets=("als_corpus", "pubmedqa"),
    files=1_412,
    documents=1_400,
    chunks=3_000,
    strings_embedded=18_000,
    embedder_alone_strings=18_000,
    embedder_alone_seconds=90.0,
    encode_seconds=250.0,
    first_ingest_seconds=100.0,
    first_ingest_stages_seconds={"reading": 4.0, "embedding": 92.0},
    second_ingest_seconds=1.5,
    second_ingest_strings_embedded=0,
    rebuild_seconds=4.0,
    rebuild_chunks=3_000,
    rebuild_entries=4_400,
    process_peak_mb=1_234.5,
    workers_peak_mb=150.0,
    machine="x86_64, Python 3.11.9",
    cores=2,
    load=0.5,
    versions={"torch": "2.0"},
)
MEMORY = MemoryReport(
    sets=("als_corpus",),
    files=20_000,
    documents=19_990,
    chunks=40_000,
    strings_embedded=150_000,
    seconds=1_800.0,
    embedding_seconds=1_700.0,
    main_peak_mb=1_234.5,
    main_and_workers_peak_mb=1_400.0,
    embedding_medians_mb=(1_000.0, 1_001.0, 1_002.0, None, 1_003.0),
    machine="x86_64, Python 3.11.9",
    cores=2,
    load=0.5,
)


def printed(report: SpeedReport | IngestSpeedReport | MemoryReport) -> list[str]:
    console = Console(file=StringIO(), width=200)
    if isinstance(report, SpeedReport):
        print_answers(console, report)
    elif isinstance(report, IngestSpeedReport):
        print_ingest(console, report)
    else:
        print_memory(console, report)
    assert isinstance(console.file, StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_a_report_is_printed_as_a_table() -> None:
    assert printed(REPORT) == [
        "what figure",
        "process start to first answer 5,000 ms (median of 3)",
        "warm answer 25.0 ms (median of 100; p95 31.2 ms)",
        "of it, embedding the question 40%",
        "first answer / warm answer 200 times",
        "embed_question 10.00 ms",
        "total 25.00 ms",
        "x86_64, Python 3.11.9, 8 cores, load 0.50 at start",
    ]


def test_another_report_gives_another_table() -> None:
    assert "of it, embedding the question 75%" in printed(replace(REPORT, embed_share=0.75))


def test_an_ingest_is_printed_as_a_table_with_what_is_aimed_at() -> None:
    assert printed(INGEST) == [
        "what figure aim",
        "als_corpus, pubmedqa 1,400 documents, 3,000 chunks, 18,000 strings embedded",
        "first ingest 100.0 s (180 strings/s)",
        "reading 4.0 s",
        "embedding 92.0 s",
        "the embedder alone 90.0 s (200 strings/s)",
        "SentenceTransformer.encode alone 250.0 s (72 strings/s)",
        "ingest / encode, in throughput 2.50 times",
        "ingest / embedder, in throughput 90.0% 85% or more",
        "second ingest, nothing changed 1.50 s, 0 strings embedded",
        "second / first 1.50% under 5%",
        "search index from stored vectors 750 chunks/s (1,100 entries/s, 4.00 s) 500 chunks/s",
        "peak memory of the process 1,234 MB",
        "peak memory of its workers 150 MB",
        "x86_64, Python 3.11.9, 2 cores, as many threads for the embedder, load 0.50 at start",
        "torch 2.0",
    ]


def test_memory_that_is_not_known_is_not_printed() -> None:
    lines = printed(replace(INGEST, workers_peak_mb=None))

    assert not any("workers" in line for line in lines)


def test_memory_is_printed_as_a_table() -> None:
    assert printed(MEMORY) == [
        "what figure",
        "als_corpus 19,990 documents, 40,000 chunks, 150,000 strings embedded",
        "ingest 1,800 s, embedding 1,700 s",
        "peak of the process 1,234 MB",
        "peak with its workers 1,400 MB",
        "median in each fifth of embedding 1,000, 1,001, 1,002, –, 1,003 MB",
        "x86_64, Python 3.11.9, 2 cores, load 0.50 at start",
    ]


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sets, and the thread counts of this process as they were afterwards."""
    folder = tmp_path / "sets"
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(folder))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    return folder


def test_figures_of_an_ingest_are_given_as_json(sets: Path) -> None:
    write_set(sets, "one", PAPER, PAPER)

    result = CliRunner().invoke(app, ["ingest", "--set", "one", "--limit", "1", "--json"])

    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert (figures["sets"], figures["files"], figures["documents"]) == (["one"], 1, 1)
    assert figures["embedder_share"] > 0
    assert os.environ["OMP_NUM_THREADS"] == str(figures["cores"])
    assert "first ingest, embedding: 1 of 1" in result.stderr


@pytest.mark.parametrize("command", ["ingest", "memory"])
def test_sets_that_are_not_there_are_an_error(command: str, sets: Path) -> None:
    result = CliRunner().invoke(app, [command])

    assert isinstance(result.exception, SettingsError)
    assert str(sets) in str(result.exception)


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("speed", "--cold-runs"),
        ("speed", "--rounds"),
        ("speed", "--questions"),
        ("ingest", "--limit"),
        ("memory", "--documents"),
    ],
)
def test_fewer_than_one_is_a_usage_error(command: str, option: str) -> None:
    assert CliRunner().invoke(app, [command, option, "0"]).exit_code == 2


def test_eval_alone_shows_its_commands() -> None:
    result = CliRunner().invoke(app, [])

    assert result.exit_code == 2
    assert "speed" in result.output


def test_speed_without_an_index_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))

    result = CliRunner().invoke(app, ["speed"])

    assert result.exit_code == 1
    assert isinstance(result.exception, NoBuildError)


def test_speed_of_a_set_and_of_the_library_that_is_set_exclude_each_other() -> None:
    result = CliRunner().invoke(app, ["speed", "--set", "one", "--questions-of", "one"])

    assert result.exit_code == 2


@pytest.mark.parametrize("option", ["--set", "--questions-of"])
def test_speed_over_a_set_that_is_not_there_is_an_error(option: str, sets: Path) -> None:
    result = CliRunner().invoke(app, ["speed", option, "missing"])

    assert isinstance(result.exception, SettingsError)
    assert str(sets) in str(result.exception)
