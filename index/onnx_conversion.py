"""The copy of an embedding model that ONNX Runtime reads: a model's files in, its copy out.

It is made once on a machine, in a process of its own, so that torch never enters the one that
asks. Weights in int8, with a scale for each channel, are taken where their vectors are near
enough to those of torch, else fp32. A model that cannot be exported stays with torch, and that is
noted beside where its copy would lie.
"""

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import numpy as np
from filelock import FileLock

from index.embedding import Embedder, Vectors
from index.errors import ModelError
from index.model_files import ModelFiles, file_sha256, read_model
from index.onnx_embedding import ONNX, ConvertedModel, OnnxEmbedder, Precision
from index.safe_files import replace_text
from index.settings import PROJECT_ROOT

PRECISIONS: tuple[Precision, ...] = get_args(Precision)
"""In the order in which they are tried."""
NEAR_ENOUGH: dict[Precision, tuple[float, float]] = {"int8": (0.99, 0.97), "fp32": (0.9999, 0.999)}
"""Mean and lowest cosine to torch's vectors that the probes have to reach."""
PROBES_FILE = Path(__file__).with_name("embedding_probes.txt")
_PACKAGES = ("torch", "onnx", "onnxruntime", "sentence-transformers")
_RECORD = "conversion.json"
_MODEL = "model.onnx"
_LIMIT_S = 900

logger = logging.getLogger(__name__)


def converted_model(files: ModelFiles, models_dir: Path) -> ConvertedModel | None:
    """The model's copy in `models_dir`, made if it is not there; None where it cannot be exported.

    Raises:
        ModelError: it could not be made, or not be written.
    """
    models_dir = models_dir.absolute()  # the process that converts has another current folder
    folder = models_dir / f"{files.identity.fingerprint}-{ONNX.replace('/', '-')}"
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        known = conversion_record(folder)
        if known is None:
            with FileLock(models_dir / f"{folder.name}.lock"):
                known = conversion_record(folder) or _convert(files, folder)
    except OSError as error:
        raise ModelError(
            f"The converted embedding model cannot be kept in {models_dir} ({error.strerror}).",
            "Choose another folder with ALSQA_MODELS_DIR, or set ALSQA_EMBEDDING_RUNTIME=torch.",
        ) from error
    if known["precision"] is None:
        return None
    return ConvertedModel(folder / _MODEL, known["precision"])


def conversion_record(folder: Path) -> dict[str, Any] | None:
    """What is noted of a conversion; None where there is none, or its file is not as it was."""
    try:
        record: dict[str, Any] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        whole = record["precision"] is None or (
            record["precision"] in PRECISIONS
            and file_sha256(folder / _MODEL) == record["model_sha256"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if whole else None


def _convert(files: ModelFiles, folder: Path) -> dict[str, Any]:
    """Convert in a process of its own, and put the result where it belongs at once."""
    name = files.identity.name
    prefix = f"{folder.name}.converting-"
    for killed in folder.parent.glob(f"{prefix}*"):
        shutil.rmtree(killed, ignore_errors=True)
    logger.warning("Preparing the embedding model %s, once on this machine (half a minute).", name)
    with TemporaryDirectory(dir=folder.parent, prefix=prefix) as scratch:
        command = [sys.executable, "-m", "index.onnx_conversion", str(files.folder), name, scratch]
        try:
            done = subprocess.run(  # noqa: S603 – this Python, our own module
                command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=_LIMIT_S
            )
        except subprocess.TimeoutExpired as error:
            raise _not_made(name, f"it took more than {_LIMIT_S} s") from error
        made = Path(scratch) / "made"
        record = conversion_record(made)
        if done.returncode or record is None:
            said = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise _not_made(name, said[0])
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return record


def _not_made(name: str, reason: str) -> ModelError:
    return ModelError(
        f"The embedding model {name} could not be converted ({reason}).",
        "Try once more, or set ALSQA_EMBEDDING_RUNTIME=torch, which is slower.",
    )


def convert(files: ModelFiles, folder: Path) -> None:
    """Write the model and what is noted of it into `folder`; torch stays loaded afterwards."""
    from index.torch_embedding import TorchEmbedder, export_onnx

    probes = PROBES_FILE.read_text(encoding="utf-8").splitlines()
    wanted = TorchEmbedder(files)
    folder.mkdir()
    paths = {one: folder / f"{one}.onnx" for one in PRECISIONS}
    record: dict[str, Any] = {
        "model": files.identity.name,
        "packages": {name: version(name) for name in _PACKAGES},
        "precision": None,
        "nearness": {},
        "reason": None,
    }
    try:
        export_onnx(files, paths["fp32"])
        quantise(paths["fp32"], paths["int8"])
        expected = wanted.embed_documents(probes)
        for precision in PRECISIONS:
            found = OnnxEmbedder(files, ConvertedModel(paths[precision], precision))
            mean, lowest = _nearness(found, probes, expected)
            record["nearness"][precision] = {"mean": mean, "lowest": lowest}
            if mean >= NEAR_ENOUGH[precision][0] and lowest >= NEAR_ENOUGH[precision][1]:
                record |= {"precision": precision, "model_sha256": file_sha256(paths[precision])}
                paths[precision].rename(folder / _MODEL)
                break
        else:
            record["reason"] = "its vectors are not near enough to those of torch"
    # The machine's fault (a full disk, no memory) says nothing of the model: it may go another time.
    except (OSError, MemoryError):
        raise
    # Whatever the exporter cannot do with a model means the same: torch goes on running it.
    except Exception as error:
        first_line = str(error).partition("\n")[0]
        record["reason"] = f"{type(error).__name__}: {first_line[:200]}"
    for path in paths.values():
        path.unlink(missing_ok=True)
    replace_text(folder / _RECORD, json.dumps(record, indent=1))


def quantise(source: Path, target: Path) -> None:
    """Write the ONNX model `source` with weights in int8, a scale for each channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def _nearness(found: Embedder, probes: Sequence[str], expected: Vectors) -> tuple[float, float]:
    """Mean and lowest cosine to what is expected."""
    cosines = np.sum(found.embed_documents(probes) * expected, axis=1)
    return round(float(cosines.mean()), 5), round(float(cosines.min()), 5)


if __name__ == "__main__":
    model_folder, model_name, scratch_folder = sys.argv[1:]
    convert(read_model(Path(model_folder), name=model_name), Path(scratch_folder) / "made")
