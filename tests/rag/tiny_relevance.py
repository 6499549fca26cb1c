"""A relevance model of ten words, random, as a folder that can be loaded."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch

from rag.answerability import SIGNALS
from rag.evidence import READ
from rag.logistic import Logistic
from rag.relevance_model import CARD_FILE, MODEL_FILE, ModelRecord
from rag.reranking import MIXED
from rag.training.export import export_int8
from rag.training.network import RelevanceNetwork
from tests.tiny_models import save_base_model


def tiny_network(folder: Path) -> RelevanceNetwork:
    """It starts from a tiny BERT that is saved in `folder`."""
    save_base_model(folder)
    torch.manual_seed(1)
    return RelevanceNetwork(folder, (0, 1)).eval()


def save_tiny_relevance(folder: Path) -> Path:
    """`base` holds the tokenizer, `model` the relevance model."""
    network = tiny_network(folder / "base")
    (folder / "model").mkdir()
    export_int8(network, folder / "model" / MODEL_FILE)
    record = ModelRecord(
        name="tiny",
        sha256=_sha256(folder / "model" / MODEL_FILE),
        tokenizer_sha256=_sha256(folder / "base" / "tokenizer.json"),
        max_tokens=32,
        recipe={},
        mixing=_formula(MIXED),
        sentences=_formula(READ),
        answerability=_formula(SIGNALS),
        recorded=(),
    )
    (folder / "model" / CARD_FILE).write_text(record.model_dump_json())
    return folder


def _formula(names: Sequence[str]) -> dict[str, float]:
    return Logistic(0.0, dict.fromkeys(names, 1.0)).to_dict()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
