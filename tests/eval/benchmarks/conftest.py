"""The tiny set on disk, and settings that keep its libraries in the test's own folder."""

from pathlib import Path

import pytest

from eval.benchmarks.models import PublicSet
from eval.benchmarks.public_sets import load_set
from eval.settings import EvalSettings
from index.settings import read_settings
from tests.eval.benchmarks.tiny import write_tiny


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "sets")


@pytest.fixture
def tiny(sets: Path) -> PublicSet:
    return load_set(sets, "tiny", distractors="noise")


@pytest.fixture
def settings(tmp_path: Path, sets: Path) -> EvalSettings:
    return read_settings(EvalSettings, data_dir=tmp_path / "data", bench_data=sets)
