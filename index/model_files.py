"""A sentence-transformers model's folder in, its identity out: read from its files, nothing loaded."""

import hashlib
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.embedding import EmbeddingIdentity, TokenizerFile
from index.errors import ModelError

_TRANSFORMER_CONFIGS = (
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
    "sentence_albert_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json",
)
_RUN_FILES = (
    *_TRANSFORMER_CONFIGS,
    "modules.json",
    "config_sentence_transformers.json",
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
)
_MODULES = ("Transformer", "Pooling", "Dense", "Dropout", "LayerNorm", "Normalize")
_WITH_WEIGHTS = ("Transformer", "Dense", "LayerNorm")
_LEGACY_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
# These count positions from behind the padding piece, so they read fewer than they have.
_OFFSET_POSITIONS = ("roberta", "xlm-roberta", "camembert", "mpnet", "longformer")
_QUERY_PROMPTS = ("query",)
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
TORCH = "sentence-transformers/torch"
_REMEDY = "Use another model, or save it anew with sentence-transformers."


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder and what its files say."""

    folder: Path
    identity: EmbeddingIdentity
    tokens: TokenizerFile
    """Counts up to `identity.max_tokens`."""

    def document_tokens(self) -> TokenizerFile:
        """Counts for documents: the prefix's word pieces are taken off what the model reads."""
        prefix = self.identity.document_prefix
        taken = self.tokens.count_tokens(prefix) - self.tokens.count_tokens("") if prefix else 0
        return replace(self.tokens, max_tokens=self.tokens.max_tokens - taken)


def read_model(folder: Path, *, name: str) -> ModelFiles:
    """What the model in that folder is, without loading it; ModelError if it cannot be run here."""
    modules = _modules(folder, name)
    transformer = modules[0][1]
    settings = _transformer_settings(transformer, name)
    max_tokens = _max_tokens(transformer, settings, name)
    dimension, pooling = _shape(modules, name)
    saved = _json(folder / "config_sentence_transformers.json")
    weights, artefact = _hashes(folder, modules, name)
    identity = EmbeddingIdentity(
        name=name,
        weights_sha256=weights,
        runtime=TORCH,
        precision="fp32",
        artefact_sha256=artefact,
        dimension=min(dimension, saved.get("truncate_dim") or dimension),
        pooling=pooling,
        normalised=True,
        query_prefix=_prompt(saved, _QUERY_PROMPTS),
        document_prefix=_prompt(saved, _DOCUMENT_PROMPTS),
        max_tokens=max_tokens,
    )
    lowercase = bool(settings.get("do_lower_case"))
    return ModelFiles(
        folder, identity, TokenizerFile(transformer / "tokenizer.json", max_tokens, lowercase)
    )


def _modules(folder: Path, name: str) -> list[tuple[str, Path]]:
    """Kind and folder of each module, in the order in which they run."""
    listed = _json(folder / "modules.json", default=[])
    kinds = [str(module["type"]).rpartition(".")[2] for module in listed]
    if kinds[:1] != ["Transformer"] or "Pooling" not in kinds:
        raise ModelError(
            f"{name} is no sentence-transformers model: its modules.json does not name a "
            "Transformer and a Pooling.",
            _REMEDY,
        )
    for module, kind in zip(listed, kinds, strict=True):
        ours = module["type"].startswith("sentence_transformers.")
        if kind not in _MODULES or not ours or ".." in Path(module["path"]).parts:
            raise ModelError(
                f"{name} has the module {module['type']}, which is not run here.", _REMEDY
            )
    return [(kind, folder / module["path"]) for module, kind in zip(listed, kinds, strict=True)]


def _transformer_settings(folder: Path, name: str) -> dict[str, Any]:
    for file in ("config.json", "tokenizer.json"):
        if not (folder / file).is_file():
            raise ModelError(f"{name} has no {file}.", _REMEDY)
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"{name} is an adapter for another model.", "Merge it, or use another.")
    settings: dict[str, Any] = next(
        filter(None, (_json(folder / file) for file in _TRANSFORMER_CONFIGS)), {}
    )
    for key in ("processing_kwargs", "query_length", "document_length", "query_expansion"):
        if settings.get(key):
            raise ModelError(f"{name} sets {key}, which is not supported.", _REMEDY)
    return settings


