import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.background_reembedding import BackgroundReembedding, ReembeddingStatus
from index.build_paths import BuildPaths
from index.embedding import EmbeddingIdentity
from index.errors import ModelError
from index.live import LiveBuild
from index.settings import IndexSettings, read_settings
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder
from tests.faults.waiting import until
from tests.index.reembedding_child import go_file
from tests.index.samples import hashing_live

_OTHER = HashingEmbedder("another-model")
_COMMAND = (sys.executable, "-P", "-m", "tests.index.reembedding_child")
_PAUSE_S = 2.5
"""Longer than it takes to look for another model and to try again."""

Start = Callable[..., BackgroundReembedding]


@pytest.fixture
def settings(indexed: Path, tmp_path: Path) -> IndexSettings:
    """A library of two documents, of another model than the one that is set; no folder of them."""
    shutil.copytree(indexed / "data", tmp_path / "data")
    return read_settings(
        IndexSettings,
        data_dir=tmp_path / "data",
        documents_dir=tmp_path / "gone",
        embedding_model=_OTHER.identity.name,
    )


@pytest.fixture
def live(settings: IndexSettings) -> Iterator[LiveBuild]:
    live = hashing_live(BuildPaths(settings.data_dir))
    live.warm_up()
    live.watch()
    yield live
    live.close()


@pytest.fixture
def start(settings: IndexSettings, live: LiveBuild) -> Iterator[Start]:
    """Starts looking, and ends it with the test."""
    started: list[BackgroundReembedding] = []

    def start(**given: object) -> BackgroundReembedding:
        defaults = {"wanted": lambda: _OTHER.identity, "command": _COMMAND, "first_retry_s": 0.5}
        started.append(BackgroundReembedding(settings, live, **defaults | given))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.close()


def _fingerprint(live: LiveBuild) -> str:
    with live.lease() as build:
        return build.manifest.embedding_fingerprint


def _state(reembedding: BackgroundReembedding) -> str | None:
    return reembedding.status.state if reembedding.status else None


