"""What is installed, where data lies, is the index healthy, is a model configured."""

import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from index.build_paths import BuildPaths
from index.embedding_models import embedder_for, embedder_that_is_set
from index.errors import AlsqaError, BuildError, ModelError
from index.health import Finding, check_library
from index.manifest import read_manifest
from rag.model_server import place_of, probe
from rag.rerankers import reranking_that_is_set
from rag.settings import RagSettings
from rag.written import RUNS_ON

_PACKAGES = ("alsqa", "chromadb", "sentence-transformers", "torch", "fastapi")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in a fixed order."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """JSON types: `ok`, and the findings in their order."""
        return {"ok": self.ok, "findings": [asdict(one) for one in self.findings]}


def examine(settings: RagSettings) -> Diagnosis:
    """Look at everything that an answer needs; reads only."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return Diagnosis(
        (
            Finding("python", True, f"{platform.python_version()} on {platform.platform()}"),
            Finding("packages", True, packages),
            Finding("documents", settings.documents_dir.is_dir(), str(settings.documents_dir)),
            Finding("data", True, str(settings.data_dir.resolve())),
            _embedding_model(settings),
            *_model_of_index(settings),
            *check_library(BuildPaths(settings.data_dir)),
            _reranker(settings),
            _language_model(settings),
        )
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _embedding_model(settings: RagSettings) -> Finding:
    try:
        embedder = embedder_that_is_set(settings)
    except AlsqaError as error:
        return Finding("embedding model", False, str(error))
    return Finding("embedding model", True, embedder.fingerprint)


def _model_of_index(settings: RagSettings) -> list[Finding]:
    """Which model the live build is of, where that is not the one that is set."""
    paths = BuildPaths(settings.data_dir)
    try:
        identity = read_manifest(paths, paths.live_build_id()).embedding_identity
        embedder_for(identity, models_dir=settings.models_dir)
        wanted = embedder_that_is_set(settings).fingerprint
    except BuildError:
        return []
    except ModelError as error:
        return [Finding("model of the index", False, str(error))]
    if identity.fingerprint == wanted:
        return []
    detail = f"{identity.fingerprint}; it serves until alsqa serve or alsqa index has made one of {wanted}"
    return [Finding("model of the index", True, detail)]


def _reranker(settings: RagSettings) -> Finding:
    found = reranking_that_is_set(settings)
    if found.problem is not None:
        return Finding("reranker", False, found.problem)
    if settings.min_answerability and found.answerability is None:
        detail = (
            "ALSQA_MIN_ANSWERABILITY is set, but nothing tells how likely the library answers:"
            " it takes a relevance model. Set ALSQA_RERANKER to own or to a folder of one."
        )
        return Finding("reranker", False, detail)
    return Finding("reranker", True, found.name or "none: passages stand in the order of retrieval")


def _language_model(settings: RagSettings) -> Finding:
    if settings.llm_model is None:
        return Finding("language model", True, "none configured: answers are verbatim sentences")
    state = probe(settings)
    place = place_of(settings.llm_base_url or "")
    detail = f"{settings.llm_model}: {state.detail}; "
    if place == RUNS_ON:
        detail += "question and evidence stay on this machine"
    else:
        detail += f"question and evidence leave this machine for {place}"
    if not state.ok:
        detail += "; until it answers, answers are verbatim sentences"
    return Finding("language model", state.ok, detail)
