"""The manifest of a build: what it holds, and how to tell that it still does."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.build_paths import MANIFEST, REMEDY, BuildPaths
from index.embedding import EmbeddingIdentity
from index.errors import DamagedBuildError

FORMAT = 3


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build holds, and how to tell that it still does."""

    format: int
    written_by: str
    """What wrote the search indices; another version of it makes them again."""
    build_id: str
    digest: str
    """Fingerprint of the corpus: texts, metadata and vectors, see `index.digests`."""
    entries_digest: str
    """What Chroma must give back: ids and metadata."""
    embedding: dict[str, Any]
    """The identity of the model, see `EmbeddingIdentity`."""
    counts: dict[str, int]
    file_hashes: dict[str, str]
    probes: list[tuple[str, str, str]]
    """(collection, id, hash of its embedded string): each must be found by its own vector."""

    @property
    def embedding_identity(self) -> EmbeddingIdentity:
        return EmbeddingIdentity.from_dict(self.embedding)

    @property
    def embedding_fingerprint(self) -> str:
        return self.embedding_identity.fingerprint


def read_manifest(paths: BuildPaths, build_id: str) -> Manifest:
    """The manifest of that build; raises DamagedBuildError where it cannot be read."""
    path = paths.build(build_id) / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        checksum = data.pop("checksum", None)
        if data.get("format") != FORMAT:
            raise DamagedBuildError(f"{path} is of another format.", REMEDY)
        manifest = Manifest(**data | {"probes": [tuple(probe) for probe in data["probes"]]})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedBuildError(f"{path} cannot be read ({error}).", REMEDY) from error
    if checksum != _checksum(manifest) or manifest.build_id != build_id:
        raise DamagedBuildError(f"{path} has changed on disk.", REMEDY)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest into the build's folder, with a checksum of itself."""
    content = asdict(manifest) | {"checksum": _checksum(manifest)}
    text = json.dumps(content, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _checksum(manifest: Manifest) -> str:
    """Of the manifest itself, so that a byte of it cannot change unseen."""
    return hashlib.sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()
