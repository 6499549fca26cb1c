import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.errors import LibraryError
from index.health import check_library
from index.identifiers import Identifiers
from index.library import Library
from index.models import Mention, Related
from index.private_copy import hash_files
from index.repair import repair_live_build
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, build_of, make_document, store

_LISTED = Related(
    identifiers=Identifiers(pmid="77"),
    title="A listed paper",
    authors=(),
    container=None,
    date=None,
    year=None,
    publication_types=(),
    mentions=(Mention("similar", 0, 5),),
)
_OF_ONE = "WHERE document_id = 'pmid:1'"
_DAMAGES = {
    "text of a document": f"UPDATE documents SET record = replace(record, 'says', 'sAys') {_OF_ONE}",
    "hash of a text": f"UPDATE documents SET text_hash = '0' {_OF_ONE}",
    "hash of metadata": f"UPDATE documents SET metadata_hash = '0' {_OF_ONE}",
    "document gone": f"DELETE FROM documents {_OF_ONE}",
    "text of chunks": f"UPDATE chunks SET text = replace(text, 'says', 'sAys') {_OF_ONE}",
    "start of chunks": f"UPDATE chunks SET start = start + 1 {_OF_ONE}",
    "end of chunks": f'UPDATE chunks SET "end" = "end" - 1 {_OF_ONE}',
    "section of chunks": f"UPDATE chunks SET section = 'Another' {_OF_ONE}",
    "embedded string of chunks": f"UPDATE chunks SET embedded_hash = '0' {_OF_ONE}",
    "id of a chunk": "UPDATE chunks SET chunk_id = 'pmid:1#0009' WHERE chunk_id = 'pmid:1#0001'",
    "chunk gone": "DELETE FROM chunks WHERE chunk_id = 'pmid:1#0001'",
    "chunks of a document gone": f"DELETE FROM chunks {_OF_ONE}",
    "place of sentences": f"UPDATE chunks SET sentences = replace(sentences, '[[', '[[1') {_OF_ONE}",
    "sentences that are no JSON": f"UPDATE chunks SET sentences = 'x' {_OF_ONE}",
    "no sentences": f"UPDATE chunks SET sentences = '[]' {_OF_ONE}",
    "identifier": f"UPDATE identifiers SET value = '9' {_OF_ONE}",
    "identifier gone": f"DELETE FROM identifiers {_OF_ONE}",
    "embedded string of a listed paper": f"UPDATE listed_papers SET embedded_hash = '0' {_OF_ONE}",
    "listed paper gone": f"DELETE FROM listed_papers {_OF_ONE}",
    "vector of zeros": "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE rowid = 3",
    "vector too short by a number": (
        "UPDATE vectors SET vector = substr(vector, 1, length(vector) - 2) WHERE rowid = 3"
    ),
    "vector of half the length": (
        "UPDATE vectors SET vector = substr(vector, 1, length(vector) / 2) WHERE rowid = 3"
    ),
    "vector of another model": "UPDATE vectors SET fingerprint = 'another' WHERE rowid = 3",
    "vector gone": "DELETE FROM vectors WHERE rowid = 3",
    "member gone": f"DELETE FROM build_members {_OF_ONE}",
    "model of the build": "UPDATE builds SET embedding = 'x'",
    "build gone": "DELETE FROM builds",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a live build of two papers, one of which lists a third."""
    paths = BuildPaths(tmp_path_factory.mktemp("sound") / "data")
    one, two = (
        make_document(
            *(f"Paper {number} says thing {part + 10}. It says more." for part in range(2)),
            title=f"Paper {number}",
            identifiers=Identifiers(pmid=str(number)),
        )
        for number in (1, 2)
    )
    with Library(paths.library, writable=True) as library:
        documents = [replace(one, related=(_LISTED,)), two]
        build_of(paths, library, store(library, HashingEmbedder(), documents))
    return paths.data_dir


@pytest.fixture
def paths(sound: Path, tmp_path: Path) -> BuildPaths:
    """That data directory, to be damaged."""
    shutil.copytree(sound, tmp_path / "data")
    return BuildPaths(tmp_path / "data")


def _change(paths: BuildPaths, statement: str) -> None:
    connection = sqlite3.connect(paths.library)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()


def _lose_build(paths: BuildPaths) -> None:
    (paths.build(paths.live_build_id()) / "chroma" / "chroma.sqlite3").unlink()


def _bad(paths: BuildPaths) -> list[str]:
    return [one.name for one in check_library(paths) if not one.ok]


@pytest.mark.parametrize("damage", _DAMAGES)
def test_changed_record_is_found(paths: BuildPaths, damage: str) -> None:
    _change(paths, _DAMAGES[damage])

    assert "library" in _bad(paths)


@pytest.mark.parametrize("damage", _DAMAGES)
def test_changed_record_makes_no_build(paths: BuildPaths, damage: str) -> None:
    _lose_build(paths)
    _change(paths, _DAMAGES[damage])
    before = hash_files(paths.builds), paths.current.read_bytes()

    with pytest.raises(LibraryError):
        repair_live_build(paths, now=NOW)

    assert (hash_files(paths.builds), paths.current.read_bytes()) == before


def test_sound_record_is_well_and_makes_the_build_again(paths: BuildPaths) -> None:
    assert _bad(paths) == []
    _lose_build(paths)
    assert _bad(paths) == ["index"]

    assert repair_live_build(paths, now=NOW) is not None

    assert _bad(paths) == []
