import threading
from collections.abc import Iterator

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.builds import remove_old_builds
from index.embedding import EmbeddingIdentity
from index.errors import (
    BuildError,
    DamagedBuildError,
    ModelError,
    NoBuildError,
    UnknownDocumentError,
)
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import string_hash
from index.live import LiveBuild
from tests.fakes import HashingEmbedder
from tests.faults.waiting import until
from tests.index.samples import (
    NOW,
    build_of,
    hashing_embedder_for,
    hashing_live,
    make_document,
    store,
)

_EMBEDDER = HashingEmbedder()
_FINGERPRINT = _EMBEDDER.fingerprint
_CHUNK = "pmid:1#0000"


@pytest.fixture
def live(paths: BuildPaths) -> Iterator[LiveBuild]:
    live = hashing_live(paths)
    yield live
    live.close()


def _make(paths: BuildPaths, library: Library, *bodies: str) -> str:
    document = make_document(*bodies, title="A title", identifiers=Identifiers(pmid="1"))
    members = store(library, _EMBEDDER, [document])
    return build_of(paths, library, members).build_id


def _text(build: Build) -> str:
    """The text of the nearest chunk, asked for the way an answer does."""
    (question,) = _EMBEDDER.embed_queries(["the text"])
    (hit,) = build.query("chunks", question, k=1)
    return build.chunks([hit.entry_id])[0].chunk.text


def test_there_is_no_lease_before_the_first_build(live: LiveBuild) -> None:
    with pytest.raises(NoBuildError), live.lease():
        pytest.fail("nothing is live")


