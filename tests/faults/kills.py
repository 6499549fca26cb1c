"""Kills ingests and looks whether anything was lost: by command with the real model, in the tests.

    python -m tests.faults.kills --kills 300 --every-step --model default

Each round exchanges the corpus for another edition, new or known from before, kills the ingest at a
write step or at a random moment, runs it again to its end, and compares the library with that of an
undisturbed run. A server is asked all the while.
"""

import argparse
import random
import shutil
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
from index.embedding import Embedder
from index.embedding_models import load_embedder
from index.health import check_library
from index.ingest import ingest
from index.manifest import read_manifest
from index.repair import repair_live_build
from index.settings import IndexSettings, read_settings
from rag.pipeline import Pipeline
from tests.conftest import PROJECT
from tests.fakes import HashingEmbedder
from tests.faults.editions import QUESTION, editions_of, write_edition
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
    every_step: bool = False,
    new_every: int = 1,
    seed: int = 0,
    on_round: Callable[[KillReport], None] = lambda _report: None,
) -> KillReport:
    """Kill an ingest `kills` times: half at write steps, the rest at random moments.

    Args:
        folder: an empty folder to work in.
        kills: how many; a round whose ingest ended before its moment is none, and one more is done.
        every_step: at every write step instead of at half as many as kills.
        model: "hashing" or "default".
        new_every: at every so many random moments, and at all write steps, the edition is new, so
            that there is something to embed.
        seed: of the random moments.
        on_round: called after each round.
    """
    report = KillReport()
    chance = random.Random(seed)
    case = _Case(folder, model)
    case.exchange("alpha")
    case.run()
    new, known = case.measure("beta"), case.measure("alpha")
    report.write_steps = new.steps
    digests = {edition: case.undisturbed(edition) for edition in ("alpha", "beta")}
    at_steps = new.steps if every_step else kills // 2
    moments = _moments(kills, at_steps, new.steps, chance)
    with _asked_server(case, report):
        for number, (kind, when) in enumerate(moments):
            if number >= at_steps and report.kills >= kills:
                break
            is_new = kind == "step" or number % new_every == 0
            edition = f"new{number}" if is_new else ("alpha", "beta")[number % 2]
            if is_new:
                digests[edition] = case.undisturbed(edition)
            case.exchange(edition)
            duration_s = (new if is_new else known).duration_s
            moment = f"{kind} {when if kind == 'step' else when * duration_s} of {edition}"
            case.kill(kind, when if kind == "step" else when * duration_s, report)
            case.run()
            paths = BuildPaths(case.data)
            if read_manifest(paths, paths.live_build_id()).digest != digests[edition]:
                report.faults.append(f"{moment}: another library than undisturbed")
            report.faults += [
                f"{moment}: {one.name}: {one.detail}" for one in check_library(paths) if not one.ok
            ]
            on_round(report)
    return report


def _moments(
    kills: int, at_steps: int, steps: int, chance: random.Random
) -> Iterator[tuple[str, float]]:
    """So many write steps by number, then moments by their share of a run, with a bound."""
    for number in chance.sample(range(1, steps + 1), at_steps):
        yield "step", number
    for _ in range(2 * kills):
        yield "share", chance.uniform(0.05, 0.95)


@dataclass(frozen=True, slots=True)
class _Measured:
    steps: int
    duration_s: float


class _Case:
    """A library, its folder of documents, and the model that both are run with."""

    def __init__(self, folder: Path, model: str) -> None:
        self.data, self.documents = folder / "data", folder / "documents"
        self.model = model
        self.embedder: Embedder = HashingEmbedder() if model == "hashing" else load_embedder()
        self._other = folder / "undisturbed"

    def exchange(self, edition: str) -> None:
        write_edition(self.documents, edition)

    def run(self) -> None:
        """An ingest to its end, in this process."""
        ingest(_settings(self.data, self.documents), self.embedder)

    def measure(self, edition: str) -> _Measured:
        """Write steps and seconds of an ingest that exchanges the edition, in its own process."""
        self.exchange(edition)
        start = time.monotonic()
        ended = subprocess.run(
            child_command(self.data, self.documents, self.model),
            cwd=PROJECT,
            check=True,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
        )
        return _Measured(int(ended.stdout), time.monotonic() - start)

    def undisturbed(self, edition: str) -> str:
        """The digest of a library that knew nothing else."""
        shutil.rmtree(self._other, ignore_errors=True)
        write_edition(self._other / "documents", edition)
        ingest(_settings(self._other / "data", self._other / "documents"), self.embedder)
        paths = BuildPaths(self._other / "data")
        return read_manifest(paths, paths.live_build_id()).digest

    def kill(self, kind: str, when: float, report: KillReport) -> None:
        """An ingest in its own process, killed at a write step or after so many seconds."""
        more = ["--die-at", str(int(when))] if kind == "step" else []
        child = subprocess.Popen(
            child_command(self.data, self.documents, self.model, *more),
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if kind != "step":
            time.sleep(when)
            child.kill()
        if child.wait(_LIMIT_S) == -signal.SIGKILL:
            report.kills += 1
            report.at_steps += kind == "step"
        else:
            report.ended_before_their_kill += 1


def _settings(data: Path, documents: Path) -> IndexSettings:
    return read_settings(IndexSettings, data_dir=data, documents_dir=documents)


def child_command(data: Path, documents: Path, model: str, *more: str) -> list[str]:
    """The command of one ingest in a process of its own."""
    module = "tests.faults.ingest_child"
    return [sys.executable, "-m", module, str(data), str(documents), model, *more]


@contextmanager
def _asked_server(case: _Case, report: KillReport) -> Iterator[None]:
    """A server over the library, asked without a pause; what it says wrong goes into the report."""
    settings = read_settings(ApiSettings, data_dir=case.data, documents_dir=case.documents)
    paths = BuildPaths(case.data)
    pipeline = Pipeline(
        settings, case.embedder, repair=lambda: repair_live_build(paths, now=datetime.now(UTC))
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
            if answer["status"] != "answered" or len(editions_of(" ".join(quotes))) != 1:
                report.faults.append(f"an answer is mixed or empty: {answer['text']}")
            builds.add(answer["receipt"]["build_id"])
            report.switches_seen = len(builds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument(
        "--every-step", action="store_true", help="at every write step, then at random moments"
    )
    parser.add_argument("--model", choices=["hashing", "default"], default="default")
    parser.add_argument("--new-every", type=int, default=4, help="rounds with a new edition")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()

    def show(report: KillReport) -> None:
        sys.stderr.write(
            f"\r{report.kills} kills, {report.answers} answers, {len(report.faults)} faults"
        )

    with tempfile.TemporaryDirectory() as folder:
        report = run_kills(
            Path(folder),
            kills=given.kills,
            model=given.model,
            every_step=given.every_step,
            new_every=given.new_every,
            seed=given.seed,
            on_round=show,
        )
    sys.stdout.write(f"\n{report}\n")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
