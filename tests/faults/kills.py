"""Kills ingests and looks whether anything was lost: by command with the real model, in the tests.

    python -m tests.faults.kills --kills 200 --model default

Each round exchanges the corpus for its other edition, kills the ingest at a write step or at a
random moment, runs it again to its end, and compares the library with that of an undisturbed run.
A server is asked all the while.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from api.app import create_app
from api.settings import ApiSettings
from index.build_paths import BuildPaths
from index.health import check_library
from index.manifest import read_manifest
from index.repair import repair_live_build
from index.sentence_embedding import load_embedder
from index.settings import read_settings
from rag.pipeline import Pipeline
from tests.conftest import PROJECT
from tests.fakes import HashingEmbedder
from tests.faults.editions import EDITIONS, QUESTION, edition_of, write_edition
from tests.index.samples import hashing_embedder_for
from tests.serving import serving

_LIMIT_S = 120


@dataclass(slots=True)
class KillReport:
    """What many kills did; `faults` must be empty."""

    kills: int = 0
    at_steps: int = 0
    ended_before_their_kill: int = 0
    write_steps: int = 0
    answers: int = 0
    switches_seen: int = 0
    faults: list[str] = field(default_factory=list)


def run_kills(
    folder: Path,
    *,
    kills: int,
    model: str = "hashing",
    seed: int = 0,
    on_round: Callable[[KillReport], None] = lambda _report: None,
) -> KillReport:
    """Do `kills` rounds: every write step where there are enough, random moments for the rest."""
    report = KillReport()
    chance = random.Random(seed)
    digests = {edition: _undisturbed(folder / edition, edition, model) for edition in EDITIONS}
    data, documents = folder / "data", folder / "documents"
    write_edition(documents, EDITIONS[0])
    _ingest(data, documents, model)
    steps, duration_s = _measure(data, documents, model)
    report.write_steps = steps
    moments = _moments(kills, steps, duration_s, chance)
    with _asked_server(data, documents, model, report):
        for number, moment in enumerate(moments):
            edition = EDITIONS[(number + 1) % 2]
            write_edition(documents, edition)
            _kill(data, documents, model, moment, report)
            _ingest(data, documents, model)
            paths = BuildPaths(data)
            if read_manifest(paths, paths.live_build_id()).digest != digests[edition]:
                report.faults.append(f"{moment}: another library than undisturbed")
            report.faults += [
                f"{moment}: {one.name}: {one.detail}" for one in check_library(paths) if not one.ok
            ]
            on_round(report)
    return report


def _moments(
    kills: int, steps: int, duration_s: float, chance: random.Random
) -> list[tuple[str, float]]:
    """Write steps by number and moments by seconds, in a random order."""
    at_steps = min(steps, kills // 2 if kills < 2 * steps else kills)
    numbers = (
        range(1, steps + 1) if at_steps == steps else chance.sample(range(1, steps + 1), at_steps)
    )
    moments: list[tuple[str, float]] = [("step", number) for number in numbers]
    moments += [("second", chance.uniform(0.1, duration_s)) for _ in range(kills - len(moments))]
    chance.shuffle(moments)
    return moments


def _undisturbed(folder: Path, edition: str, model: str) -> str:
    write_edition(folder / "documents", edition)
    _ingest(folder / "data", folder / "documents", model)
    paths = BuildPaths(folder / "data")
    return read_manifest(paths, paths.live_build_id()).digest


def _measure(data: Path, documents: Path, model: str) -> tuple[int, float]:
    """Write steps and seconds of an ingest that exchanges the editions, there and back."""
    write_edition(documents, EDITIONS[1])
    start = time.monotonic()
    steps = int(_ingest(data, documents, model))
    duration_s = time.monotonic() - start
    write_edition(documents, EDITIONS[0])
    _ingest(data, documents, model)
    return steps, duration_s


def child_command(data: Path, documents: Path, model: str, *more: str) -> list[str]:
    """The command of one ingest in a process of its own."""
    module = "tests.faults.ingest_child"
    return [sys.executable, "-m", module, str(data), str(documents), model, *more]


def _ingest(data: Path, documents: Path, model: str) -> str:
    ended = subprocess.run(
        child_command(data, documents, model),
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
    )
    return ended.stdout


def _kill(
    data: Path, documents: Path, model: str, moment: tuple[str, float], report: KillReport
) -> None:
    kind, when = moment
    more = ["--die-at", str(when)] if kind == "step" else []
    child = subprocess.Popen(
        child_command(data, documents, model, *more),
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if kind == "second":
        time.sleep(when)
        os.kill(child.pid, signal.SIGKILL)
    if child.wait(_LIMIT_S) == -signal.SIGKILL:
        report.kills += 1
        report.at_steps += kind == "step"
    else:
        report.ended_before_their_kill += 1


@contextmanager
def _asked_server(data: Path, documents: Path, model: str, report: KillReport) -> Iterator[None]:
    """A server over the library, asked without a pause; what it says wrong goes into the report."""
    settings = read_settings(ApiSettings, data_dir=data, documents_dir=documents)
    paths = BuildPaths(data)

    def repair() -> None:
        repair_live_build(paths, now=datetime.now(UTC))

    pipeline = (
        Pipeline(settings, HashingEmbedder(), load_embedder=hashing_embedder_for, repair=repair)
        if model == "hashing"
        else Pipeline(settings, load_embedder(), repair=repair)
    )
    pipeline.warm_up()
    pipeline.live.watch()
    stop = threading.Event()
    with serving(create_app(settings, pipeline=pipeline)) as address:
        asking = threading.Thread(target=_ask, args=(address, stop, report))
        asking.start()
        try:
            yield
        finally:
            stop.set()
            asking.join()
            pipeline.close()


def _ask(address: str, stop: threading.Event, report: KillReport) -> None:
    builds: set[str] = set()
    with httpx.Client(base_url=address, timeout=_LIMIT_S) as client:
        while not stop.wait(0.2):
            reply = client.post("/api/v1/answers", json={"question": QUESTION})
            report.answers += 1
            if reply.status_code != 200:
                report.faults.append(f"an answer failed: {reply.status_code} {reply.text}")
                continue
            answer = reply.json()
            quotes = [span["quote"] for one in answer["references"] for span in one["spans"]]
            if answer["status"] != "answered" or len(edition_of(" ".join(quotes))) != 1:
                report.faults.append(f"an answer is mixed or empty: {answer['text']}")
            builds.add(answer["receipt"]["build_id"])
            report.switches_seen = len(builds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--model", choices=["hashing", "default"], default="default")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    def show(report: KillReport) -> None:
        sys.stderr.write(
            f"\r{report.kills} kills, {report.answers} answers, {len(report.faults)} faults"
        )

    with tempfile.TemporaryDirectory() as folder:
        report = run_kills(
            Path(folder), kills=given.kills, model=given.model, seed=given.seed, on_round=show
        )
    sys.stdout.write(f"\n{report}\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
