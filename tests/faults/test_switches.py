"""Fifty switches of the live build leak neither descriptors nor memory."""

import gc
import os
import threading
from pathlib import Path

from index.build_paths import BuildPaths
from index.library import Library
from tests.fakes import HashingEmbedder
from tests.faults.waiting import until
from tests.index.samples import build_of, hashing_live, make_document, store

_SWITCHES = 50
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE_BYTES / 1e6


def test_fifty_switches_under_questions_leak_nothing_and_fail_nowhere(tmp_path: Path) -> None:
    paths = BuildPaths(tmp_path / "data")
    embedder = HashingEmbedder()
    failures: list[str] = []
    stop = threading.Event()
    with Library(paths.library, writable=True) as library:

        def make(number: int) -> str:
            document = make_document(*(f"Edition {number} part {part}." for part in range(40)))
            return build_of(paths, library, store(library, embedder, [document])).build_id

        make(0)
        live = hashing_live(paths)

        def ask() -> None:
            while not stop.is_set():
                try:
                    with live.lease() as build:
                        (question,) = embedder.embed_queries(["which edition"])
                        ids = [hit.entry_id for hit in build.query("chunks", question, k=9)]
                        texts = [one.chunk.text for one in build.chunks(ids)]
                        editions = {text.split()[1] for text in texts}
                        if len(texts) != 9 or len(editions) != 1:
                            failures.append(f"mixed or empty: {texts}")
                except Exception as error:
                    failures.append(repr(error))
                stop.wait(0.01)

        def switch(number: int) -> None:
            build_id = make(number)

            def is_live() -> bool:
                with live.peek() as build:
                    return build.manifest.build_id == build_id

            until(is_live, limit_s=5)

        live.watch()
        asking = [threading.Thread(target=ask) for _ in range(2)]
        for thread in asking:
            thread.start()
        try:
            for number in range(1, 6):
                switch(number)
            gc.collect()
            descriptors, memory = _descriptors(), _memory_mb()
            for number in range(6, 6 + _SWITCHES):
                switch(number)
        finally:
            stop.set()
            for thread in asking:
                thread.join()
            gc.collect()
            grown = _descriptors() - descriptors, _memory_mb() - memory
            live.close()

    assert failures == []
    assert grown[0] <= 12
    assert grown[1] < 100
    assert list(paths.scratch.iterdir()) == []