def _max_tokens(folder: Path, settings: dict[str, Any], name: str) -> int:
    """What is read: the model's own limit, never more than it has positions for."""
    config = _json(folder / "config.json")
    limits = [
        settings.get("max_seq_length")
        or _json(folder / "tokenizer_config.json").get("model_max_length")
    ]
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and positions > 0:
        offset = config.get("model_type") in _OFFSET_POSITIONS
        limits.append(positions - (config.get("pad_token_id", 1) + 1) * offset)
    known = [limit for limit in limits if isinstance(limit, int) and 0 < limit < 1_000_000]
    if not known:
        raise ModelError(f"{name} does not say how many word pieces it reads.", _REMEDY)
    return min(known)


def _shape(modules: list[tuple[str, Path]], name: str) -> tuple[int, str]:
    """Dimension and pooling."""
    dimension, pooling = 0, ""
    for kind, folder in modules:
        config = _json(folder / "config.json")
        if kind == "Pooling":
            if config.get("include_prompt") is False:
                raise ModelError(f"{name} leaves its prompt out of the pooling.", _REMEDY)
            modes = config.get("pooling_mode") or [
                mode for key, mode in _LEGACY_POOLING.items() if config.get(key)
            ]
            modes = [modes] if isinstance(modes, str) else modes or ["mean"]
            width = config.get("embedding_dimension") or config.get("word_embedding_dimension")
            dimension, pooling = int(width or 0) * len(modes), "+".join(modes)
        elif kind == "Dense":
            dimension = int(config["out_features"])
    if dimension < 1:
        raise ModelError(f"{name} does not say how long its vectors are.", _REMEDY)
    return dimension, pooling


def _prompt(saved: dict[str, Any], names: tuple[str, ...]) -> str:
    """What stands before such strings: their own prompt, else the default that is for no kind."""
    prompts = saved.get("prompts") or {}
    default = saved.get("default_prompt_name")
    if default not in (*_QUERY_PROMPTS, *_DOCUMENT_PROMPTS):
        names = (*names, default or "")
    return next((str(prompts[key]) for key in names if prompts.get(key)), "")


def _hashes(folder: Path, modules: list[tuple[str, Path]], name: str) -> tuple[str, str]:
    """sha256 over the weights, and over every file that is run, each with its relative name."""
    weights: dict[str, str] = {}
    others: dict[str, str] = {}
    for kind, place in modules:
        found = sorted(place.glob("*.safetensors"))
        enough = found if kind == "Transformer" else (place / "model.safetensors").is_file()
        if kind in _WITH_WEIGHTS and not enough:
            raise ModelError(
                f"{name} has no safetensors weights in {place}; other formats can hold code, so "
                "they are not loaded.",
                "Save it anew with sentence-transformers, or use another model.",
            )
        weights |= {str(path.relative_to(folder).as_posix()): file_sha256(path) for path in found}
    for place in {folder, *(place for _, place in modules)}:
        paths = [place / file for file in _RUN_FILES if (place / file).is_file()]
        paths += place.glob("*.safetensors.index.json")
        others |= {path.relative_to(folder).as_posix(): file_sha256(path) for path in paths}
    only = next(iter(weights.values())) if len(weights) == 1 else _hash_of(weights)
    return only, _hash_of(weights | others)


def _hash_of(digests: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Of the file as it is now; read once for as long as size and time stay the same."""
    found = path.stat()
    return _file_sha256(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _file_sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    """Hashed once for as long as the file stays as it is: weights are large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, *, default: Any = None) -> Any:
    """The file's content; `default` (an empty dict) where there is no such file."""
    if not path.is_file():
        return {} if default is None else default
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}).", _REMEDY) from error
