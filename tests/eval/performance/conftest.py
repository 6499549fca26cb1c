"""A set of twenty documents on disk, and settings that keep its library in the test's own folder."""

from pathlib import Path

import pytest

from eval.benchmarks.models import PublicSet
from eval.benchmarks.public_sets import load_set
from eval.settings import EvalSettings
from index.settings import read_settings
from tests.eval.benchmarks.tiny import write_set

_DRUGS = ("riluzole", "edaravone", "tofersen", "masitinib")


@pytest.fixture
def twenty(tmp_path: Path) -> PublicSet:
    corpus = [
        {
            "id": str(n),
            "pmid": str(n),
            "title": f"Trial {n} of {_DRUGS[n % 4]}",
            "text": f"In trial {n} people with ALS took {_DRUGS[n % 4]}. It lasted {n} months.",
        }
        for n in range(1, 21)
    ]
    questions = [
        {"id": f"q{n}", "question": f"How long was trial {n}?", "type": "factoid"}
        for n in range(1, 21)
    ]
    qrels = [(f"q{n}", str(n), 1) for n in range(1, 21)]
    write_set(tmp_path / "sets", "twenty", corpus, questions, qrels)
    return load_set(tmp_path / "sets", "twenty")


@pytest.fixture
def bench_settings(tmp_path: Path, twenty: PublicSet) -> EvalSettings:
    assert twenty
    return read_settings(EvalSettings, data_dir=tmp_path / "data", bench_data=tmp_path / "sets")
