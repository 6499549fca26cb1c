"""A model is converted once on a machine, whole or not at all, and kept with torch where it must be."""

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from transformers import FNetConfig, FNetModel

from index import onnx_conversion
from index.embedding_models import DEFAULT_MODEL, embedder_for, load_embedder, model_folder
from index.errors import ModelError
from index.model_files import TORCH, ModelFiles, read_model
from index.onnx_conversion import (
    NEAR_ENOUGH,
    PRECISIONS,
    conversion_record,
    convert,
    converted_model,
)
from index.onnx_embedding import ONNX, ConvertedModel, OnnxEmbedder
from index.settings import PROJECT_ROOT
from tests.tiny_models import save_base_model, save_model

ASK = (
    "import sys; from pathlib import Path; from index.model_files import read_model;"
    "from index.onnx_conversion import converted_model;"
    "found = converted_model(read_model(Path(sys.argv[1]), name='tiny'), Path(sys.argv[2]));"
    "assert not {'torch', 'onnx', 'onnxruntime', 'sentence_transformers'} & set(sys.modules);"
    "print(found.path, found.precision)"
)
"""Asks for a converted model, as a process of its own."""
UNREACHABLE = (2.0, 2.0)


def ask_in_a_process(files: ModelFiles, models_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ASK, str(files.folder), str(models_dir)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def place_of(files: ModelFiles, models_dir: Path) -> Path:
    return models_dir / f"{files.identity.fingerprint}-onnxruntime-1"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def only_a_lock(files: ModelFiles, models_dir: Path) -> bool:
    return names(models_dir) == [f"{place_of(files, models_dir).name}.lock"]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    folder = tmp_path_factory.mktemp("tiny")
    return read_model(save_model(save_base_model(folder / "base"), folder / "model"), name="tiny")


@dataclass(frozen=True)
class Made:
    """What two processes left behind that asked for the same model at once."""

    models_dir: Path
    said: list[str]
    logged: list[str]
    exit_codes: list[int]


@pytest.fixture(scope="session")
def made(tiny: ModelFiles, tmp_path_factory: pytest.TempPathFactory) -> Made:
    models_dir = tmp_path_factory.mktemp("made") / "models"
    asking = [ask_in_a_process(tiny, models_dir) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in asking]
    return Made(
        models_dir,
        [said.strip() for said, _ in outputs],
        [logged for _, logged in outputs],
        [process.returncode for process in asking],
    )


@pytest.fixture
def models_dir(made: Made, tmp_path: Path) -> Path:
    """A copy of what was made, to be damaged."""
    return Path(shutil.copytree(made.models_dir, tmp_path / "models"))


@dataclass
class Processes:
    """Stands for `subprocess`: what was to be done in another process is done here, and counted."""

    fate: Callable[[Path], subprocess.CompletedProcess[str]] | None = None
    """What happens in place of a conversion into that folder."""
    started: list[str] = field(default_factory=list)
    TimeoutExpired = subprocess.TimeoutExpired

    def run(
        self, command: list[str], *, cwd: Path, **_: object
    ) -> subprocess.CompletedProcess[str]:
        folder, name, scratch = command[-3:]
        self.started.append(name)
        with contextlib.chdir(cwd):
            if self.fate:
                return self.fate(Path(scratch))
            convert(read_model(Path(folder), name=name), Path(scratch) / "made")
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    fake = Processes()
    monkeypatch.setattr(onnx_conversion, "subprocess", fake)
    return fake


def test_two_processes_at_once_convert_once(made: Made, tiny: ModelFiles) -> None:
    folder = place_of(tiny, made.models_dir)

    assert made.exit_codes == [0, 0], made.logged
    assert made.said == [f"{folder / 'model.onnx'} int8"] * 2
    assert "".join(made.logged).count("Preparing the embedding model tiny") == 1
    assert names(made.models_dir) == [folder.name, f"{folder.name}.lock"]
    assert names(folder) == ["conversion.json", "model.onnx"]


def test_record_says_what_was_made_and_how_near_it_is(made: Made, tiny: ModelFiles) -> None:
    record = conversion_record(place_of(tiny, made.models_dir))

    assert record is not None
    assert (record["model"], record["precision"], record["reason"]) == ("tiny", "int8", None)
    assert set(record["nearness"]) == {"int8"}
    assert 0.99 <= record["nearness"]["int8"]["mean"] <= 1.00001
    assert {"torch", "onnx", "onnxruntime"} < set(record["packages"])


def test_converted_model_is_found_again_without_a_process_a_lock_or_a_change(
    tiny: ModelFiles, models_dir: Path, processes: Processes
) -> None:
    folder = place_of(tiny, models_dir)
    (models_dir / f"{folder.name}.lock").unlink()
    before = [(path, path.stat().st_mtime_ns) for path in [models_dir, *folder.iterdir()]]

    found = [converted_model(tiny, models_dir) for _ in range(2)]

    assert found == [ConvertedModel(folder / "model.onnx", "int8")] * 2
    assert processes.started == []
    assert [(path, path.stat().st_mtime_ns) for path, _ in before] == before
    assert names(models_dir) == [folder.name]


def test_the_same_model_in_another_folder_is_not_converted_again(
    tiny: ModelFiles, models_dir: Path, processes: Processes, tmp_path: Path
) -> None:
    other = shutil.copytree(tiny.folder, tmp_path / "other")

    embedder = load_embedder(str(other), models_dir=models_dir)

    assert embedder.identity.runtime == ONNX
    assert processes.started == []


def test_model_of_an_index_is_not_converted_again(
    tiny: ModelFiles, models_dir: Path, processes: Processes
) -> None:
    identity = load_embedder(str(tiny.folder), models_dir=models_dir).identity

    assert embedder_for(identity, models_dir=models_dir).identity == identity
    assert identity.runtime == ONNX
    assert processes.started == []


def test_another_model_is_converted_beside_the_first(
    tiny: ModelFiles, models_dir: Path, processes: Processes, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(tiny.folder, tmp_path / "other"))
    config = other / "config_sentence_transformers.json"
    changed = json.loads(config.read_text(encoding="utf-8")) | {"truncate_dim": 8}
    config.write_text(json.dumps(changed), encoding="utf-8")

    embedder = load_embedder(str(other), models_dir=models_dir)

    assert embedder.embed_queries(["als"]).shape == (1, 8)
    assert processes.started == [str(other)]
    assert converted_model(tiny, models_dir) is not None
    assert len(processes.started) == 1


def test_threads_at_once_convert_once(
    tiny: ModelFiles, processes: Processes, tmp_path: Path
) -> None:
    barrier = threading.Barrier(4)
    found: list[ConvertedModel | None] = []

    def ask() -> None:
        barrier.wait()
        found.append(converted_model(tiny, tmp_path / "models"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    folder = place_of(tiny, tmp_path / "models")
    assert processes.started == ["tiny"]
    assert found == [ConvertedModel(folder / "model.onnx", "int8")] * 4


def test_conversion_made_anew_gives_the_same_bytes(
    made: Made, tiny: ModelFiles, tmp_path: Path
) -> None:
    convert(tiny, tmp_path / "again")

    assert conversion_record(tmp_path / "again") == conversion_record(
        place_of(tiny, made.models_dir)
    )


def test_relative_folder_is_that_of_the_process_that_asks(
    tiny: ModelFiles, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    found = converted_model(tiny, Path("models"))

    assert processes.started == ["tiny"]
    assert found is not None
    assert found.path.resolve() == place_of(tiny, tmp_path / "models") / "model.onnx"


def _rewrite(**changes: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "conversion.json"
        record = json.loads(path.read_text(encoding="utf-8")) | changes
        path.write_text(json.dumps(record), encoding="utf-8")

    return spoil


def _flip_a_byte(folder: Path) -> None:
    path = folder / "model.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        _flip_a_byte,
        lambda folder: os.truncate(folder / "model.onnx", 1000),
        lambda folder: (folder / "model.onnx").unlink(),
        lambda folder: (folder / "conversion.json").unlink(),
        lambda folder: (folder / "conversion.json").write_text("{", encoding="utf-8"),
        lambda folder: (folder / "conversion.json").write_text("[]", encoding="utf-8"),
        lambda folder: (folder / "conversion.json").write_text("{}", encoding="utf-8"),
        lambda folder: (folder / "conversion.json").write_bytes(b"\xff\x00"),
        _rewrite(precision="int4"),
        _rewrite(model_sha256="0" * 64),
    ],
    ids=[
        "model-flipped",
        "model-cut",
        "no-model",
        "no-record",
        "record-cut",
        "record-a-list",
        "record-empty",
        "record-binary",
        "precision",
        "digest",
    ],
)
def test_damaged_copy_is_made_again(
    made: Made,
    tiny: ModelFiles,
    models_dir: Path,
    processes: Processes,
    spoil: Callable[[Path], Any],
) -> None:
    folder = place_of(tiny, models_dir)
    spoil(folder)

    embedder = load_embedder(str(tiny.folder), models_dir=models_dir)

    assert len(processes.started) == 1
    assert embedder.identity.precision == "int8"
    first, again = conversion_record(place_of(tiny, made.models_dir)), conversion_record(folder)
    assert first is not None
    assert again == first | {"model": str(tiny.folder)}
    assert names(folder) == ["conversion.json", "model.onnx"]
    np.testing.assert_allclose(np.linalg.norm(embedder.embed_queries(["als"])), 1, atol=1e-3)


@pytest.mark.parametrize("limits", [(2.0, -1.0), (-1.0, 2.0)], ids=["mean", "lowest"])
def test_int8_that_is_not_near_enough_gives_way_to_fp32(
    tiny: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: tuple[float, float]
) -> None:
    monkeypatch.setitem(NEAR_ENOUGH, "int8", limits)
    folder = tmp_path / "made"

    convert(tiny, folder)

    record = conversion_record(folder)
    assert record is not None
    assert record["precision"] == "fp32"
    assert set(record["nearness"]) == {"int8", "fp32"}
    assert names(folder) == ["conversion.json", "model.onnx"]
    by_torch = load_embedder(str(tiny.folder), runtime="torch").embed_documents(["als gene"])
    embedder = OnnxEmbedder(tiny, ConvertedModel(folder / "model.onnx", "fp32"))
    np.testing.assert_allclose(embedder.embed_documents(["als gene"]), by_torch, atol=1e-5)


def test_model_whose_copies_are_all_too_far_off_stays_with_torch(
    tiny: ModelFiles, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for precision in PRECISIONS:
        monkeypatch.setitem(NEAR_ENOUGH, precision, UNREACHABLE)
    models_dir = tmp_path / "models"

    embedders = [load_embedder(str(tiny.folder), models_dir=models_dir) for _ in range(2)]

    assert [one.identity.runtime for one in embedders] == [TORCH, TORCH]
    assert len(processes.started) == 1
    folder = place_of(tiny, models_dir)
    record = conversion_record(folder)
    assert record is not None
    assert "not near enough" in record["reason"]
    assert set(record["nearness"]) == set(PRECISIONS)
    assert names(folder) == ["conversion.json"]


def test_model_that_cannot_be_exported_stays_with_torch_and_is_tried_once(
    processes: Processes, tmp_path: Path
) -> None:
    base = save_base_model(tmp_path / "base")
    FNetModel(
        FNetConfig(
            vocab_size=14,
            hidden_size=32,
            num_hidden_layers=1,
            intermediate_size=64,
            max_position_embeddings=48,
        )
    ).save_pretrained(base)
    folder = save_model(base, tmp_path / "model")
    models_dir = tmp_path / "models"

    embedders = [load_embedder(str(folder), models_dir=models_dir) for _ in range(2)]

    assert [one.identity.runtime for one in embedders] == [TORCH, TORCH]
    assert len(processes.started) == 1
    place = place_of(read_model(folder, name="any"), models_dir)
    record = conversion_record(place)
    assert record is not None
    assert record["precision"] is None
    assert record["reason"].startswith("UnsupportedOperatorError: ")
    assert "fft" in record["reason"]
    assert names(place) == ["conversion.json"]


def fail_to_export(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def export_onnx(_files: ModelFiles, path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr("index.torch_embedding.export_onnx", export_onnx)


def test_exporter_that_gives_no_reason_is_noted_by_its_error(
    tiny: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_to_export(monkeypatch, AssertionError())

    convert(tiny, tmp_path / "made")

    record = conversion_record(tmp_path / "made")
    assert record is not None
    assert record["precision"] is None
    assert "AssertionError" in record["reason"]
    assert names(tmp_path / "made") == ["conversion.json"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), MemoryError()])
def test_fault_of_the_machine_is_not_noted_as_one_of_the_model(
    tiny: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    fail_to_export(monkeypatch, error)

    with pytest.raises(type(error)):
        convert(tiny, tmp_path / "made")

    assert conversion_record(tmp_path / "made") is None


def test_folder_that_cannot_be_written_is_named_with_its_setting(
    tiny: ModelFiles, processes: Processes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    models_dir = tmp_path / "file" / "models"

    with pytest.raises(ModelError, match="cannot be kept") as caught:
        converted_model(tiny, models_dir)

    assert str(models_dir) in caught.value.problem
    assert "ALSQA_MODELS_DIR" in caught.value.remedy
    assert processes.started == []


def test_process_that_fails_is_reported_with_its_last_line(
    tiny: ModelFiles, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tiny.folder, tmp_path / "copy"))
    files = read_model(copy, name="mine")
    (copy / "modules.json").unlink()

    with pytest.raises(ModelError, match="mine could not be converted") as caught:
        converted_model(files, tmp_path / "models")

    assert "mine is no sentence-transformers model" in caught.value.problem
    assert "Traceback" not in caught.value.problem
    assert "ALSQA_EMBEDDING_RUNTIME=torch" in caught.value.remedy
    assert only_a_lock(files, tmp_path / "models")


def _failed(scratch: Path) -> subprocess.CompletedProcess[str]:
    (scratch / "made").mkdir()
    (scratch / "made" / "model.onnx").write_bytes(b"half")
    return subprocess.CompletedProcess([], 1, "", "Traceback …\nMemoryError: too large\n\n")


def _killed(_scratch: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], -9, "", "")


def _made_nothing(_scratch: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess([], 0, "", "")


def _took_too_long(_scratch: Path) -> subprocess.CompletedProcess[str]:
    raise subprocess.TimeoutExpired([], 900)


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        (_failed, r"\(MemoryError: too large\)"),
        (_killed, r"\(exit code -9\)"),
        (_made_nothing, r"\(exit code 0\)"),
        (_took_too_long, r"\(it took more than 900 s\)"),
    ],
)
def test_conversion_that_comes_to_nothing_leaves_nothing_and_is_tried_again(
    tiny: ModelFiles,
    processes: Processes,
    tmp_path: Path,
    fate: Callable[[Path], subprocess.CompletedProcess[str]],
    reason: str,
) -> None:
    models_dir = tmp_path / "models"
    processes.fate = fate

    with pytest.raises(ModelError, match=reason):
        converted_model(tiny, models_dir)

    assert only_a_lock(tiny, models_dir)
    processes.fate = None
    assert converted_model(tiny, models_dir) is not None


def test_conversion_that_is_interrupted_leaves_nothing_half_made(
    tiny: ModelFiles, processes: Processes, tmp_path: Path
) -> None:
    def interrupted(scratch: Path) -> subprocess.CompletedProcess[str]:
        _failed(scratch)
        raise KeyboardInterrupt

    processes.fate = interrupted

    with pytest.raises(KeyboardInterrupt):
        converted_model(tiny, tmp_path / "models")

    assert only_a_lock(tiny, tmp_path / "models")


def test_killed_conversion_leaves_nothing_that_is_taken_for_a_model(
    tiny: ModelFiles, processes: Processes, tmp_path: Path
) -> None:
    models_dir = tmp_path / "models"
    folder = place_of(tiny, models_dir)
    asking = ask_in_a_process(tiny, models_dir)
    until = time.monotonic() + 60
    while not (left := [path for path in models_dir.glob("*") if path.is_dir()]):
        assert asking.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)

    os.killpg(asking.pid, signal.SIGKILL)
    asking.communicate()

    assert not folder.exists()
    (left[0] / "half.onnx").write_bytes(b"half")
    assert converted_model(tiny, models_dir) == ConvertedModel(folder / "model.onnx", "int8")
    assert processes.started == ["tiny"]
    assert names(models_dir) == [folder.name, f"{folder.name}.lock"]


@pytest.mark.slow
def test_default_model_is_near_enough_in_int8_and_converted_to_the_same_bytes(
    tmp_path: Path,
) -> None:
    files = read_model(model_folder(), name=DEFAULT_MODEL)

    for name in ("first", "second"):
        convert(files, tmp_path / name)

    first, second = (conversion_record(tmp_path / name) for name in ("first", "second"))
    assert first is not None
    assert first["precision"] == "int8"
    assert first == second
