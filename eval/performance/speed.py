"""How fast an answer comes: a cold process, a warm one, and the question's embedding in it.

All figures come from one run on one machine; compare them with each other, not across machines.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from index.build_paths import BuildPaths
from index.settings import PROJECT_ROOT
from rag.pipeline import build_pipeline
from rag.settings import RagSettings

QUESTIONS = (
    "Which drugs has the FDA approved for ALS?",
    "How many people die of ALS each year?",
    "What role does autophagy play in ALS?",
    "Which papers cite this review?",
    "What is the recommended dose of riluzole?",
)
_COMMAND = PROJECT_ROOT / "alsqa.py"


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Milliseconds, and shares of them, with what they were measured on."""

    cold_first_answer_ms: float
    """From starting a process to its printed answer, median of `cold_runs`."""
    cold_runs: int
    warm_answer_ms: float
    """Median of `warm_runs` answers in one process."""
    warm_answer_p95_ms: float
    warm_runs: int
    embed_share: float
    """Median share of a warm answer that goes into embedding the question, 0 to 1."""
    stages_ms: dict[str, float]
    """Median of each stage of a warm answer."""
    machine: str
    cores: int
    load: float
    """Load average of the last minute when the run began."""


def measure_speed(settings: RagSettings, *, cold_runs: int = 3, rounds: int = 20) -> SpeedReport:
    """Measure cold processes first, then a warm pipeline in this one.

    Raises:
        BuildError: there is nothing to search.
    """
    load = os.getloadavg()[0]
    pipeline = build_pipeline(settings)
    try:
        with pipeline.live.lease():
            pass
        cold = [_cold_answer_ms(settings) for _ in range(cold_runs)]
        for question in QUESTIONS:
            pipeline.answer(question)
        timings = [
            pipeline.answer(question).receipt.timings_ms
            for _ in range(rounds)
            for question in QUESTIONS
        ]
    finally:
        pipeline.close()
    totals = [one["total"] for one in timings]
    return SpeedReport(
        cold_first_answer_ms=median(cold),
        cold_runs=cold_runs,
        warm_answer_ms=median(totals),
        warm_answer_p95_ms=quantiles(totals, n=20)[-1],
        warm_runs=len(totals),
        embed_share=median(one["embed_question"] / one["total"] for one in timings),
        stages_ms={name: median(one[name] for one in timings) for name in timings[0]},
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        cores=os.cpu_count() or 1,
        load=load,
    )


def _cold_answer_ms(settings: RagSettings) -> float:
    """One answer by the command, on the same library but with a history of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (paths := BuildPaths(settings.data_dir)).library, paths.builds, paths.current:
            (Path(folder) / path.name).symlink_to(path.resolve())
        start = time.perf_counter()
        subprocess.run(  # noqa: S603 - our own command, no outside input
            [sys.executable, str(_COMMAND), "ask", "--json", QUESTIONS[0]],
            env=os.environ | {"ALSQA_DATA_DIR": folder},
            check=True,
            capture_output=True,
        )
        return (time.perf_counter() - start) * 1_000
