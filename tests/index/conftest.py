"""Libraries that several test files of `index` start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.ingest import ingest
from index.library import Library
from index.settings import IndexSettings, read_settings
from tests.fakes import HashingEmbedder
from tests.index.samples import EDARAVONE, NOW, RILUZOLE, write_files


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A data directory with nothing in it."""
    return BuildPaths(tmp_path / "data")


@pytest.fixture
def library(paths: BuildPaths) -> Iterator[Library]:
    """Its empty record, open for writing."""
    with Library(paths.library, writable=True) as library:
        yield library


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the documents riluzole and edaravone, and the library of them; copy it."""
    folder = tmp_path_factory.mktemp("indexed")
    write_files(folder / "documents", {"riluzole.md": RILUZOLE, "edaravone.md": EDARAVONE})
    settings = read_settings(
        IndexSettings, data_dir=folder / "data", documents_dir=folder / "documents"
    )
    ingest(settings, HashingEmbedder(), clock=lambda: NOW)
    return folder
