"""The relevance model at work: a question and passages in, logits out, by ONNX Runtime without torch.

A model is a folder with `model.onnx` and `model.json`, which names the file's sha256, what it reads
and how its logits are used. Pairs are run one by one, each at its own length: with the scales of
int8 taken from the whole array, a neighbour in a batch would change a score.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import ModelError
from index.settings import available_threads
from rag.relevance_input import EncodedPair, PairEncoder, Passage

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL_FILE = "model.onnx"
CARD_FILE = "model.json"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("relevance", "answers", "tokens")

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Relevance:
    """What the model says of one passage, all in logits."""

    relevance: float
    """How far up it belongs."""
    answers: float
    """That it answers the question."""
    sentences: Logits
    """That a sentence is what answers, shape (sentences,); -inf for one that was not read."""
    is_cut: bool
    """True where the passage's end was not read."""


class RelevanceScorer(Protocol):
    """Scores passages for a question."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[Relevance]:
        """Of each passage, in their order."""


class RecordedScore(BaseModel):
    """A pair and what the model said of it when it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    text: str
    relevance: float
    answers: float


class ModelRecord(BaseModel):
    """What `model.json` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    tokenizer_sha256: str
    max_tokens: int
    recipe: dict[str, Any]
    mixing: dict[str, float]
    """Weights of the formula that orders passages; see `rag.reranking`."""
    sentences: dict[str, float]
    """Weights of the probability that a sentence answers; see `rag.evidence`."""
    answerability: dict[str, float]
    """Weights of the probability that the library answers; see `rag.answerability`."""
    recorded: tuple[RecordedScore, ...]

    @property
    def title(self) -> str:
        """Its name and the first digits of its hash."""
        return f"{self.name}@{self.sha256[:8]}"

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The record in that folder; raises ModelError where there is none, or it is none."""
        path = folder / CARD_FILE
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise _unusable(folder, f"{path.name}: {error.strerror}") from error
        except ValidationError as error:
            raise _unusable(folder, f"{path.name} has another form") from error


class RelevanceModel:
    """A relevance model of a folder; safe to share between threads.

    Raises:
        ModelError: the folder lacks a file, or one is not what the record names.
    """

    def __init__(self, folder: Path, tokenizer_path: Path) -> None:
        self.record = ModelRecord.read(folder)
        model = _checked(folder / MODEL_FILE, self.record.sha256)
        _checked(tokenizer_path, self.record.tokenizer_sha256)
        self._encoder = PairEncoder(tokenizer_path, max_tokens=self.record.max_tokens)
        self._session = _open(model, folder)

    def score(self, question: str, passages: Sequence[Passage]) -> list[Relevance]:
        """Of each passage, in their order."""
        encoded = self._encoder.encode_passages(passages)
        pairs = [self._encoder.pair(question, one) for one in encoded]
        if len(pairs) < 2:
            return [self._run(one) for one in pairs]
        # The longest first, so that no thread is left alone with one at the end.
        order = sorted(range(len(pairs)), key=lambda place: -len(pairs[place].ids))
        found = dict(
            zip(order, self._threads.map(self._run, (pairs[i] for i in order)), strict=True)
        )
        return [found[place] for place in range(len(pairs))]

    def _run(self, pair: EncodedPair) -> Relevance:
        ids = pair.ids[None]
        feeds = dict(zip(INPUTS, (ids, np.ones_like(ids), pair.types[None]), strict=True))
        relevance, answers, tokens = self._session.run(OUTPUTS, feeds)
        return Relevance(
            float(relevance[0]), float(answers[0]), sentence_means(pair, tokens[0]), pair.is_cut
        )

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(available_threads(), thread_name_prefix="relevance")


def sentence_means(pair: EncodedPair, tokens: Logits) -> Logits:
    """The mean over each sentence's word pieces, shape (sentences,); -inf where it has none."""
    inside = pair.sentence_of >= 0
    of = pair.sentence_of[inside]
    counts = np.bincount(of, minlength=pair.sentence_count)
    sums = np.bincount(of, weights=tokens[inside], minlength=pair.sentence_count)
    means = np.full(pair.sentence_count, -np.inf, dtype=np.float32)
    np.divide(sums, counts, out=means, where=counts > 0, casting="unsafe")
    return means


def _checked(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path.parent, f"{path.name}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _unusable(path.parent, f"{path.name} is not the file that it was made with")
    return content


def _open(model: bytes, folder: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime raises classes of its own that it does not export.
    except Exception as error:
        raise _unusable(folder, f"{MODEL_FILE} cannot be loaded ({error})") from error


def _unusable(folder: Path, why: str) -> ModelError:
    return ModelError(
        f"The relevance model in {folder} cannot be used: {why}.",
        "Put its files back, train one with `alsqa train relevance`, or set ALSQA_RERANKER=none.",
    )
