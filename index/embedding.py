"""What the library asks of an embedding model: strings in, unit vectors out, and a name for both.

`index.embedding_models` has the models; nothing here loads one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

SPECIAL_TOKENS = 2
"""Word pieces that a BERT model gets around every string: its start and its end."""


@dataclass(frozen=True, slots=True)
class EmbeddingIdentity:
    """Everything that decides which vector a string gets, and where the model was found.

    The same model under another name or in another folder gives the same vectors, so `name` has no
    part in `fingerprint`: it only says what to load.
    """

    name: str
    """The hub name or the folder that the model was loaded by."""
    weights_sha256: str
    runtime: str
    """What runs the model, such as "sentence-transformers/torch"."""
    precision: str
    """What it computes in, such as "fp32"."""
    artefact_sha256: str
    """Over every file that is run, with its relative name: weights, tokenizer, configurations."""
    dimension: int
    pooling: str
    """How word pieces become one vector, such as "mean" or "cls"."""
    normalised: bool
    """Whether vectors have length one."""
    query_prefix: str
    document_prefix: str
    max_tokens: int
    """Word pieces that the model reads, prefix and special tokens included."""

    @property
    def fingerprint(self) -> str:
        """Equal for models that give the same vectors, such as `384-mean-53aa5117@0f…` (16 digits).

        Dimension, pooling and weights are there to be read; the hash over every field but the name
        decides.
        """
        decisive = {key: value for key, value in self.to_dict().items() if key != "name"}
        canonical = json.dumps(decisive, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(canonical.encode()).hexdigest()[:16]
        return f"{self.dimension}-{self.pooling}-{self.weights_sha256[:8]}@{digest}"

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The identity that `to_dict` wrote; raises ModelError for anything else."""
        expected = {field.name: field.type for field in fields(cls)}
        if not isinstance(data, Mapping) or set(data) != set(expected):
            given = sorted(data) if isinstance(data, Mapping) else data
            raise ModelError(
                f"This is no identity of an embedding model: {given!r}.",
                f"It has exactly these fields: {', '.join(expected)}.",
            )
        for name, kind in expected.items():
            if type(data[name]) is not kind:
                raise ModelError(
                    f"The identity of an embedding model has {name} = {data[name]!r}.",
                    "Run: alsqa index.",
                )
        return cls(**data)


def check_unit_vectors(vectors: Vectors, identity: EmbeddingIdentity) -> None:
    """Raise ModelError unless every row has length one."""
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
        raise ModelError(
            f"The embedding model {identity.name} gave a vector without a direction "
            "(zero or not a number).",
            "Its weights may be damaged; fetch the model again.",
        )


class TokenCounter(Protocol):
    """Counts as the model does, without the model: small enough to be sent to another process."""

    @property
    def max_tokens(self) -> int:
        """Word pieces that the model reads of a document's string; what comes after is lost."""

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, special tokens included, nothing truncated."""


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    @property
    def identity(self) -> EmbeddingIdentity:
        """Everything that decides a vector."""

    @property
    def fingerprint(self) -> str:
        """That of `identity`: vectors of two fingerprints are never mixed."""

    @property
    def tokens(self) -> TokenCounter:
        """Counts word pieces; unlike the embedder it can be pickled."""

    @property
    def max_tokens(self) -> int:
        """See `TokenCounter`."""

    def count_tokens(self, text: str) -> int:
        """See `TokenCounter`."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of stored strings, float32, shape (len(texts), identity.dimension).

        A string's bytes do not depend on the strings beside it, on their order or their number.
        """

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of what is searched for, float32, shape (len(texts), identity.dimension)."""


@dataclass(frozen=True, slots=True)
class TokenizerFile:
    """A token counter that is pickled as the path of its `tokenizer.json`, read where it counts."""

    path: Path
    max_tokens: int
    lowercase: bool = False
    """Whether the model is configured to lower the case of what it reads before anything else."""

    def count_tokens(self, text: str) -> int:
        return len(
            _cached_tokenizer(self.path).encode(text.lower() if self.lowercase else text).ids
        )


@lru_cache(maxsize=8)
def _cached_tokenizer(path: Path) -> "Tokenizer":
    return read_tokenizer(path)


def read_tokenizer(path: Path) -> "Tokenizer":
    """The tokenizer of a `tokenizer.json`, without truncation and padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
