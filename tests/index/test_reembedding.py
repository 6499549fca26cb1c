import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.errors import LockedError, NoBuildError
from index.ingest import ingest
from index.library import Library
from index.open_build import open_build
from index.reembedding import reembed_live_build
from index.settings import IndexSettings, read_settings
from index.writer_lock import writer_lock
from tests.fakes import HashingEmbedder, WordCounter
from tests.index.samples import NOW, write_files

_OTHER = "another-model"


class _ShortReader(HashingEmbedder):
    """A model that reads less, so that texts are cut at other places."""

    max_tokens = 12
    tokens = replace(WordCounter(), max_tokens=12)

    def __init__(self) -> None:
        super().__init__("short-reader")


@pytest.fixture
def settings(indexed: Path, tmp_path: Path) -> IndexSettings:
    """A library of two documents, that is not shared; its documents folder is gone."""
    shutil.copytree(indexed / "data", tmp_path / "data")
    return read_settings(IndexSettings, data_dir=tmp_path / "data", documents_dir=tmp_path / "gone")


@pytest.fixture
def paths(settings: IndexSettings) -> BuildPaths:
    return BuildPaths(settings.data_dir)


def _texts(paths: BuildPaths, build_id: str) -> list[str]:
    with Library(paths.library) as library:
        members = library.builds.members(build_id)
        return [one.text for one in library.documents.documents(members)]


def test_library_is_embedded_with_another_model_without_the_documents_folder(
    paths: BuildPaths,
) -> None:
    before = paths.live_build_id()

    manifest = reembed_live_build(paths, HashingEmbedder(_OTHER), now=NOW)

    assert manifest is not None
    assert paths.live_build_id() == manifest.build_id != before
    assert manifest.embedding_fingerprint == HashingEmbedder(_OTHER).fingerprint
    assert _texts(paths, manifest.build_id) == _texts(paths, before)
    with Library(paths.library) as library, open_build(paths, library, manifest.build_id) as build:
        build.check_entries()


def test_build_of_a_model_that_reads_less_is_cut_anew(paths: BuildPaths) -> None:
    model = _ShortReader()

    manifest = reembed_live_build(paths, model, now=NOW)

    assert manifest is not None
    assert max(map(model.count_tokens, model.embedded)) <= model.max_tokens
    with Library(paths.library) as library:
        library.documents.check(library.builds.members(manifest.build_id))


def test_build_that_has_the_model_is_left_as_it_is(paths: BuildPaths) -> None:
    before = paths.live_build_id()

    assert reembed_live_build(paths, HashingEmbedder(), now=NOW) is None
    assert paths.live_build_id() == before


def test_build_before_stays_until_the_new_one_has_served(paths: BuildPaths) -> None:
    before = paths.live_build_id()

    reembed_live_build(paths, HashingEmbedder(_OTHER), now=NOW)

    assert paths.build(before).is_dir()


def test_ingest_with_the_same_model_finds_nothing_to_do(indexed: Path, paths: BuildPaths) -> None:
    embedder = HashingEmbedder(_OTHER)
    manifest = reembed_live_build(paths, embedder, now=NOW)
    settings = read_settings(
        IndexSettings, data_dir=paths.data_dir, documents_dir=indexed / "documents"
    )

    report = ingest(settings, HashingEmbedder(_OTHER), clock=lambda: NOW)

    assert manifest is not None
    assert (report.build_made, report.build_id) == (False, manifest.build_id)
    assert (report.documents_unchanged, report.embeddings_computed) == (2, 0)


def test_fields_of_a_curator_are_kept(index_settings: IndexSettings) -> None:
    curated = "doi:10.1000/a:\n  year: {value: 1996, source: me}\n"
    write_files(
        index_settings.documents_dir,
        {"a.md": "# A\n\nDOI: 10.1000/a\n\nText here.\n", "sources.yaml": curated},
    )
    ingest(index_settings, HashingEmbedder(), clock=lambda: NOW)
    shutil.rmtree(index_settings.documents_dir)
    paths = BuildPaths(index_settings.data_dir)

    manifest = reembed_live_build(paths, HashingEmbedder(_OTHER), now=NOW)

    assert manifest is not None
    with Library(paths.library) as library:
        (member,) = library.builds.members(manifest.build_id)
        document = library.documents.document(member)
    assert document.year == 1996
    assert [one.source for one in document.added] == ["me"]


def test_going_back_embeds_nothing(paths: BuildPaths) -> None:
    reembed_live_build(paths, HashingEmbedder(_OTHER), now=NOW)
    first = HashingEmbedder()

    manifest = reembed_live_build(paths, first, now=NOW)

    assert manifest is not None
    assert manifest.embedding_fingerprint == first.fingerprint
    assert first.embedded == []


def test_run_that_was_cut_short_is_caught_up(paths: BuildPaths) -> None:
    def interrupt(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    first, second = HashingEmbedder(_OTHER), HashingEmbedder(_OTHER)
    before = paths.live_build_id()
    with pytest.raises(KeyboardInterrupt):
        reembed_live_build(paths, first, now=NOW, on_progress=interrupt)
    assert paths.live_build_id() == before

    manifest = reembed_live_build(paths, second, now=NOW)

    assert manifest is not None
    assert first.embedded
    assert not set(first.embedded) & set(second.embedded)


def test_progress_counts_strings_up_to_all_of_them(paths: BuildPaths) -> None:
    told: list[tuple[int, int]] = []
    embedder = HashingEmbedder(_OTHER)

    reembed_live_build(
        paths, embedder, now=NOW, on_progress=lambda done, total: told.append((done, total))
    )

    strings = len(embedder.embedded)
    assert told[0] == (0, strings)
    assert told[-1] == (strings, strings)


def test_another_writer_is_not_disturbed(paths: BuildPaths) -> None:
    with writer_lock(paths.data_dir), pytest.raises(LockedError):
        reembed_live_build(paths, HashingEmbedder(_OTHER), now=NOW)


def test_nothing_is_made_where_nothing_was_indexed(tmp_path: Path) -> None:
    with pytest.raises(NoBuildError):
        reembed_live_build(BuildPaths(tmp_path / "none"), HashingEmbedder(_OTHER), now=NOW)

    assert not (tmp_path / "none").exists()
