"""Embeds a library with another model, from the record alone: no file of the documents folder is read.

`python -m index.reembedding` is the process that `index.background_reembedding` starts. It is told
its settings on the first line of stdin, prints its progress as lines of JSON, and ends when stdin
is closed: whoever started it is gone, or wants no more of it.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from index.build_paths import BuildPaths
from index.builds import make_build, remove_old_builds
from index.embedding import Embedder
from index.embedding_models import embedder_that_is_set
from index.errors import AlsqaError, LockedError, NoBuildError
from index.library import Library
from index.making import DocumentMaker
from index.manifest import Manifest
from index.repair import last_build
from index.settings import IndexSettings
from index.writer_lock import writer_lock

LOCKED = 75
"""Exit status where another process is writing."""
_FAILED = 1
_LOWEST_PRIORITY = 19

logger = logging.getLogger(__name__)


def reembed_live_build(
    paths: BuildPaths,
    embedder: Embedder,
    *,
    now: datetime,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Manifest | None:
    """Make a build of what the live one holds, with this model; None where it has its vectors.

    Until it is live the other one serves. A run that is cut short is caught up by the next, which
    embeds nothing a second time.

    Args:
        paths: where the library lies.
        embedder: the model that the library is to have.
        now: noted with the build.
        on_progress: told how many strings have a vector, of about how many.

    Raises:
        LockedError: another process is writing.
        LibraryError: the record cannot be read or written.
        NoBuildError: nothing was ever indexed.
    """
    if not paths.library.is_file():
        raise NoBuildError(f"Nothing is indexed yet in {paths.data_dir}.", "Run: alsqa index.")
    with writer_lock(paths.data_dir), Library(paths.library, writable=True) as library:
        build_id = last_build(paths, library)
        if library.builds.embedding(build_id).fingerprint == embedder.fingerprint:
            return None
        paths.remove_leftovers()
        members = DocumentMaker(library, embedder).make_for_this_model(
            library.builds.members(build_id), on_progress=on_progress
        )
        manifest = make_build(paths, library, members, embedding=embedder.identity, now=now)
        remove_old_builds(paths, library, keep_versions=members, now=now)
        return manifest


def run(load: Callable[[IndexSettings], Embedder]) -> int:
    """Be the process that embeds, with the model that `load` gives; its exit status."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # bm25s sets its own logger to DEBUG
    logging.basicConfig(handlers=[handler], format="%(asctime)s %(levelname)s %(message)s")
    os.nice(_LOWEST_PRIORITY)
    settings = IndexSettings.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    try:
        reembed_live_build(
            BuildPaths(settings.data_dir),
            load(settings),
            now=datetime.now(UTC),
            on_progress=_print_progress,
        )
    except LockedError:
        return LOCKED
    except (AlsqaError, OSError) as error:
        logger.warning("%s", error)
        return _FAILED
    return 0


def _print_progress(done: int, total: int) -> None:
    sys.stdout.write(json.dumps({"done": done, "total": total}) + "\n")
    sys.stdout.flush()


def _end_with_stdin() -> None:
    """End at once, wherever the work is: what is on disk is what a kill would leave."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(_FAILED)


if __name__ == "__main__":
    sys.exit(run(embedder_that_is_set))
