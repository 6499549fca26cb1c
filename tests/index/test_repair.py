import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.backup import keep_automatic_backups
from index.build_paths import BuildPaths
from index.errors import DamagedBuildError, LibraryError, LockedError, NoBuildError
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion, string_hash
from index.manifest import Manifest, write_manifest
from index.open_build import open_build
from index.private_copy import hash_files
from index.repair import rebuild, repair_live_build, set_aside
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder
from tests.index.damage import DAMAGES
from tests.index.samples import NOW, build_of, hashing_live, make_document, store

_EMBEDDER = HashingEmbedder()
_LAST = "Paper 2 says thing 11."


@pytest.fixture
def members(library: Library) -> list[DocumentVersion]:
    documents = [
        make_document(
            *(f"Paper {number} says thing {part + 10}." for part in range(2)),
            title=f"Paper {number}",
            identifiers=Identifiers(pmid=str(number)),
        )
        for number in (1, 2)
    ]
    return store(library, _EMBEDDER, documents)


@pytest.fixture
def made(paths: BuildPaths, library: Library, members: list[DocumentVersion]) -> Manifest:
    return build_of(paths, library, members)


def _damage(paths: BuildPaths, build_id: str) -> None:
    (paths.build(build_id) / "chroma" / "chroma.sqlite3").unlink()


def _change(paths: BuildPaths, statement: str, *values: object) -> None:
    connection = sqlite3.connect(paths.library)
    assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()


def _folders(paths: BuildPaths) -> list[str]:
    return sorted(folder.name for folder in paths.builds.iterdir())


def _vectors(paths: BuildPaths) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(paths.library)
    rows = connection.execute("SELECT * FROM vectors ORDER BY 1, 2").fetchall()
    connection.close()
    return rows


def _assert_answers(paths: BuildPaths, library: Library, manifest: Manifest) -> None:
    """The build is live, whole, and finds the text that it should."""
    assert paths.live_build_id() == manifest.build_id
    with open_build(paths, library, manifest.build_id) as build:
        build.check_entries()
        (question,) = _EMBEDDER.embed_queries([f"Paper 2 – Section 1\n{_LAST}"])
        assert build.dense.query("chunks", question, k=1)[0].entry_id == "pmid:2#0001"


@pytest.mark.parametrize("damage", DAMAGES[::3])
def test_damaged_build_is_set_aside_and_made_again_from_stored_vectors(
    paths: BuildPaths, library: Library, made: Manifest, damage: Callable[[Path], None]
) -> None:
    vectors = _vectors(paths)
    damage(paths.build(made.build_id))

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.build_id != made.build_id
    assert (manifest.digest, manifest.entries_digest) == (made.digest, made.entries_digest)
    assert _folders(paths) == sorted([f"{made.build_id}.damaged", manifest.build_id])
    assert _vectors(paths) == vectors
    _assert_answers(paths, library, manifest)


def test_build_that_is_well_is_left_as_it_is(paths: BuildPaths, made: Manifest) -> None:
    before = hash_files(paths.builds), paths.current.read_bytes()

    assert repair_live_build(paths, now=NOW) is None

    assert (hash_files(paths.builds), paths.current.read_bytes()) == before
    assert _folders(paths) == [made.build_id]


def test_repaired_build_needs_no_second_repair(paths: BuildPaths, made: Manifest) -> None:
    _damage(paths, made.build_id)
    first = repair_live_build(paths, now=NOW)

    assert first is not None
    assert repair_live_build(paths, now=NOW) is None
    assert paths.live_build_id() == first.build_id


@pytest.mark.parametrize("data", [None, b"", b"\x00" * 21, b"\xff\xfe", b"gone"])
def test_current_that_is_lost_or_names_no_build_is_set_again(
    paths: BuildPaths, library: Library, made: Manifest, data: bytes | None
) -> None:
    paths.current.unlink()
    if data is not None:
        paths.current.write_bytes(data)

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.digest == made.digest
    _assert_answers(paths, library, manifest)


def test_build_whose_folder_is_gone_is_made_again(
    paths: BuildPaths, library: Library, made: Manifest
) -> None:
    shutil.rmtree(paths.builds)

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.digest == made.digest
    _assert_answers(paths, library, manifest)


def test_repair_that_was_cut_short_is_done_again(
    paths: BuildPaths, library: Library, made: Manifest
) -> None:
    _damage(paths, made.build_id)
    set_aside(paths, made.build_id)

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.digest == made.digest
    _assert_answers(paths, library, manifest)


@pytest.mark.parametrize("folder_is_there", [True, False])
def test_live_build_is_made_again_and_not_a_later_one_that_was_never_finished(
    paths: BuildPaths,
    library: Library,
    made: Manifest,
    members: list[DocumentVersion],
    folder_is_there: bool,
) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_of(paths, library, members[:1], on_progress=interrupt)
    if folder_is_there:
        _damage(paths, made.build_id)
    else:
        shutil.rmtree(paths.build(made.build_id))

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.digest == made.digest
    assert library.builds.members(manifest.build_id) == members


