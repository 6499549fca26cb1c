"""The tiny set of the benchmarks, indexed."""

from pathlib import Path

import pytest

from eval.benchmarks.library import BenchLibrary, make_library
from eval.benchmarks.models import PublicSet
from eval.benchmarks.public_sets import load_set
from eval.settings import EvalSettings
from index.settings import read_settings
from tests.eval.benchmarks.tiny import write_tiny
from tests.fakes import HashingEmbedder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> EvalSettings:
    folder: Path = tmp_path_factory.mktemp("relevance")
    sets = write_tiny(folder / "sets")
    return read_settings(EvalSettings, data_dir=folder / "data", bench_data=sets)


@pytest.fixture(scope="module")
def tiny(settings: EvalSettings) -> PublicSet:
    return load_set(settings.bench_data, "tiny")


@pytest.fixture(scope="module")
def library(tiny: PublicSet, settings: EvalSettings) -> BenchLibrary:
    return make_library(tiny.records, settings, HashingEmbedder())
