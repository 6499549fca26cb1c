"""An embedding model run by ONNX Runtime: a converted model in, vectors out, without torch.

Strings are run one by one, each in an array of its own length, on as many threads as there are:
with the scales of int8 taken from the whole array, a neighbour in a batch would change a vector.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.embedding import TokenizerFile, Vectors, check_unit_vectors, read_tokenizer
from index.errors import ModelError
from index.model_files import ModelFiles
from index.settings import available_threads

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

ONNX = "onnxruntime/1"
"""Runtime in an embedding's identity; raise the number when a conversion gives other vectors."""
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "embedding"

Precision = Literal["int8", "fp32"]


@dataclass(frozen=True, slots=True)
class ConvertedModel:
    """A model that ONNX Runtime reads, and what its weights are kept in."""

    path: Path
    precision: Precision


class OnnxEmbedder:
    """A converted model; it is loaded with the first string, and safe to share between threads.

    Args:
        files: what the model was converted from.
        converted: it.
    """

    def __init__(self, files: ModelFiles, converted: ConvertedModel) -> None:
        self._files = files
        self._path = converted.path
        self.identity = replace(files.identity, runtime=ONNX, precision=converted.precision)
        self.fingerprint = self.identity.fingerprint

    @cached_property
    def tokens(self) -> TokenizerFile:
        return self._files.document_tokens()

    @property
    def max_tokens(self) -> int:
        return self.tokens.max_tokens

    def count_tokens(self, text: str) -> int:
        return self.tokens.count_tokens(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.identity.document_prefix + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self.identity.query_prefix + text for text in texts])

    def _embed(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.identity.dimension), dtype=np.float32)
        model = self._model
        encoded = model.encode(texts)
        # One string is run where it is asked for: handing it to a thread takes a while.
        rows = map(model.run, encoded) if len(texts) == 1 else self._threads.map(model.run, encoded)
        vectors = np.stack(list(rows))
        check_unit_vectors(vectors, self.identity)
        return vectors

    @cached_property
    def _model(self) -> "_LoadedModel":
        return _LoadedModel(self._files, self._path)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(available_threads(), thread_name_prefix="embedding")


class _LoadedModel:
    """The weights in memory."""

    def __init__(self, files: ModelFiles, path: Path) -> None:
        self._lowercase = files.tokens.lowercase
        self._tokenizer: Tokenizer = read_tokenizer(files.tokens.path)
        self._tokenizer.enable_truncation(files.identity.max_tokens)
        self._session = _open(path)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def encode(self, texts: list[str]) -> "list[Encoding]":
        read = [text.lower() for text in texts] if self._lowercase else texts
        return list(self._tokenizer.encode_batch(read))

    def run(self, encoded: "Encoding") -> Vectors:
        """The unit vector of one string, shape (dimension,)."""
        values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
        feeds = {
            name: np.array([one], dtype=np.int64)
            for name, one in zip(INPUTS, values, strict=True)
            if name in self._inputs
        }
        (vectors,) = self._session.run([OUTPUT], feeds)
        return np.asarray(vectors[0], dtype=np.float32)


def _open(path: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime raises classes of its own that it does not export.
    except Exception as error:
        raise ModelError(
            f"The converted embedding model {path} cannot be loaded ({error}).",
            f"Delete {path.parent}; it is made again.",
        ) from error
