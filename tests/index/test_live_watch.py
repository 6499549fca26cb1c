import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.builds import remove_old_builds
from index.embedding import EmbeddingIdentity, Vectors
from index.errors import DamagedBuildError, LibraryError, NoBuildError
from index.identifiers import Identifiers
from index.library import Library
from index.live import LiveBuild
from index.repair import repair_live_build
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, build_of, hashing_live, make_document, store

_EMBEDDER = HashingEmbedder()
_SWITCH_LIMIT_S = 2.0
_GENEROUS_S = 20.0
_WATCHER = "build-watch"


class _Repair:
    """Repairs the live build as a server does; `hold` keeps it from beginning."""

    def __init__(self, paths: BuildPaths) -> None:
        self._paths = paths
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Event()
        self.threads: list[str] = []

    def hold(self) -> None:
        self.go.clear()

    def __call__(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.begun.set()
        assert self.go.wait(_GENEROUS_S)
        repair_live_build(self._paths, now=NOW)


@pytest.fixture
def repair(paths: BuildPaths) -> Iterator[_Repair]:
    repair = _Repair(paths)
    yield repair
    repair.go.set()


@contextmanager
def _watching(live: LiveBuild) -> Iterator[LiveBuild]:
    live.warm_up()
    live.watch()
    try:
        yield live
    finally:
        live.close()


def _make(paths: BuildPaths, library: Library, text: str) -> str:
    document = make_document(text, title="A title", identifiers=Identifiers(pmid="1"))
    return build_of(paths, library, store(library, _EMBEDDER, [document])).build_id


def _make_two(paths: BuildPaths, library: Library) -> tuple[str, str]:
    """Two builds of which the old one is live, so that the new one can be damaged unseen."""
    old, new = (_make(paths, library, f"The {word} text.") for word in ("old", "new"))
    paths.current.write_text(old, encoding="utf-8")
    return old, new


def _damage(paths: BuildPaths, build_id: str) -> None:
    (paths.build(build_id) / "chroma" / "chroma.sqlite3").unlink()


def _change_vectors(paths: BuildPaths) -> None:
    connection = sqlite3.connect(paths.library)
    connection.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    connection.commit()
    connection.close()


def _until(condition: Callable[[], bool], *, limit_s: float = _GENEROUS_S) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def _text(build: Build) -> str:
    """The text of the nearest chunk, asked for the way an answer does."""
    (question,) = _EMBEDDER.embed_queries(["the text"])
    (hit,) = build.query("chunks", question, k=1)
    return build.chunks([hit.entry_id])[0].chunk.text


def _ask(live: LiveBuild) -> str:
    with live.lease() as build:
        return _text(build)


def _served(live: LiveBuild) -> str:
    with live.peek() as build:
        return build.manifest.build_id


def _can_answer(live: LiveBuild) -> bool:
    try:
        return bool(_ask(live))
    except DamagedBuildError:
        return False


def _watchers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == _WATCHER]


def test_new_build_is_served_within_two_seconds(paths: BuildPaths, library: Library) -> None:
    _make(paths, library, "The old text.")
    with _watching(hashing_live(paths)) as live:
        assert _ask(live) == "The old text."

        new = _make(paths, library, "The new text.")

        _until(lambda: _served(live) == new, limit_s=_SWITCH_LIMIT_S)
        assert _ask(live) == "The new text."
        assert live.problem is None


def test_lease_of_the_old_build_outlives_the_switch_and_its_copy_goes_at_its_end(
    paths: BuildPaths, library: Library
) -> None:
    _make(paths, library, "The old text.")
    with _watching(hashing_live(paths)) as live:
        with live.lease() as old:
            new = _make(paths, library, "The new text.")
            _until(lambda: _served(live) == new)
            paths.note_served(new)
            remove_old_builds(paths, library, keep_versions=(), now=NOW)
            assert _text(old) == "The old text."
            assert len(list(paths.scratch.glob("*.lock"))) == 2

        assert len(list(paths.scratch.glob("*.lock"))) == 1
    assert list(paths.scratch.iterdir()) == []


def test_many_switches_leave_one_copy_open(paths: BuildPaths, library: Library) -> None:
    _make(paths, library, "Text number 0.")
    with _watching(hashing_live(paths)) as live:
        for number in range(1, 4):
            _make(paths, library, f"Text number {number}.")
            _until(lambda: _served(live) == paths.live_build_id())
            assert _ask(live) == f"Text number {number}."

        assert len(list(paths.scratch.glob("*.lock"))) == 1


def test_first_build_is_found_by_a_reader_that_was_there_before_it(
    paths: BuildPaths, library: Library
) -> None:
    with _watching(hashing_live(paths)) as live:
        with pytest.raises(NoBuildError), live.lease():
            pytest.fail("nothing is live")
        _until(lambda: isinstance(live.problem, NoBuildError))

        _make(paths, library, "The first text.")

        _until(lambda: live.problem is None)
        assert _ask(live) == "The first text."


