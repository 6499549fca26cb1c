import dataclasses
import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build_indices import written_by
from index.build_paths import BuildPaths
from index.errors import DamagedBuildError
from index.manifest import FORMAT, Manifest, read_manifest, write_manifest
from tests.fakes import HashingEmbedder

_ID = "0123456789ab-89abcdef"
_MANIFEST = Manifest(
    written_by=written_by(),
    format=FORMAT,
    build_id=_ID,
    digest="0123456789ab" * 5 + "cdef",
    entries_digest="fedcba98" * 8,
    embedding=HashingEmbedder("modèle-1").identity.to_dict(),
    counts={"chunks": 1200, "records": 3},
    file_hashes={"chroma/chroma.sqlite3": "11" * 32, "chroma/a b/header.bin": "22" * 32},
    probes=[("chunks", "pmid:1#0000", "33" * 32), ("records", "doi:10.1/é~0004", "44" * 32)],
)


@pytest.fixture
def paths(tmp_path: Path) -> BuildPaths:
    """A build's folder with nothing but the manifest."""
    paths = BuildPaths(tmp_path)
    paths.build(_ID).mkdir(parents=True)
    write_manifest(paths.build(_ID), _MANIFEST)
    return paths


def _file(paths: BuildPaths, build_id: str = _ID) -> Path:
    return paths.build(build_id) / "manifest.json"


def _is_found_or_harmless(paths: BuildPaths, data: bytes) -> bool:
    _file(paths).write_bytes(data)
    try:
        return read_manifest(paths, _ID) == _MANIFEST
    except DamagedBuildError as error:
        return "Run: alsqa index" in error.remedy


def test_manifest_comes_back_as_it_was_written(paths: BuildPaths) -> None:
    manifest = read_manifest(paths, _ID)

    assert manifest == _MANIFEST
    assert manifest.embedding_identity == HashingEmbedder("modèle-1").identity
    assert manifest.embedding_fingerprint == HashingEmbedder("modèle-1").fingerprint


def test_flipped_byte_is_found_wherever_it_is(paths: BuildPaths) -> None:
    data = _file(paths).read_bytes()
    chance = random.Random(0)

    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1 << chance.randrange(8)
        # Harmless: a capital in an escape such as \u00e9.
        assert _is_found_or_harmless(paths, bytes(changed)), changed[: position + 1]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.floats(min_value=0, max_value=1, exclude_max=True), st.binary(max_size=4), st.integers(0, 4)
)
def test_other_bytes_anywhere_are_found_or_harmless(
    paths: BuildPaths, place: float, inserted: bytes, removed: int
) -> None:
    write_manifest(paths.build(_ID), _MANIFEST)
    data = _file(paths).read_bytes()
    position = int(place * len(data))

    changed = data[:position] + inserted + data[position + removed :]

    assert _is_found_or_harmless(paths, changed)


def test_white_space_alone_is_harmless(paths: BuildPaths) -> None:
    data = _file(paths).read_bytes()

    _file(paths).write_bytes(b"\n" + data.replace(b"\n", b"\r\n") + b"\n ")

    assert read_manifest(paths, _ID) == _MANIFEST


def test_file_that_was_cut_anywhere_is_found(paths: BuildPaths) -> None:
    data = _file(paths).read_bytes()

    for length in range(len(data)):
        _file(paths).write_bytes(data[:length])
        with pytest.raises(DamagedBuildError):
            read_manifest(paths, _ID)


@pytest.mark.parametrize("text", ["[]", "1", "null", '""', "{}", '{"format": 2}', "[" * 20])
def test_other_json_is_found(paths: BuildPaths, text: str) -> None:
    _file(paths).write_text(text, encoding="utf-8")

    with pytest.raises(DamagedBuildError):
        read_manifest(paths, _ID)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Manifest)])
def test_missing_field_is_found(paths: BuildPaths, field: str) -> None:
    data = json.loads(_file(paths).read_text(encoding="utf-8"))
    del data[field]
    _file(paths).write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(DamagedBuildError):
        read_manifest(paths, _ID)


def test_manifest_of_another_build_is_found(paths: BuildPaths) -> None:
    paths.build("other").mkdir()
    write_manifest(paths.build("other"), dataclasses.replace(_MANIFEST, build_id="other"))
    _file(paths, "other").replace(_file(paths))

    with pytest.raises(DamagedBuildError, match="has changed on disk"):
        read_manifest(paths, _ID)


@pytest.mark.parametrize("number", [0, 1, FORMAT + 1])
def test_another_format_is_told_even_under_a_right_checksum(paths: BuildPaths, number: int) -> None:
    write_manifest(paths.build(_ID), dataclasses.replace(_MANIFEST, format=number))

    with pytest.raises(DamagedBuildError, match="another format"):
        read_manifest(paths, _ID)


def test_missing_manifest_and_missing_build_are_damage(paths: BuildPaths) -> None:
    _file(paths).unlink()

    for build_id in (_ID, "gone"):
        with pytest.raises(DamagedBuildError, match="cannot be read"):
            read_manifest(paths, build_id)
