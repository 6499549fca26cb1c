import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from eval.performance.ingest_memory import (
    MemorySample,
    MemorySampler,
    measure_memory,
    medians_of_fifths,
    read_sample,
)
from eval.settings import EvalSettings
from index.build_paths import BuildPaths
from index.embedding import Embedder
from index.errors import AlsqaError, ModelError, SettingsError
from index.library import Library
from index.settings import read_settings
from tests.eval.test_corpus_folder import PAPER, write_set
from tests.fakes import HashingEmbedder

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="memory is read from Linux's /proc"
)


@pytest.fixture
def settings(tmp_path: Path) -> EvalSettings:
    papers = [PAPER | {"pmid": str(n), "pmcid": None, "doi": None} for n in range(1, 7)]
    write_set(tmp_path / "sets", "one", PAPER, *papers)
    return read_settings(EvalSettings, bench_data=tmp_path / "sets")


@contextmanager
def child_process() -> Iterator[int]:
    """A process that has started and waits."""
    command = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid


def no_model() -> Embedder:
    raise ModelError("There is no model.", "Install it.")


def sudden_death() -> Embedder:
    os._exit(7)


def test_an_ingest_is_watched_from_outside(settings: EvalSettings) -> None:
    steps: list[str] = []

    report = measure_memory(
        settings,
        HashingEmbedder,
        documents=5,
        sets=["one"],
        every_seconds=0.05,
        on_progress=lambda stage, *_: steps.append(stage),
    )

    assert (report.files, report.documents) == (5, 5)
    assert report.chunks == 5
    assert report.strings_embedded > 0
    assert report.main_and_workers_peak_mb >= report.main_peak_mb > 0
    assert report.seconds > report.embedding_seconds > 0
    assert len(report.embedding_medians_mb) == 5
    assert list(dict.fromkeys(steps)) == ["reading", "embedding", "building"]


def test_a_library_that_is_kept_can_be_opened_afterwards(
    settings: EvalSettings, tmp_path: Path
) -> None:
    keep = tmp_path / "kept"

    measure_memory(settings, HashingEmbedder, documents=2, sets=["one"], keep=keep)

    paths = BuildPaths(keep / "data")
    with Library(paths.library) as library:
        assert len(library.builds.members(paths.live_build_id())) == 2


def test_nothing_is_written_into_a_folder_that_holds_something(
    settings: EvalSettings, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(SettingsError, match="not empty"):
        measure_memory(settings, HashingEmbedder, documents=1, sets=["one"], keep=tmp_path)


def test_an_error_in_the_child_is_raised_here(settings: EvalSettings) -> None:
    with pytest.raises(ModelError, match=r"There is no model\. Install it\."):
        measure_memory(settings, no_model, documents=1, sets=["one"])


def test_a_child_that_dies_is_told_with_its_exit_status(settings: EvalSettings) -> None:
    with pytest.raises(AlsqaError, match=r"died \(exit status 7\)"):
        measure_memory(settings, sudden_death, documents=1, sets=["one"])


def test_an_interrupt_ends_the_child(settings: EvalSettings) -> None:
    watched: list[BaseProcess] = []

    def interrupt(*_step: object) -> None:
        watched.extend(multiprocessing.active_children())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_memory(settings, HashingEmbedder, documents=1, sets=["one"], on_progress=interrupt)

    assert len(watched) == 1
    assert multiprocessing.active_children() == []


def test_a_set_that_is_not_there_is_told(settings: EvalSettings) -> None:
    with pytest.raises(SettingsError, match="other"):
        measure_memory(settings, HashingEmbedder, documents=1, sets=["other"])


def test_memory_of_children_is_summed_apart() -> None:
    alone = read_sample(os.getpid())
    with child_process() as pid:
        child, both = read_sample(pid), read_sample(os.getpid())

    assert alone is not None
    assert child is not None
    assert both is not None
    assert child.main_mb > 0
    assert child.workers_mb == 0
    assert both.workers_mb >= alone.workers_mb + child.main_mb * 0.9


def test_a_process_that_is_gone_has_no_memory() -> None:
    with child_process() as pid:
        pass

    assert read_sample(pid) is None


def test_a_sampler_takes_a_sample_at_once() -> None:
    with MemorySampler(os.getpid(), every_seconds=60) as sampler:
        pass

    assert len(sampler.samples) == 1


def test_medians_are_taken_of_each_fifth_of_the_time() -> None:
    at = [(-1.0, 9.0), (0.0, 1.0), (0.5, 3.0), (1.9, 8.0), (2.0, 5.0), (9.9, 7.0), (10.0, 99.0)]
    samples = [MemorySample(seconds, megabytes, 0.0) for seconds, megabytes in at]

    assert medians_of_fifths(samples, 0.0, 10.0) == (3.0, 5.0, None, None, 7.0)


def test_no_time_gives_no_medians() -> None:
    assert medians_of_fifths([MemorySample(1.0, 1.0, 0.0)], 1.0, 1.0) == (None,) * 5