def test_build_is_made_again_with_the_vectors_of_its_own_model(
    paths: BuildPaths, library: Library, members: list[DocumentVersion]
) -> None:
    other = HashingEmbedder("another-model")
    documents = [library.documents.document(member) for member in members]
    build = build_of(paths, library, store(library, other, documents), embedding=other.identity)
    _damage(paths, build.build_id)

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert manifest.embedding_identity == other.identity


def test_id_of_old_goes_on_to_resolve_after_a_repair(
    paths: BuildPaths, library: Library, members: list[DocumentVersion]
) -> None:
    build_of(paths, library, members)
    build = build_of(paths, library, members[:1], successors={"pmid:2": "pmid:1"})
    _damage(paths, build.build_id)

    repair_live_build(paths, now=NOW)

    live = hashing_live(paths)
    with live.lease() as leased:
        assert leased.document("pmid:2").document_id == "pmid:1"
    live.close()


def test_only_the_last_damaged_folder_is_kept(paths: BuildPaths, made: Manifest) -> None:
    _damage(paths, made.build_id)
    second = repair_live_build(paths, now=NOW)
    assert second is not None
    _damage(paths, second.build_id)

    third = repair_live_build(paths, now=NOW)

    assert third is not None
    assert _folders(paths) == sorted([f"{second.build_id}.damaged", third.build_id])


_RECORD_DAMAGES = {
    "vector of a chunk": f"Paper 2 – Section 1\n{_LAST}",
    "vector of a sentence": _LAST,
    "vector of a record": "Paper 1",
}


@pytest.mark.parametrize("embedded", _RECORD_DAMAGES.values(), ids=_RECORD_DAMAGES)
def test_changed_vector_makes_no_build_and_names_the_backup(
    paths: BuildPaths, made: Manifest, embedded: str
) -> None:
    (backup,) = keep_automatic_backups(paths.data_dir, now=NOW, library_changed=True)
    _damage(paths, made.build_id)
    _change(
        paths,
        "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE embedded_hash = ?",
        string_hash(embedded),
    )
    before = hash_files(paths.builds)

    with pytest.raises(LibraryError, match="damaged") as caught:
        repair_live_build(paths, now=NOW)

    assert f"alsqa restore {backup}" in caught.value.remedy
    assert hash_files(paths.builds) == before
    assert paths.current.read_text(encoding="utf-8") == made.build_id


def test_damage_without_a_backup_names_another_remedy(paths: BuildPaths, made: Manifest) -> None:
    _damage(paths, made.build_id)
    _change(paths, "UPDATE documents SET text_hash = '0'")

    with pytest.raises(LibraryError, match="There is no backup"):
        repair_live_build(paths, now=NOW)


def test_file_that_is_no_database_is_refused(paths: BuildPaths) -> None:
    paths.data_dir.mkdir()
    paths.library.write_bytes(b"no database" * 1_000)

    with pytest.raises(LibraryError, match="is damaged"):
        repair_live_build(paths, now=NOW)


def test_repair_beside_a_writer_is_refused_and_changes_nothing(
    paths: BuildPaths, made: Manifest
) -> None:
    _damage(paths, made.build_id)

    with writer_lock(paths.data_dir), pytest.raises(LockedError):
        repair_live_build(paths, now=NOW)

    assert _folders(paths) == [made.build_id]
    assert paths.live_build_id() == made.build_id


def test_repair_lets_go_of_the_writers_lock(paths: BuildPaths, made: Manifest) -> None:
    _damage(paths, made.build_id)
    repair_live_build(paths, now=NOW)

    with writer_lock(paths.data_dir):
        assert paths.live_build_id() != made.build_id


def test_nothing_can_be_repaired_before_the_first_build(paths: BuildPaths) -> None:
    with pytest.raises(NoBuildError, match="Nothing is indexed yet"):
        repair_live_build(paths, now=NOW)


def test_build_that_is_well_can_be_made_again_too(
    paths: BuildPaths, library: Library, made: Manifest
) -> None:
    with writer_lock(paths.data_dir):
        manifest = rebuild(paths, library, now=NOW)

    assert manifest.build_id != made.build_id
    assert manifest.digest == made.digest
    _assert_answers(paths, library, manifest)


def test_build_that_is_gone_is_set_aside_without_complaint(
    paths: BuildPaths, made: Manifest
) -> None:
    set_aside(paths, "gone")

    assert _folders(paths) == [made.build_id]


@pytest.mark.parametrize("lacking", ["vectors/chunks.npy", "lexical/words.json"])
def test_build_of_a_version_that_wrote_fewer_files_is_made_again(
    paths: BuildPaths, library: Library, made: Manifest, lacking: str
) -> None:
    folder = paths.build(made.build_id)
    (folder / lacking).unlink()
    fewer = {name: one for name, one in made.file_hashes.items() if name != lacking}
    write_manifest(folder, replace(made, file_hashes=fewer))
    with pytest.raises(DamagedBuildError, match=f"has no {lacking}"):
        open_build(paths, library, made.build_id)

    manifest = repair_live_build(paths, now=NOW)

    assert manifest is not None
    assert lacking in manifest.file_hashes
    _assert_answers(paths, library, manifest)
