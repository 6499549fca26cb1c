from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.builds import remove_old_builds
from index.errors import DamagedBuildError, NoBuildError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion
from index.manifest import read_manifest
from index.open_build import OpenBuild, open_build
from tests.fakes import HashingEmbedder
from tests.index.damage import DAMAGES, edit_manifest
from tests.index.samples import NOW, build_of, make_document, store

_EMBEDDER = HashingEmbedder()


@pytest.fixture
def members(library: Library) -> list[DocumentVersion]:
    documents = [
        make_document(
            *(f"Paper {number} says thing {part + 10}." for part in range(4)),
            title=f"Paper {number}",
            identifiers=Identifiers(pmid=str(number)),
        )
        for number in (1, 2, 3)
    ]
    return store(library, _EMBEDDER, documents)


@pytest.fixture
def build_id(paths: BuildPaths, library: Library, members: list[DocumentVersion]) -> str:
    return build_of(paths, library, members).build_id


def test_nothing_is_live_before_the_first_build(paths: BuildPaths) -> None:
    with pytest.raises(NoBuildError, match="Run: alsqa index"):
        paths.live_build_id()


@pytest.mark.parametrize("text", ["", "gone-1234", "../data", "a/b"])
def test_current_that_names_no_build_is_damage(paths: BuildPaths, text: str) -> None:
    paths.builds.mkdir(parents=True)
    paths.current.write_text(text, encoding="utf-8")

    with pytest.raises(DamagedBuildError, match="names no build"):
        paths.live_build_id()


def test_current_of_other_bytes_is_damage(paths: BuildPaths) -> None:
    paths.builds.mkdir(parents=True)
    paths.current.write_bytes(b"\xff\xfe")

    with pytest.raises(DamagedBuildError):
        paths.live_build_id()


def test_build_is_live_and_answers(paths: BuildPaths, library: Library, build_id: str) -> None:
    assert paths.live_build_id() == build_id

    build = open_build(paths, library, build_id)
    (question,) = _EMBEDDER.embed_queries(["Paper 2 – Section 3\nPaper 2 says thing 13."])
    (hit,) = build.dense.query("chunks", question, k=1)
    build.close()

    assert hit.entry_id == "pmid:2#0003"
    assert hit.similarity == pytest.approx(1, abs=1e-5)


def test_manifest_says_what_the_build_holds(paths: BuildPaths, build_id: str) -> None:
    manifest = read_manifest(paths, build_id)

    assert manifest.build_id == build_id
    assert build_id.startswith(manifest.digest[:12])
    assert manifest.counts == {"chunks": 12, "records": 3}
    assert manifest.embedding_identity == _EMBEDDER.identity
    assert len(manifest.probes) >= 8
    assert {collection for collection, _, _ in manifest.probes} == {"chunks", "records"}
    assert any(name.endswith("data_level0.bin") for name in manifest.file_hashes)


def test_progress_ends_at_the_number_of_entries(
    paths: BuildPaths, library: Library, members: list[DocumentVersion]
) -> None:
    seen: list[tuple[int, int]] = []

    build_of(
        paths,
        library,
        members,
        on_progress=lambda done, total: seen.append((done, total)),
    )

    assert seen == [(12, 15), (15, 15)]


def test_build_of_nothing_can_be_opened(paths: BuildPaths, library: Library) -> None:
    manifest = build_of(paths, library, [])

    with open_build(paths, library, manifest.build_id) as build:
        assert build.dense.count("chunks") == 0


def test_opening_a_build_many_times_damages_nothing(
    paths: BuildPaths, library: Library, build_id: str
) -> None:
    builds = [open_build(paths, library, build_id) for _ in range(3)]
    for one in builds:
        one.close()
    assert list(paths.scratch.iterdir()) == []

    open_build(paths, library, build_id).close()


def test_same_corpus_has_the_same_digest_and_another_build_folder(
    paths: BuildPaths, library: Library, members: list[DocumentVersion], build_id: str
) -> None:
    again = build_of(paths, library, members)

    assert again.digest == read_manifest(paths, build_id).digest
    assert again.build_id != build_id
    assert paths.live_build_id() == again.build_id