def test_lease_finds_texts_documents_vectors_and_identifiers(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    build_id = _make(paths, library, "The text here.", "And more.")

    with live.lease() as build:
        assert build.manifest.build_id == build_id
        assert [member.document_id for member in build.members] == ["pmid:1"]
        assert _text(build) == "The text here."
        assert build.document("pmid:1").title == "A title"
        assert build.find_identifier("pmid", "1") == ["pmid:1"]
        title_vector = build.vectors([string_hash("A title")])[0]
        assert title_vector.tobytes() == _EMBEDDER.embed_queries(["A title"])[0].tobytes()
        build.probe()


def test_asking_for_more_than_there_is_gives_all_there_is(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The text here.", "And more.")
    (question,) = _EMBEDDER.embed_queries(["the text"])

    with live.lease() as build:
        assert len(build.query("chunks", question, k=50)) == 2
        assert [hit.entry_id for hit in build.query("records", question, k=50)] == ["pmid:1"]


def test_empty_build_finds_nothing(paths: BuildPaths, library: Library, live: LiveBuild) -> None:
    build_of(paths, library, [])
    (question,) = _EMBEDDER.embed_queries(["the text"])

    with live.lease() as build:
        assert build.query("chunks", question, k=5) == []
        assert build.members == []
        build.probe()


def test_unknown_document_is_named(paths: BuildPaths, library: Library, live: LiveBuild) -> None:
    _make(paths, library, "The text.")

    with live.lease() as build, pytest.raises(UnknownDocumentError, match="'pmid:2'"):
        build.document("pmid:2")


def test_lease_keeps_the_old_build_until_it_ends_and_the_next_has_the_new(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    old_id = _make(paths, library, "The old text.")

    with live.lease() as old:
        new_id = _make(paths, library, "The new text.")
        with live.lease() as new:
            assert (old.manifest.build_id, new.manifest.build_id) == (old_id, new_id)
            assert (_text(old), _text(new)) == ("The old text.", "The new text.")
        assert _text(old) == "The old text."
        assert old.document("pmid:1").text.endswith("The old text.")

    with live.lease() as build:
        assert build is new
        assert _text(build) == "The new text."


def test_leases_share_one_open_build(paths: BuildPaths, library: Library, live: LiveBuild) -> None:
    _make(paths, library, "The text.")

    with live.lease() as one, live.lease() as other:
        assert one is other
        assert one.leases == 2
    assert one.leases == 0


def test_lease_ends_when_its_block_fails(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The text.")

    with pytest.raises(RuntimeError, match="inside"), live.lease() as build:
        raise RuntimeError("inside")

    assert build.leases == 0


def test_old_build_is_closed_when_its_last_lease_ends(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The old text.")
    with live.lease() as old:
        _make(paths, library, "The new text.")
        with live.lease():
            pass
        assert _text(old) == "The old text."

    with pytest.raises(BuildError, match="closed"):
        _text(old)


def test_opening_the_same_build_elsewhere_does_not_disturb_a_lease(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    build_id = _make(paths, library, "The text.")

    with live.lease() as build:
        Build(paths, build_id, load_embedder=hashing_embedder_for).close()

        assert _text(build) == "The text."


def test_lease_answers_after_a_newer_build_took_the_place_of_the_previous(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    old = _make(paths, library, "The old text.")

    with live.lease() as build:
        new = _make(paths, library, "The new text.")
        paths.note_served(new)
        remove_old_builds(paths, library, keep_versions=(), now=NOW)

        assert not paths.build(old).exists()

        assert _text(build) == "The old text."


def test_build_of_another_model_is_asked_by_that_model(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    first = _make(paths, library, "The text.")
    with live.lease() as old:
        assert old.embedder.fingerprint == _FINGERPRINT
    other = HashingEmbedder("another-model")
    members = store(library, other, [make_document("The text.", identifiers=Identifiers(pmid="1"))])
    second = build_of(paths, library, members, embedding=other.identity).build_id

    with live.lease() as new:
        assert (new.manifest.build_id, new.embedder.fingerprint) == (second, other.fingerprint)
        assert _text(new) == "The text."
    assert first != second


def test_build_whose_model_is_not_here_leaves_the_open_one(
    paths: BuildPaths, library: Library
) -> None:
    def load(identity: EmbeddingIdentity) -> HashingEmbedder:
        if identity.fingerprint != _FINGERPRINT:
            raise ModelError("The model is not here.", "Put it back.")
        return HashingEmbedder()

    live = LiveBuild(paths, load_embedder=load)
    first = _make(paths, library, "The text.")
    live.watch()
    with live.lease() as build:
        assert build.manifest.build_id == first
    other = HashingEmbedder("another-model")
    members = store(library, other, [make_document("The text.", identifiers=Identifiers(pmid="1"))])
    build_of(paths, library, members, embedding=other.identity)

    until(lambda: isinstance(live.problem, ModelError))
    with live.lease() as build:
        assert build.manifest.build_id == first
    live.close()


def test_damaged_live_build_is_refused(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    build_id = _make(paths, library, "The text.")
    (paths.build(build_id) / "chroma" / "chroma.sqlite3").unlink()

    with pytest.raises(DamagedBuildError, match="Run: alsqa index"), live.lease():
        pytest.fail("a damaged build was leased")


def test_open_build_goes_on_serving_when_the_next_is_damaged(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The old text.")
    with live.lease() as old:
        pass
    damaged = _make(paths, library, "The new text.")
    (paths.build(damaged) / "chroma" / "chroma.sqlite3").unlink()

    with live.lease() as build:
        assert build is old
        assert _text(build) == "The old text."
    assert isinstance(live.problem, DamagedBuildError)

    new = _make(paths, library, "The newest text.")
    with live.lease() as build:
        assert build.manifest.build_id == new
    assert live.problem is None


def test_close_spares_a_build_that_is_leased(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The text.")

    with live.lease() as build:
        live.close()
        assert _text(build) == "The text."

    with live.lease() as reopened:
        assert reopened is not build
        assert _text(reopened) == "The text."


def test_many_threads_lease_through_a_switch(
    paths: BuildPaths, library: Library, live: LiveBuild
) -> None:
    _make(paths, library, "The old text.")
    texts: list[str] = []
    failures: list[Exception] = []

    def ask() -> None:
        for _ in range(15):
            try:
                with live.lease() as build:
                    texts.append(_text(build))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    _make(paths, library, "The new text.")
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(texts) == 60
    assert set(texts) <= {"The old text.", "The new text."}
    with live.lease() as build:
        assert _text(build) == "The new text."
