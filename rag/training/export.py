"""The trained network as ONNX Runtime reads it: weights in, `model.onnx` in int8 out."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray

from index.onnx_conversion import quantise
from rag.relevance_input import EncodedPair
from rag.relevance_model import INPUTS, OUTPUTS
from rag.training.batches import read_pairs
from rag.training.network import RelevanceNetwork

_OPSET = 17


@dataclass(frozen=True, slots=True)
class Nearness:
    """How far the probabilities of two runs of a model lie apart."""

    mean: float
    highest: float


def export_int8(network: RelevanceNetwork, path: Path) -> None:
    """Write the network with weights in int8, a scale for each channel."""
    with TemporaryDirectory(prefix="alsqa-export-") as scratch:
        whole = Path(scratch) / "fp32.onnx"
        _export(network, whole)
        unfinished = path.with_suffix(".unfinished")
        logging.disable(logging.WARNING)  # it recommends steps that make no difference here
        try:
            quantise(whole, unfinished)
        finally:
            logging.disable(logging.NOTSET)
        unfinished.replace(path)


def _export(network: RelevanceNetwork, path: Path) -> None:
    # Two pairs of unlike length, so that nothing of their shape is taken for a constant.
    mask = torch.ones((2, 16), dtype=torch.long)
    mask[1, 10:] = 0
    types = torch.zeros_like(mask)
    types[:, 6:] = 1
    axes = {name: {0: "pairs", 1: "pieces"} for name in (*INPUTS, OUTPUTS[-1])}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            (mask.clone(), mask, types),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes | {name: {0: "pairs"} for name in OUTPUTS[:-1]},
            opset_version=_OPSET,
            dynamo=False,  # the other exporter needs onnxscript
        )


def nearness(
    network: RelevanceNetwork, pairs: Sequence[EncodedPair], answers: NDArray[np.float32]
) -> Nearness:
    """Between the network's probabilities to answer and those of another run's logits."""
    with torch.inference_mode():
        own = read_pairs(network.eval(), pairs).answers.numpy()
    apart = np.abs(_probability(own) - _probability(answers))
    return Nearness(float(apart.mean()), float(apart.max()))


def _probability(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