def _children() -> list[int]:
    """Processes of this one that embed."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(
                (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            )
            command = (folder / "cmdline").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if parent == os.getpid() and "reembedding_child" in command:
            found.append(int(folder.name))
    return found


def _wait_for_total(reembedding: BackgroundReembedding) -> None:
    until(lambda: reembedding.status is not None and reembedding.status.total is not None)


def test_old_build_answers_until_the_new_one_is_live(
    settings: IndexSettings, live: LiveBuild, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []
    failures: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.01):
            try:
                with live.lease() as build:
                    (question,) = build.embedder.embed_queries(["does riluzole prolong survival"])
                    assert len(build.query("chunks", question, k=3)) == 3
                    asked.append(build.manifest.embedding_fingerprint)
            except Exception as error:
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        with caplog.at_level(logging.WARNING):
            reembedding = start()
            _wait_for_total(reembedding)
            status = reembedding.status
            seen = len(asked)
            until(lambda: len(asked) > seen + 10)
            go_file(settings.data_dir).touch()
            until(lambda: _fingerprint(live) == _OTHER.fingerprint)
            until(lambda: reembedding.status is None)
    finally:
        stop.set()
        asking.join()

    assert failures == []
    assert list(dict.fromkeys(asked)) == [HashingEmbedder().fingerprint, _OTHER.fingerprint]
    assert status is not None
    assert status.total
    assert (status.state, status.fingerprint, status.done) == (
        *("embedding", _OTHER.fingerprint),
        0,
    )
    assert f"re-embedding {status.total} of about {status.total} strings" in caplog.text
    assert "with another-model" in caplog.text


def test_it_is_started_once_and_ends(settings: IndexSettings, start: Start) -> None:
    reembedding = start()
    _wait_for_total(reembedding)
    (child,) = _children()
    time.sleep(_PAUSE_S)
    assert _children() == [child]

    go_file(settings.data_dir).touch()
    until(lambda: reembedding.status is None)
    builds = BuildPaths(settings.data_dir).named_build_id()
    time.sleep(_PAUSE_S)

    assert _children() == []
    assert BuildPaths(settings.data_dir).named_build_id() == builds


def test_process_has_low_priority(start: Start) -> None:
    _wait_for_total(start())

    assert [os.getpriority(os.PRIO_PROCESS, one) for one in _children()] == [19]


def test_build_of_the_model_that_is_set_is_left_alone(
    settings: IndexSettings, start: Start
) -> None:
    before = BuildPaths(settings.data_dir).named_build_id()

    reembedding = start(wanted=lambda: HashingEmbedder().identity)
    time.sleep(_PAUSE_S)

    assert reembedding.status is None
    assert BuildPaths(settings.data_dir).named_build_id() == before


def test_it_waits_for_another_writer(
    settings: IndexSettings, live: LiveBuild, start: Start
) -> None:
    go_file(settings.data_dir).touch()
    with writer_lock(settings.data_dir):
        reembedding = start()
        until(lambda: _state(reembedding) == "waiting")
        assert reembedding.status is not None
        assert "another process is writing" in reembedding.status.describe()
        assert _children() == []
        assert _fingerprint(live) == HashingEmbedder().fingerprint

    until(lambda: _fingerprint(live) == _OTHER.fingerprint)


def test_process_that_is_killed_is_started_again(
    settings: IndexSettings, live: LiveBuild, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        reembedding = start()
        _wait_for_total(reembedding)
        os.kill(_children()[0], signal.SIGKILL)
        until(lambda: _state(reembedding) == "waiting")
    assert "ended (status -9)" in caplog.text
    assert _fingerprint(live) == HashingEmbedder().fingerprint

    go_file(settings.data_dir).touch()

    until(lambda: _fingerprint(live) == _OTHER.fingerprint)


@pytest.mark.parametrize(
    "command", [("/nowhere/python",), (sys.executable, "-c", "import nothing")]
)
def test_process_that_cannot_start_costs_only_a_line_in_the_log(
    live: LiveBuild, start: Start, command: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        reembedding = start(command=command)
        until(lambda: _state(reembedding) == "waiting")

    assert "embed" in caplog.text
    assert _fingerprint(live) == HashingEmbedder().fingerprint


def test_model_that_is_set_and_not_here_is_told_and_the_old_build_answers(
    live: LiveBuild, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> EmbeddingIdentity:
        raise ModelError("It is not on this machine.", "Give the path of its folder.")

    with caplog.at_level(logging.WARNING):
        reembedding = start(wanted=missing)
        until(lambda: _state(reembedding) == "waiting")

    assert "It is not on this machine." in caplog.text
    assert _fingerprint(live) == HashingEmbedder().fingerprint


def test_library_whose_model_is_gone_is_embedded_with_the_one_that_is_set(
    settings: IndexSettings,
) -> None:
    def load(identity: EmbeddingIdentity) -> HashingEmbedder:
        if identity.fingerprint != _OTHER.fingerprint:
            raise ModelError("The model is not here.", "Put it back.")
        return HashingEmbedder(identity.name)

    live = LiveBuild(BuildPaths(settings.data_dir), load_embedder=load)
    live.warm_up()
    live.watch()
    with pytest.raises(ModelError), live.lease():
        pytest.fail("its model is gone")
    go_file(settings.data_dir).touch()
    reembedding = BackgroundReembedding(
        settings, live, wanted=lambda: _OTHER.identity, command=_COMMAND
    )
    reembedding.start()
    try:
        until(lambda: live.problem is None, limit_s=40)
        assert _fingerprint(live) == _OTHER.fingerprint
    finally:
        reembedding.close()
        live.close()


def test_process_ends_with_the_service(start: Start) -> None:
    reembedding = start()
    _wait_for_total(reembedding)

    reembedding.close()

    until(lambda: _children() == [])


def test_process_ends_when_who_started_it_is_gone(start: Start) -> None:
    reembedding = start()
    _wait_for_total(reembedding)
    process = reembedding._process
    assert process is not None
    assert process.stdin is not None

    process.stdin.close()  # as the kernel does for a process that was killed

    until(lambda: process.poll() is not None)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ReembeddingStatus("embedding", "m"), "It is being embedded again with m."),
        (
            ReembeddingStatus("embedding", "m", 5_120, 15_313),
            "It is being embedded again with m: 5,120 of about 15,313 strings.",
        ),
        (
            ReembeddingStatus("waiting", "m", reason="another process is writing"),
            "It is to be embedded again with m; another process is writing.",
        ),
    ],
)
def test_status_is_one_sentence(status: ReembeddingStatus, said: str) -> None:
    assert status.describe() == said
