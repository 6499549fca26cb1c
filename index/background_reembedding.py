"""Has a library embedded with the model that is set, beside a service that answers from the other.

A process of low priority does it (`index.reembedding`); when its build is live, the service
switches as to any other. Nothing that goes wrong with it ends the service: it is logged, and tried
again after a while.
"""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.build_paths import BuildPaths
from index.embedding import EmbeddingIdentity
from index.embedding_models import embedder_that_is_set
from index.errors import AlsqaError, BuildError, LockedError, ModelError
from index.live import LiveBuild
from index.manifest import read_manifest
from index.reembedding import LOCKED
from index.settings import PROJECT_ROOT, IndexSettings
from index.writer_lock import writer_lock

_COMMAND = (sys.executable, "-P", "-m", "index.reembedding")
_LOOK_S = 1.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 10.0, 600.0
_SECONDS_TO_END = 5

State = Literal["embedding", "waiting"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReembeddingStatus:
    """How far the library is on its way to another model; counts are of strings, None before any."""

    state: State
    fingerprint: str
    """Of the model that it goes over to."""
    done: int | None = None
    total: int | None = None
    """About so many there are."""
    reason: str = ""
    """What is waited for."""

    def describe(self) -> str:
        """One sentence, that names no path of the machine."""
        if self.state == "waiting":
            return f"It is to be embedded again with {self.fingerprint}; {self.reason}."
        if self.done is None or self.total is None:
            return f"It is being embedded again with {self.fingerprint}."
        return (
            f"It is being embedded again with {self.fingerprint}: {self.done:,} of about "
            f"{self.total:,} strings."
        )


class BackgroundReembedding:
    """Looks whether the live build is of the model that is set, and has it embedded where not.

    Args:
        settings: where the library lies, and which model is set.
        live: the build that serves; one that is damaged is left to its repair.
        wanted: gives the identity of the model that is set; asked once, in the background.
        command: the process that embeds.
        first_retry_s: how long to wait after a try that failed; twice as long after each further.
    """

    def __init__(
        self,
        settings: IndexSettings,
        live: LiveBuild,
        *,
        wanted: Callable[[], EmbeddingIdentity] | None = None,
        command: Sequence[str] = _COMMAND,
        first_retry_s: float = _FIRST_RETRY_S,
    ) -> None:
        self._settings = settings
        self._paths = BuildPaths(settings.data_dir)
        self._live = live
        self._identity_that_is_set = wanted or (lambda: embedder_that_is_set(settings).identity)
        self._wanted: EmbeddingIdentity | None = None
        self._command = list(command)
        self._first_retry_s = self._retry_s = first_retry_s
        self._next_try_at = 0.0
        self._well = ""
        self._status: ReembeddingStatus | None = None
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reembedding", daemon=True)

    @property
    def status(self) -> ReembeddingStatus | None:
        """None where the live build is of the model that is set, as far as is known."""
        return self._status

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Look no more, and end the process that embeds; what it has done is kept."""
        with self._lock:
            self._stop.set()
            if self._process is not None:
                self._process.kill()
        self._thread.join(_SECONDS_TO_END)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            if time.monotonic() < self._next_try_at:
                continue
            try:
                self._look()
            except (AlsqaError, OSError) as error:
                logger.warning("The library cannot be embedded again: %s", error)
                self._try_later("the last try failed")
            except Exception:
                logger.exception("embedding the library again failed")
                self._try_later("the last try failed")

    def _look(self) -> None:
        """Embed where the live build is of another model than the one that is set."""
        build_id = self._paths.named_build_id()
        if build_id == self._well:
            return
        if self._wanted is None:
            self._wanted = self._identity_that_is_set()
        live = self._live_identity()
        if live is None:
            return
        if live.fingerprint == self._wanted.fingerprint:
            self._well, self._status = build_id, None
            self._retry_s = self._first_retry_s
            return
        self._embed(self._wanted, live)

    def _live_identity(self) -> EmbeddingIdentity | None:
        """The model of the live build; None where there is none, or it is to be made again."""
        if self._live.problem is not None and not isinstance(self._live.problem, ModelError):
            return None
        try:
            return read_manifest(self._paths, self._paths.live_build_id()).embedding_identity
        except BuildError:
            return None

    def _embed(self, wanted: EmbeddingIdentity, live: EmbeddingIdentity) -> None:
        try:
            with writer_lock(self._settings.data_dir):
                pass  # Seen before a process is started and a model loaded.
        except LockedError:
            self._try_later("another process is writing")
            return
        logger.warning(
            "The index is of %s (%s), and %s (%s) is set: everything is embedded again in the "
            "background.",
            live.name,
            live.fingerprint,
            wanted.name,
            wanted.fingerprint,
        )
        self._status = ReembeddingStatus("embedding", wanted.fingerprint)
        code = self._run_process(wanted)
        if self._stop.is_set():
            return
        if code == LOCKED:
            self._try_later("another process is writing")
        elif code:
            logger.warning("The process that embeds the library again ended (status %d).", code)
            self._try_later("the last try failed")
        else:
            logger.warning("The library is embedded again with %s.", wanted.name)

    def _run_process(self, wanted: EmbeddingIdentity) -> int:
        """Start it, follow its progress, and give its exit status; below 0 it is a signal."""
        with self._lock:
            if self._stop.is_set():
                return 0
            # In a session of its own: Ctrl-C in the terminal is the service's, which ends it.
            self._process = subprocess.Popen(  # noqa: S603 – this Python, our own module
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
                start_new_session=True,
            )
        with self._process as process:
            assert process.stdin is not None  # noqa: S101 - they are pipes
            assert process.stdout is not None  # noqa: S101
            fields = set(IndexSettings.model_fields)
            process.stdin.write(self._settings.model_dump_json(include=fields) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                if line.startswith("{"):  # a library may print something too
                    self._note_progress(json.loads(line), wanted)
            return process.wait()

    def _note_progress(self, told: dict[str, int], wanted: EmbeddingIdentity) -> None:
        done, total = told["done"], told["total"]
        before = self._status.done if self._status else None
        if before is None or 10 * before // max(1, total) != 10 * done // max(1, total):
            logger.warning(
                "re-embedding %d of about %d strings with %s in the background",
                done,
                total,
                wanted.name,
            )
        self._status = ReembeddingStatus("embedding", wanted.fingerprint, done, total)

    def _try_later(self, reason: str) -> None:
        wanted = self._wanted.fingerprint if self._wanted else "the model that is set"
        self._status = ReembeddingStatus("waiting", wanted, reason=f"{reason}, it is tried again")
        self._next_try_at = time.monotonic() + self._retry_s
        self._retry_s = min(2 * self._retry_s, _LONGEST_RETRY_S)