def test_interrupted_build_leaves_the_live_one_and_no_folder(
    paths: BuildPaths, library: Library, members: list[DocumentVersion], build_id: str
) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_of(paths, library, members, on_progress=interrupt)

    assert paths.live_build_id() == build_id
    assert [folder.name for folder in paths.builds.iterdir()] == [build_id]
    open_build(paths, library, build_id).close()


def test_build_whose_vectors_are_missing_does_not_go_live(
    paths: BuildPaths, library: Library, members: list[DocumentVersion], build_id: str
) -> None:
    with pytest.raises(Exception, match="vectors are missing"):
        build_of(paths, library, members, embedding=HashingEmbedder("another-model").identity)

    assert paths.live_build_id() == build_id
    assert len(list(paths.builds.iterdir())) == 1


@pytest.mark.parametrize(("failures", "made"), [(1, True), (2, True), (3, False)])
def test_fresh_build_that_gives_back_too_little_is_made_again_twice(
    monkeypatch: pytest.MonkeyPatch,
    paths: BuildPaths,
    library: Library,
    members: list[DocumentVersion],
    failures: int,
    made: bool,
) -> None:
    checked: list[OpenBuild] = []

    def check(build: OpenBuild) -> None:
        checked.append(build)
        if len(checked) <= failures:
            raise DamagedBuildError("An entry is out of reach.")

    monkeypatch.setattr(OpenBuild, "check_entries", check)

    with nullcontext() if made else pytest.raises(DamagedBuildError, match="out of reach"):
        build_of(paths, library, members)

    assert _folders(paths) == ({checked[-1].manifest.build_id} if made else set())


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_on_opening_and_the_remedy_named(
    paths: BuildPaths, library: Library, build_id: str, damage: Callable[[Path], None]
) -> None:
    damage(paths.build(build_id))

    with pytest.raises(DamagedBuildError) as caught:
        open_build(paths, library, build_id)

    assert "Run: alsqa index" in caught.value.remedy


def test_probe_that_names_another_vector_is_damage(
    paths: BuildPaths, library: Library, build_id: str
) -> None:
    probes = read_manifest(paths, build_id).probes
    swapped = ("chunks", probes[0][1], next(h for c, _, h in probes if c == "records"))
    edit_manifest(paths.build(build_id), probes=[swapped])

    with pytest.raises(DamagedBuildError, match="not found by its own vector"):
        open_build(paths, library, build_id)


def _remove_old(paths: BuildPaths, library: Library) -> None:
    remove_old_builds(paths, library, keep_versions=(), now=NOW)


def _folders(paths: BuildPaths) -> set[str]:
    return {folder.name for folder in paths.builds.iterdir()}


def test_previous_build_stays_until_the_live_one_has_served(
    paths: BuildPaths, library: Library, members: list[DocumentVersion], build_id: str
) -> None:
    paths.note_served(build_id)
    second = build_of(paths, library, members[:2]).build_id
    third = build_of(paths, library, members[:1]).build_id

    _remove_old(paths, library)
    assert _folders(paths) == {build_id, third}

    paths.note_served(third)
    _remove_old(paths, library)
    assert _folders(paths) == {third}
    assert library.builds.members(second) == members[:2]


@pytest.mark.usefixtures("build_id")
def test_where_none_is_known_to_have_served_the_last_two_stay(
    paths: BuildPaths, library: Library, members: list[DocumentVersion]
) -> None:
    second = build_of(paths, library, members[:2]).build_id
    third = build_of(paths, library, members[:1]).build_id

    _remove_old(paths, library)

    assert _folders(paths) == {second, third}
    open_build(paths, library, second).close()


def test_id_or_metadata_that_does_not_come_back_is_damage(
    paths: BuildPaths, library: Library, build_id: str
) -> None:
    with open_build(paths, library, build_id) as build:
        build.check_entries()
        build.dense._collections["chunks"].delete(ids=["pmid:1#0000"])

        with pytest.raises(DamagedBuildError, match="does not give back"):
            build.check_entries()
