"""What is installed, where data lies, is the index healthy, is a model configured."""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from index.builds import BuildPaths, open_build, read_manifest
from index.embedding import MiniLMEmbedder, check_weights, model_folder
from index.errors import AlsqaError
from index.library import Library
from rag.settings import RagSettings

_PACKAGES = ("alsqa", "chromadb", "sentence-transformers", "torch", "fastapi")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is well, and what was found."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in a fixed order."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """JSON types: `ok`, and the findings by name."""
        return {
            "ok": self.ok,
            "findings": [
                {"name": one.name, "ok": one.ok, "detail": one.detail} for one in self.findings
            ],
        }


def examine(settings: RagSettings) -> Diagnosis:
    """Look at everything that an answer needs; reads only."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return Diagnosis(
        (
            Finding("python", True, f"{platform.python_version()} on {platform.platform()}"),
            Finding("packages", True, packages),
            Finding("documents", settings.documents_dir.is_dir(), str(settings.documents_dir)),
            Finding("data", True, str(settings.data_dir.resolve())),
            _embedding_model(),
            *_library_and_build(settings),
            _language_model(settings),
        )
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _embedding_model() -> Finding:
    try:
        check_weights(model_folder())
    except AlsqaError as error:
        return Finding("embedding model", False, str(error))
    return Finding("embedding model", True, MiniLMEmbedder().fingerprint)


def _library_and_build(settings: RagSettings) -> list[Finding]:
    paths = BuildPaths(settings.data_dir)
    try:
        library = Library(paths.library)
    except AlsqaError as error:
        return [Finding("library", False, str(error))]
    try:
        failed = [row for row in library.files().values() if row.failure]
        findings = [Finding("library", True, f"{paths.library}, {len(failed)} files failed")]
        try:
            build_id = paths.live_build_id()
            open_build(paths, library, build_id).close()
            manifest = read_manifest(paths, build_id)
        except AlsqaError as error:
            return [*findings, Finding("index", False, str(error))]
        same_model = manifest.embedding_fingerprint == MiniLMEmbedder().fingerprint
        counts = ", ".join(f"{count} {name}" for name, count in manifest.counts.items())
        detail = f"build {build_id}: {counts}; files, counts and vector probes are right"
        if not same_model:
            detail = f"build {build_id} is of another embedding model. Run: alsqa index."
        return [*findings, Finding("index", same_model, detail)]
    finally:
        library.close()


def _language_model(settings: RagSettings) -> Finding:
    if settings.llm_model or settings.llm_base_url:
        return Finding(
            "language model",
            True,
            f"{settings.llm_model} is set but not used: this version answers with verbatim sentences",
        )
    return Finding("language model", True, "none configured: answers are verbatim sentences")
