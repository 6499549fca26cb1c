"""Ways in which the files of a build are damaged; each takes the folder of the build."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from index.manifest import Manifest, write_manifest


def _graph_file(folder: Path, name: str) -> Path:
    return min((folder / "chroma").glob(f"*/{name}"))


def _truncate(folder: Path) -> None:
    path = _graph_file(folder, "data_level0.bin")
    os.truncate(path, path.stat().st_size // 2)


def _change(folder: Path) -> None:
    path = _graph_file(folder, "data_level0.bin")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _remove_graph(folder: Path) -> None:
    shutil.rmtree(_graph_file(folder, "header.bin").parent)


def _remove_database(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").unlink()


def _garble_database(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1_000)


def _remove_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _garble_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")


def edit_manifest(folder: Path, **changes: object) -> None:
    """Give fields of the build's manifest other values, under a right checksum."""
    data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del data["checksum"]
    write_manifest(folder, Manifest(**data | changes))


def _format_of_the_future(folder: Path) -> None:
    edit_manifest(folder, format=99)


def _another_writer(folder: Path) -> None:
    edit_manifest(folder, written_by="chromadb 0.0.1")


def _other_counts(folder: Path) -> None:
    edit_manifest(folder, counts={"chunks": 11, "records": 3})


def _unknown_probe(folder: Path) -> None:
    edit_manifest(folder, probes=[["chunks", "pmid:1#0000", "no such hash"]])


DAMAGES: list[Callable[[Path], None]] = [
    *(_truncate, _change, _remove_graph, _remove_database, _garble_database, _remove_manifest),
    *(_garble_manifest, _format_of_the_future, _other_counts, _unknown_probe, _another_writer),
]
