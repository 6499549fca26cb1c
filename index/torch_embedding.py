"""Sentence-transformers models run by torch, and exported to ONNX: a model's files in, vectors out.

What a model is, is read from its files; torch and the weights are loaded with the first string.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding import TokenizerFile, Vectors, check_unit_vectors
from index.errors import ModelError
from index.model_files import ModelFiles
from index.onnx_embedding import INPUTS, OUTPUT
from index.settings import keep_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding

_BATCH_TOKENS = 512
_OPSET = 17
_PROBE = "Amyotrophic lateral sclerosis (ALS): naïve α-synuclein, 5 mg/kg."

logger = logging.getLogger(__name__)


class TorchEmbedder:
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
        return self._files.document_tokens()

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
        check_unit_vectors(vectors, self.identity)
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


def plain_encoder(files: ModelFiles) -> Callable[[list[str]], Vectors]:
    """`SentenceTransformer.encode` as it is by default, in fp32, for comparison with ours."""
    model = _load(files)

    def encode(texts: list[str]) -> Vectors:
        return np.asarray(model.encode(texts, show_progress_bar=False), dtype=np.float32)

    return encode


def export_onnx(files: ModelFiles, path: Path) -> None:
    """Write the model as ONNX: token arrays in, unit vectors of shape (strings, dimension) out.

    Raises:
        Exception: whatever the exporter raises of a model that it cannot export.
    """
    import torch

    loaded = _load(files)
    dimension = files.identity.dimension
    inputs = [name for name in INPUTS if name in loaded.tokenizer.model_input_names]

    class UnitVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = loaded

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            output = self.model(dict(zip(inputs, arrays, strict=True)))
            return torch.nn.functional.normalize(output["sentence_embedding"][:, :dimension], dim=1)

    # Two strings of unlike length, so that nothing of their shape is taken for a constant.
    mask = torch.ones((2, 16), dtype=torch.long)
    mask[1, 10:] = 0
    example = {INPUTS[0]: mask.clone(), INPUTS[1]: mask, INPUTS[2]: torch.zeros_like(mask)}
    axes = {name: {0: "strings", 1: "pieces"} for name in inputs}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            UnitVectors().eval(),
            tuple(example[name] for name in inputs),
            str(path),
            input_names=inputs,
            output_names=[OUTPUT],
            dynamic_axes=axes | {OUTPUT: {0: "strings"}},
            opset_version=_OPSET,
            dynamo=False,  # the other exporter needs onnxscript
        )


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

    transformers_logging.disable_progress_bar()
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