def test_damaged_new_build_leaves_the_old_one_serving_and_is_reported(
    paths: BuildPaths, library: Library
) -> None:
    old, new = _make_two(paths, library)
    with _watching(hashing_live(paths)) as live:
        assert _ask(live) == "The old text."
        _damage(paths, new)
        paths.current.write_text(new, encoding="utf-8")

        _until(lambda: isinstance(live.problem, DamagedBuildError))

        assert _ask(live) == "The old text."
        paths.current.write_text(old, encoding="utf-8")
        _until(lambda: live.problem is None)
        assert _served(live) == old


def test_repair_in_the_background_leaves_the_old_build_serving(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    _old, new = _make_two(paths, library)
    repair.hold()
    with _watching(hashing_live(paths, repair=repair)) as live:
        assert _ask(live) == "The old text."
        _damage(paths, new)
        paths.current.write_text(new, encoding="utf-8")

        assert repair.begun.wait(_GENEROUS_S)
        for _ in range(5):
            assert _ask(live) == "The old text."
        assert isinstance(live.problem, DamagedBuildError)
        assert "being made again" in live.problem.remedy

        repair.go.set()
        _until(lambda: live.problem is None)
        assert _ask(live) == "The new text."
        assert _served(live) == paths.live_build_id() != new
    assert repair.threads == [_WATCHER]


def test_build_that_is_damaged_at_the_start_is_made_again_without_any_embedding(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    damaged = _make(paths, library, "The text.")
    _damage(paths, damaged)
    before = list(_EMBEDDER.embedded)
    repair.hold()
    with _watching(hashing_live(paths, repair=repair)) as live:
        assert isinstance(live.problem, DamagedBuildError)
        with pytest.raises(DamagedBuildError), live.lease():
            pytest.fail("a damaged build was leased")
        assert repair.begun.wait(_GENEROUS_S)

        with pytest.raises(DamagedBuildError, match="being made again"), live.lease():
            pytest.fail("a damaged build was leased")

        repair.go.set()
        _until(lambda: _can_answer(live))
        assert _ask(live) == "The text."
        assert live.problem is None
    assert paths.live_build_id() != damaged
    assert _EMBEDDER.embedded == before
    assert repair.threads == [_WATCHER]


def test_reader_that_does_not_watch_repairs_before_it_answers(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    damaged = _make(paths, library, "The text.")
    _damage(paths, damaged)
    live = hashing_live(paths, repair=repair)

    assert _ask(live) == "The text."

    live.close()
    assert paths.live_build_id() != damaged
    assert len(repair.threads) == 1


def test_lost_current_is_set_again_by_a_reader_that_does_not_watch(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    _make(paths, library, "The text.")
    paths.current.unlink()
    live = hashing_live(paths, repair=repair)

    assert _ask(live) == "The text."

    live.close()
    assert len(repair.threads) == 1


def test_repair_that_fails_is_not_tried_again_at_every_look(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    looks: list[str] = []

    class Noting(BuildPaths):
        def named_build_id(self) -> str:
            looks.append(threading.current_thread().name)
            return super().named_build_id()

    _damage(paths, _make(paths, library, "The text."))
    _change_vectors(paths)
    live = hashing_live(Noting(paths.data_dir), repair=repair)
    live.watch()
    _until(lambda: type(live.problem) is LibraryError)
    seen = len(looks)

    _until(lambda: len(looks) >= seen + 4)

    live.close()
    assert repair.threads == [_WATCHER]


def test_build_whose_folder_is_gone_is_made_again(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    _make(paths, library, "The text.")
    shutil.rmtree(paths.builds)

    with _watching(hashing_live(paths, repair=repair)) as live:
        _until(lambda: _can_answer(live))
        assert _ask(live) == "The text."


def test_damaged_record_is_reported_and_the_open_build_goes_on_serving(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    _old, new = _make_two(paths, library)
    with _watching(hashing_live(paths, repair=repair)) as live:
        assert _ask(live) == "The old text."
        _damage(paths, new)
        _change_vectors(paths)
        paths.current.write_text(new, encoding="utf-8")

        _until(lambda: type(live.problem) is LibraryError)

        assert live.problem is not None
        assert "is damaged" in live.problem.problem
        assert _ask(live) == "The old text."


def test_damage_while_another_process_writes_is_repaired_by_whoever_comes_first(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    damaged = _make(paths, library, "The text.")
    _damage(paths, damaged)
    with writer_lock(paths.data_dir):
        live = hashing_live(paths, repair=repair)
        live.warm_up()
        live.watch()
        assert repair.begun.wait(_GENEROUS_S)
        with pytest.raises(DamagedBuildError), live.lease():
            pytest.fail("a damaged build was leased")
        assert paths.live_build_id() == damaged

    _until(lambda: _can_answer(live))

    assert _ask(live) == "The text."
    live.close()


def test_build_has_served_once_it_answered_and_not_when_it_was_opened_or_peeked_at(
    paths: BuildPaths, library: Library
) -> None:
    first = _make(paths, library, "The old text.")
    with _watching(hashing_live(paths)) as live:
        assert _served(live) == first
        assert paths.served_build_id() == ""
        with pytest.raises(RuntimeError), live.lease():
            raise RuntimeError("no answer came of it")
        assert paths.served_build_id() == ""

        _ask(live)
        assert paths.served_build_id() == first

        second = _make(paths, library, "The new text.")
        _until(lambda: _served(live) == second)
        assert paths.served_build_id() == first
        _ask(live)
        assert paths.served_build_id() == second


def test_previous_build_stays_until_a_watching_reader_has_answered_from_the_new_one(
    paths: BuildPaths, library: Library
) -> None:
    first = _make(paths, library, "The old text.")
    with _watching(hashing_live(paths)) as live:
        _ask(live)
        second = _make(paths, library, "The new text.")
        remove_old_builds(paths, library, keep_versions=(), now=NOW)
        assert paths.build(first).is_dir()
        _until(lambda: _served(live) == second)
        _ask(live)

        remove_old_builds(paths, library, keep_versions=(), now=NOW)

        assert [folder.name for folder in paths.builds.iterdir()] == [second]
        assert _ask(live) == "The new text."


def test_model_of_the_new_build_is_warm_before_the_switch(
    paths: BuildPaths, library: Library
) -> None:
    asked: list[tuple[str, str]] = []

    class Noting(HashingEmbedder):
        def embed_queries(self, texts: Sequence[str]) -> Vectors:
            asked.append((threading.current_thread().name, self.identity.name))
            return super().embed_queries(texts)

    def load(identity: EmbeddingIdentity) -> HashingEmbedder:
        return Noting(identity.name)

    _make(paths, library, "The text.")
    with _watching(LiveBuild(paths, load_embedder=load)) as live:
        other = HashingEmbedder("another-model")
        document = make_document("The text.", identifiers=Identifiers(pmid="1"))
        members = store(library, other, [document])
        new = build_of(paths, library, members, embedding=other.identity).build_id

        _until(lambda: _served(live) == new)

    assert (_WATCHER, "another-model") in asked


def test_watcher_ends_on_close_and_nothing_is_left_open(
    paths: BuildPaths, library: Library
) -> None:
    _make(paths, library, "The text.")
    lives = [hashing_live(paths) for _ in range(3)]
    for live in lives:
        live.watch()
        live.watch()
        _ask(live)
    assert len(_watchers()) == 3

    for live in lives:
        live.close()
        live.close()

    assert _watchers() == []
    assert list(paths.scratch.iterdir()) == []


def test_close_waits_for_a_repair_that_has_begun(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    damaged = _make(paths, library, "The text.")
    _damage(paths, damaged)
    repair.hold()
    live = hashing_live(paths, repair=repair)
    live.watch()
    assert repair.begun.wait(_GENEROUS_S)
    closing = threading.Thread(target=live.close)
    closing.start()

    repair.go.set()
    closing.join(_GENEROUS_S)

    assert not closing.is_alive()
    assert _watchers() == []
    assert paths.live_build_id() != damaged
    with writer_lock(paths.data_dir):
        pass


def test_fault_that_nobody_thought_of_is_logged_and_watching_goes_on(
    paths: BuildPaths, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [RuntimeError("out of the blue")]

    def load(identity: EmbeddingIdentity) -> HashingEmbedder:
        if identity.name == "another-model" and faults:
            raise faults.pop()
        return HashingEmbedder(identity.name)

    _make(paths, library, "The text.")
    with (
        caplog.at_level(logging.ERROR, logger="index.live"),
        _watching(LiveBuild(paths, load_embedder=load)) as live,
    ):
        assert _ask(live) == "The text."
        other = HashingEmbedder("another-model")
        document = make_document("The text.", identifiers=Identifiers(pmid="1"))
        members = store(library, other, [document])
        new = build_of(paths, library, members, embedding=other.identity).build_id

        _until(lambda: _served(live) == new)

    assert faults == []
    assert "looking for a new build failed" in caplog.text


def test_questions_are_answered_all_through_switches_and_a_repair(
    paths: BuildPaths, library: Library, repair: _Repair
) -> None:
    _make(paths, library, "Text number 0.")
    failures: list[Exception] = []
    texts: list[str] = []
    stop = threading.Event()

    with _watching(hashing_live(paths, repair=repair)) as live:

        def ask() -> None:
            while not stop.is_set():
                try:
                    texts.append(_ask(live))
                except Exception as error:
                    failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            second = _make(paths, library, "Text number 1.")
            _until(lambda: _served(live) == second)
            third = _make(paths, library, "Text number 2.")
            paths.current.write_text(second, encoding="utf-8")
            _until(lambda: _served(live) in (second, third))
            _damage(paths, third)
            paths.current.write_text(third, encoding="utf-8")
            _until(lambda: bool(texts) and texts[-1] == "Text number 2.")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert _ask(live) == "Text number 2."

    assert failures == []
    assert set(texts) <= {f"Text number {number}." for number in range(3)}
