"""The live build as readers see it: leases on one build, exchanged when `CURRENT` changes.

A lease keeps its build open to the end of an answer, so no answer sees two builds. Readers wait
for no lock on disk; a build that nobody leases any more is closed.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.build_paths import BuildPaths
from index.build_reader import Build, LoadEmbedder
from index.embedding import Embedder, EmbeddingIdentity
from index.errors import (
    AlsqaError,
    DamagedBuildError,
    LockedError,
    NoBuildError,
)

_WATCH_SECONDS = 0.5
_RETRY_SECONDS = 10
_SECONDS_TO_END = 5
"""A repair that is going on when the service ends is caught up by the next start."""
_BEING_MADE = "It is being made again from stored vectors; try again in a while."

logger = logging.getLogger(__name__)


class LiveBuild:
    """Hands out leases on the live build; opens the next one when `CURRENT` names another.

    Args:
        paths: where builds lie.
        load_embedder: gives the model that a build was made with.
        repair: makes a damaged live build again; without it, damage is only reported.
    """

    def __init__(
        self,
        paths: BuildPaths,
        *,
        load_embedder: LoadEmbedder,
        repair: Callable[[], object] | None = None,
    ) -> None:
        self._paths = paths
        self._load_embedder = load_embedder
        self._embedders: dict[str, Embedder] = {}
        self._repair = repair
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._current: Build | None = None
        self._problem: AlsqaError | None = None
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def problem(self) -> AlsqaError | None:
        """Why the build that `CURRENT` names could not be opened, if so."""
        return self._problem

    @contextmanager
    def lease(self) -> Iterator[Build]:
        """The live build, kept open until the block ends.

        Raises:
            NoBuildError: nothing is indexed yet.
            DamagedBuildError: the live build fails its checks, and no earlier one is open.
            ModelError: the model that it was made with is not on this machine.
        """
        with self.peek() as build:
            yield build
            self._note_served(build)

    @contextmanager
    def peek(self) -> Iterator[Build]:
        """A lease that does not count as having served; raises as `lease` does."""
        build = self._take()
        try:
            yield build
        finally:
            with self._lock:
                build.leases -= 1
                if build.leases == 0 and build is not self._current:
                    build.close()

    def watch(self) -> None:
        """Look for a new build in the background, so that no question waits for its opening."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="build-watch", daemon=True)
            self._watcher.start()

    def warm_up(self) -> None:
        """Open the live build and have its model ready; what is in the way is told to `lease`."""
        try:
            self.refresh(repair=False)
            with self._lock:
                build = self._current
            if build is not None:
                build.embedder.embed_queries(["warm up"])
        except AlsqaError as error:
            self._problem = error

    def refresh(self, *, repair: bool = True) -> None:
        """Open the build that `CURRENT` names, unless it is open; a damaged one is made again.

        Raises:
            AlsqaError: as for `lease`; an earlier build stays open.
        """
        with self._opening:
            try:
                self._open_current(repair=repair)
            except AlsqaError as error:
                self._problem = error
                raise
            self._problem = None

    def close(self) -> None:
        """Stop watching and close the open build; leases that are out close theirs at their end."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join(_SECONDS_TO_END)
        with self._lock:
            self._exchange(None)

    def _take(self) -> Build:
        """The open build with one lease more."""
        if self._watcher is None:
            self._refresh_or_stay()
        with self._lock:
            if self._current is not None:
                self._current.leases += 1
                return self._current
        if self._problem is not None:
            raise self._problem
        self.refresh()
        return self._take()

    def _refresh_or_stay(self) -> None:
        """Open the build that is live now; where that fails, an earlier one goes on serving."""
        try:
            self.refresh()
        except AlsqaError as error:
            if self._current is None:
                raise
            logger.warning("%s An earlier index goes on serving.", error.problem)

    def _open_current(self, *, repair: bool) -> None:
        try:
            build = self._next_build()
        except (DamagedBuildError, NoBuildError) as error:
            if self._repair is None or not repair:
                raise
            if isinstance(error, DamagedBuildError):
                logger.warning("%s It is made again from stored vectors.", error.problem)
                self._problem = DamagedBuildError(error.problem, _BEING_MADE)
            try:
                self._repair()
            except LockedError:
                # Whoever holds the writer's lock makes it.
                raise (self._problem or error) from error
            build = self._next_build()
        if build is not None:
            with self._lock:
                self._exchange(build)

    def _next_build(self) -> Build | None:
        """The build that `CURRENT` names; None where it is the open one."""
        build_id = self._paths.live_build_id()
        if self._current is not None and self._current.manifest.build_id == build_id:
            return None
        return Build(self._paths, build_id, load_embedder=self._embedder)

    def _embedder(self, identity: EmbeddingIdentity) -> Embedder:
        """One model in memory for all builds of it, ready to embed."""
        if identity.fingerprint not in self._embedders:
            embedder = self._load_embedder(identity)
            if self._watcher is not None:
                embedder.embed_queries(["warm up"])
            self._embedders = {identity.fingerprint: embedder}
        return self._embedders[identity.fingerprint]

    def _exchange(self, build: Build | None) -> None:
        old, self._current = self._current, build
        if old is not None and old.leases == 0:
            old.close()

    def _note_served(self, build: Build) -> None:
        if not build.has_served:
            build.has_served = self._paths.note_served(build.manifest.build_id)

    def _watch(self) -> None:
        failed_at, failed_for = 0.0, ""
        while not self._stop.wait(_WATCH_SECONDS):
            named = self._paths.named_build_id()
            if named == failed_for and time.monotonic() < failed_at + _RETRY_SECONDS:
                continue
            failed_for = ""
            try:
                self.refresh()
            except AlsqaError as error:
                logger.debug("no new build: %s", error)
                failed_at, failed_for = time.monotonic(), named
            except Exception:
                logger.exception("looking for a new build failed")
                failed_at, failed_for = time.monotonic(), named
