"""The trained network as ONNX Runtime reads it: weights in, `model.onnx` in int8 out."""

import logging
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from index.onnx_conversion import quantise
from rag.relevance_model import INPUTS, OUTPUTS
from rag.training.network import RelevanceNetwork

_OPSET = 17


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
